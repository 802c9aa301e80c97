"""What becomes of a letter is told on its case: once, and without holding up other cases."""

from datetime import timedelta
from uuid import uuid4

import pytest

from esdh_connect.dispatch import Receipt, ReceiptEvent
from esdh_connect.errors import OutcomeUnknown, TemporaryFailure
from esdh_connect.events import DispatchDelivered, DispatchFailed, DispatchUnresolved
from esdh_connect.model import Case


def receipt(entry, event, clocked, text=""):
    return Receipt(str(uuid4()), event, clocked.clock(), entry.message_uuid, entry.channel, text=text)


@pytest.fixture
def post(clocked):
    return clocked.post()


@pytest.fixture
def entry(clocked, post):
    """A letter that lies on its case."""
    made = clocked.letter(post)
    post.deliver()
    return made


def test_a_letter_that_is_delivered_has_a_note(clocked, post, entry):
    """With the name of the letter and the time, also where another process tells it."""
    post.receive(receipt(entry, ReceiptEvent.DELIVERED, clocked))
    clocked.run(clocked.post(), times=3)
    [note] = clocked.sbsys.archive.notes
    assert note["SagID"] == int(entry.case.id)
    assert note["Overskrift"].startswith("Brev leveret")
    assert note["Note"].startswith("<p>Brevet »Afgørelse« er leveret 23. november 2026 kl. 10.00.</p>")
    assert clocked.sbsys.archive.reminders == []


def test_a_note_names_its_letter_although_the_list_does_not_show_it_yet(clocked, post):
    """The process that wrote it remembers; another looks."""
    clocked.sbsys.archive.lag = timedelta(minutes=4)
    entry = clocked.letter(post)
    post.deliver()
    post.receive(receipt(entry, ReceiptEvent.DELIVERED, clocked))
    post.deliver()
    [note] = clocked.sbsys.archive.notes
    assert "Brevet »Afgørelse« er leveret" in note["Note"]


def test_a_letter_that_failed_has_a_note_and_its_caseworker_a_reminder(clocked, post, entry):
    """Of the kind whose name stands in the settings, and the number SBSYS has for it."""
    post.receive(receipt(entry, ReceiptEvent.FAILED, clocked))
    clocked.run(post, times=3)
    [note], [reminder] = clocked.sbsys.archive.notes, clocked.sbsys.archive.reminders
    assert "er ikke kommet frem" in note["Note"]
    assert reminder["SagId"] == int(entry.case.id)
    assert reminder["Navn"] == "Brevet »Afgørelse« skal ses efter"
    assert reminder["ErindringType"] == {"Id": 44}
    assert reminder["Ansvarlig"] == {"Id": 501}
    assert (reminder["HarDeadline"], reminder["Deadline"]) == (True, "2026-11-23")


def failed(case, id_="f-1", why="modtageren findes ikke", at=None):
    return DispatchFailed(id_, at, "teknik", "d-1", "digital_post", Case(str(case), "sbsys"), None, why=why)


@pytest.fixture
def case(clocked):
    return clocked.sbsys.archive.add_case()


@pytest.fixture
def host(clocked):
    return clocked.host()


def test_what_is_told_twice_is_written_once(clocked, host, case):
    """Facts come at least once."""
    event = failed(case, at=clocked.clock())
    for _ in range(3):
        host.dispatch_failed(event)
    assert (len(clocked.sbsys.archive.notes), len(clocked.sbsys.archive.reminders)) == (1, 1)


@pytest.mark.parametrize("kind", ["reset_after", "error_after", "html_after", "reset", "error", "html", "unavailable"])
@pytest.mark.parametrize("on", ["note", "remind"])
@pytest.mark.parametrize("lag", [0, 4], ids=["at once", "late"])
def test_an_answer_that_is_lost_makes_no_second_one(clocked, host, case, on, kind, lag):
    """It is told again, and looked for first, for as long as it may only be late."""
    clocked.sbsys.archive.lag = timedelta(minutes=lag)
    event = failed(case, at=clocked.clock())
    clocked.sbsys.script.add(on, kind)
    with pytest.raises((OutcomeUnknown, TemporaryFailure)):
        host.dispatch_failed(event)
    for _ in range(20):
        clocked.clock.move(minutes=1)
        try:
            host.dispatch_failed(event)
        except TemporaryFailure:
            continue
        break
    assert (len(clocked.sbsys.archive.notes), len(clocked.sbsys.archive.reminders)) == (1, 1)


def test_a_sbsys_that_is_down_is_not_asked_every_second(clocked, host, case):
    """We are told again in every round; SBSYS is left alone for half a minute."""
    clocked.sbsys.script.add("notes", "error", times=100)
    for _ in range(10):
        with pytest.raises(TemporaryFailure):
            host.dispatch_failed(failed(case, at=clocked.clock()))
    assert sum(call.path.endswith("journalarknotes") for call in clocked.sbsys.calls) == 1


def test_a_closed_case_holds_up_no_other(clocked, host, case, caplog):
    """Its note is not written, and that is logged; the reminder is, for it lies with the caseworker."""
    clocked.sbsys.archive.closed.add(case)
    host.dispatch_failed(failed(case, at=clocked.clock()))
    assert clocked.sbsys.archive.notes == []
    assert len(clocked.sbsys.archive.reminders) == 1
    assert "sbsys_refused_notice" in caplog.text


def test_after_three_days_it_is_given_up_and_said(clocked, host, case, caplog):
    """One case that SBSYS always fails for must not keep silent about all the others."""
    clocked.sbsys.script.add("notes", "error", times=10)
    host.dispatch_delivered(
        DispatchDelivered("e", clocked.clock() - timedelta(days=4), "teknik", "d", "nemsms", Case(str(case)), None)
    )
    assert "sbsys_notice_given_up" in caplog.text


def test_a_letter_nobody_knows_of_reminds_when_somebody_must_ask(clocked, host, case):
    """While a receipt is awaited nothing is said."""
    event = DispatchUnresolved("u", clocked.clock(), "teknik", "d", "digital_post", Case(str(case), "sbsys"), None)
    host.dispatch_unresolved(event)
    assert clocked.sbsys.archive.reminders == []
    host.dispatch_unresolved(
        DispatchUnresolved(
            "u2", clocked.clock(), "teknik", "d", "digital_post", Case(str(case)), None, why="ingen kvittering"
        )
    )
    [reminder] = clocked.sbsys.archive.reminders
    assert reminder["Beskrivelse"].startswith("Ingen ved, om brevet er kommet frem: ingen kvittering. Se fejlbakken.")


def test_what_a_note_quotes_is_text_and_names_no_number(clocked, host, case):
    """SBSYS shows notes as HTML."""
    host.dispatch_failed(failed(case, why="<b>010190-1234</b> & co", at=clocked.clock()))
    [note] = clocked.sbsys.archive.notes
    assert "&lt;b&gt;xxxxxx-xxxx&lt;/b&gt; &amp; co" in note["Note"]
    assert "010190-1234" not in str(clocked.sbsys.archive.reminders)


def test_a_text_message_is_not_called_a_letter(clocked, host, case):
    """It went beside one, and does not stand for it."""
    event = DispatchDelivered("e", clocked.clock(), "teknik", "d", "nemsms", Case(str(case), "sbsys"), None)
    host.dispatch_delivered(event)
    [note] = clocked.sbsys.archive.notes
    assert note["Overskrift"] == "NemSMS leveret"
    assert note["Note"].startswith("<p>En NemSMS er leveret")


def test_a_case_of_another_system_is_not_ours_to_write_on(clocked, host):
    """Its number would be somebody else's case here."""
    other = DispatchDelivered("e", clocked.clock(), "teknik", "d", "nemsms", Case("1001", "acadre"), None)
    host.dispatch_delivered(other)
    assert clocked.sbsys.calls == []


def test_a_kind_of_reminder_that_is_not_there_is_said_with_those_that_are(clocked, case):
    """And not guessed."""
    host = clocked.host(reminder_type="Advis")
    with pytest.raises(TemporaryFailure) as caught:
        host.dispatch_failed(failed(case, at=clocked.clock()))
    assert caught.value.danish == "SBSYS: erindringstype »Advis« findes ikke; der er: Digital post fejlet, Opfølgning"
    assert clocked.sbsys.archive.reminders == []
