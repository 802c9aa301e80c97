"""Kan den stadig stoppes: an honest answer, and what cancelling does while workers are at it."""

from datetime import date, timedelta
from functools import partial
from threading import Event, Thread

import attrs
import pytest

from esdh_connect.dispatch import Deed, Receipt, ReceiptEvent, Remedy, Request, Status, Work
from esdh_connect.errors import OutcomeUnknown, Rejected, TemporaryFailure
from esdh_connect.events import DocumentWithdrawn
from esdh_connect.model import Case, Options
from esdh_connect.outbox import UnknownDispatch
from esdh_connect.testing.installation import installation

MANY = 200
LATER = "Er det forkert, skal der sendes et nyt brev, som retter det."


def committed(post, letter, **how):
    [entry] = post.commit(post.plan(letter), by="bo", **how).entries
    return entry


def answer(post, entry):
    told = post.stoppable(entry.id)
    return (told.yes, told.until, told.text)


@pytest.fixture
def note(esdh_host):
    """Makes small letters, one for each key."""
    document, ane = esdh_host.document("note"), esdh_host.person("p1", "0101901234")
    return lambda key: Request(str(key), Case("1"), "teknik", "Note", [document], [ane])


# --- the answer


def test_until_its_value_date_comes_near(esdh_connect, esdh_clock, letter):
    """A letter for Christmas can be stopped until a day before; then the provider has it."""
    entry = committed(esdh_connect, attrs.evolve(letter, options=Options(not_before=date(2026, 12, 24))))
    text = "Der er ikke sendt noget endnu: brevet kan stoppes indtil 23. december 2026 kl. 00.00."
    assert answer(esdh_connect, entry) == (True, entry.due, text)
    esdh_clock.time = entry.due
    esdh_connect.deliver()
    text = f"Brevet er sendt til leverandøren og kan ikke kaldes tilbage. {LATER}"
    assert answer(esdh_connect, entry) == (False, None, text)
    assert not esdh_connect.cancel(entry.id, by="bo")


def test_until_it_may_be_regretted_no_more(esdh_connect, esdh_clock, letter):
    """The undo window, and after it any moment."""
    entry = committed(esdh_connect, letter, hold=timedelta(minutes=2))
    assert answer(esdh_connect, entry)[:2] == (True, esdh_clock() + timedelta(minutes=2))
    esdh_clock.move(minutes=3)
    told = esdh_connect.stoppable(entry.id)
    assert (bool(told), told.until) == (True, esdh_clock())
    assert "når som helst" in told.text


def test_until_somebody_lets_it_go(esdh_connect, esdh_host, esdh_channel, esdh_clock, letter):
    """Approval and the host's own commit are no times on a clock."""
    strict = installation(
        host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=esdh_connect.outbox, policy={"approval": True}
    )
    held = committed(strict, letter)
    assert answer(strict, held)[1:] == (
        None,
        "Der er ikke sendt noget endnu: brevet kan stoppes indtil nogen godkender det.",
    )
    [prepared] = esdh_connect.prepare(esdh_connect.plan(attrs.evolve(letter, key="2")), by="bo").entries
    assert "indtil ESDH-systemet har gemt" in esdh_connect.stoppable(prepared.id).text


def test_not_when_nobody_knows_where_it_is(esdh_connect, esdh_channel, letter):
    """It may be there; nothing is promised."""
    esdh_channel.fail_with.append(OutcomeUnknown("time-out"))
    entry = committed(esdh_connect, letter)
    esdh_connect.deliver()
    yes, until, text = answer(esdh_connect, entry)
    assert (yes, until) == (False, None)
    assert text.startswith("Det er uvist, om brevet er sendt")


def test_what_was_set_aside_can_be_stopped(esdh_connect, esdh_channel, esdh_clock, letter):
    """Nothing of it has left, however often it was tried."""
    esdh_channel.fail_with = [TemporaryFailure("down") for _ in range(12)]
    entry = committed(esdh_connect, letter)
    for _ in range(20):
        esdh_connect.deliver()
        esdh_clock.move(hours=1)
    assert answer(esdh_connect, entry)[:2] == (True, None)
    assert esdh_connect.cancel(entry.id, by="bo")
    assert answer(esdh_connect, entry) == (False, None, "Der er ikke sendt noget: brevet er stoppet.")


@pytest.mark.parametrize(
    ("event", "opening"),
    [
        (ReceiptEvent.DELIVERED, "Brevet er sendt og leveret og kan ikke kaldes tilbage."),
        (ReceiptEvent.SENT, "Brevet er sendt med posten og kan ikke kaldes tilbage."),
        (
            ReceiptEvent.FAILED,
            "Brevet er sendt til leverandøren, men kommer ikke frem, så der er ikke noget at stoppe.",
        ),
    ],
)
def test_what_came_to_its_end_is_said_so(esdh_connect, esdh_clock, letter, event, opening):
    """And what can be done instead."""
    entry = committed(esdh_connect, letter)
    esdh_connect.deliver()
    esdh_connect.receive(Receipt("r", event, esdh_clock(), entry.message_uuid))
    assert esdh_connect.stoppable(entry.id).text.startswith(opening)


def test_of_a_letter_that_is_not_there_nothing_is_said(esdh_connect):
    """The id is wrong, and that is told."""
    with pytest.raises(UnknownDispatch):
        esdh_connect.stoppable("nobody")


# --- the race


def test_a_letter_is_stopped_and_never_sent_or_sent_and_not_stopped(esdh_connect, esdh_channel, note):
    """Hundreds of letters, workers that send them, and somebody who stops them at the same time."""
    mailed(esdh_connect, note, MANY)
    entries = esdh_connect.entries(limit=MANY)
    stopped, over = {}, Event()

    def stop(mine):
        for entry in mine:
            could = esdh_connect.stoppable(entry.id)
            stopped[entry.id] = esdh_connect.cancel(entry.id, by="bo")
            assert could or not stopped[entry.id]

    def send():
        while not over.is_set():
            esdh_connect.deliver(limit=7, threads=2)

    worker = Thread(target=send)
    people = [Thread(target=stop, args=(part,)) for part in (entries[::-2], entries[::2])]
    for thread in (worker, *people):
        thread.start()
    for thread in people:
        thread.join()
    over.set()
    worker.join()
    esdh_connect.deliver(limit=MANY)
    sent = [one.id for one in esdh_channel.sent]
    assert len(sent) == len(set(sent))
    assert set(sent) == {id_ for id_, was_stopped in stopped.items() if not was_stopped}
    assert len(stopped) == MANY
    for entry in entries:
        assert (esdh_connect.entry(entry.id).work is Work.CANCELLED) is stopped[entry.id]


# --- a whole mailing


def mailed(post, note, letters, **how):
    requests = [note(at) for at in range(letters)]
    return post.commit_many(requests, batch="udsendelse", expect=letters, by="bo", **how)


def test_what_has_not_left_of_a_mailing_is_stopped(esdh_connect, esdh_channel, note):
    """Also what waits to be released; what was sent is counted, and single letters are let alone."""
    single = committed(esdh_connect, note("single"))
    mailed(esdh_connect, note, 12, first=5)
    esdh_connect.deliver(limit=4)
    sent = len(esdh_channel.sent)
    halted = esdh_connect.stop_batch("udsendelse", by="bo", why="forkert vedlagt fil")
    letters = [entry for entry in esdh_connect.entries() if entry.batch]
    assert (halted.stopped, halted.left) == (12 - sent + 1, sent - 1)
    assert [entry.status for entry in letters].count(Status.CANCELLED) == halted.stopped
    assert "forkert vedlagt fil" in next(one for one in letters if one.work is Work.CANCELLED).stopped_because
    assert esdh_connect.entry(single.id).status is Status.IN_PROGRESS
    again = esdh_connect.stop_batch("udsendelse", by="bo", why="igen")
    assert (again.stopped, again.left) == (0, halted.left)
    esdh_connect.deliver()
    assert len(esdh_channel.sent) == sent


def test_letters_that_may_have_left_do_not_keep_it_busy(esdh_connect, esdh_channel, esdh_clock, note):
    """Those that are to be handed over again stay, and the stop comes to its end."""
    mailed(esdh_connect, note, 5)
    esdh_channel.fail_with = [OutcomeUnknown("x"), OutcomeUnknown("x")]
    esdh_connect.deliver(limit=2)
    esdh_clock.move(days=4)
    esdh_connect.deliver(limit=1)
    halted = esdh_connect.stop_batch("udsendelse", by="bo", why="fortrudt")
    assert (halted.stopped, halted.left) == (2, 3)


def test_a_mailing_has_a_name(esdh_connect):
    """Without one it would be every letter there is; one that nobody knows has no letters."""
    with pytest.raises(ValueError, match="name"):
        esdh_connect.stop_batch("", by="bo", why="-")
    assert esdh_connect.stop_batch("en anden", by="bo", why="-").stopped == 0


def test_a_mailing_is_stopped_while_workers_send_it(esdh_connect, esdh_channel, note):
    """Each letter is sent or stopped, and the count is right."""
    mailed(esdh_connect, note, MANY)
    over = Event()

    def send():
        while not over.is_set():
            esdh_connect.deliver(limit=3)

    worker = Thread(target=send)
    worker.start()
    halted = esdh_connect.stop_batch("udsendelse", by="bo", why="fortrudt")
    over.set()
    worker.join()
    esdh_connect.deliver()
    assert halted.stopped + len(esdh_channel.sent) == MANY
    assert halted.left <= len(esdh_channel.sent)


@pytest.mark.parametrize("how", ["cancelled", "withdrawn"])
def test_a_new_letter_that_is_stopped_brings_the_old_one_back(esdh_connect, esdh_channel, esdh_clock, letter, how):
    """The citizen has nothing after all: it is on the list again, and can be followed anew, once."""
    esdh_channel.fail_with.append(Rejected("no", code="7"))
    [refused] = esdh_connect.commit(esdh_connect.plan(letter), by="bo").entries
    esdh_connect.deliver()
    again = partial(esdh_connect.resolve, refused.id, Remedy.SEND_AGAIN, by="ida", why="rettet")
    child = again()
    assert esdh_connect.failures() == ()
    if how == "cancelled":
        esdh_connect.cancel(child.id, by="bo", why="forkert")
    else:
        esdh_clock.move(minutes=1)
        esdh_connect.tell(DocumentWithdrawn("event-1", esdh_clock(), "teknik", letter.documents[0], letter.case))
        esdh_connect.deliver()
    [trouble] = esdh_connect.failures()
    assert (trouble.entry.id, trouble.entry.acts[-1].deed) == (refused.id, Deed.REOPENED)
    if how == "cancelled":
        second = again()
        assert second.id != child.id
        assert again() == second
        assert esdh_connect.failures() == ()
