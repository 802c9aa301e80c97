"""What is rotten stops only itself: receipts for nobody's letters, a damaged one, a subscriber that always raises."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid5

import attrs
import pytest
from sqlalchemy import event, text

from esdh_connect.connect import Connect
from esdh_connect.dispatch import Cause, Receipt, ReceiptEvent, Request, Status
from esdh_connect.events import DocumentChanged
from esdh_connect.hookspecs import hookimpl
from esdh_connect.model import Case
from esdh_connect.seal import Seal
from esdh_connect.store import Store, receipts
from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect.testing.memory import MemoryOutbox

STRANGERS = 10_000
SOMEWHERE = UUID(int=2026)


@attrs.define(eq=False)
class Listener:
    """Hears of letters; raises while it is ``broken``. ``calls`` counts both."""

    broken: bool = False
    calls: int = 0
    heard: list[str] = attrs.field(factory=list)

    @hookimpl
    def dispatch_delivered(self, event):
        self.calls += 1
        if self.broken:
            raise RuntimeError("it always does")
        self.heard.append(event.dispatch)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "outbox.db", Seal(b"a secret of thirty-two bytes....."))
    yield store
    store.close()


@pytest.fixture
def install(store: Store, esdh_host: FakeHost, esdh_channel: FakeChannel, esdh_clock: FakeClock):
    """Starts the installation on the store, with more plugins in it."""

    def start(**more: object) -> Connect:
        policy = {"plugins": ("letters", *more)}
        return installation(
            host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=store, more=more, policy=policy
        )

    return start


def written(host: FakeHost, name: str) -> Request:
    return Request(
        name, Case("2026-17", "fake"), "teknik", "Afgørelse", [host.document(name)], [host.person("p", "0101901234")]
    )


def commit(post: Connect, host: FakeHost, name: str) -> str:
    [entry] = post.commit(post.plan(written(host, name)), by="u1").entries
    return entry.id


def delivered(post: Connect, id_: str, receipt_id: str = "last") -> Receipt:
    """The provider says that it arrived."""
    return Receipt(
        receipt_id, ReceiptEvent.DELIVERED, post.entry(id_).committed_at, post.entry(id_).message_uuid, "fake"
    )


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    asked: list[str] = []

    def ask(*arguments: object) -> None:
        asked.append(str(arguments[2]))

    event.listen(store._engine, "before_cursor_execute", ask)
    yield asked
    event.remove(store._engine, "before_cursor_execute", ask)


def strangers(store: Store, count: int, clock: FakeClock) -> None:
    """Receipts for letters nobody here knows."""
    with store.transaction() as connection:
        for number in range(count):
            uuid = uuid5(SOMEWHERE, str(number))
            told = Receipt(str(number), ReceiptEvent.DELIVERED, clock(), uuid, "fake", raw=b"<Kvittering/>")
            receipts.keep_unmatched(connection, store._vault, told)


def kept(store: Store) -> int | None:
    with store.transaction() as connection:
        return connection.scalar(text("SELECT count(*) FROM esdh_connect_receipt WHERE dispatch IS NULL"))


def test_ten_thousand_receipts_for_nobody_stop_nothing(store, install, esdh_host, esdh_clock) -> None:
    """All are kept, a round asks the database no more than for one, and a letter that comes later finds its own."""
    post = install()
    strangers(store, 1, esdh_clock)
    post.deliver()  # what is asked once in a process is asked
    with counted(store) as for_one:
        post.deliver()
    strangers(store, STRANGERS, esdh_clock)
    with counted(store) as for_many:
        post.deliver()
    assert len(for_many) == len(for_one)
    assert kept(store) == STRANGERS

    id_ = commit(post, esdh_host, "brev")
    early = delivered(post, id_)
    with store.transaction() as connection:  # it came first, when the host had not committed yet
        receipts.keep_unmatched(connection, store._vault, early)
    assert store.unmatched(limit=1) == (early,)
    post.deliver()
    assert post.entry(id_).status is Status.DELIVERED
    assert kept(store) == STRANGERS


def test_a_damaged_receipt_stops_no_other(store, install, esdh_host) -> None:
    """What it says of the letter stands in clear and counts; only its text is gone."""
    post = install()
    ids = [commit(post, esdh_host, name) for name in ("et", "to")]
    early = [delivered(post, id_) for id_ in ids]
    with store.transaction() as connection:
        for told in early:
            receipts.keep_unmatched(connection, store._vault, told)
        spoil = text("UPDATE esdh_connect_receipt SET private = x'00000020' WHERE message_uuid = :uuid")
        connection.execute(spoil, {"uuid": str(early[0].message_uuid)})
    post.deliver()
    assert [post.entry(id_).status for id_ in ids] == [Status.DELIVERED] * 2
    assert post.entry(ids[0]).receipts[0].text == "[kan ikke læses]"
    assert store.unmatched() == ()


@pytest.mark.parametrize("part", ["letter", "wish"])
def test_a_damaged_letter_that_is_held_stops_no_other(
    store, install, esdh_host, esdh_channel, esdh_clock, part
) -> None:
    """Its document changed, or its host is to be asked about it: the others leave, and it is a person's after a day."""
    post = install()
    wish = written(esdh_host, "holdt")
    [held] = post.prepare(post.plan(wish), by="u1").entries
    with store.transaction() as connection:
        spoil = text("UPDATE esdh_connect_payload SET sealed = x'00' WHERE dispatch = :id AND part = :part")
        connection.execute(spoil, {"id": held.id, "part": part})
    changed = attrs.evolve(wish.documents[0], version="2")
    post.tell(DocumentChanged("event", esdh_clock(), "teknik", changed, wish.case))
    for number in range(2):
        commit(post, esdh_host, f"brev {number}")
        esdh_clock.move(minutes=15)
        post.deliver()
    assert len(esdh_channel.sent) == 2
    assert post.outbox.untreated() == ()
    esdh_clock.move(days=1)
    post.deliver()
    assert [one.kind for one in post.failures()] == [Cause.HOST_SILENT]
    assert post.withdraw(wish.key, by="u1")[0].status is Status.CANCELLED


def test_a_damaged_letter_falls_with_its_document_too(store, esdh_host, esdh_channel, esdh_clock) -> None:
    """Which version it holds stands in clear."""
    strict = {"approval": True}
    post = installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=store, policy=strict)
    wish = written(esdh_host, "brev")
    [held] = post.commit(post.plan(wish), by="u1").entries
    with store.transaction() as connection:
        connection.execute(text("UPDATE esdh_connect_payload SET sealed = x'00'"))
    changed = attrs.evolve(wish.documents[0], version="2")
    post.tell(DocumentChanged("event", esdh_clock(), "teknik", changed, wish.case))
    post.deliver()
    assert post.entry(held.id).status is Status.CANCELLED


@pytest.mark.parametrize("what", ["orphaned", "unmatched", "overdue", "untreated", "duties", "erasable"])
def test_a_part_of_a_round_that_breaks_stops_no_letter(esdh_host, esdh_channel, esdh_clock, caplog, what) -> None:
    """Each is done by itself; the log names the part and the error."""

    def broken(self: object, *arguments: object, **more: object) -> object:
        raise RuntimeError("it always does")

    outbox = type("Broken", (MemoryOutbox,), {what: broken})()
    keep = timedelta(days=30)
    post = installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=outbox, retention=keep)
    commit(post, esdh_host, "brev")
    post.deliver()
    assert len(esdh_channel.sent) == 1
    assert "it always does" in caplog.text


def test_a_receipt_that_is_none_is_refused(install, esdh_host) -> None:
    """Whoever took it in is told, and can tell the provider; the letter waits for a proper one."""
    post = install()
    id_ = commit(post, esdh_host, "brev")
    post.deliver()
    before, told = post.entry(id_), delivered(post, id_)
    with pytest.raises(ValueError, match="zone"):
        post.receive(attrs.evolve(told, at=told.at.replace(tzinfo=None)))
    assert post.entry(id_) == before
    post.receive(told)
    assert post.entry(id_).status is Status.DELIVERED


def test_a_subscriber_that_always_raises_is_alone_with_it(install, esdh_host, esdh_channel, esdh_clock) -> None:
    """Letters leave and the others hear; it is asked ever more seldom, and hears all in order when it is mended."""
    broken, sound = Listener(broken=True), Listener()
    post = install(broken=broken, sound=sound)
    ids = []
    for number in range(10):
        ids.append(commit(post, esdh_host, f"brev {number}"))
        post.deliver()
        post.receive(delivered(post, ids[-1]))
        post.deliver()
        esdh_clock.move(seconds=5)
    assert len(esdh_channel.sent) == 10
    assert (sound.heard, sound.calls) == (ids, 10)
    assert (broken.heard, broken.calls) == ([], 4)  # after 0, 5, 15 and 35 seconds
    broken.broken = False
    esdh_clock.move(seconds=40)
    post.deliver()
    assert (broken.heard, sound.heard) == (ids, ids)
