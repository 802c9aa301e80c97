"""What plugins keep, on a server: made once whoever starts first, in the host's schema, and by nobody half."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import create_engine, inspect, text

from esdh_connect.errors import PluginError
from esdh_connect.outbox import Shelf
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.tables import Tables
from esdh_connect.testing.letters import draft
from esdh_connect.testing.outbox.happenings import add
from esdh_connect.testing.tables import TablesSuite
from esdh_connect.testing.tables.notes import TABLES, Notes


class TestTables(TablesSuite):
    """The suite, on a server."""

    @pytest.fixture
    def owner(self) -> str:
        return "notes"

    @pytest.fixture
    def tables(self) -> Tables:
        return TABLES

    @pytest.fixture
    def url(self, esdh_postgres_url: str) -> str:
        return esdh_postgres_url


def test_programs_that_start_at_once_make_the_tables_once(open_store: Callable[[], Store]) -> None:
    """The others wait for the first, and letters are committed meanwhile."""
    stores = [open_store() for _ in range(4)]
    ready = Barrier(5)

    def start(store: Store) -> None:
        ready.wait()
        store.keep("notes", TABLES)
        Notes(Shelf(store, str)).write("one")

    def send(store: Store) -> None:
        ready.wait()
        for number in range(20):
            add(store, draft(f"{number}"))

    with ThreadPoolExecutor(5) as pool:
        done = [pool.submit(start, store) for store in stores] + [pool.submit(send, open_store())]
        assert [one.result(60) for one in done] == [None] * 5
    assert Notes(Shelf(stores[0], str)).written() == ["one"] * 4
    assert len(stores[0].entries()) == 20


def test_they_lie_in_the_schema_of_the_outbox(esdh_postgres_url: str, seal: Seal) -> None:
    """A host that keeps the outbox apart from its own tables finds the plugins' there as well."""
    engine = create_engine(esdh_postgres_url, connect_args={"options": "-c search_path=post"})
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA post"))
    store = Store(engine, seal)
    store.keep("notes", TABLES)
    assert "esdh_connect_notes_note" in inspect(engine).get_table_names(schema="post")
    assert inspect(engine).get_table_names(schema="public") == []
    engine.dispose()


def test_a_newer_schema_is_refused(store: Store, open_store: Callable[[], Store]) -> None:
    """And the plugin is named."""
    store.keep("notes", TABLES)
    with store.transaction() as connection:
        connection.execute(text("UPDATE esdh_connect_notes_schema SET version_num = '9999'"))
    with pytest.raises(PluginError, match=r"9999.*0001"):
        open_store().keep("notes", TABLES)
