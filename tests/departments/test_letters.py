"""What a department has chosen is in its letters; what it chooses later is not in those that are under way."""

from datetime import date, timedelta

import attrs
import pytest

from esdh_connect.departments import SenderProfile
from esdh_connect.dispatch import Receipt, ReceiptEvent, Status
from esdh_connect.errors import NoChannel, PlanChanged
from esdh_connect.ids import Cvr
from esdh_connect.model import Address, ContactPoint, Document, Options, Printing, Sender

POINT = ContactPoint("241d39f6-998e-4929-b198-ccacbbf4b330", "Byg")
BACK = Address(street="Rådhuspladsen", number="1", post_code="7700", city="Thisted")


def test_a_letter_tells_whom_it_is_from_as_its_department_says(post, decide, wish, channel):
    """On top of the authority's own name and number, which stay where the department says nothing."""
    decide("teknik", sender=SenderProfile("Teknik og Miljø", POINT, BACK), product="77", cost_centre="4711")
    post.commit(post.plan(wish()), by="bo")
    post.deliver()
    [sent] = channel.sent
    assert sent.envelope.sender == Sender(Cvr("55133018"), "Teknik og Miljø", POINT)
    assert sent.envelope.printing == Printing("77", "4711", BACK)


def test_who_is_named_in_the_wish_is_the_sender(post, decide, wish):
    """The host knows better than the department."""
    decide("teknik", sender__label="Teknik og Miljø")
    named = Sender(Cvr("13748136"), "En anden")
    [row] = post.plan(wish(sender=named)).rows
    assert row.envelope.sender == named


@pytest.mark.parametrize(
    ("rule", "wished", "expected"),
    [("as_wished", True, True), ("never", True, False), ("always", False, True), (None, False, False)],
)
def test_the_rule_for_answers(post, decide, wish, rule, wished, expected):
    """As the letter wishes, never, or always."""
    decide("teknik", sender__replies=rule)
    [row] = post.plan(wish(options=Options(reply_allowed=wished))).rows
    assert row.envelope.options.reply_allowed is expected


def test_a_dialog_finds_the_undo_window(post, decide, wish, clock):
    """It hands it to the commit; the command line and Python have none by themselves."""
    decide("teknik", undo=10)
    undo = post.policy("teknik").undo
    assert undo == timedelta(minutes=10)
    [entry] = post.commit(post.plan(wish()), by="bo", hold=undo).entries
    assert entry.due == clock() + undo


def test_nothing_that_is_ordered_is_dropped(post, decide, wish, channel, host, clock):
    """Everything is switched off: what was ordered before is sent, delivered and journalized, and nothing new is."""
    plan, late = post.plan(wish()), post.plan(wish())
    [entry] = post.commit(plan, by="bo", hold=timedelta(minutes=10)).entries
    decide("teknik", plugins=[], channels=[])
    assert post.actions(Document("brev"), actor="bo", department="teknik") == ()
    assert isinstance(post.plan(wish()).rows[0].error, NoChannel)
    with pytest.raises(PlanChanged):
        post.commit(late, by="bo")
    post.deliver()
    assert channel.sent == []
    clock.move(minutes=11)
    post.deliver()
    [sent] = channel.sent
    post.receive(Receipt("r-1", ReceiptEvent.DELIVERED, clock(), sent.message_uuid, "fake"))
    assert (sent.id, post.entry(entry.id).status, list(host.journal.values())) == (
        entry.id,
        Status.DELIVERED,
        [entry.id],
    )


def test_a_department_outside_its_dates_offers_nothing_new(post, decide, wish, channel, clock):
    """What is under way goes on; when the day comes it is all there again."""
    [entry] = post.commit(post.plan(wish()), by="bo").entries
    decide("teknik", active_from=date(2027, 1, 4))
    assert post.actions(Document("brev"), actor="bo", department="teknik") == ()
    assert isinstance(post.plan(wish()).rows[0].error, NoChannel)
    post.deliver()
    assert [one.id for one in channel.sent] == [entry.id]
    clock.time = clock.time.replace(year=2027, month=1, day=4)
    assert post.plan(wish()).rows[0].error is None


def test_a_letter_that_waits_for_approval_is_approved_as_it_was_ordered(post, decide, wish):
    """With the sender its department had then."""
    decide("teknik", approval=True, sender__label="Før")
    [entry] = post.commit(post.plan(wish()), by="bo").entries
    decide("teknik", approval=False, sender__label="Nu", cost_centre="4711")
    post.approve(entry.id, by="ida")
    sent = post.dispatch(entry.id).envelope
    assert (sent.sender.name, sent.printing) == ("Før", Printing())
    assert attrs.evolve(sent.sender, name="Eksempel Kommune") == Sender(Cvr("55133018"), "Eksempel Kommune")
