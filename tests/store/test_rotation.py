"""The installation secret is exchanged: under load, killed in the middle, and nothing is lost or doubled."""

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import text

from esdh_connect.dispatch import ReceiptEvent
from esdh_connect.errors import DamagedPayload, WrongSecret
from esdh_connect.seal import Purpose, Seal
from esdh_connect.store import Store
from esdh_connect.testing.letters import draft, receipt
from esdh_connect.testing.outbox.happenings import accept, add, cancel, claim, ids, received

OLD, NEW, THIRD = (bytes([at]) * 32 for at in (1, 2, 3))


def both(first: bytes, other: bytes) -> Seal:
    return Seal(first, lambda: (first, other))


def letters(store: Store, *names: str) -> None:
    """All of them open, with what they carried."""
    for name in names:
        assert store.dispatch(draft(name).entry.id).envelope == draft(name).envelope


def test_everything_opens_with_the_new_secret_alone(path: Path) -> None:
    """And with the old one nothing; the log tells who did it."""
    store = Store.open(path, Seal(OLD))
    add(store, *[draft(str(number)) for number in range(3)])
    again = Store.open(path, both(OLD, NEW))
    assert not again.is_exchanged(Seal(NEW))
    assert sum(again.exchange(both(NEW, OLD), by="drift")) == 3 + 3
    assert again.is_exchanged(Seal(NEW))
    fresh = Store.open(path, Seal(NEW))
    letters(fresh, "0", "1", "2")
    told = [(line.what, line.by) for line in fresh.audit.of("")]
    assert told == [("secret exchange begun", "drift"), ("secret exchange done", "drift")]
    with pytest.raises(WrongSecret):
        Store.open(path, Seal(OLD))
    for one in (store, again, fresh):
        one.close()


def test_what_was_named_before_is_recognized_after(path: Path) -> None:
    """Keys and recipients have the same digests: the same wish never becomes a second letter. MACs still fit."""
    store = Store.open(path, Seal(OLD))
    before = store.lasting(Seal(OLD))
    assert before.digest("key", "dialog-1") == Seal(OLD).digest("key", "dialog-1")
    add(store, draft("1"))
    store.link_audit()
    head = store.audit.head()
    list(store.exchange(both(NEW, OLD), by="drift"))
    fresh = Store.open(path, Seal(NEW))
    after = fresh.lasting(Seal(NEW))
    assert after.digest("key", "dialog-1") == before.digest("key", "dialog-1")
    assert after.key(Purpose.AUDIT) == before.key(Purpose.AUDIT)
    assert after.key(Purpose.LAUNCH) == Seal(NEW).key(Purpose.LAUNCH)
    assert fresh.audit.verify(head).is_whole
    store.close()
    fresh.close()


def test_the_old_wrapped_keys_are_in_no_file(path: Path, files: Callable[[], dict[str, bytes]]) -> None:
    """Whoever has the old secret and the disk opens nothing."""
    store = Store.open(path, Seal(OLD))
    add(store, *[draft(str(number)) for number in range(50)])
    with store.transaction() as connection:
        old = connection.execute(text("SELECT wrapped FROM esdh_connect_data_key")).scalars().all()
    list(store.exchange(both(NEW, OLD), by="drift"))
    lying = b"".join(files().values())
    assert [key for key in old if key in lying] == []
    store.close()


def test_a_program_that_runs_meanwhile_goes_on(path: Path) -> None:
    """It finds the new secret when it meets it, reads old letters and new, and wraps under the one in force."""
    running = Store.open(path, both(OLD, NEW))
    add(running, draft("1"))
    other = Store.open(path, both(OLD, NEW))
    list(other.exchange(both(NEW, OLD), by="drift"))
    letters(running, "1")
    add(running, draft("2"))
    running.change(claim(running).id, accept(draft("1").entry))
    fresh = Store.open(path, Seal(NEW))
    letters(fresh, "1", "2")
    for one in (running, other, fresh):
        one.close()


def test_a_program_that_cannot_find_the_new_secret_stores_nothing(path: Path) -> None:
    """It says so; the letters are kept, and open where the secret is known."""
    running = Store.open(path, Seal(OLD))
    add(running, draft("1"))
    list(Store.open(path, both(OLD, NEW)).exchange(both(NEW, OLD), by="drift"))
    with pytest.raises(WrongSecret):
        add(running, draft("2"))
    with pytest.raises(WrongSecret):
        running.entry(draft("1").entry.id)
    fresh = Store.open(path, Seal(NEW))
    assert [entry.id for entry in fresh.entries()] == ids(draft("1"))
    fresh.close()
    running.close()


def test_stopped_anywhere_everything_opens_and_the_rest_follows(path: Path) -> None:
    """After each step all letters open with both secrets at hand, whichever of them is the first."""
    names = [str(number) for number in range(1200)]
    store = Store.open(path, both(OLD, NEW))
    add(store, *map(draft, names))
    for stop in range(4):
        steps = store.exchange(both(NEW, OLD), by="drift")
        for _ in range(stop):
            next(steps)
        steps.close()
        for seal in (both(OLD, NEW), both(NEW, OLD)):
            other = Store.open(path, seal)
            letters(other, names[0], names[600], names[-1])
            add(other, draft(f"{stop} {seal.id}"))
            other.close()
    list(store.exchange(both(NEW, OLD), by="drift"))
    fresh = Store.open(path, Seal(NEW))
    assert fresh.is_exchanged(Seal(NEW))
    letters(fresh, *names[::100], *[f"{stop} {seal.id}" for stop in range(4) for seal in (Seal(OLD), Seal(NEW))])
    fresh.close()
    store.close()


def test_a_key_of_a_third_secret_is_told_of(path: Path) -> None:
    """All others are exchanged; nothing of it is destroyed, and it opens again where its secret is found."""
    store = Store.open(path, Seal(OLD))
    add(store, draft("1"), draft("2"))
    lost = draft("1").entry.id
    with store.transaction() as connection:
        wrapped = connection.scalar(text("SELECT wrapped FROM esdh_connect_data_key WHERE owner = :of"), {"of": lost})
        elsewhere = both(THIRD, OLD).rewrapped(lost, wrapped)
        change = text("UPDATE esdh_connect_data_key SET wrapped = :now WHERE owner = :of")
        connection.execute(change, {"now": elsewhere, "of": lost})
    with pytest.raises(WrongSecret, match="1 keys"):
        list(store.exchange(both(NEW, OLD), by="drift"))
    fresh = Store.open(path, Seal(NEW, lambda: (NEW, THIRD)))
    letters(fresh, "1", "2")
    list(fresh.exchange(Seal(NEW, lambda: (NEW, THIRD)), by="drift"))
    assert fresh.is_exchanged(Seal(NEW))
    fresh.close()
    store.close()


def test_a_damaged_key_stops_only_its_letter(path: Path) -> None:
    """The exchange ends, and the letter says that it is damaged, not that a secret is missing."""
    store = Store.open(path, Seal(OLD))
    add(store, draft("1"), draft("2"))
    with store.transaction() as connection:
        values = {"of": draft("1").entry.id}
        wrapped = connection.scalar(text("SELECT wrapped FROM esdh_connect_data_key WHERE owner = :of"), values)
        spoil = text("UPDATE esdh_connect_data_key SET wrapped = :spoilt WHERE owner = :of")
        connection.execute(spoil, {**values, "spoilt": wrapped[:60] + bytes(25)})
    list(store.exchange(both(NEW, OLD), by="drift"))
    fresh = Store.open(path, Seal(NEW))
    assert fresh.is_exchanged(Seal(NEW))
    assert len(fresh.entries()) == 2
    letters(fresh, "2")
    with pytest.raises(DamagedPayload):
        fresh.dispatch(draft("1").entry.id)
    fresh.close()
    store.close()


def test_what_is_erased_meanwhile_stays_erased(path: Path) -> None:
    """Its key is not written back."""
    store = Store.open(path, both(OLD, NEW))
    add(store, draft("1"), draft("2"))
    store.change(draft("1").entry.id, cancel())
    steps = store.exchange(both(NEW, OLD), by="drift")
    next(steps)
    store.erase(draft("1").entry.id)
    list(steps)
    with pytest.raises(DamagedPayload):
        store.dispatch(draft("1").entry.id)
    store.close()


def test_letters_come_and_go_while_it_is_exchanged(path: Path) -> None:
    """Back and forth, ten times, while others commit, send, receive and erase: nobody is told anything of it."""
    stop, errors, committed = Event(), [], []

    def work() -> None:
        try:
            store = Store.open(path, both(OLD, NEW))
            number = 0
            while not stop.is_set():
                name = f"letter {number}"
                number += 1
                add(store, draft(name))
                committed.append(name)
                taken = claim(store).entry
                store.change(taken.id, accept(taken))
                store.receive(receipt(taken, ReceiptEvent.DELIVERED), received)
                store.duty_done(taken.id, "journal")
                if number % 3 == 0:
                    store.erase(taken.id)
            store.close()
        except Exception as error:  # noqa: BLE001 - told by the test
            errors.append(error)

    Store.open(path, Seal(OLD)).close()
    thread = Thread(target=work)
    thread.start()
    exchanger = Store.open(path, both(OLD, NEW))
    for turn in range(10):
        seal = both(NEW, OLD) if turn % 2 == 0 else both(OLD, NEW)
        list(exchanger.exchange(seal, by="drift"))
    stop.set()
    thread.join()
    assert errors == []
    alone = Store.open(path, Seal(OLD))
    kept = [name for at, name in enumerate(committed, 1) if at % 3]
    letters(alone, *kept)
    assert alone.is_exchanged(Seal(OLD))
    assert alone.audit.verify().is_whole
    alone.close()
    exchanger.close()
