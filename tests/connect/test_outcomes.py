"""What comes back: answers, receipts, and letters that cannot be sent."""

from datetime import timedelta
from uuid import uuid4

import attrs
import pytest

from esdh_connect import wording
from esdh_connect.dispatch import Receipt, ReceiptEvent, Status, Work
from esdh_connect.errors import (
    OutcomeUnknown,
    Rejected,
    TemporaryFailure,
)
from esdh_connect.progress import MAX_TRIES
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.installation import installation


def receipt(entry, event, clock):
    return Receipt(str(uuid4()), event, clock(), entry.message_uuid, entry.channel)


def statuses(post):
    return [entry.status for entry in post.entries()]


@pytest.mark.parametrize(
    ("error", "status", "work"),
    [
        (TemporaryFailure("busy"), Status.WAITING, Work.READY),
        (Rejected("no", code="x", danish="modtageren findes ikke"), Status.FAILED, Work.CLOSED),
        (OutcomeUnknown("time-out"), Status.UNRESOLVED, Work.UNKNOWN),
        (RuntimeError("a bug in the channel"), Status.UNRESOLVED, Work.UNKNOWN),
    ],
)
def test_every_answer_ends_in_its_status(esdh_connect, esdh_channel, letter, error, status, work):
    """A channel that breaks its contract may have sent: unknown."""
    esdh_channel.fail_with.append(error)
    [entry] = esdh_connect.commit(esdh_connect.plan(letter), by="u1").entries
    esdh_connect.deliver()
    after = esdh_connect.entry(entry.id)

    assert (after.status, after.work) == (status, work)
    assert wording.explain(after)


def test_an_unknown_outcome_is_never_sent_again_and_a_receipt_settles_it(
    esdh_connect, esdh_channel, esdh_clock, letter, esdh_host
):
    """Not after a week either."""
    esdh_channel.fail_with.append(OutcomeUnknown("time-out"))
    [entry] = esdh_connect.commit(esdh_connect.plan(letter), by="u1").entries
    for _ in range(8):
        esdh_connect.deliver()
        esdh_clock.move(days=1)
    assert len(esdh_channel.sent) == 1
    assert esdh_host.journal == {}

    esdh_connect.receive(receipt(entry, ReceiptEvent.DELIVERED, esdh_clock))
    esdh_connect.deliver()

    assert statuses(esdh_connect) == [Status.DELIVERED]
    assert len(esdh_host.journal) == 1


def test_a_temporary_failure_is_tried_again_under_the_same_uuid(esdh_connect, esdh_channel, esdh_clock, letter):
    """Each attempt has its own transaction id, and Retry-After is obeyed."""
    esdh_channel.fail_with += [TemporaryFailure("busy", retry_after=timedelta(minutes=5)), TemporaryFailure("busy")]
    esdh_connect.commit(esdh_connect.plan(letter), by="u1")
    esdh_connect.deliver()
    esdh_clock.move(minutes=4)
    esdh_connect.deliver()
    assert len(esdh_channel.sent) == 1
    for _ in range(3):
        esdh_clock.move(minutes=2)
        esdh_connect.deliver()

    assert len({one.message_uuid for one in esdh_channel.sent}) == 1
    assert len({one.transaction_id for one in esdh_channel.sent}) == 3
    assert statuses(esdh_connect) == [Status.IN_PROGRESS]


def test_a_letter_that_never_gets_through_is_set_aside_and_stops_nothing(
    esdh_connect, esdh_channel, esdh_clock, letter
):
    """After a bounded number of tries a person is asked."""
    esdh_channel.fail_with += [TemporaryFailure("down")] * MAX_TRIES
    [entry] = esdh_connect.commit(esdh_connect.plan(letter), by="u1").entries
    for _ in range(MAX_TRIES + 3):
        esdh_connect.deliver()
        esdh_clock.move(hours=2)

    assert len(esdh_channel.sent) == MAX_TRIES
    assert esdh_connect.entry(entry.id).work is Work.SET_ASIDE
    assert statuses(esdh_connect) == [Status.FAILED]


def test_a_receipt_for_nobodys_letter_is_kept(esdh_connect, esdh_clock):
    """It is not an error to get one."""
    stray = Receipt("r1", ReceiptEvent.DELIVERED, esdh_clock(), uuid4())

    assert esdh_connect.receive(stray) is None
    assert [one.id for one in esdh_connect.outbox.unmatched()] == ["r1"]


def test_a_receipt_that_comes_before_its_letter_is_applied_when_the_letter_is_there(
    tmp_path, esdh_host, esdh_channel, esdh_clock, letter
):
    """The host's transaction was not committed yet when it came."""
    store = Store.open(tmp_path / "outbox.db", Seal(b"a secret of thirty-two bytes....."))
    known = [uuid4(), uuid4()]
    uuids = iter(known)
    with installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=store) as post:
        post._commitment = attrs.evolve(post._commitment, new_uuid=lambda: next(uuids))
        early = Receipt("r1", ReceiptEvent.DELIVERED, esdh_clock(), known[1], "fake")
        assert post.receive(early) is None

        [entry] = post.commit(post.plan(letter), by="u1").entries
        post.deliver()

        assert entry.message_uuid == known[1]
        assert post.entry(entry.id).status is Status.DELIVERED
        assert esdh_channel.sent == []


def test_a_damaged_letter_is_never_sent_and_stops_nobody(tmp_path, esdh_host, esdh_channel, esdh_clock, letter):
    """It fails with its reason, and the next one leaves (P9)."""
    store = Store.open(tmp_path / "outbox.db", Seal(b"a secret of thirty-two bytes....."))
    with installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=store) as post:
        [bad] = post.commit(post.plan(letter), by="u1").entries
        [good] = post.commit(post.plan(attrs.evolve(letter, key="another")), by="u1").entries
        with store.transaction() as connection:
            connection.exec_driver_sql(
                "UPDATE esdh_connect_payload SET sealed = zeroblob(length(sealed)) WHERE dispatch = ?", (bad.id,)
            )
        post.deliver()

        assert [one.id for one in esdh_channel.sent] == [good.id]
        assert post.entry(bad.id).status is Status.FAILED
        assert wording.explain(post.entry(bad.id)).startswith("Der er ikke sendt noget")
