"""What a database may do to a store: be locked, full, damaged, or somebody else's."""

import os
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from esdh_connect.errors import DamagedRow, StoreError
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.store.engine import journal_mode, open_file
from esdh_connect.store.entries import next_ready
from esdh_connect.testing.letters import NOON, draft
from esdh_connect.testing.outbox.happenings import add, cancel, claim


def test_a_locked_database_says_so(store: Store, path: Path) -> None:
    """After the time to wait it is an error, and what was to be stored is not; reading goes on."""
    add(store, draft("1"))
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        add(store, draft("2"))
    assert len(store.entries()) == 1
    blocker.execute("ROLLBACK")
    blocker.close()
    add(store, draft("2"))
    assert len(store.entries()) == 2


def test_reading_takes_no_write_lock(store: Store, path: Path) -> None:
    """Whoever writes waits for no reader, and whoever reads for no writer that is not done."""
    add(store, draft("1"))
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    assert len(store.entries()) == 1
    assert store.dispatch(draft("1").entry.id).envelope == draft("1").envelope
    assert store.duties(NOON) == ()
    blocker.close()


def test_a_full_disk_says_so(store: Store) -> None:
    """What did not fit is not there, what was there before is, and it goes on where there is room again."""
    add(store, draft("1"))
    with store._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="full"):
        add(store, draft("2", contents=[bytes(2**20)]))
    assert [entry.id for entry in store.entries()] == [draft("1").entry.id]
    with store._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    add(store, draft("2"))
    assert len(store.entries()) == 2


def test_a_database_that_is_read_only_says_so(store: Store, path: Path, seal: Seal) -> None:
    """It cannot be an outbox, and that is found at the start."""
    engine = create_engine(f"sqlite:///file:{path}?mode=ro&uri=true")
    with pytest.raises(StoreError, match="readonly"):
        Store(engine, seal)
    engine.dispose()


def test_a_file_that_is_no_database_is_refused(path: Path, open_store: Callable[..., Store]) -> None:
    """It is left as it was."""
    path.write_text("Dette er et referat." * 100)
    with pytest.raises(StoreError, match="not a database"):
        open_store()
    assert path.read_text() == "Dette er et referat." * 100


def test_a_damaged_database_says_so(store: Store, path: Path, open_store: Callable[..., Store]) -> None:
    """No entry is made up from what cannot be read."""
    add(store, *[draft(str(number)) for number in range(50)])
    store.close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(40 * 4096))
    with pytest.raises(StoreError, match="malformed"):
        open_store().entries()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[:5000],
        lambda content: content[: 5 * 4096],
        lambda content: bytes(4096) + content[4096:],
        lambda content: content[:4096] + b"\xa5" * (len(content) - 4096),
        lambda content: content[:100] + bytes(3996) + content[4096:],
    ],
    ids=["one page", "five pages", "no header", "rubbish", "no schema"],
)
def test_a_file_that_broke_while_it_was_in_use_says_so(
    store: Store, path: Path, open_store: Callable[..., Store], spoil: Callable[[bytes], bytes]
) -> None:
    """Nothing is said to be stored there or found there; with the backup in its place everything is."""
    add(store, *[draft(str(number)) for number in range(50)])
    before = store.entries()
    store.close()
    whole = path.read_bytes()
    path.write_bytes(spoil(whole))
    for act in (store.entries, open_store, lambda: claim(store), lambda: add(store, draft("new"))):
        with pytest.raises(StoreError, match=r"malformed|not a database|no such table|damaged"):
            act()
    store.close()
    path.write_bytes(whole)
    assert store.entries() == before
    add(store, draft("new"))
    assert claim(store).id == draft("0").entry.id


def test_a_line_that_makes_no_sense_says_so(store: Store) -> None:
    """Only a failing disk, or somebody with a tool, can have written it: the caller made no mistake."""
    for column, value in (("due", "i morgen"), ("work", "måske"), ("message_uuid", "17")):
        name = f"{column} {value}"
        add(store, draft(name))
        with store.transaction() as connection:
            write = text(f"UPDATE esdh_connect_dispatch SET {column} = :value WHERE id = :id")  # noqa: S608
            connection.execute(write, {"value": value, "id": draft(name).entry.id})
        with pytest.raises(DamagedRow, match="damaged"):
            store.entry(draft(name).entry.id)


def test_a_folder_is_no_file(tmp_path: Path, open_store: Callable[..., Store]) -> None:
    """It says which."""
    with pytest.raises(StoreError, match=tmp_path.name):
        open_store(tmp_path)


def test_the_database_of_another_program_is_refused(path: Path, open_store: Callable[..., Store]) -> None:
    """A path that leads elsewhere is no place to make tables in."""
    stranger = sqlite3.connect(path)
    stranger.execute("CREATE TABLE fakturaer (id TEXT)")
    stranger.close()
    with pytest.raises(StoreError, match="fakturaer"):
        open_store()


def test_a_folder_that_is_missing_says_so(tmp_path: Path, open_store: Callable[..., Store]) -> None:
    """The message names the file, because that is what is written in the settings."""
    with pytest.raises(StoreError, match=r"nowhere.outbox\.db"):
        open_store(tmp_path / "nowhere" / "outbox.db")


# --- the file


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "PERSIST"),
        ((3, 44, 5), "PERSIST"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 0), "PERSIST"),
        ((3, 50, 6), "PERSIST"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 2), "PERSIST"),
        ((3, 51, 3), "WAL"),
        ((3, 52, 0), "WAL"),
        ((4, 0, 0), "WAL"),
    ],
)
def test_write_ahead_logging_where_it_was_repaired(version: tuple[int, ...], mode: str) -> None:
    """Elsewhere two connections could lose a commit."""
    assert journal_mode(version) == mode


@pytest.mark.parametrize("journal", ["WAL", "PERSIST"])
def test_both_journals_keep_the_promises(
    path: Path, seal: Seal, files: Callable[[], dict[str, bytes]], journal: str
) -> None:
    """Every connection waits for the disk, and an erased key is in no journal."""
    engine = open_file(path, timedelta(seconds=1), journal)
    store = Store(engine, seal, shared=False)
    add(store, draft("1"))
    with engine.connect() as connection:
        asked = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    assert asked == [journal.lower(), 2]
    store.change(draft("1").entry.id, cancel())
    with store.transaction() as connection:
        query = text("SELECT wrapped FROM esdh_connect_data_key WHERE owner = :dispatch")
        key = connection.scalar(query, {"dispatch": draft("1").entry.id})
    store.erase(draft("1").entry.id)
    assert not any(key in content for content in files().values())
    store.close()


def test_the_next_letter_is_found_at_once_among_many(store: Store, path: Path) -> None:
    """A hundred thousand that wait are not looked through: the database finds the next by its index."""
    add(store, draft("1"))
    with sqlite3.connect(path) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(esdh_connect_dispatch)")]
        own = {"seq": "NULL", "id": "'d' || i", "message_uuid": "'m' || i", "key": "'k' || i"}
        copy = ", ".join(own.get(column, column) for column in columns)
        many = "WITH RECURSIVE many (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM many WHERE i < 100000) "
        copied = f"{many} INSERT INTO esdh_connect_dispatch SELECT {copy} FROM esdh_connect_dispatch, many"  # noqa: S608
        connection.execute(copied)
    connection.close()
    steps = []
    with store._reading() as reading:
        raw = reading.connection.dbapi_connection
        assert raw is not None
        raw.set_progress_handler(lambda: steps.append(1), 1000)
        for channels in (None, [draft("1").entry.channel]):
            query, its = next_ready(0, NOON, 1, passed=[], shut=[], channels=channels)
            assert [row.seq for row in reading.execute(query, its)] == [1]
        raw.set_progress_handler(None, 0)
    assert len(steps) < 4, "thousands of steps of SQLite's machine"
    assert claim(store).id == draft("1").entry.id


def test_an_outbox_that_is_gone_is_not_begun_anew(store: Store, path: Path, open_store: Callable[..., Store]) -> None:
    """A new one would know nothing of what was sent: the same wish would go a second time. It says what to do."""
    add(store, draft("1"))
    with store.dispatching():
        store.close()
    away = path.rename(path.with_name("away.db"))
    with pytest.raises(StoreError, match=r"is gone.*outbox\.db\.lock"):
        open_store()
    assert not path.exists()
    away.rename(path)
    assert len(open_store().entries()) == 1
