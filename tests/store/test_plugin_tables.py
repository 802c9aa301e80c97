"""What plugins keep in the store: made, brought up to date, or refused; beside letters that are being sent."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, String, Table, create_engine, inspect, text

from esdh_connect.errors import PluginError, StoreError
from esdh_connect.hookspecs import hookimpl
from esdh_connect.outbox import Shelf
from esdh_connect.seal import Seal
from esdh_connect.store import Store, schema
from esdh_connect.tables import NAMING, Tables
from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect.testing.letters import draft
from esdh_connect.testing.outbox.happenings import add
from esdh_connect.testing.tables import TablesSuite
from esdh_connect.testing.tables.notes import TABLES, Notes

#: Commits letters, one transaction each, while somebody else starts.
MAILING = """
import sys, time
from pathlib import Path
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.letters import draft
from esdh_connect.testing.outbox.happenings import add

store = Store.open(Path(sys.argv[1]), Seal(b"a secret of at least thirty-two bytes"))
for number in range(40):
    add(store, draft(f"mailing {number}"))
    print(number, flush=True)
    time.sleep(0.01)
"""

STARTING = """
import sys
from pathlib import Path
from esdh_connect.outbox import Shelf
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.tables.notes import TABLES, Notes

store = Store.open(Path(sys.argv[1]), Seal(b"a secret of at least thirty-two bytes"))
store.keep("notes", TABLES)
Notes(Shelf(store, str)).write(sys.argv[2])
"""

SECOND = '''
"""Notes have a colour."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

def upgrade():
    """Add the column."""
    op.add_column("esdh_connect_notes_note", sa.Column("colour", sa.String()))
'''


class TestTables(TablesSuite):
    """The suite itself, on the smallest plugin there is."""

    @pytest.fixture
    def owner(self) -> str:
        return "notes"

    @pytest.fixture
    def tables(self) -> Tables:
        return TABLES


def notes_of(store: Store) -> Notes:
    store.keep("notes", TABLES)
    return Notes(Shelf(store, store._vault.seal.digest))


def tables_called(name: str) -> Tables:
    return Tables(made(name), TABLES.migrations)


def made(name: str) -> MetaData:
    metadata = MetaData(naming_convention=NAMING)
    Table(name, metadata, Column("id", String, primary_key=True))
    return metadata


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tables:
    """The plugin's next version, with one more revision."""
    folder = tmp_path / "100% newer notes"
    folder.mkdir()
    package = folder / tmp_path.name  # imported once in a process, so each test has its own
    package.mkdir()
    for path in TABLES.revisions.glob("*.py"):
        (package / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (package / "r0002_colour.py").write_text(SECOND, encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    metadata = MetaData(naming_convention=NAMING)
    TABLES.metadata.tables["esdh_connect_notes_note"].to_metadata(metadata).append_column(Column("colour", String))
    return Tables(metadata, package.name)


def columns(store: Store) -> list[str]:
    with store.reading() as connection:
        return [one["name"] for one in inspect(connection).get_columns("esdh_connect_notes_note")]


# --- versions


def test_an_older_schema_is_brought_up_to_date(store: Store, newer: Tables) -> None:
    """With what is in it, from a folder with whatever name."""
    notes_of(store).write("kept")
    store.keep("notes", newer)
    assert columns(store) == ["seq", "text", "colour"]
    assert Notes(Shelf(store, str)).written() == ["kept"]


def test_a_newer_schema_is_refused_and_the_outbox_is_not(
    store: Store, newer: Tables, open_store: Callable[..., Store]
) -> None:
    """The plugin that was set back is named with both versions; letters go on."""
    store.keep("notes", newer)
    again = open_store()
    with pytest.raises(PluginError, match=r"0002.*0001") as refused:
        again.keep("notes", TABLES)
    assert refused.value.plugin == "notes"
    add(again, draft("1"))


def test_a_revision_that_fails_leaves_everything_as_it_was(store: Store, newer: Tables) -> None:
    """Half a schema is none: version and tables change together."""
    notes_of(store).write("kept")
    broken = SECOND.replace("op.add_column", 'op.execute("CREATE TABLE esdh_connect_notes_x (y INT)"); op.nonsense')
    (newer.revisions / "r0002_colour.py").write_text(broken, encoding="utf-8")
    with pytest.raises(AttributeError, match="nonsense"):
        store.keep("notes", newer)
    with store.reading() as connection:
        assert not inspect(connection).has_table("esdh_connect_notes_x")
        assert connection.scalar(text("SELECT version_num FROM esdh_connect_notes_schema")) == "0001"
    assert notes_of(store).written() == ["kept"]


def test_a_plugin_does_not_touch_the_version_of_the_outbox(store: Store, newer: Tables) -> None:
    """Each has its own, so that each can be newer than the other."""
    store.keep("notes", newer)
    with store.reading() as connection:
        assert connection.scalar(text("SELECT version_num FROM esdh_connect_schema")) == schema.VERSION


# --- names


@pytest.mark.parametrize("name", ["bilag", "esdh_connect_dispatch", "esdh_connect_note", "esdh_connect_notes_schema"])
def test_a_table_that_is_not_the_plugins_is_refused(store: Store, name: str) -> None:
    """It may lie in the host's database, where only what is called esdh_connect_ and the plugin's name is its own."""
    with pytest.raises(PluginError, match=name):
        store.keep("notes", tables_called(name))


@pytest.mark.parametrize("owner", ["notes", "notes-old"])
def test_no_plugin_gets_the_table_of_another(store: Store, owner: str) -> None:
    """Two names may look alike in a database; the second is refused, and told whose it is."""
    name = "esdh_connect_notes_old_x"
    store.keep(owner, tables_called(name))
    other = {"notes": "notes-old", "notes-old": "notes"}[owner]
    with pytest.raises(PluginError, match=f"{name}.*{owner}"):
        store.keep(other, tables_called(name))


def test_no_plugin_gets_a_table_of_the_outbox(store: Store) -> None:
    """Also where its own name begins as one of those does."""
    with pytest.raises(PluginError, match="that of the outbox"):
        store.keep("dispatch", tables_called("esdh_connect_dispatch_document"))


@pytest.mark.parametrize("package", ["no_such_package", "json"])
def test_migrations_that_are_none_are_refused(store: Store, package: str) -> None:
    """A misspelt name is found at the first start, not at the first change."""
    with pytest.raises(PluginError, match=package):
        store.keep("notes", Tables(TABLES.metadata, package))


# --- in an installation


def started(outbox: Store, plugin: object, host: object | None = None) -> object:
    return installation(
        host=host or FakeHost(), channels=[FakeChannel()], now=FakeClock(), outbox=outbox, more={"notes": plugin}
    )


def test_a_plugin_gets_its_shelf_when_the_installation_starts(store: Store) -> None:
    """It keeps things from then on, in the same database as the letters, which post.store gives as well."""
    notes = Notes()
    post = started(store, notes)
    notes.write("one")
    assert Notes(post.store).written() == ["one"]
    assert post.store.digest("a", "b") == post.seal.digest("a", "b")


def test_a_plugin_may_leave_the_shelf_out(store: Store) -> None:
    """As any implementation may leave arguments out."""

    class Tabular:
        @hookimpl
        def register_tables(self) -> Tables:
            return TABLES

    assert started(store, Tabular()).plugins.broken == ()
    assert Notes(Shelf(store, str)).written() == []


@pytest.mark.parametrize("tables", [tables_called("bilag"), Tables(TABLES.metadata, "no_such_package"), "tables"])
def test_a_plugin_with_tables_that_break_the_rules_is_left_out(store: Store, tables: object) -> None:
    """It is reported, and letters are sent without it."""

    class Strange:
        @hookimpl
        def register_tables(self) -> object:
            return tables

    post = started(store, Strange())
    assert [one.name for one in post.plugins.broken] == ["notes"]
    add(post.outbox, draft("1"))


def test_a_host_with_tables_that_break_the_rules_does_not_start(store: Store) -> None:
    """Nothing goes without the host."""

    class Strange(FakeHost):
        @hookimpl
        def register_tables(self) -> Tables:
            return TABLES

    with pytest.raises(PluginError, match="esdh_connect_host_"):
        started(store, Notes(), Strange())


def test_a_database_that_fails_stops_the_start(store: Store, path: Path) -> None:
    """It is no fault of the plugin's, which would else be missing without a word."""
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked"):
            started(store, Notes())
        other.execute("ROLLBACK")
    other.close()


# --- in the host's database, and while others write


def test_they_lie_in_the_hosts_database_beside_its_own(tmp_path: Path, seal: Seal) -> None:
    """Whose tables stay as they are."""
    engine = create_engine(f"sqlite:///{tmp_path / 'host.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE bilag (id TEXT)"))
    notes_of(Store(engine, seal)).write("one")
    names = inspect(engine).get_table_names()
    assert {"bilag", "esdh_connect_notes_note", "esdh_connect_notes_schema"} <= set(names)
    engine.dispose()


def test_tables_are_made_once_while_a_mailing_runs(path: Path, open_store: Callable[..., Store]) -> None:
    """Several programs start at once and bring the same plugin; no letter and no note is lost."""
    open_store().close()
    with subprocess.Popen([sys.executable, "-c", MAILING, str(path)], stdout=subprocess.PIPE, text=True) as mailing:
        assert mailing.stdout is not None
        mailing.stdout.readline()
        starting = [subprocess.Popen([sys.executable, "-c", STARTING, str(path), who]) for who in "abc"]
        assert [one.wait(60) for one in starting] == [0, 0, 0]
        mailing.stdout.read()
    assert mailing.returncode == 0
    store = open_store()
    assert len(store.entries()) == 40
    assert sorted(notes_of(store).written()) == ["a", "b", "c"]


def test_tables_are_changed_while_a_mailing_runs(path: Path, open_store: Callable[..., Store], newer: Tables) -> None:
    """The letters wait for the change and go on; what was kept is there."""
    store = open_store()
    notes_of(store).write("kept")
    with subprocess.Popen([sys.executable, "-c", MAILING, str(path)], stdout=subprocess.PIPE, text=True) as mailing:
        assert mailing.stdout is not None
        mailing.stdout.readline()
        Store.open(path, store._vault.seal).keep("notes", newer)
        mailing.stdout.read()
    assert mailing.returncode == 0
    assert len(store.entries()) == 40
    assert columns(store) == ["seq", "text", "colour"]
    assert Notes(Shelf(store, str)).written() == ["kept"]


# --- the audit log


def test_what_a_plugin_notes_stands_in_the_chain(store: Store) -> None:
    """With who and why, which nobody reads in the file."""
    shelf = Shelf(store, str)
    with shelf.transaction() as connection:
        shelf.note(connection, "notes written", "1", by="bo", why="for now")
    store.link_audit()
    assert [(one.what, one.about, one.by, one.why) for one in store.audit.of("")][-1] == (
        "notes written",
        "1",
        "bo",
        "for now",
    )
    assert store.audit.verify().is_whole
    with pytest.raises(TypeError, match="Connection"):
        shelf.note(None, "notes written")
