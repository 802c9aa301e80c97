"""The host's own transaction on a server: what is in it, when it is there, and who waits for it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import attrs
import psycopg
import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from esdh_connect.dispatch import Work
from esdh_connect.errors import StoreError
from esdh_connect.events import DocumentFinalized
from esdh_connect.outbox import KeyTaken
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.letters import NOON, POLICY, committed, draft, receipt, seen
from esdh_connect.testing.outbox.happenings import STOP, accept, add, claim, received, start


@pytest.fixture
def engine(esdh_postgres_url: str) -> Iterator[Engine]:
    engine = create_engine(esdh_postgres_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE sager (id TEXT)"))
    yield engine
    engine.dispose()


def commit_a_case(connection: Connection, store: Store, name: str) -> None:
    one = draft(name)
    connection.execute(text("INSERT INTO sager VALUES (:id)"), {"id": name})
    store.add([one], [committed(one)], POLICY, connection=connection)


def cases(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM sager")) or 0


def test_what_the_host_rolls_back_never_was(engine: Engine, store: Store) -> None:
    """Letters, facts and keys lie in the host's transaction."""
    store.install("plugin")
    with engine.connect() as connection, connection.begin() as transaction:
        commit_a_case(connection, store, "1")
        transaction.rollback()
    assert (store.entries(), store.unheard("plugin"), cases(engine)) == ((), (), 0)
    add(store, draft("1"))


def test_what_the_host_commits_is_all_there(engine: Engine, store: Store) -> None:
    """The durable moment is the host's commit; before it nobody else sees the letter, and no worker takes it."""
    store.install("plugin")
    with engine.begin() as connection:
        commit_a_case(connection, store, "1")
        assert store.entries() == ()
        assert store.claim(NOON, start(), STOP) is None
    assert store.dispatch(draft("1").entry.id).envelope == draft("1").envelope
    assert [told.event for told in store.unheard("plugin")] == [committed(draft("1"))]


def test_a_commit_nobody_knows_the_outcome_of_is_settled_by_the_same_key(
    engine: Engine, store: Store, esdh_postgres_url: str
) -> None:
    """The connection broke before the host heard of its commit: asked again, the key gives its outcome or is free."""
    one, never = draft("1"), draft("2")
    with engine.connect() as connection:
        commit_a_case(connection, store, "1")
        connection.commit()  # it was stored; the host shall not have heard of it
    with engine.connect() as lost:
        commit_a_case(lost, store, "2")
        pid = lost.scalar(text("SELECT pg_backend_pid()"))
        with psycopg.connect(esdh_postgres_url.replace("+psycopg", ""), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", (pid,))
        with pytest.raises(DBAPIError):
            lost.commit()
    assert store.committed(one.key) == {one.recipient: one.entry}
    with engine.begin() as connection, pytest.raises(KeyTaken):
        store.add([one], [], POLICY, connection=connection)
    assert store.committed(never.key) == {}
    with engine.begin() as connection:
        commit_a_case(connection, store, "2")
    assert (len(store.entries()), cases(engine)) == (2, 2)


@pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
def test_a_taken_key_leaves_the_hosts_transaction_usable(engine: Engine, store: Store, level: str) -> None:
    """Whatever the host's transaction can see of it, the answer is that the key is taken, and the host may go on."""
    with engine.connect().execution_options(isolation_level=level) as connection, connection.begin():
        connection.execute(text("INSERT INTO sager VALUES ('2')"))
        add(store, draft("1"))  # from elsewhere, after this transaction began
        with pytest.raises(KeyTaken):
            store.add([draft("3"), draft("2", key="1")], [], POLICY, connection=connection)
    assert (len(store.entries()), cases(engine)) == (1, 1)


def test_an_id_twice_leaves_nothing_in_the_hosts_transaction(engine: Engine, store: Store) -> None:
    """Whatever goes wrong half way takes back what was written before it."""
    one = draft("1")
    add(store, one)
    twin = attrs.evolve(draft("2"), entry=attrs.evolve(draft("2").entry, message_uuid=one.entry.message_uuid))
    with engine.begin() as connection, pytest.raises(ValueError, match="message UUID"):
        store.add([draft("3"), twin], [], POLICY, connection=connection)
    assert len(store.entries()) == 1


def test_a_connection_that_commits_by_itself_is_refused(engine: Engine, store: Store) -> None:
    """There a letter would be bestilt whatever becomes of the host's own work."""
    own = engine.execution_options(isolation_level="AUTOCOMMIT")
    with own.connect() as connection, pytest.raises(ValueError, match="commits each statement"):
        commit_a_case(connection, store, "1")
    assert store.entries() == ()


def test_a_session_that_does_not_wait_for_the_disk_is_refused(engine: Engine, store: Store, seal: Seal) -> None:
    """The green tick comes after a commit that survives the power."""
    with engine.connect() as connection:
        connection.execute(text("SET synchronous_commit = off"))
        with pytest.raises(StoreError, match="synchronous_commit is 'off'"):
            store.add([draft("1")], [], POLICY, connection=connection)
    engine.dispose()
    careless = create_engine(engine.url, connect_args={"options": "-c synchronous_commit=local"})
    with pytest.raises(StoreError, match="synchronous_commit is 'local'"):
        Store(careless, seal)
    careless.dispose()
    assert store.entries() == ()


def test_our_own_transactions_are_transactions_on_any_engine(engine: Engine, seal: Seal) -> None:
    """Also where the host's engine commits each statement by itself: what goes wrong half way is not there by half."""
    store = Store(engine.execution_options(isolation_level="AUTOCOMMIT"), seal)
    one = draft("1")
    add(store, one)
    twin = attrs.evolve(draft("2"), entry=attrs.evolve(draft("2").entry, message_uuid=one.entry.message_uuid))
    with pytest.raises(ValueError, match="message UUID"):
        add(store, draft("3"), twin)
    assert store.entries() == (one.entry,)
    assert store.dispatch(one.entry.id).envelope == one.envelope


# --- at the same time


def test_no_fact_is_passed_over_because_it_was_committed_late(engine: Engine, store: Store) -> None:
    """A subscriber that has heard what was stored later still hears what was stored first, and hears it once."""
    store.install("plugin")
    with engine.begin() as connection:
        commit_a_case(connection, store, "early")
        add(store, draft("late"))
        [late] = store.unheard("plugin")
        assert late.event == committed(draft("late"))
        store.heard("plugin", late.position)
    [early] = store.unheard("plugin")
    assert early.event == committed(draft("early"))
    store.heard("plugin", early.position)
    assert store.unheard("plugin") == ()


def test_who_is_installed_while_others_write_misses_nothing_that_follows(engine: Engine, store: Store) -> None:
    """What is committed after the installation is heard, also where it was begun before; what was there is not."""
    add(store, draft("before"))
    with engine.begin() as connection:
        commit_a_case(connection, store, "meanwhile")
        store.install("plugin")
    assert [told.event for told in store.unheard("plugin")] == [committed(draft("meanwhile"))]


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Call them at the same time; gives what they gave."""
    ready = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        ready.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.parametrize("_", range(5))
def test_what_happens_twice_at_once_happens_once(open_store: Callable[[], Store], _: int) -> None:
    """Events told, receipts received, subscribers installed and stores opened in two processes at the same moment."""
    one, two = at_once(open_store, open_store)
    assert isinstance(one, Store)
    assert isinstance(two, Store)
    event, told = seen(DocumentFinalized), receipt(draft("nobody's").entry)
    assert sorted(map(bool, at_once(lambda: one.tell(event, POLICY), lambda: two.tell(event, POLICY)))) == [False, True]
    at_once(lambda: one.receive(told, received), lambda: two.receive(told, received))
    assert one.unmatched() == (told,)
    at_once(lambda: one.install("plugin"), lambda: two.install("plugin"))
    at_once(lambda: one.treated(event, []), lambda: two.treated(event, []))
    assert one.untreated() == two.untreated() == ()


def test_a_reminder_committed_while_its_letter_is_handed_over_goes(engine: Engine, store: Store) -> None:
    """Whoever comes second waits for the first: no reminder waits for what has happened already."""
    letter = draft("letter")
    add(store, letter)
    under_way = claim(store).entry
    reminder = draft("reminder", key="letter", beside=letter.entry.id, documents=())
    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as connection:
            store.add([reminder], [], POLICY, connection=connection)
            report = pool.submit(store.change, under_way.id, accept(under_way))
        assert report.result(timeout=30).work is Work.HANDED_OVER
    assert claim(store).id == reminder.entry.id
