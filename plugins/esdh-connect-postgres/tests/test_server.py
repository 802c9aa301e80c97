"""A server as it is set up, and what it may do to a store: refuse, be away, or be started again."""

import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from psycopg.sql import SQL, Identifier, Literal
from sqlalchemy import create_engine, inspect, text

from esdh_connect.bell import BellHealth
from esdh_connect.connect import Connect
from esdh_connect.errors import StoreError
from esdh_connect.ids import Cvr
from esdh_connect.seal import Seal
from esdh_connect.settings import initialize
from esdh_connect.store import Store, schema
from esdh_connect.testing.letters import draft
from esdh_connect.testing.outbox.happenings import add, claim
from esdh_connect_postgres.testing.server import Server

PASSWORD = "hunter2hunter2"


@pytest.fixture
def user(esdh_postgres: Server, esdh_postgres_url: str) -> Iterator[str]:
    """Gives the URL by which a user with a password reaches a database of its own, over the network."""
    name = esdh_postgres_url.partition("@/")[2].partition("?")[0]
    role, database = Identifier(f"user_{name}"), Identifier(name)
    esdh_postgres.execute(SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(role, Literal(PASSWORD)))
    esdh_postgres.execute(SQL("ALTER DATABASE {} OWNER TO {}").format(database, role))
    yield f"postgresql+psycopg://user_{name}@127.0.0.1:{esdh_postgres.port}/{name}"
    esdh_postgres.execute(SQL("ALTER DATABASE {} OWNER TO postgres").format(database))
    esdh_postgres.execute(SQL("DROP OWNED BY {}").format(role), name)
    esdh_postgres.execute(SQL("DROP ROLE {}").format(role))


@pytest.fixture
def installation(tmp_path: Path, user: str) -> Path:
    """A settings file that names the server, and where the password is."""
    initialize(tmp_path, cvr=Cvr("55133018"), name="Eksempel Kommune")
    file = tmp_path / "esdh-connect.toml"
    stores = file.read_text().replace('path = "outbox.db"', f'url = "{user}"\npassword = "file:db.password"')
    file.write_text(stores)
    (tmp_path / "db.password").write_text(PASSWORD)
    return file


def test_settings_lead_to_a_server(installation: Path, user: str) -> None:
    """And a password that was changed counts without a restart."""
    with Connect.from_settings(installation) as post:
        assert isinstance(post.outbox, Store)
        add(post.outbox, draft("1"))
        assert len(post.entries()) == 1
        post.outbox.close()
        (installation.parent / "db.password").write_text("another")
        with pytest.raises(StoreError, match="authentication failed"):
            post.entries()


def test_the_program_works_with_procrastinate_as_its_bell(installation: Path, user: str) -> None:
    """As the settings say: it is woken in the transaction that stores a letter, and stops when it is told to."""
    with installation.open("a") as file:
        file.write('[worker]\nbell = "procrastinate"\n[plugins.postgres]\n')
    command = [sys.executable, "-m", "esdh_connect.cli", "worker", "--settings", str(installation)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "Klokke: procrastinate" in process.stderr.readline()
        with Connect.from_settings(installation) as post:
            end = time.monotonic() + 60
            add(post.outbox, draft("1"))
            with post.outbox.transaction() as connection:
                post.bell.ring(connection, 1)
            while post.bell.health().unheard and time.monotonic() < end:
                time.sleep(0.05)
            assert post.bell.health() == BellHealth()
            # There is no channel in this installation: the letter is left to a worker that has it.
            assert post.entries()[0].attempts == ()
            assert post.health().figures.stranded == {"fake": 1}
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_no_error_shows_the_password(installation: Path, user: str) -> None:
    """Neither the message nor anything in the traceback that leads to it."""
    (installation.parent / "db.password").write_text(f"not-{PASSWORD}")
    with pytest.raises(StoreError) as caught:
        Connect.from_settings(installation)
    told = "".join(traceback.format_exception(caught.value))
    assert "127.0.0.1" in str(caught.value)
    assert PASSWORD not in told
    engine = create_engine(user.replace("@", f":{PASSWORD}@").replace("/test", "/no_such"))
    with pytest.raises(StoreError) as caught:
        Store(engine, Seal(bytes(32)))
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))


def test_a_user_who_may_not_make_tables_is_told_so(esdh_postgres: Server, user: str, seal: Seal) -> None:
    """It is the operator's to mend, and no fault in the program."""
    name = user.rpartition("/")[2]
    esdh_postgres.execute(SQL("ALTER DATABASE {} OWNER TO postgres").format(Identifier(name)))
    with pytest.raises(StoreError, match="permission denied"):
        Store.connect(user, seal, password=lambda: PASSWORD)


def test_a_server_that_is_not_there_says_so(seal: Seal) -> None:
    """The message names it."""
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:1/esdh cannot be used"):
        Store.connect("postgresql://esdh@127.0.0.1:1/esdh", seal)


def test_sessions_lost_with_the_server_are_made_anew(
    esdh_postgres: Server, open_store: Callable[[], Store], store: Store
) -> None:
    """What was committed is there when it is back, and a store that was open goes on."""
    add(store, draft("1"), draft("2"))
    under_way = claim(store).entry
    esdh_postgres.kill()
    for ask in (store.entries, lambda: claim(store), lambda: store.unheard("nobody")):
        with pytest.raises(StoreError):
            ask()
    for hold in (store.dispatching, lambda: store.alone("telling")):
        with pytest.raises(StoreError), hold():
            pass
    esdh_postgres.start()
    assert store.entry(under_way.id) == under_way
    assert claim(store).id == draft("2").entry.id
    assert len(open_store().entries()) == 2


def described(url: str) -> list[tuple[object, ...]]:
    """Everything the server says of our tables."""
    engine = create_engine(url)
    look = inspect(engine)
    found = [
        (
            table,
            [(one["name"], str(one["type"]), one["nullable"]) for one in look.get_columns(table)],
            look.get_pk_constraint(table),
            sorted(look.get_unique_constraints(table), key=str),
            sorted(look.get_indexes(table), key=str),
            look.get_foreign_keys(table),
        )
        for table in sorted(look.get_table_names())
        if table != "esdh_connect_schema"
    ]
    sequences = sorted(look.get_sequence_names())
    engine.dispose()
    return [*found, tuple(sequences)]


def test_all_revisions_together_give_what_is_made_at_once(
    esdh_postgres: Server, esdh_postgres_url: str, store: Store
) -> None:
    """An outbox that grew with the program is the same as one made today."""
    other = esdh_postgres.database()
    engine = create_engine(esdh_postgres.url(other))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE esdh_connect_schema (version_num VARCHAR(32) NOT NULL)"))
        schema.migrate(connection)
    engine.dispose()
    assert described(esdh_postgres.url(other)) == described(esdh_postgres_url)
    esdh_postgres.drop(other)


def test_nothing_on_the_server_names_a_person(esdh_postgres: Server, store: Store) -> None:
    """Neither its tables nor its log of writes: what can name one is sealed before it leaves us."""
    one = draft("1", contents=[b"Til Frida Mortensen, 1212121212"])
    add(store, one)
    esdh_postgres.execute(SQL("CHECKPOINT"))
    held = [file for file in esdh_postgres.folder.rglob("*") if file.is_file() and b"1212121212" in file.read_bytes()]
    assert held == []
