"""An outbox of an older schema, opened by a newer program in the middle of a mailing."""

import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from esdh_connect import deeds
from esdh_connect.dispatch import Act, Deed, Status, Work, cause_of
from esdh_connect.errors import ProgramOutdated
from esdh_connect.outbox import Search
from esdh_connect.seal import Seal
from esdh_connect.store import Store, schema
from esdh_connect.testing.letters import NOON, draft, receipt
from esdh_connect.testing.outbox.happenings import STOP, accept, add, claim, ids, received, start

OLD = Path(__file__).with_name("outbox-0001.sql")
MAILING = [draft(f"mailing {number}") for number in range(8)]
STATES = {
    "ready": (Work.READY, Status.WAITING),
    "reminder": (Work.READY, Status.WAITING),
    "later": (Work.READY, Status.WAITING),
    "held": (Work.HELD, Status.WAITING),
    "under way": (Work.SENDING, Status.IN_PROGRESS),
    "handed over": (Work.HANDED_OVER, Status.IN_PROGRESS),
    "unknown": (Work.UNKNOWN, Status.UNRESOLVED),
    "set aside": (Work.SET_ASIDE, Status.FAILED),
    "refused": (Work.CLOSED, Status.FAILED),
    "delivered": (Work.CLOSED, Status.DELIVERED),
    "cancelled": (Work.CANCELLED, Status.CANCELLED),
}

#: Commits the letters of one old outbox into another as the program of that time did: the same statements.
OLD_PROGRAM = """
import sqlite3, sys, time
target, source, *letters = sys.argv[1:]
outbox = sqlite3.connect(target, isolation_level=None, timeout=30)
outbox.execute("ATTACH ? AS source", [source])
names = {"dispatch": "id", "data_key": "owner"} | dict.fromkeys(("dispatch_document", "payload", "fact"), "dispatch")
for id in letters:
    try:
        outbox.execute("BEGIN IMMEDIATE")
        for table, owner in names.items():
            known = outbox.execute(f"PRAGMA source.table_info(esdh_connect_{table})")
            columns = ", ".join(f'"{row[1]}"' for row in known if row[1] != "seq")
            values = f"SELECT {columns} FROM source.esdh_connect_{table} WHERE {owner} = ?"
            outbox.execute(f"INSERT INTO main.esdh_connect_{table} ({columns}) {values}", [id])
        outbox.execute("COMMIT")
    except sqlite3.Error as error:
        outbox.execute("ROLLBACK")
        print("refused", error, flush=True)
        break
    print("stored", id, flush=True)
    time.sleep(0.02)
"""

NEW_PROGRAM = """
import sys
from pathlib import Path
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.letters import draft
from esdh_connect.testing.outbox.happenings import add

store = Store.open(Path(sys.argv[1]), Seal(b"a secret of at least thirty-two bytes"))
for number in range(5):
    add(store, draft(f"{sys.argv[2]} {number}"))
"""


def lay(path: Path) -> None:
    """Make the outbox as it was left."""
    with sqlite3.connect(path) as connection:
        connection.executescript(OLD.read_text(encoding="utf-8"))
    connection.close()


def without_mailing(path: Path) -> None:
    """The same outbox, before the mailing began."""
    lay(path)
    with sqlite3.connect(path) as connection:
        for table, owner in (("payload", "dispatch"), ("fact", "dispatch"), ("dispatch_document", "dispatch")):
            connection.executemany(f"DELETE FROM esdh_connect_{table} WHERE {owner} = ?", mailing())  # noqa: S608
        connection.executemany("DELETE FROM esdh_connect_data_key WHERE owner = ?", mailing())
        connection.executemany("DELETE FROM esdh_connect_dispatch WHERE id = ?", mailing())
    connection.close()


def mailing() -> list[tuple[str]]:
    return [(id_,) for id_ in ids(*MAILING)]


@contextmanager
def running(program: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", program, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process
    assert process.returncode == 0


def test_every_letter_is_what_it_was(path: Path, open_store: Callable[..., Store]) -> None:
    """Its work, its status, what it carries, its attempts; what was told, and what waits to be."""
    lay(path)
    store = open_store()
    found = {name: store.entry(draft(name).entry.id) for name in STATES}
    assert {name: (entry.work, entry.status) for name, entry in found.items()} == STATES
    assert len(store.entries()) == len(STATES) + len(MAILING)
    for entry in store.entries():
        by_status = {status: store.search(Search(statuses=[status])).entries for status in Status}
        assert [status for status, those in by_status.items() if entry in those] == [entry.status]
    counted = Counter((entry.department, cause_of(entry)) for entry in store.troubles())
    assert dict(store.trouble_counts(NOON)) == dict(counted)
    for one in [*map(draft, STATES), *MAILING]:
        assert store.dispatch(one.entry.id).envelope == one.envelope
        assert store.cover(one.entry.id).manifest == one.manifest
    tries = {name: len(entry.attempts) for name, entry in found.items() if entry.attempts}
    assert tries == {"refused": 1, "delivered": 1, "handed over": 1, "unknown": 1, "set aside": 12, "under way": 1}
    assert [told.position for told in store.unheard("plugin")] == list(range(5, 38))
    assert [duty.dispatch for duty in store.duties(NOON)] == ids(draft("handed over"))
    assert [one.id for one in store.proposals()] == ["proposal-1"]
    assert len(store.untreated()) == 1
    with store.transaction() as connection:
        assert connection.scalar(text("SELECT version_num FROM esdh_connect_schema")) == schema.VERSION
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


def test_the_mailing_goes_on(path: Path, open_store: Callable[..., Store]) -> None:
    """What waited leaves in its order, once; what must wait still does; receipts find their letters."""
    lay(path)
    store = open_store()
    left = []
    while (taken := store.claim(NOON, start(), STOP)) is not None:
        left.append(taken.id)
        store.change(taken.id, accept(taken))
    assert left == ids(draft("ready"), draft("reminder"), *MAILING)
    assert claim(store, NOON + timedelta(days=2)).id == draft("later").entry.id
    unknown = store.entry(draft("unknown").entry.id)
    store.receive(receipt(unknown), received)
    assert store.entry(unknown.id).status is Status.IN_PROGRESS
    add(store, draft("early"))
    [early] = store.unmatched()
    store.receive(early, received)
    assert store.entry(draft("early").entry.id).status is Status.DELIVERED


def test_nothing_is_lost_that_an_old_program_commits_meanwhile(
    path: Path, tmp_path: Path, open_store: Callable[..., Store]
) -> None:
    """It waits while the schema changes; what it is told is stored is, before and after, and new letters too."""
    lay(tmp_path / "source.db")
    without_mailing(path)
    with running(OLD_PROGRAM, path, tmp_path / "source.db", *ids(*MAILING)) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(3)]
        store = Store.open(path, Seal(b"a secret of at least thirty-two bytes"))
        add(store, draft("new"))
        said += process.stdout.readlines()
    stored = [line.split()[1] for line in said if line.startswith("stored")]
    assert len(stored) >= 3
    found = {entry.id for entry in store.entries()}
    assert found == {*ids(*map(draft, STATES), draft("new")), *stored}
    for one in MAILING[: len(stored)]:
        assert store.dispatch(one.entry.id).envelope == one.envelope
    store.close()


def test_an_old_program_begins_nothing_more_and_ends_what_it_began(
    store: Store, open_store: Callable[..., Store]
) -> None:
    """It does not know the newer rules: no letter, no attempt, no decision; but what came of a letter is stored."""
    add(store, draft("1"), draft("2"), draft("3", work=Work.HELD))
    taken = claim(store, NOON)
    with open_store().transaction() as newer:
        newer.execute(text("UPDATE esdh_connect_schema SET version_num = '9999'"))
    for begun in (
        lambda: add(store, draft("4")),
        lambda: claim(store, NOON),
        lambda: store.change(
            draft("3").entry.id, partial(deeds.cancelled, act=Act(Deed.CANCELLED, "bo", NOON), why="")
        ),
        open_store,
    ):
        with pytest.raises(ProgramOutdated):
            begun()
    assert store.change(taken.id, accept(taken)).work is Work.HANDED_OVER
    store.receive(receipt(store.entry(taken.id)), received)
    assert [entry.work for entry in store.entries()] == [Work.HELD, Work.READY, store.entry(taken.id).work]


def test_programs_that_start_at_once_change_the_schema_once(path: Path, open_store: Callable[..., Store]) -> None:
    """The others wait for the first and go on; each commits its letters."""
    lay(path)
    with running(NEW_PROGRAM, path, "a"), running(NEW_PROGRAM, path, "b"), running(NEW_PROGRAM, path, "c"):
        pass
    fresh = [draft(f"{who} {number}") for who in "abc" for number in range(5)]
    assert {entry.id for entry in open_store().entries()} == set(ids(*map(draft, STATES), *MAILING, *fresh))
