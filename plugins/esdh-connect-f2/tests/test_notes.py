"""What became of a letter afterwards is written on its akt, once, and never stands in another's way."""

from datetime import UTC, datetime, timedelta

import pytest

from esdh_connect.dispatch import Receipt, ReceiptEvent, Status
from esdh_connect.errors import DeliveryError
from esdh_connect.events import DispatchDelivered, DispatchFailed, DispatchUnresolved
from esdh_connect.testing.fakes import FakeClock
from esdh_connect_f2.testing import Fault


def told(kind, entry, case, *, why="", at=None, id_="fact-1"):
    fields = {} if kind is DispatchDelivered else {"why": why}
    return kind(
        id_, at or FakeClock().time, "teknik", entry.id, "digital_post", case, Status.FAILED, **fields
    )  # fmt: skip


@pytest.fixture
def journaled(town):
    entry = town.sent("Afgørelse")
    town.post.deliver()
    return entry


def test_delivered_and_failed_are_notes_on_the_akt(town, journaled):
    """With the time on F2's clock, and with the reason."""
    town.host.dispatch_delivered(
        told(DispatchDelivered, journaled, town.case, at=datetime(2026, 11, 27, 8, 5, tzinfo=UTC))
    )
    failed = told(DispatchFailed, journaled, town.case, why="Postkassen er lukket for 121212-1212.", id_="fact-2")
    town.host.dispatch_failed(failed)
    [matter] = town.matters
    delivered, failing = town.f2.world.notes.values()
    assert {delivered.about, failing.about} == {matter.id}
    assert delivered.text == f"Brevet er leveret 27.11.2026 kl. 09.05. Forsendelse {journaled.id}"
    assert failing.text.startswith("Brevet er ikke nået frem. Postkassen er lukket for xxxxxx-xxxx. Se fejlbakken.")


def test_what_nobody_knows_is_a_note_when_somebody_must_find_out(town, journaled):
    """Before that a receipt is awaited, and the caseworker has nothing to do."""
    town.host.dispatch_unresolved(told(DispatchUnresolved, journaled, town.case))
    assert not town.f2.world.notes
    why = "Der kom ingen kvittering i tide."
    town.host.dispatch_unresolved(told(DispatchUnresolved, journaled, town.case, why=why, id_="fact-2"))
    [note] = town.f2.world.notes.values()
    assert note.text.startswith(
        "Det er uafklaret, om brevet er sendt. Send det ikke igen. Der kom ingen kvittering i tide."
    )
    assert len(town.matters[0].alerts) == 1


def test_what_is_told_twice_is_written_once(town, journaled):
    """Facts come at least once; and the answer may be lost on the way."""
    town.f2.script.add(Fault("create", "reset_after", what="note"))
    event = told(DispatchFailed, journaled, town.case)
    with pytest.raises(DeliveryError):
        town.host.dispatch_failed(event)
    for _ in range(3):
        town.host.dispatch_failed(event)
    assert len(town.f2.world.notes) == 1
    assert len(town.matters[0].alerts) == 1


def test_a_letter_that_failed_alerts_whoever_is_responsible(town, journaled):
    """Beside the alerts there are."""
    [matter] = town.matters
    before = {"Type": "SendMail", "Description": "Kan ikke sendes", "User": {"PartyNo": 31}}
    matter.alerts = [before]
    town.host.dispatch_failed(told(DispatchFailed, journaled, town.case))
    first, second = matter.alerts
    assert (first["Type"], first["Description"], first["User"]["PartyNo"]) == ("SendMail", "Kan ikke sendes", 31)
    assert (second["Type"], second["User"]["PartyNo"]) == ("Other", 25)
    assert second["Description"].startswith("Brevet er ikke nået frem.")


@pytest.mark.parametrize("how", ["nobody responsible", "an alert without a number", "switched off"])
def test_where_an_alert_could_do_harm_there_is_only_the_note(town_of, how):
    """F2 takes the whole list: one that cannot be repeated as it stands would be lost."""
    town = town_of(alerts=how != "switched off")
    entry = town.sent("Afgørelse")
    town.post.deliver()
    [matter] = town.matters
    if how == "nobody responsible":
        matter.responsible = 0
    if how == "an alert without a number":
        matter.alerts = [{"Type": "X", "Description": "Y", "User": {"PartyNo": ""}}]
    before = list(matter.alerts)
    town.host.dispatch_failed(told(DispatchFailed, entry, town.case))
    assert len(town.f2.world.notes) == 1
    assert matter.alerts == before


def test_without_an_akt_the_note_is_on_the_case(town):
    """The letter was refused before it was journaled."""
    entry = town.sent("Afgørelse")
    town.host.dispatch_failed(told(DispatchFailed, entry, town.case))
    [note] = town.f2.world.notes.values()
    assert note.about == town.there.id


@pytest.mark.parametrize(
    ("kind", "hours"),
    [("closed", 0), ("archived", 0), ("locked", 1), ("forbidden", 1), ("error_before", 1), ("unavailable", 72)],
)
def test_what_cannot_be_told_stands_in_nobody_s_way(town, journaled, caplog, kind, hours):
    """Nothing newer is told before it: so it is left after a while, with a line in the log."""
    town.f2.script.add(Fault("create", kind, times=99))
    now = town.clock()
    if hours:
        with pytest.raises(DeliveryError):
            town.host.dispatch_failed(
                told(DispatchFailed, journaled, town.case, at=now - timedelta(hours=hours, minutes=-5))
            )
    assert "f2_note_not_written" not in caplog.text
    town.host.dispatch_failed(told(DispatchFailed, journaled, town.case, at=now - timedelta(hours=hours, minutes=5)))
    assert "f2_note_not_written" in caplog.text
    assert not town.f2.world.notes


def test_an_address_that_expired_after_the_note_makes_no_second_one(town, journaled):
    """It is looked for first."""
    town.f2.script.add(Fault("create", "reset_after", what="note"))
    event = told(DispatchDelivered, journaled, town.case)
    with pytest.raises(DeliveryError):
        town.host.dispatch_delivered(event)
    town.f2.world.forget_once()
    with pytest.raises(DeliveryError, match="expired early"):
        town.host.dispatch_delivered(event)
    town.clock.move(minutes=11)
    town.host.dispatch_delivered(event)
    assert len(town.f2.world.notes) == 1


@pytest.mark.parametrize("kind", ["locked", "unavailable", "reset_before", "forbidden", "html"])
def test_what_will_be_well_again_is_told_again(town, journaled, kind):
    """For a day."""
    town.f2.script.add(Fault("create", kind, what="note"))
    event = told(DispatchDelivered, journaled, town.case)
    with pytest.raises(DeliveryError):
        town.host.dispatch_delivered(event)
    town.host.dispatch_delivered(event)
    assert len(town.f2.world.notes) == 1


def test_notes_can_be_left_out(town_of):
    """Where the municipality wants none."""
    town = town_of(notes=False)
    entry = town.sent("Afgørelse")
    town.host.dispatch_delivered(told(DispatchDelivered, entry, town.case))
    town.host.dispatch_failed(told(DispatchFailed, entry, town.case))
    assert not any("note" in one for one in town.f2.calls)


def test_a_receipt_becomes_a_note_on_the_way_of_every_fact(town, journaled):
    """From the channel's receipt to the akt, by the installation itself."""
    receipt = Receipt("r", ReceiptEvent.DELIVERED, town.clock(), journaled.message_uuid)
    town.post.receive(receipt)
    town.wait(minutes=1)
    [note] = town.f2.world.notes.values()
    assert note.text.startswith("Brevet er leveret ")
