"""Frister: what a plan says of the day by which a letter must be there, and what keeps a case open."""

import json
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import attrs
import pytest

from esdh_connect.dispatch import Receipt, ReceiptEvent, Remedy, Status
from esdh_connect.errors import OutcomeUnknown, PlanChanged, Rejected
from esdh_connect.legal_clock import Basis, LegalClock
from esdh_connect.model import Case, Options
from esdh_connect.testing.fakes import FakeChannel
from esdh_connect.testing.installation import installation
from tests.connect.conftest import CASE

# The clock of the tests stands at 23 November 2026, a Monday.
TODAY = date(2026, 11, 23)
DIGITAL = FakeChannel("digital_post", "Digital Post")
LIMITS = DIGITAL.limits


@pytest.fixture
def post(esdh_host, esdh_clock):
    """An installation with a channel on paper and a digital one that reaches nobody unless asked."""
    paper = FakeChannel("fysisk_post", "Fysisk Post", limits=attrs.evolve(LIMITS, on_paper=True))
    with installation(host=esdh_host, channels=[paper], now=esdh_clock) as made:
        yield made


def wished(letter, deadline, **more):
    return attrs.evolve(letter, options=Options(deadline=deadline, **more))


def row(post, letter):
    [found] = post.plan(letter).rows
    return found


def sent(post, letter):
    [entry] = post.commit(post.plan(letter), by="bo").entries
    post.deliver()
    return post.entry(entry.id)


def told(post, entry, *events):
    for event in events:
        post.receive(Receipt(f"r-{entry.id}-{event.value}", event, post._now(), entry.message_uuid))
    return post.entry(entry.id)


# --- the plan


@pytest.mark.parametrize(
    ("deadline", "latest", "timing"),
    [
        (date(2026, 12, 14), date(2026, 12, 3), "Senest 3. december 2026 for at nå 14. december 2026"),
        (date(2026, 12, 2), TODAY, "Senest i dag for at nå 2. december 2026"),
    ],
)
def test_a_row_says_until_when_its_letter_is_in_time(post, letter, deadline, latest, timing):
    """And warns of nothing."""
    found = row(post, wished(letter, deadline))
    assert (found.latest_safe, found.timing, found.error) == (latest, timing, None)
    assert not any("nå" in warning for warning in found.warnings)


def test_a_letter_that_comes_too_late_is_warned_of_and_can_be_sent(post, letter):
    """The caseworker may have no better way."""
    found = row(post, wished(letter, date(2026, 12, 1)))
    assert found.latest_safe == date(2026, 11, 20)
    assert found.timing == "For sent til at nå 1. december 2026: brevet ventes først fremme 2. december 2026"
    assert found.timing[1:] in found.warnings[-1]
    assert found.error is None


def test_a_letter_that_eats_its_margin_is_late_and_not_too_late(esdh_host, esdh_channel, esdh_clock, letter):
    """The two are told apart."""
    with installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, clock=LegalClock(margin=1)) as post:
        found = row(post, wished(letter, TODAY))
    assert found.timing == (
        "Det er sent: brevet når kun 23. november 2026, hvis alt går glat. Det skulle være sendt 20. november 2026"
    )
    assert len([one for one in found.warnings if "går glat" in one]) == 1


def test_a_value_date_after_the_deadline_is_too_late(esdh_connect, letter):
    """Whenever the letter leaves."""
    found = row(esdh_connect, wished(letter, date(2026, 11, 30), not_before=date(2026, 12, 1)))
    assert found.timing == "For sent til at nå 30. november 2026: brevet ventes først fremme 1. december 2026"


def test_no_deadline_no_word_of_it(post, letter):
    """As most letters are."""
    found = row(post, letter)
    assert (found.latest_safe, found.timing) == (None, "")


@pytest.mark.parametrize("day", [date(1, 1, 1), date(2016, 1, 1), date(2062, 1, 1), date.max])
def test_a_deadline_that_nobody_means_stops_the_letter(esdh_connect, letter, day):
    """A year that was mistyped."""
    found = row(esdh_connect, wished(letter, day))
    assert "mere end ti år" in found.error.danish


def test_another_deadline_is_another_wish(esdh_connect, letter):
    """What was shown is what is committed."""
    plan = esdh_connect.plan(wished(letter, date(2026, 12, 1)))
    with pytest.raises(PlanChanged, match="request"):
        esdh_connect.commit(wished(letter, date(2026, 12, 2)), expect=plan.fingerprint, by="bo")


def test_an_installation_is_asked_without_a_letter(post):
    """By the name of a channel."""
    assert post.latest_safe_date("fysisk_post", date(2026, 12, 14)) == date(2026, 12, 3)
    with pytest.raises(LookupError):
        post.latest_safe_date("due", TODAY)


# --- klagefrist


def test_the_complaint_period_begins_when_the_letter_is_there(esdh_connect, esdh_clock, letter):
    """Not when it was decided, committed or handed over."""
    entry = sent(esdh_connect, letter)
    assert esdh_connect.complaint_period(entry.id) is None
    esdh_clock.move(days=2)
    told(esdh_connect, entry, ReceiptEvent.DELIVERED)
    found = esdh_connect.complaint_period(entry.id)
    assert (found.basis, found.counted_from, found.ends) == (
        Basis.ARRIVED,
        date(2026, 11, 25),
        date(2026, 12, 23),
    )
    assert esdh_connect.complaint_period(entry.id, weeks=2).ends == date(2026, 12, 9)
    told(esdh_connect, entry, ReceiptEvent.FAILED)
    assert esdh_connect.complaint_period(entry.id) is None


def test_the_value_date_is_remembered(esdh_connect, letter):
    """It is sealed with the letter."""
    entry = sent(esdh_connect, wished(letter, None, not_before=date(2026, 11, 24)))
    told(esdh_connect, entry, ReceiptEvent.DELIVERED)
    assert esdh_connect.complaint_period(entry.id).counted_from == date(2026, 11, 24)


def test_it_is_known_after_the_letter_was_erased(esdh_connect, letter):
    """From the receipts, which stay."""
    entry = told(esdh_connect, sent(esdh_connect, letter), ReceiptEvent.DELIVERED)
    esdh_connect.erase(entry.id, by="bo", why="opbevaring")
    assert esdh_connect.complaint_period(entry.id).ends == date(2026, 12, 21)


# --- open letters


def why(post, case=CASE):
    return [one.why for one in post.open_letters(case)]


def test_a_case_is_open_until_its_letter_is_delivered(esdh_connect, letter):
    """At each step the reason is the one the caseworker sees anyway."""
    assert why(esdh_connect) == []
    [entry] = esdh_connect.commit(esdh_connect.plan(letter), by="bo").entries
    assert why(esdh_connect) == [
        "Der er ikke sendt noget endnu: brevet ligger i udbakken. Det sendes af sig selv, og ingen skal gøre noget."
    ]
    esdh_connect.deliver()
    [waiting] = esdh_connect.open_letters(CASE)
    assert waiting.entry.status is Status.IN_PROGRESS
    told(esdh_connect, entry, ReceiptEvent.DELIVERED)
    assert esdh_connect.open_letters(CASE) == ()


def test_a_failed_letter_keeps_it_open_until_somebody_has_acted(esdh_connect, esdh_channel, letter):
    """And then the letter made after it does."""
    esdh_channel.fail_with = [Rejected("no such recipient", code="7")]
    entry = sent(esdh_connect, letter)
    [found] = esdh_connect.open_letters(CASE)
    assert (found.entry.id, found.entry.status) == (entry.id, Status.FAILED)
    assert found.why.startswith("Der er ikke sendt noget")
    child = esdh_connect.resolve(entry.id, Remedy.SEND_AGAIN, by="bo", why="prøv igen")
    assert [one.entry.id for one in esdh_connect.open_letters(CASE)] == [child.id]
    esdh_connect.deliver()
    told(esdh_connect, child, ReceiptEvent.DELIVERED)
    assert esdh_connect.open_letters(CASE) == ()


def test_an_unclear_letter_keeps_it_open(esdh_connect, esdh_channel, letter):
    """It may be there, and it may not."""
    esdh_channel.fail_with = [OutcomeUnknown("the line went dead")]
    sent(esdh_connect, letter)
    [found] = esdh_connect.open_letters(CASE)
    assert found.entry.status is Status.UNRESOLVED


def test_a_letter_that_was_posted_is_over_when_no_more_is_awaited(post, esdh_clock, letter):
    """Else its case could never be closed: not all suppliers say more than *Afsendt*."""
    told(post, sent(post, letter), ReceiptEvent.SENT)
    assert len(post.open_letters(CASE)) == 1
    esdh_clock.move(days=4)
    post.deliver()
    assert post.open_letters(CASE) == ()


def test_a_case_is_named_with_its_system(esdh_connect, letter):
    """A number alone is that of any system."""
    esdh_connect.commit(esdh_connect.plan(letter), by="bo")
    assert esdh_connect.open_letters(Case(CASE.id, "another")) == ()
    assert len(esdh_connect.open_letters(Case(CASE.id, CASE.system, "Carport"))) == 1
    assert len(esdh_connect.open_letters(CASE.id)) == 1
    assert esdh_connect.open_letters(CASE.id, "another") == ()


# --- the proof


def test_a_proof_pack_has_the_deadlines(esdh_connect, letter):
    """What was asked for, and what follows from the receipts."""
    entry = sent(esdh_connect, wished(letter, date(2026, 12, 1)))

    def pack():
        file = BytesIO()
        esdh_connect.proof(entry.id).write(file)
        with ZipFile(file) as archive:
            return json.loads(archive.read("frister.json")), archive.read("README.txt").decode()

    before, text = pack()
    assert before == {
        "wanted": "2026-12-01",
        "latest_safe": "2026-12-01",
        "complaint": None,
        "text": "Klagefristen løber ikke: intet viser endnu, at brevet er nået frem.",
    }
    assert "Skulle nå frem 1. december 2026, og skulle sendes senest 1. december 2026\n" in text
    told(esdh_connect, entry, ReceiptEvent.DELIVERED)
    after, text = pack()
    assert after["complaint"] == {
        "weeks": 4,
        "basis": "arrived",
        "counted_from": "2026-11-23",
        "earliest": "2026-12-21",
        "is_updated": False,
        "ends": "2026-12-21",
    }
    assert after["text"] in text


def test_a_proof_pack_of_a_letter_that_was_only_sent_has_no_last_day(post, letter):
    """Nobody may read the earliest day as the last."""
    entry = told(post, sent(post, letter), ReceiptEvent.SENT)
    file = BytesIO()
    post.proof(entry.id).write(file)
    found = json.loads(ZipFile(file).read("frister.json"))["complaint"]
    assert (found["basis"], found["ends"], found["earliest"]) == ("sent", None, "2026-12-29")


def test_the_time_of_the_tests_is_a_monday(esdh_clock):
    """All days above are counted from it."""
    assert esdh_clock() == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert TODAY.weekday() == timedelta(0).days
