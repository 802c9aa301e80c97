"""Whatever goes wrong at the other end: the right status, a Danish text that begins right, and no second letter."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from esdh_connect import wording
from esdh_connect.dispatch import Outcome, ReceiptEvent, Status, Work
from esdh_connect.errors import DeliveryError
from esdh_connect_sandbox import Fault

#: Fault on KombiPostAfsend → what the first attempt is, and what the letter is in the end.
KOMBI = {
    "refuse": (Outcome.REJECTED, Status.FAILED),
    "unauthorized": (Outcome.TEMPORARY, Status.DELIVERED),
    "too_many": (Outcome.TEMPORARY, Status.DELIVERED),
    "unavailable": (Outcome.TEMPORARY, Status.DELIVERED),
    "server_error_before": (Outcome.UNKNOWN, Status.UNRESOLVED),
    "server_error_after": (Outcome.UNKNOWN, Status.DELIVERED),
    "reset_before": (Outcome.UNKNOWN, Status.UNRESOLVED),
    "reset_after": (Outcome.UNKNOWN, Status.DELIVERED),
    "accept_then_timeout": (Outcome.UNKNOWN, Status.DELIVERED),
    "hang": (Outcome.UNKNOWN, Status.UNRESOLVED),
    "slow": (Outcome.ACCEPTED, Status.DELIVERED),
    "wrong_xml": (Outcome.UNKNOWN, Status.DELIVERED),
    "html": (Outcome.UNKNOWN, Status.UNRESOLVED),
    "not_received": (Outcome.UNKNOWN, Status.UNRESOLVED),
}
_OPENINGS = {
    Status.FAILED: "Der er ikke sendt noget",
    Status.UNRESOLVED: "Det er uvist, om brevet er sendt",
    Status.DELIVERED: "Brevet er sendt",
}


def sent_once(town):
    """No message UUID was taken twice."""
    taken = [entry.message or entry.shipment for entry in town.sandbox.received()]
    return len(taken) == len(set(taken)) <= 1


@pytest.mark.parametrize("kind", KOMBI)
def test_a_fault_while_sending_ends_in_the_right_status(town, kind):
    """After a temporary one the letter goes out, after an unclear one it never goes again."""
    first, last = KOMBI[kind]
    retry_after = 1 if kind in ("too_many", "unavailable") else None
    town.sandbox.script.add(Fault("kombi", kind, seconds=0.5, retry_after=retry_after))
    plan = town.letter()
    [entry] = town.post.commit(plan, by="u1").entries

    settled = town.deliver_until(
        lambda: town.post.entry(entry.id).status is last and town.post.entry(entry.id).attempts
    )
    after = town.post.entry(entry.id)

    assert settled, after
    assert after.attempts[0].outcome is first
    assert sent_once(town)
    assert wording.explain(after).startswith(_OPENINGS[last])
    assert town.post.commit(plan, by="u1").entries[0].id == entry.id


@pytest.mark.parametrize("on", ["sts", "token"])
@pytest.mark.parametrize(
    "kind", ["unauthorized", "too_many", "unavailable", "server_error_before", "reset_before", "html"]
)
def test_a_fault_while_getting_a_token_sends_nothing_and_is_tried_again(town, on, kind):
    """The letter itself was never offered."""
    plan = town.letter(cpr="6101800000")  # on paper: planning asks nobody
    town.sandbox.script.add(Fault(on, kind, retry_after=1 if kind in ("too_many", "unavailable") else None))
    [entry] = town.post.commit(plan, by="u1").entries

    assert town.deliver_until(lambda: town.post.entry(entry.id).status is Status.DELIVERED)
    assert [one.outcome for one in town.post.entry(entry.id).attempts] == [Outcome.TEMPORARY, Outcome.ACCEPTED]
    assert sent_once(town)


@pytest.mark.parametrize(
    "kind", ["unauthorized", "too_many", "unavailable", "server_error_before", "reset_before", "html"]
)
def test_a_fault_in_a_look_up_is_unknown_and_puts_nothing_on_paper(town, kind):
    """The plan says so; the next plan may know."""
    town.sandbox.script.add(Fault("lookup", kind))
    [row] = town.letter().rows

    assert [one.taken for one in row.reasons] == [None, False]
    assert wording.of(row.error).startswith("Der er ikke sendt noget: ")
    assert town.letter().rows[0].error is None


@pytest.mark.parametrize("duplicate", ["accept", "refuse", "invalid"])
def test_a_letter_that_is_handed_over_again_is_never_called_refused(town, duplicate):
    """A crash before the answer was stored; the same dispatch by hand."""
    town.sandbox.script.duplicate = duplicate
    [entry] = town.post.commit(town.letter(), by="u1").entries
    town.post.deliver()
    dispatch = town.post.dispatch(entry.id)
    channel = town.post.plugins.channels[entry.channel]

    try:
        answer = channel.send(dispatch).event.value
    except DeliveryError as error:
        answer = type(error).__name__

    assert answer in ("accepted", "OutcomeUnknown")


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault("receipt", "late", seconds=0.5), {ReceiptEvent.TAKEN_IN, ReceiptEvent.DELIVERED}),
        (Fault("receipt", "repeated", n=3), {ReceiptEvent.TAKEN_IN, ReceiptEvent.DELIVERED}),
        (Fault("receipt", "reordered"), {ReceiptEvent.TAKEN_IN, ReceiptEvent.DELIVERED}),
        (Fault("receipt", "before_answer"), {ReceiptEvent.TAKEN_IN, ReceiptEvent.DELIVERED}),
    ],
)
def test_receipts_may_come_late_often_in_any_order_and_before_the_answer(town, fault, expected):
    """The status is the same, and each receipt is there once."""
    town.sandbox.script.add(fault)
    [entry] = town.post.commit(town.letter(), by="u1").entries

    def complete():
        events = [one.event for one in town.post.entry(entry.id).receipts]
        return expected | {ReceiptEvent.ACCEPTED} <= set(events)

    assert town.deliver_until(complete)
    time.sleep(0.3)
    after = town.post.entry(entry.id)
    assert after.status is Status.DELIVERED
    assert after.work is Work.CLOSED
    assert len(after.receipts) == 3
    town.post.deliver()
    assert len(town.host.journal) == 1


def test_a_failure_reported_later_is_shown_and_nothing_is_resent(town):
    """Failed outranks delivered; a person must look."""
    town.sandbox.script.add(Fault("receipt", "failed", code="memo.invalid", text="Oh dear"))
    [entry] = town.post.commit(town.letter(), by="u1").entries

    assert town.deliver_until(lambda: town.post.entry(entry.id).status is Status.FAILED)
    for _ in range(3):
        town.post.deliver()
    assert sent_once(town)
    assert "memo.invalid" in wording.explain(town.post.entry(entry.id))


def test_a_code_nobody_knows_is_kept_and_changes_nothing(town):
    """It is never fatal."""
    town.sandbox.script.add(Fault("receipt", "unknown_code"))
    [entry] = town.post.commit(town.letter(), by="u1").entries

    assert town.deliver_until(lambda: ReceiptEvent.UNKNOWN in {one.event for one in town.post.entry(entry.id).receipts})


def test_killing_the_sandbox_in_the_middle_of_a_send(tmp_path):
    """A real process and a real SIGKILL: the outcome is unknown, and nothing goes twice when it is back."""
    from esdh_connect import Case, Connect, Request
    from esdh_connect.testing.fakes import FakeHost

    command = [sys.executable, "-m", "esdh_connect_sandbox", "--dir", str(tmp_path / "s"), "--fast"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    process.stdout.readline()
    (tmp_path / "s" / "faults.toml").write_text('[[fault]]\non = "kombi"\nkind = "accept_then_timeout"\nseconds = 60\n')
    host = FakeHost()
    wish = Request("k", Case("1"), "demo", "Afgørelse", [host.document("a")], [host.person("p", "1212121212")])
    with Connect.from_settings(tmp_path / "s" / "settings.toml", host=host) as post:
        [entry] = post.commit(post.plan(wish), by="u1").entries
        delivering = threading.Thread(target=post.deliver)
        delivering.start()
        received = tmp_path / "s" / "received"
        end = time.monotonic() + 10
        while not list(received.glob("*.xml")) and time.monotonic() < end:
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        delivering.join(15)
        assert post.entry(entry.id).status is Status.UNRESOLVED

        (tmp_path / "s" / "faults.toml").write_text("")
        again = subprocess.Popen(command, stdout=subprocess.PIPE)
        again.stdout.readline()
        for _ in range(3):
            post.deliver()
        again.terminate()
        assert again.communicate() is not None
        assert len(list(received.glob("*.xml"))) == 1
        assert post.entry(entry.id).status is Status.UNRESOLVED


def test_a_long_window_of_maintenance_leaves_one_letter_unresolved(town):
    """503 without Retry-After does not say that nothing was taken, but the letters behind it need not find out."""
    several = [{"key": f"dialog-{at}", "title": f"Afgørelse {at}", "document": f"afgoerelse-{at}"} for at in range(8)]
    plans = [town.letter(cpr="6101800000", **one) for one in several]
    town.sandbox.script.add(Fault("kombi", "unavailable", times=1000))
    entries = [town.post.commit(plan, by="u1").entries[0].id for plan in plans]
    for _ in range(5):
        town.post.deliver()
    works = [town.post.entry(id_).work for id_ in entries]
    assert works == [Work.UNKNOWN, *[Work.READY] * 7]
    assert town.sandbox.received() == []

    town.sandbox.script.clear()
    delivered = [Status.DELIVERED] * 7
    assert town.deliver_until(lambda: [town.post.entry(id_).status for id_ in entries[1:]] == delivered, 45)
    assert town.post.entry(entries[0]).status is Status.UNRESOLVED
