"""``send --deadline``, what ``status`` says of the complaint period, and ``open-letters``."""

from datetime import UTC, date, datetime, timedelta

import pytest

from esdh_connect.cli.wish import wish_key
from esdh_connect.dispatch import Receipt, ReceiptEvent, Request
from esdh_connect.model import Case, Document, Options, Party
from esdh_connect.seal import Seal
from esdh_connect.workdays import Workdays

TODAY = datetime.now(UTC).date()


def sent(place, *options):
    return place.send("--yes", "--json", "--case", "2026-17", *options).json["dispatches"][0]


def receive(place, row, event):
    with place.opened() as post:
        uuid = post.entry(row["id"]).message_uuid
        post.receive(Receipt(f"r-{event.value}", event, datetime.now(UTC), uuid))


def test_a_plan_says_until_when_it_is_in_time(place):
    """As a line of its own, and in JSON."""
    deadline = Workdays().after(TODAY, 5)
    ended = place.send("--dry-run", "--deadline", str(deadline))
    assert ended.code == 0
    assert "\n    Senest " in ended.out
    [row] = place.send("--dry-run", "--json", "--deadline", str(deadline)).json["dispatches"]
    assert (row["latest_safe"], row["timing"][:7]) == (str(deadline), "Senest ")


def test_a_plan_says_once_that_it_is_late(place):
    """As a remark, which is where people look."""
    ended = place.send("--dry-run", "--deadline", str(TODAY - timedelta(days=3)))
    assert ended.code == 0
    assert ended.out.casefold().count("for sent til at nå") == 1
    assert "    Bemærk: for sent til at nå " in ended.out


@pytest.mark.parametrize("day", ["i morgen", "2026-13-01"])
def test_a_day_that_is_none_is_told(place, day):
    """How it is written."""
    ended = place.send("--dry-run", "--deadline", day)
    assert ended.code == 2
    assert "--deadline skal være en dato, skrevet som 2026-12-24" in ended.err


def test_a_wish_without_a_deadline_is_called_what_it_was_before_there_were_any():
    """The same command in a newer version sends nothing twice."""
    party = Party("p", "s")
    wish = Request("-", Case("1"), "teknik", "T", (Document("d"),), (party,))
    seal = Seal(b"a secret of thirty-two bytes.....")
    assert wish_key(wish, {}, seal) == "aff871afddb4be0891e996be0f0ec379"
    later = Request("-", Case("1"), "teknik", "T", (Document("d"),), (party,), options=Options(deadline=date.max))
    assert wish_key(later, {}, seal) != wish_key(wish, {}, seal)


def test_status_tells_of_the_complaint_period_when_there_is_one(place):
    """Counted from the receipt."""
    row = sent(place, "--deadline", str(TODAY))
    told = place.run("status", row["id"], "--json").json["complaint_period"]
    assert told == {
        "weeks": None, "basis": None, "counted_from": None, "ends": None, "earliest": None,
        "explanation": "Klagefristen løber ikke: intet viser endnu, at brevet er nået frem.",
    }  # fmt: skip
    text = place.run("status", row["id"]).out
    assert "Klagefristen" not in text
    assert "    Skulle være fremme senest " in text
    receive(place, row, ReceiptEvent.DELIVERED)
    told = place.run("status", row["id"], "--json").json["complaint_period"]
    assert (told["weeks"], told["basis"], told["ends"]) == (4, "arrived", told["earliest"])
    assert told["explanation"] in place.run("status", row["id"]).out


def test_status_tells_of_a_letter_that_failed_that_no_period_runs(place):
    """Also where somebody tells that it has arrived: that may have been counted from."""
    row = sent(place)
    receive(place, row, ReceiptEvent.FAILED)
    told = place.run("status", row["id"], "--json").json["complaint_period"]["explanation"]
    assert told.startswith("Klagefristen løber ikke: intet viser endnu")
    assert f"    {told}\n" in place.run("status", row["id"]).out
    receive(place, row, ReceiptEvent.DELIVERED)
    assert "    Klagefristen løber ikke: brevet blev meldt fremme, men fejlede" in place.run("status", row["id"]).out


def test_open_letters_end_with_a_code_for_scripts(place):
    """So that a script closes no case it should not."""
    never = place.run("open-letters", "2026-17")
    assert (never.code, "aldrig været et brev" in never.err, "ingen åbne" in never.err) == (0, True, False)
    row = sent(place)
    ended = place.run("open-letters", "2026-17")
    assert ended.code == 4
    assert ended.out.startswith(f"{row['id']}  Behandles  ")
    [found] = place.run("open-letters", "2026-17", "--json").json["open_letters"]
    assert (found["id"], found["status"]) == (row["id"], "in_progress")
    assert found["explanation"] in ended.out
    assert place.run("open-letters", " 2026-17 ").code == 4
    other = place.run("open-letters", "2026-17", "--system", "et andet")
    assert (other.code, "aldrig været et brev" in other.err) == (0, True)
    receive(place, row, ReceiptEvent.DELIVERED)
    ended = place.run("open-letters", "2026-17")
    assert (ended.code, ended.out, ended.err) == (0, "", "Sagen har ingen åbne breve.\n")
    assert place.run("open-letters", "2026-17", "--json").json == {"open_letters": []}


@pytest.mark.parametrize("case", ["", "  "])
def test_a_case_without_a_name_is_no_case(place, case):
    """A script with an empty variable must not close anything."""
    ended = place.run("open-letters", case)
    assert (ended.code, "SAG er tom" in ended.err) == (2, True)


def test_a_case_is_not_named_by_a_persons_number(place):
    """Others see arguments."""
    ended = place.run("open-letters", "121212-1212")
    assert ended.code == 2
    assert "1212121212" not in ended.err + ended.out


def test_a_mailing_has_a_deadline_too(place):
    """Each of its letters."""
    place.recipients(place.ANE, name="breve.jsonl")
    ended = place.send_many("--count", "1", "--deadline", str(TODAY - timedelta(days=3)))
    assert ended.code == 0
    [row] = place.run("outbox", "list", "--json").json["dispatches"]
    assert "Skulle være fremme senest" in place.run("status", row["id"]).out
