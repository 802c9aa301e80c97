"""Fristur: until when a letter is in time, and when the complaint period ends that it began."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect import wording
from esdh_connect.dispatch import Receipt, ReceiptEvent, Work
from esdh_connect.legal_clock import DELIVERY, Basis, DeliveryTime, LegalClock, day_of
from esdh_connect.model import Options
from esdh_connect.testing.fakes import FakeChannel
from esdh_connect.testing.letters import draft
from esdh_connect.workdays import Workdays

CLOCK = LegalClock()
DIGITAL = FakeChannel("digital_post", "Digital Post")
PAPER = FakeChannel("fysisk_post", "Fysisk Post", limits=attrs.evolve(DIGITAL.limits, on_paper=True))
FRIDAY = date(2026, 11, 27)


def entry(*told, work=Work.CLOSED):
    """A letter that the provider told this of, as (event, day)."""
    receipts = [
        Receipt(str(at), event, datetime(day.year, day.month, day.day, 12, tzinfo=UTC), UUID(int=0))
        for at, (event, day) in enumerate(told)
    ]
    return attrs.evolve(draft("a").entry, work=work, receipts=tuple(receipts))


# --- in time


def test_a_digital_letter_counts_at_once():
    """On the day itself, or on the last working day before a deadline on which nobody works."""
    assert CLOCK.latest_safe(DIGITAL, FRIDAY) == FRIDAY
    assert CLOCK.latest_safe(DIGITAL, date(2026, 11, 29)) == FRIDAY


def test_a_letter_on_paper_takes_a_day_to_print_and_six_to_come():
    """Working days: two weekends lie between."""
    assert CLOCK.arrival(PAPER, date(2026, 11, 18)) == FRIDAY
    assert CLOCK.latest_safe(PAPER, FRIDAY) == date(2026, 11, 18)


def test_christmas_takes_its_time():
    """Christmas Eve, two holidays, a weekend, New Year's Eve and New Year's Day."""
    assert CLOCK.arrival(PAPER, date(2026, 12, 22)) == date(2027, 1, 6)


def test_a_margin_is_kept_before_the_deadline():
    """In working days."""
    careful = LegalClock(margin=2)
    assert careful.latest_safe(DIGITAL, date(2026, 11, 30)) == date(2026, 11, 26)


QUICKER = (
    *DELIVERY,
    DeliveryTime(date(2026, 1, 1), post=3, printing=0),
    DeliveryTime(date(2027, 1, 1), post=8),
    DeliveryTime(date(2026, 1, 1), post=1, category="Prioritaire"),
    DeliveryTime(date(2026, 1, 1), post=2, channel="digital_post"),
)


@pytest.mark.parametrize(
    ("day", "channel", "category", "days"),
    [
        (date(2010, 3, 1), PAPER, "", 7),  # older than all that is known: the oldest
        (date(2025, 12, 1), PAPER, "", 7),
        (date(2026, 3, 2), PAPER, "", 3),
        (date(2027, 2, 1), PAPER, "", 9),
        (date(2027, 2, 1), PAPER, "Prioritaire", 2),
        (date(2025, 12, 1), PAPER, "Prioritaire", 7),
        (date(2026, 3, 2), DIGITAL, "", 3),  # a channel of its own, not on paper
    ],
)
def test_what_was_promised_on_the_day_counts(day, channel, category, days):
    """A table of dates: the closest and latest of what holds."""
    clock = LegalClock(delivery=QUICKER)
    assert clock.arrival(channel, day, category) == Workdays().after(day, days)


def test_of_two_that_begin_on_one_day_the_last_counts():
    """So the settings can correct what is built in."""
    clock = LegalClock(delivery=(*DELIVERY, DeliveryTime(DELIVERY[0].valid_from, post=2, printing=0)))
    assert clock.arrival(PAPER, FRIDAY) == Workdays().after(FRIDAY, 2)


@given(
    st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    st.integers(0, 5),
    st.sampled_from([DIGITAL, PAPER]),
    st.sampled_from(["", "Prioritaire"]),
)
def test_the_latest_day_is_in_time_and_the_next_is_not(deadline, margin, channel, category):
    """By definition, over the day too on which the post became slower."""
    clock = LegalClock(delivery=QUICKER, margin=margin)
    latest = clock.latest_safe(channel, deadline, category)
    wanted = clock.workdays.before(deadline, margin)
    assert latest in clock.workdays
    assert clock.arrival(channel, latest, category) <= wanted
    following = clock.workdays.after(latest, 1)
    assert following > wanted or clock.arrival(channel, following, category) > wanted


# --- klagefrist


def period(letter, options=Options(), channel=DIGITAL, weeks=4):
    return CLOCK.complaint_period(letter, options, channel, weeks)


def test_it_runs_from_the_day_a_digital_letter_came():
    """Not from the day it was decided or handed over: to the same weekday four weeks later."""
    found = period(entry((ReceiptEvent.ACCEPTED, date(2026, 11, 20)), (ReceiptEvent.DELIVERED, FRIDAY)))
    assert (found.basis, found.counted_from, found.ends) == (Basis.ARRIVED, FRIDAY, date(2026, 12, 28))
    assert found.is_proven
    assert wording.complaint(found) == (
        "Klagefristen er 4 uger fra 27. november 2026, da brevet var fremme: til og med 28. december 2026."
    )


@pytest.mark.parametrize(
    ("came", "ends"),
    [
        (date(2026, 11, 28), date(2026, 12, 28)),  # a Saturday: the letter counts, the last day moves
        (date(2026, 11, 26), date(2026, 12, 28)),  # Christmas Eve is no last day
        (date(2026, 12, 3), date(2027, 1, 4)),  # nor New Year's Eve
        (date(2026, 5, 8), date(2026, 6, 8)),  # nor Grundlovsdag
        (date(2026, 3, 5), date(2026, 4, 7)),  # Maundy Thursday to the Tuesday after Easter
        (date(2026, 11, 18), date(2026, 12, 16)),
    ],
)
def test_its_last_day_is_a_day_on_which_somebody_can_complain(came, ends):
    """Weekends, holidays and closed days move it to the next."""
    assert period(entry((ReceiptEvent.DELIVERED, came))).ends == ends


def test_it_does_not_begin_before_the_value_date():
    """Digital Post shows the letter on that day."""
    found = period(entry((ReceiptEvent.DELIVERED, FRIDAY)), Options(not_before=date(2026, 12, 1)))
    assert (found.counted_from, found.ends) == (date(2026, 12, 1), date(2026, 12, 29))


def test_the_day_is_the_one_it_is_in_denmark():
    """A quarter to midnight in Denmark is another day in London."""
    assert day_of(datetime(2026, 11, 27, 22, 45, tzinfo=UTC)) == FRIDAY
    assert day_of(datetime(2026, 11, 27, 23, 15, tzinfo=UTC)) == date(2026, 11, 28)


def test_a_letter_on_paper_is_reckoned_to_come_six_working_days_after_the_post_got_it():
    """Nobody says when it came: that is told as what it is."""
    letter = entry((ReceiptEvent.SENT, date(2026, 11, 18)), (ReceiptEvent.WITH_POSTAL_SERVICE, date(2026, 11, 19)))
    found = period(letter, channel=PAPER)
    assert (found.basis, found.counted_from, found.ends) == (Basis.POSTED, FRIDAY, date(2026, 12, 28))
    assert not found.is_proven
    assert "regnes for fremme" in wording.complaint(found)


def test_where_a_letter_was_only_sent_nobody_knows_when_it_ends():
    """It has an earliest day, and no last one."""
    found = period(entry((ReceiptEvent.SENT, date(2026, 11, 19))), channel=PAPER)
    assert (found.basis, found.ends, found.earliest) == (Basis.SENT, None, date(2026, 12, 28))
    assert wording.complaint(found).startswith("Klagefristen kan ikke gøres op")
    assert "udløber tidligst 28. december 2026" in wording.complaint(found)


def test_what_the_post_told_later_is_pointed_at():
    """It may be that the letter came back."""
    letter = entry((ReceiptEvent.WITH_POSTAL_SERVICE, FRIDAY), (ReceiptEvent.UPDATE, FRIDAY + timedelta(2)))
    found = period(letter, channel=PAPER)
    assert found.is_updated
    assert "se kvitteringerne" in wording.complaint(found)


@pytest.mark.parametrize(
    "letter",
    [
        entry(work=Work.READY),
        entry((ReceiptEvent.ACCEPTED, FRIDAY), work=Work.HANDED_OVER),
        entry((ReceiptEvent.TAKEN_IN, FRIDAY), work=Work.HANDED_OVER),
        entry((ReceiptEvent.FAILED, FRIDAY)),
        entry((ReceiptEvent.DELIVERED, FRIDAY), (ReceiptEvent.FAILED, FRIDAY)),
        entry((ReceiptEvent.WITH_POSTAL_SERVICE, FRIDAY), (ReceiptEvent.RECALLED, FRIDAY)),
        entry((ReceiptEvent.DELIVERED, FRIDAY), work=Work.CANCELLED),
    ],
)
def test_none_runs_while_nothing_shows_that_the_letter_came(letter):
    """Nor where something says that it did not."""
    assert period(letter) is None
    assert wording.complaint(None).startswith("Klagefristen løber ikke")


def test_a_letter_that_failed_after_it_came_is_told_as_that():
    """It is not true that nothing shows it came; and of others it is."""
    for came in (ReceiptEvent.DELIVERED, ReceiptEvent.WITH_POSTAL_SERVICE):
        failed = entry((came, FRIDAY), (ReceiptEvent.FAILED, FRIDAY))
        told = wording.complaint(period(failed), failed)
        assert told == "Klagefristen løber ikke: brevet blev meldt fremme, men fejlede bagefter. Se kvitteringerne."
    never = entry((ReceiptEvent.FAILED, FRIDAY))
    assert "intet viser endnu" in wording.complaint(period(never), never)


def test_a_period_of_no_weeks_is_refused():
    """Nobody has that to complain in."""
    for weeks in (0, -1, 521, 1.5, "4", True, None):
        with pytest.raises(ValueError, match="whole number of weeks"):
            period(entry(), weeks=weeks)
    assert "1 uge fra" in wording.complaint(period(entry((ReceiptEvent.DELIVERED, FRIDAY)), weeks=1))


@pytest.mark.parametrize("days", [-1, 61])
def test_a_letter_that_is_under_way_for_ever_is_a_slip_of_the_pen(days):
    """And one that comes before it was posted."""
    with pytest.raises(ValueError, match="post"):
        DeliveryTime(FRIDAY, post=days)
