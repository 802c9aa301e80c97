"""An outbox of an older schema on a server, opened by a newer program in the middle of a mailing."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Boolean, Connection, Integer, MetaData, create_engine, func, insert, select, text

from esdh_connect.dispatch import Status, Work
from esdh_connect.errors import ProgramOutdated
from esdh_connect.store import Store, schema
from esdh_connect.testing.letters import NOON, draft
from esdh_connect.testing.outbox.happenings import STOP, accept, add, claim, ids, start

#: The same outbox that a file of the first version is tested with.
OLD = Path(__file__).parents[3] / "tests" / "store" / "outbox-0001.sql"
FOLDER = Path(schema.__file__).with_name("migrations")
MAILING = ids(*(draft(f"mailing {number}") for number in range(8)))
#: Each letter as the program of that time stored it, by who owns its rows.
OF_LETTER = {
    "dispatch": "id",
    "data_key": "owner",
    "dispatch_document": "dispatch",
    "payload": "dispatch",
    "fact": "dispatch",
}

OLD_PROGRAM = """
import sys, time
import psycopg
conninfo, *letters = sys.argv[1:]
with psycopg.connect(conninfo, autocommit=True) as outbox:
    for letter in letters:
        with outbox.transaction():
            for table, owner in OF_LETTER.items():
                known = outbox.execute(f"SELECT * FROM source.esdh_connect_{table} LIMIT 0").description
                names = ", ".join(f'"{one.name}"' for one in known if one.name not in ("seq", ROW[table]))
                rows = f"SELECT {names} FROM source.esdh_connect_{table} WHERE {owner} = %s"
                outbox.execute(f"INSERT INTO esdh_connect_{table} ({names}) {rows}", [letter])
        print("stored", letter, flush=True)
        time.sleep(0.02)
"""
GIVEN = f"OF_LETTER = {OF_LETTER!r}\nROW = {{**dict.fromkeys(OF_LETTER, ''), 'payload': 'id'}}\n"


def lay(url: str) -> None:
    """Make the outbox as it was left, with the tables and statements of that time."""
    memory = sqlite3.connect(":memory:")
    memory.row_factory = sqlite3.Row
    memory.executescript(OLD.read_text(encoding="utf-8"))
    engine = create_engine(url)
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection, "version_table": "esdh_connect_schema"})
        config.set_main_option("script_location", str(FOLDER))
        config.set_main_option("version_locations", str(FOLDER / "versions"))
        config.set_main_option("path_separator", "newline")
        command.upgrade(config, "0001")
        fill(connection, memory)
    engine.dispose()
    memory.close()


def fill(connection: Connection, memory: sqlite3.Connection) -> None:
    tables = MetaData()
    tables.reflect(connection)
    for table in tables.sorted_tables:
        rows = [dict(row) for row in memory.execute(f"SELECT * FROM {table.name}")]  # noqa: S608 - names of ours
        if table.name == "esdh_connect_schema" or not rows:
            continue
        yes_or_no = [column.name for column in table.columns if isinstance(column.type, Boolean)]
        connection.execute(insert(table), [row | {name: bool(row[name]) for name in yes_or_no} for row in rows])
        for column in (one for one in table.primary_key if isinstance(one.type, Integer)):
            if its := connection.scalar(select(func.pg_get_serial_sequence(table.name, column.name))):
                connection.execute(select(func.setval(its, select(func.max(column)).scalar_subquery())))


def without_mailing(url: str) -> None:
    """The same before the mailing began; its letters lie aside."""
    lay(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA source"))
        for table in OF_LETTER:
            connection.execute(text(f"CREATE TABLE source.esdh_connect_{table} AS TABLE esdh_connect_{table}"))
        for table, owner in reversed(OF_LETTER.items()):
            gone = text(f"DELETE FROM esdh_connect_{table} WHERE {owner} = ANY(:letters)")  # noqa: S608
            connection.execute(gone, {"letters": MAILING})
    engine.dispose()


def test_the_mailing_goes_on(esdh_postgres_url: str, open_store: Callable[[], Store]) -> None:
    """What waited leaves in its order, once; what became of the others is what it was."""
    lay(esdh_postgres_url)
    store = open_store()
    left = []
    while (taken := store.claim(NOON, start(), STOP)) is not None:
        left.append(taken.id)
        store.change(taken.id, accept(taken))
    assert left == [*ids(draft("ready"), draft("reminder")), *MAILING]
    assert store.entry(draft("unknown").entry.id).status is Status.UNRESOLVED
    assert store.entry(draft("delivered").entry.id).work is Work.CLOSED
    assert [told.position for told in store.unheard("plugin")][:33] == list(range(5, 38))
    assert all(store.dispatch(id_).envelope.letter.title for id_ in left)


def test_nothing_is_lost_that_an_old_program_commits_meanwhile(
    esdh_postgres_url: str, open_store: Callable[[], Store]
) -> None:
    """It waits while the schema changes; what it is told is stored is, before and after, and new letters too."""
    without_mailing(esdh_postgres_url)
    conninfo = esdh_postgres_url.replace("+psycopg", "")
    command_line = [sys.executable, "-c", GIVEN + OLD_PROGRAM, conninfo, *MAILING]
    with subprocess.Popen(command_line, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(3)]
        store = open_store()
        add(store, draft("new"))
        said += process.stdout.readlines()
    stored = [line.split()[1] for line in said]
    assert (process.returncode, stored) == (0, MAILING)
    assert {draft("new").entry.id, *stored} <= {entry.id for entry in store.entries(limit=1000)}
    assert all(store.dispatch(id_).envelope.letter.title for id_ in stored)


def test_programs_that_start_at_once_change_the_schema_once(
    esdh_postgres_url: str, open_store: Callable[[], Store]
) -> None:
    """The others wait for the first and go on."""
    lay(esdh_postgres_url)
    with ThreadPoolExecutor(3) as pool:
        stores = list(pool.map(lambda _: open_store(), range(3)))
    for number, store in enumerate(stores):
        add(store, draft(f"new {number}"))
    assert len(stores[0].entries(limit=1000)) == 22


def test_who_begins_while_the_schema_changes_waits_and_is_told(store: Store, open_store: Callable[[], Store]) -> None:
    """Between its question for the version and its commit nobody changes that."""
    changing, told = Event(), Event()

    def upgrade() -> None:
        with open_store().transaction() as newer:
            newer.execute(text("LOCK TABLE esdh_connect_schema IN ACCESS EXCLUSIVE MODE"))
            changing.set()
            assert not told.wait(0.3)
            newer.execute(text("UPDATE esdh_connect_schema SET version_num = '9999'"))

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(upgrade)
        changing.wait()
        with pytest.raises(ProgramOutdated):
            add(store, draft("1"))
        told.set()
        done.result()
    assert store.entries() == ()
    with pytest.raises(ProgramOutdated):
        claim(store, NOON)
