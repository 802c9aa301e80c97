"""``failures``, ``resolve``, ``cancel``, ``approvals``, ``approve``, ``send-back`` and ``pass-on``."""

from datetime import UTC, datetime

import pytest

from esdh_connect.dispatch import Deed, Receipt, ReceiptEvent, Status
from esdh_connect.testing.fakes import pdf_of

HELD = "--by", "chefen"
AWAITED = (
    "1 brev venter på, at en anden godkender det: »esdh-connect approve«. "
    "Derefter sender »esdh-connect drain« eller en worker det.\n"
)


def sent(place, *options, **how):
    """The one letter that was sent, or is to be."""
    return place.send("--yes", "--json", *options, **how).json["dispatches"][0]


def failed(place, *options):
    row = sent(place, *options)
    receive(place, row, ReceiptEvent.FAILED, code="42")
    return row


def receive(place, row, event, code=""):
    with place.opened() as post:
        uuid = post.entry(row["id"]).message_uuid
        post.receive(Receipt(f"{row['id']}/{event.value}", event, datetime.now(UTC), uuid, code=code))


@pytest.fixture
def strict(place):
    """The same place, where a second person approves."""
    place.settings(place.SETTINGS + "approval = true\n")
    return place


# --- the failure inbox


def test_an_empty_inbox_says_so(place):
    """And its code tells a script that there is nothing to do."""
    sent(place)
    ended = place.run("failures")
    assert (ended.code, ended.out, ended.err) == (0, "", "Fejlbakken er tom.\n")
    assert place.run("failures", "--json").json == {"failures": []}


def test_the_inbox_tells_what_is_wrong_whose_it_is_and_what_can_be_done(place):
    """For people and for programs; the code says that there is something."""
    place.settings(place.SETTINGS.replace(', "paper"', ""))
    row = failed(place, "--case", "2026-17")
    ended = place.run("failures")
    assert ended.code == 4
    assert ended.out.startswith(f"{row['id']}  Brevet kom ikke frem\n    Brevet er sendt til leverandøren, men")
    assert "    Hvem: Sagsbehandleren\n" in ended.out
    assert "    change-recipient  Ret modtageren, og send igen\n" in ended.out
    [told] = place.run("failures", "--json").json["failures"]
    assert (told["id"], told["cause"], told["owner"]) == (row["id"], "not_delivered", "caseworker")
    assert (told["next"], told["remedies"]) == ("change-recipient", ["change-recipient", "send-again", "solved"])
    assert told["journaling"] is None


def test_a_letter_is_sent_again_once(place):
    """The same command again shows the letter it made."""
    row = failed(place)
    made = [place.run("resolve", row["id"], "send-again", "--by", "ida", "--why", "flyttet") for _ in range(2)]
    assert [one.code for one in made] == [0, 0]
    assert made[0].out == made[1].out
    assert "»esdh-connect drain« sender det" in made[0].err
    place.run("drain")
    assert [one["name"] for one in place.posted()] == ["Ane Prøve", "Ane Prøve"]
    assert place.run("failures").code == 0
    text = place.run("status", row["id"]).out
    assert "ida bestilte et nyt brev i stedet: flyttet\n" in text
    child = place.run("outbox", "list", "--json", "--limit", "1").json["dispatches"][0]["id"]
    assert f"Det nye brev er {child} (Behandles)\n" in text
    assert f"Det er bestilt i stedet for {row['id']}\n" in place.run("status", child).out
    assert place.run("status", row["id"], "--json").json["followed_by"] == child
    with place.opened() as post:
        assert [(act.deed, act.by, act.why) for act in post.entry(row["id"]).acts] == [
            (Deed.FOLLOWED, "ida", "flyttet")
        ]


def test_what_became_of_the_new_letter_is_said_when_it_is_asked_for_again(place):
    """It lies in no outbox any more, and there is nothing for ``drain`` to do."""
    row = failed(place)
    again = "resolve", row["id"], "send-again", "--why", "flyttet"
    place.run(*again)
    place.run("drain")
    ended = place.run(*again)
    assert ended.code == 0
    assert "Brevet er sendt til leverandøren" in ended.out
    assert ended.err.startswith("Det nye brev blev bestilt ")
    assert "drain" not in ended.err


def test_a_new_letter_that_waits_for_approval_is_said_to(place):
    """Nobody is told that ``drain`` sends it."""
    row = failed(place)
    place.decide(approval=True)
    ended = place.run("resolve", row["id"], "send-again", "--by", "ida", "--why", "-")
    assert ended.err == f"Det nye brev er bestilt. {AWAITED}"


def test_what_is_dealt_with_already_is_said_with_the_letter_that_was_made(place):
    """Who did it, and where to look."""
    row = failed(place)
    place.run("resolve", row["id"], "send-again", "--by", "ida", "--why", "flyttet")
    child = place.run("status", row["id"], "--json").json["followed_by"]
    ended = place.run("resolve", row["id"], "solved", "--why", "-")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("Der er ikke sendt noget nyt: det er allerede gjort af ida ")
    assert ended.err.endswith(
        ": et nyt brev er bestilt i stedet. "
        f"Det nye brev er {child}; »esdh-connect status« viser, hvad der er blevet af det.\n"
    )


def test_another_recipient_stands_in_a_list(place):
    """As for ``send``: never on the command line, and just one."""
    row = failed(place)
    place.recipients(place.BO, name="ny.jsonl")
    place.run("resolve", row["id"], "change-recipient", "--why", "forkert part", "--to", "ny.jsonl")
    place.run("drain")
    assert [one["name"] for one in place.posted()] == ["Ane Prøve", "Bo Prøve"]
    place.recipients(place.BO, place.FIRM, name="to.jsonl")
    ended = place.run("resolve", row["id"], "change-recipient", "--why", "-", "--to", "to.jsonl")
    assert (ended.code, ended.out) == (2, "")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("send-again", "--why", "-", "--party", "p1"), "hører til change-recipient"),
        (("change-recipient", "--why", "-"), "der mangler en ny modtager: skriv --to FIL eller --party"),
        (("change-recipient", "--why", "-", "--to", "x", "--party", "p1"), "skriv enten --to eller --party"),
        (("solved", "--why", " "), "--why er tom"),
        (("solved", "--why", "-", "--by", ""), "--by er tom"),
        (("send-again",), "--why"),
        (("sendagain", "--why", "-"), "UDVEJ"),
        (("solved", "--why", "han hedder 0101901234"), "ligner et CPR-nummer"),
        (("solved", "--why", "-", "--by", "010190-1234"), "ligner et CPR-nummer"),
    ],
)
def test_what_is_asked_wrongly_is_said(place, arguments, told):
    """And nothing has happened."""
    row = failed(place)
    ended = place.run("resolve", row["id"], *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err
    assert place.run("failures").code == 4


def test_what_cannot_be_done_is_said(place):
    """No paper in this department, and a party nobody knows: nothing new was sent."""
    place.settings(place.SETTINGS.replace(', "paper"', ""))
    row = failed(place)
    ended = place.run("resolve", row["id"], "send-as-print", "--why", "-")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("Der er ikke sendt noget nyt: ")
    ended = place.run("resolve", row["id"], "change-recipient", "--why", "-", "--party", "vendor/p1")
    assert (ended.code, ended.out) == (1, "")
    assert "kunne ikke slås op" in ended.err


def test_a_failure_is_marked_as_solved(place):
    """By whoever runs the program, unless another name is given."""
    row = failed(place)
    ended = place.run("resolve", row["id"], "solved", "--why", "ringet til borgeren")
    assert ended.code == 0
    assert "har markeret det som løst: ringet til borgeren. Ingen skal gøre noget." in ended.out
    assert place.run("failures").code == 0


# --- stopping


def test_a_letter_that_waits_is_stopped(place):
    """And says so."""
    place.faults("temporary")
    row = sent(place)
    told = place.run("status", row["id"], "--json").json["stoppable"]
    assert told["yes"] is True
    assert told["explanation"] in place.run("status", row["id"]).out
    ended = place.run("cancel", row["id"], "--by", "ida", "--why", "forkert bilag")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("Der er ikke sendt noget: brevet blev stoppet i tide. Årsag: ida stoppede det: forkert")
    place.run("drain")
    assert place.posted() == []


@pytest.mark.parametrize(("fault", "code", "told"), [("ok", 4, "Brevet er sendt"), ("unknown", 5, "Det er uvist")])
def test_a_letter_that_left_is_not_stopped(place, fault, code, told):
    """It says what is known, and what can be done instead."""
    place.faults(fault)
    row = sent(place)
    ended = place.run("cancel", row["id"], "--why", "forkert bilag")
    assert (ended.code, ended.out) == (code, "")
    assert ended.err.startswith(told)
    assert "skal der sendes et nyt brev, som retter det" in ended.err


def test_a_mailing_is_stopped(place):
    """What has not left of it, where there is one; and it is one or the other that is stopped."""
    sent(place)
    ended = place.run("cancel", "--batch", "lukkedage 2026", "--why", "forkert dato")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("Der er ikke stoppet noget. Den masseforsendelse er ikke i udbakken.")
    place.recipients(place.ANE, place.BO, name="breve.jsonl")
    place.write("lukkedage.pdf", "Lukkedage")
    several = ("send-many", "--list", "breve.jsonl", "--batch", "nu", "--title", "x", "--count", "2", "--later")
    place.run(*several, "lukkedage.pdf")
    ended = place.run("cancel", "--batch", "nu", "--why", "forkert dato")
    assert (ended.code, ended.out) == (0, "Stoppet: 2. Sendt eller på vej: 0.\n")
    for arguments in ([], ["x", "--batch", "y"]):
        ended = place.run("cancel", *arguments, "--why", "-")
        assert (ended.code, ended.out) == (2, "")


# --- approval


def test_a_letter_waits_for_somebody_else(strict):
    """It is listed with who wants it, and whoever brings the same files and list approves it."""
    ended = strict.send("--yes")
    assert ended.code == 0
    assert ended.err.endswith(AWAITED)
    drained = strict.run("drain")
    assert (drained.code, drained.err) == (0, AWAITED)
    [row] = strict.run("approvals", "--json").json["dispatches"]
    assert (row["recipient"], row["passed_on_to"], row["work"]) == ("Ane Prøve (xxxxxx-xxxx)", None, "held")
    listed = strict.run("approvals").out
    assert "»Afgørelse«" in listed
    assert "venter på godkendelse" in listed
    ended = strict.run("approve", row["id"], "brev.pdf", "--to", "liste.jsonl", *HELD)
    assert (ended.code, ended.err) == (0, "")
    assert "brevet ligger i udbakken. Det sendes af sig selv" in ended.out
    assert strict.run("drain").code == 0
    assert [one["name"] for one in strict.posted()] == ["Ane Prøve"]
    assert strict.run("approvals").err == "Ingen breve venter på godkendelse.\n"


def test_nothing_is_approved_that_is_not_what_was_committed(strict):
    """Another file, another list, or none at all: refused, and it waits."""
    row = sent(strict)
    strict.write("brev.pdf", "Noget helt andet")
    strict.recipients({**strict.ANE, "name": "Ane Anden"}, name="anden.jsonl")
    strict.recipients(strict.BO, name="bo.jsonl")
    for arguments, told in (
        (["brev.pdf", "--to", "liste.jsonl"], "Nævn de samme filer"),
        (["--to", "liste.jsonl"], "Nævn de samme filer"),
        (["brev.pdf"], "Nævn de samme filer"),
        (["brev.pdf", "--to", "bo.jsonl"], "Nævn de samme filer"),
    ):
        ended = strict.run("approve", row["id"], *arguments, *HELD)
        assert (ended.code, ended.out) == (1, ""), arguments
        assert told in ended.err
    strict.write("brev.pdf", "Hermed afgørelsen")
    ended = strict.run("approve", row["id"], "brev.pdf", "--to", "anden.jsonl", *HELD)
    assert ended.code == 1
    assert "brevet er ændret, siden det blev vist" in ended.err
    with strict.opened() as post:
        assert post.entry(row["id"]).status is Status.WAITING
    assert strict.posted() == []


def test_nobody_approves_their_own(strict):
    """The one who runs the program sent it."""
    row = sent(strict)
    ended = strict.run("approve", row["id"], "brev.pdf", "--to", "liste.jsonl")
    assert ended.code == 1
    assert "kan ikke selv godkende det" in ended.err


@pytest.mark.parametrize("files", [("bilag.pdf", "brev.pdf"), ("brev.pdf",), ("brev.pdf", "bilag.pdf", "mere.pdf")])
def test_other_files_than_the_letters_are_not_approved(strict, files):
    """Swapped, one too few or one too many: whoever names them believes that it is what goes."""
    strict.write("bilag.pdf", "Et bilag")
    strict.write("mere.pdf", "Et til")
    row = sent(strict, files=("brev.pdf", "bilag.pdf"))
    ended = strict.run("approve", row["id"], *files, "--to", "liste.jsonl", *HELD)
    assert ended.code == 1
    assert ended.err.startswith("Der er ikke sendt noget")
    (strict.path / "kopi.pdf").write_bytes(pdf_of("Et bilag"))  # known by its bytes, whatever it is called by now
    assert strict.run("approve", row["id"], "brev.pdf", "kopi.pdf", "--to", "liste.jsonl", *HELD).code == 0


def test_a_letter_after_another_is_approved_as_it_is_stored(place):
    """It was made of nothing else, so nothing is to be brought."""
    row = failed(place)
    place.decide(approval=True)
    place.run("resolve", row["id"], "send-again", "--by", "ida", "--why", "-")
    [held] = place.run("approvals", "--json").json["dispatches"]
    assert place.run("approve", held["id"], "--by", "ida").code == 1
    assert place.run("approve", held["id"], *HELD).code == 0


def test_a_letter_is_passed_on_and_sent_back(strict):
    """Both are kept, and it is stopped with the reason."""
    row = sent(strict)
    ended = strict.run("pass-on", row["id"], "direktøren", *HELD, "--why", "over min grænse")
    assert (ended.code, ended.err) == (0, "")
    assert "direktøren skal godkende det" in ended.out
    assert strict.run("approvals", "--json").json["dispatches"][0]["passed_on_to"] == "direktøren"
    ended = strict.run("send-back", row["id"], "--by", "direktøren", "--why", "forkert bilag")
    assert "direktøren sendte det tilbage: forkert bilag" in ended.out
    ended = strict.run("send-back", row["id"], "--by", "direktøren", "--why", "igen")
    assert (ended.code, ended.out) == (1, "")


def test_nobody_sees_for_another_that_it_was_sent_back(strict):
    """Whoever has it on the list all the same says why it is solved."""
    row = sent(strict)
    strict.run("send-back", row["id"], "--by", "bo", "--why", "forkert bilag")
    other = strict.run("resolve", row["id"], "seen", "--by", "ida", "--why", "jeg så det")
    assert (other.code, "kun den, der bestilte brevet" in other.err) == (1, True)
    assert strict.run("resolve", row["id"], "solved", "--by", "ida", "--why", "overtaget sagen").code == 0
    assert strict.run("failures").code == 0


def test_a_letter_that_is_not_there_is_told(place):
    """By every command."""
    for command in (["cancel", "x", "--why", "-"], ["approve", "x"], ["resolve", "x", "solved", "--why", "-"]):
        ended = place.run(*command)
        assert (ended.code, ended.out) == (1, "")
        assert "er ikke i udbakken" in ended.err
