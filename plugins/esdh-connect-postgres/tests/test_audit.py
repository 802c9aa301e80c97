"""The audit log, its chain and the secret on a server, where many write at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import pytest
from sqlalchemy import create_engine

from esdh_connect.dispatch import ReceiptEvent
from esdh_connect.errors import WrongSecret
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.letters import POLICY, committed, draft, receipt
from esdh_connect.testing.outbox.happenings import accept, add, cancel, claim, received

OLD, NEW = b"a secret of at least thirty-two bytes", bytes(32)


def both(first: bytes, other: bytes) -> Seal:
    return Seal(first, lambda: (first, other))


def test_many_write_and_several_link(open_store: Callable[[], Store]) -> None:
    """Each line gets one place, and the places follow each other, whoever gave them."""
    stores = [open_store() for _ in range(4)]

    def work(number: int) -> None:
        for at in range(10):
            add(stores[number], draft(f"{number} {at}"))
            stores[number].change(draft(f"{number} {at}").entry.id, cancel())
            stores[number].link_audit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    stores[0].link_audit()
    checked = stores[0].audit.verify()
    assert (checked.is_whole, checked.linked, checked.waiting) == (True, 80, 0)


def test_what_is_committed_late_gets_its_place_late(esdh_postgres_url: str, open_store: Callable[[], Store]) -> None:
    """A line of a transaction that stays open waits for nobody, and nobody for it."""
    store, engine = open_store(), create_engine(esdh_postgres_url)
    with engine.begin() as connection:
        store.add([draft("late")], [committed(draft("late"))], POLICY, connection=connection)
        add(store, draft("early"))
        assert store.link_audit() == 1
    assert store.link_audit() == 1
    (early,), (late,) = (store.audit.of(draft(name).entry.id) for name in ("early", "late"))
    assert (early.position, late.position) == (1, 2)
    assert store.audit.verify().is_whole
    engine.dispose()


def test_a_line_that_was_changed_or_taken_out_is_found(store: Store) -> None:
    """As in a file."""
    add(store, draft("1"), draft("2"))
    store.link_audit()
    for statement in (
        "UPDATE esdh_connect_audit SET at = '2026-01-01T00:00:00.000000Z' WHERE position = 1",
        "DELETE FROM esdh_connect_audit WHERE position = 1",
    ):
        with store.transaction() as connection:
            connection.exec_driver_sql(statement)
        fault = store.audit.verify().fault
        assert fault is not None
        assert fault.position == 1


def test_the_secret_is_exchanged_while_letters_come_and_go(
    esdh_postgres_url: str, open_store: Callable[[], Store]
) -> None:
    """Whoever wraps a key does it under the secret that is in force when their transaction is committed."""
    open_store()
    stop, errors, names = Event(), [], []

    def work() -> None:
        try:
            store = Store.connect(esdh_postgres_url, both(OLD, NEW))
            while not stop.is_set():
                name = f"letter {len(names)}"
                add(store, draft(name))
                names.append(name)
                taken = claim(store).entry
                store.change(taken.id, accept(taken))
                store.receive(receipt(taken, ReceiptEvent.DELIVERED), received)
            store.close()
        except Exception as error:  # noqa: BLE001 - told by the test
            errors.append(error)

    thread = Thread(target=work)
    thread.start()
    exchanger = Store.connect(esdh_postgres_url, both(OLD, NEW))
    for turn in range(5):
        list(exchanger.exchange(both(NEW, OLD) if turn % 2 == 0 else both(OLD, NEW), by="drift"))
    stop.set()
    thread.join()
    assert errors == []
    alone = Store.connect(esdh_postgres_url, Seal(NEW))
    assert alone.is_exchanged(Seal(NEW))
    for name in names:
        assert alone.dispatch(draft(name).entry.id).envelope == draft(name).envelope
    assert alone.audit.verify().is_whole
    for one in (alone, exchanger):
        one.close()
    with pytest.raises(WrongSecret):
        Store.connect(esdh_postgres_url, Seal(OLD))


def test_an_exchange_waits_for_a_hosts_transaction(esdh_postgres_url: str, open_store: Callable[[], Store]) -> None:
    """What that stores under the old secret is wrapped again after it."""
    store, engine = open_store(), create_engine(esdh_postgres_url)
    exchanger = Store.connect(esdh_postgres_url, both(OLD, NEW))
    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as connection:
            store.add([draft("1")], [committed(draft("1"))], POLICY, connection=connection)
            exchange = pool.submit(lambda: sum(exchanger.exchange(both(NEW, OLD), by="drift")))
            assert not exchange.done()
        assert exchange.result(timeout=60) == 4
    alone = Store.connect(esdh_postgres_url, Seal(NEW))
    assert alone.dispatch(draft("1").entry.id).envelope == draft("1").envelope
    for one in (alone, exchanger):
        one.close()
    engine.dispose()
