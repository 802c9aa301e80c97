"""Transactions, the store's own and the host's."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import attrs
import pytest
from sqlalchemy import Connection, Engine, create_engine, text

from esdh_connect.outbox import KeyTaken
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.letters import POLICY, committed, draft
from esdh_connect.testing.outbox.happenings import add, claim


def test_times_are_aware_and_sort_whatever_zone_they_came_in(store: Store) -> None:
    """A time is stored in UTC; one without a zone is refused, because nobody knows when it is."""
    danish = timezone(timedelta(hours=1))
    early = draft("1", at=datetime(2026, 11, 23, 12, 30, tzinfo=danish))
    add(store, draft("2"), early)
    assert claim(store).id == early.entry.id
    entry = store.entry(early.entry.id)
    assert (entry.committed_at, entry.committed_at.tzinfo) == (early.entry.committed_at, UTC)
    with pytest.raises(ValueError, match="zone"):
        add(store, draft("3", at=datetime(2026, 11, 23)))  # noqa: DTZ001 - that is the mistake
    assert len(store.entries()) == 2


# --- the host's transaction


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'host.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE sager (id TEXT)"))
    yield engine
    engine.dispose()


def commit_a_case(connection: Connection, store: Store, name: str) -> None:
    one = draft(name)
    connection.execute(text("INSERT INTO sager VALUES (:id)"), {"id": name})
    store.add([one], [committed(one)], POLICY, connection=connection)


@pytest.mark.parametrize("writes_first", [True, False])
def test_what_the_host_rolls_back_never_was(engine: Engine, seal: Seal, writes_first: bool) -> None:
    """Letters, facts and keys lie in the host's transaction, also where they are the first thing in it."""
    store = Store(engine, seal)
    store.install("plugin")
    with engine.connect() as connection, connection.begin() as transaction:
        if writes_first:
            commit_a_case(connection, store, "1")
        else:
            store.add([draft("1")], [committed(draft("1"))], POLICY, connection=connection)
        transaction.rollback()
    assert (store.entries(), store.unheard("plugin")) == ((), ())
    add(store, draft("1"))


def test_what_the_host_commits_is_all_there(engine: Engine, seal: Seal) -> None:
    """The durable moment is the host's commit; before it nobody else sees the letter."""
    store = Store(engine, seal)
    store.install("plugin")
    with engine.connect() as connection, connection.begin():
        commit_a_case(connection, store, "1")
    assert store.dispatch(draft("1").entry.id).envelope == draft("1").envelope
    assert [told.event for told in store.unheard("plugin")] == [committed(draft("1"))]
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM sager")) == 1


def test_a_taken_key_leaves_the_hosts_transaction_usable(engine: Engine, seal: Seal) -> None:
    """The host may go on and commit its own things."""
    store = Store(engine, seal)
    add(store, draft("1"))
    with engine.connect() as connection, connection.begin():
        connection.execute(text("INSERT INTO sager VALUES ('2')"))
        with pytest.raises(KeyTaken):
            store.add([draft("3"), draft("2", key="1")], [], POLICY, connection=connection)
    assert len(store.entries()) == 1
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM sager")) == 1


def test_an_id_twice_leaves_nothing_in_the_hosts_transaction(engine: Engine, seal: Seal) -> None:
    """Whatever goes wrong half way takes back what was written before it."""
    store = Store(engine, seal)
    one = draft("1")
    add(store, one)
    twin = attrs.evolve(draft("2"), entry=attrs.evolve(draft("2").entry, message_uuid=one.entry.message_uuid))
    with engine.connect() as connection, connection.begin(), pytest.raises(ValueError, match="message UUID"):
        store.add([draft("3"), twin], [], POLICY, connection=connection)
    assert len(store.entries()) == 1


def test_a_connection_is_a_connection(store: Store) -> None:
    """A driver's own connection is not, and says so before anything is stored."""
    with pytest.raises(ValueError, match="Connection"):
        store.add([draft("1")], [], POLICY, connection=object())


def test_a_plugin_writes_in_a_transaction_of_its_own(store: Store) -> None:
    """What it wrote is there when the block ends, and gone where it raised."""
    with store.transaction() as connection:
        connection.execute(text("CREATE TABLE notes (id TEXT)"))
    with suppress(ZeroDivisionError), store.transaction() as connection:
        connection.execute(text("INSERT INTO notes VALUES ('1')"))
        raise ZeroDivisionError
    with store.transaction() as connection:
        assert connection.scalar(text("SELECT count(*) FROM notes")) == 0
