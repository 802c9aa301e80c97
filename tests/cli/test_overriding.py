"""``--override``: what the safety gate stops is told with its rule, and goes with a reason."""

import re
from datetime import UTC, datetime

import pytest

from esdh_connect.cli.exits import Stopped
from esdh_connect.cli.overriding import overrides_of
from esdh_connect.dispatch import Receipt, ReceiptEvent

WHY = "aftalt i telefonen"


@pytest.fixture
def mixed_up(place):
    """Ane's list, and a letter to somebody else."""
    place.write("brev.pdf", "Kære Hans Hansen")
    return place


def test_a_mixed_up_letter_is_stopped_and_says_what_to_do(mixed_up):
    """The rule, both names, and how to send it anyway; nothing is sent."""
    ended = mixed_up.send("--yes")
    assert (ended.code, mixed_up.posted()) == (1, [])
    assert (
        "Der er ikke sendt noget: brevet er stilet til »Hans Hansen«, og modtageren er »Ane Prøve«. Åbn brevet, og se "
        "efter, at det er den rigtige modtager og det rigtige brev. [name_mismatch]"
    ) in ended.err
    assert 'Skal det sendes alligevel: --override name_mismatch="hvorfor"' in ended.err


def test_it_goes_with_a_reason_that_is_shown_from_then_on(mixed_up):
    """In the plan, the status, the audit log and as JSON."""
    said = ("--override", f"name_mismatch={WHY}")
    assert "Tilsidesat [name_mismatch]: Brevet er stilet" in mixed_up.send("--dry-run", *said).out
    planned = mixed_up.send("--dry-run", "--json", *said).json["dispatches"][0]["concerns"]
    assert [(one["id"], one["overridden"]) for one in planned] == [("name_mismatch", WHY)]
    ended = mixed_up.send("--yes", "--json", *said)
    assert (ended.code, len(mixed_up.posted())) == (0, 1)
    id_ = ended.json["dispatches"][0]["id"]
    assert "bestilte det trods en betænkelighed (brevet er stilet til" in mixed_up.run("status", id_).out
    [act] = mixed_up.run("status", id_, "--json").json["acts"]
    assert (act["deed"], act["concern"], act["why"]) == ("overrode", "name_mismatch", WHY)
    lines = mixed_up.run("audit", "show", id_, "--json").json["lines"]
    assert [(one["about"], one["why"]) for one in lines if one["what"] == "deed overrode"] == [("name_mismatch", WHY)]


def test_one_that_comes_too_late_is_told(mixed_up):
    """The letter is ordered, with the reason there was then; the same reason again is no news."""
    said = ("--override", f"name_mismatch={WHY}")
    mixed_up.send("--yes", *said)
    assert "er ikke brugt" not in mixed_up.send("--yes", *said).err
    ended = mixed_up.send("--yes", "--override", "name_mismatch=en helt anden grund")
    assert "--override name_mismatch er ikke brugt: brevene er bestilt i forvejen" in ended.err
    assert len(mixed_up.posted()) == 1


@pytest.mark.parametrize("why", ["værge)\n2026-11-27  Handling: godkendte det", "a\x1b[2Jbc", ".", "\u200b\u2060"])
def test_a_reason_that_forges_a_line_or_cannot_be_read_is_refused(mixed_up, why):
    """It would stand in the proof pack for years."""
    ended = mixed_up.send("--yes", "--override", f"name_mismatch={why}")
    assert (ended.code, mixed_up.posted()) == (2, [])
    assert "begrundelsen er én linje, der kan læses" in ended.err


def test_who_approves_reads_what_was_overridden(mixed_up):
    """Before they say yes to it."""
    mixed_up.decide(approval=True)
    mixed_up.send("--yes", "--override", f"name_mismatch={WHY}")
    assert "trods en betænkelighed (brevet er stilet til »Hans Hansen«" in mixed_up.run("approvals").out
    [row] = mixed_up.run("approvals", "--json").json["dispatches"]
    assert [(one["concern"], one["why"]) for one in row["overridden"]] == [("name_mismatch", WHY)]
    approved = mixed_up.run("approve", row["id"], "--by", "chefen", "--to", "liste.jsonl", "brev.pdf")
    assert approved.code == 0


def test_an_override_of_something_else_is_told_and_sends_nothing(mixed_up):
    """With what may have been meant."""
    ended = mixed_up.send("--yes", "--override", f"name_mismatchs={WHY}")
    assert (ended.code, mixed_up.posted()) == (1, [])
    assert "--override name_mismatchs tilsidesætter ikke noget – mente du »name_mismatch«?" in ended.err


def test_a_rule_that_is_off_stops_nothing(mixed_up):
    """An administrator has said so, and the change says what it does."""
    told = mixed_up.run("departments", "set", "demo", "gate=-name_mismatch", "--yes").out
    assert "Sikkerhedsportens regel »brevet er stilet til en anden« bliver slået fra" in told
    assert mixed_up.send("--yes").code == 0


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["name_mismatch"], "skrives som"),
        (["name_mismatch="], "begrundelsen"),
        (["=hvorfor"], "begrundelsen"),
        (["Navn Mod Navn=hvorfor"], "begrundelsen"),
        (["dead=010190-1234 er død"], "CPR-nummer"),
        (["dead=grund", "dead=en anden"], "to gange"),
    ],
)
def test_what_is_no_rule_and_a_reason_is_refused(typed, told):
    """Before anything else, and never with what was typed."""
    with pytest.raises(Stopped, match="Der er ikke sendt noget") as stopped:
        overrides_of(typed)
    assert told in stopped.value.text
    assert "1234" not in stopped.value.text


def test_a_list_says_what_is_known_of_people(place):
    """And refuses what it does not know."""
    place.recipients(place.ANE | {"circumstances": ["dead"]})
    assert "modtageren er registreret som død" in place.send("--yes").err
    place.recipients(place.ANE | {"circumstances": ["gone"]})
    assert "»circumstances« er en liste" in place.send("--yes").err


def test_a_protected_address_is_printed_nowhere(place):
    """Not in the plan, not as JSON, not in the status: only on the envelope, with a reason."""
    secret = {"street": "Hemmelig Vej", "number": "7", "post_code": "8000", "city": "Aarhus C"}
    place.recipients(place.ANE | {"address": secret, "circumstances": ["protected"]})
    place.decide(channels=["paper"])
    said = ("--override", f"protected_address={WHY}")
    shown = [place.send("--yes"), place.send("--dry-run", "--json"), place.send("--yes", "--json", *said)]
    assert [one.code for one in shown] == [1, 1, 0]
    id_ = shown[-1].json["dispatches"][0]["id"]
    shown += [place.run("status", id_), place.run("status", id_, "--json"), place.run("audit", "show", id_)]
    assert not any("Hemmelig" in one.out + one.err for one in shown)
    assert len(place.posted()) == 1


def test_in_the_failure_inbox_a_reason_is_for_what_was_shown_alone(place):
    """Tried once it says what is in the way, with a code; where something else is by then, it says that instead."""
    place.send("--yes")
    with place.opened() as post:
        [entry] = post.entries()
        post.receive(Receipt("1", ReceiptEvent.FAILED, datetime.now(UTC), entry.message_uuid))
    place.recipients(place.BO | {"circumstances": ["dead"]}, name="bo.jsonl")
    place.recipients(place.BO | {"circumstances": ["emigrated"]}, name="anden.jsonl")
    resolve = ("resolve", entry.id, "change-recipient", "--why", "forkert part", "--override", f"dead={WHY}")
    unseen = place.run(*resolve, "--to", "bo.jsonl")
    [code] = re.findall(r'--override dead="hvorfor" --seen (\w+)', unseen.err)
    other = place.run(*resolve, "--override", f"emigrated={WHY}", "--to", "anden.jsonl", "--seen", code)
    assert [one.code for one in (unseen, other)] == [1, 1]
    assert "Det er ikke det, der stod i vejen før." in other.err
    done = place.run(*resolve, "--to", "bo.jsonl", "--seen", code)
    with place.opened() as post:
        assert (done.code, len(post.entries())) == (0, 2)
