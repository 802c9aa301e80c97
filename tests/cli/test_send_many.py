"""``send-many`` and ``batch``: a list of letters, confirmed by its exact count, and gone on with where it was."""

import json
import subprocess
import time
from datetime import UTC, datetime, timedelta

import pytest

NOTHING = "Der er ikke sendt noget"


def test_a_dry_run_shows_the_overview_and_changes_nothing(mailing):
    """How many, by which channel, and what cannot be sent."""
    (mailing.path / "post" / "exempt.txt").write_text("Ane Prøve\nBo Prøve")
    ended = mailing.send_many("--dry-run")
    assert ended.code == 4
    assert ended.out.splitlines()[:4] == [
        "3 breve i listen; 2 kan sendes",
        "    Prøvepapir: 1",
        "    Prøvepost: 1",
        "    I alt 2 sider, " + ended.out.splitlines()[3].rpartition(", ")[2],
    ]
    assert (
        "1 brev kan ikke sendes (ingen kanal når modtageren):\n    Nr. 2: Der er ikke sendt noget: modtageren kan ikke"
        in ended.out
    )
    assert NOTHING in ended.err
    assert mailing.posted() == []
    found = mailing.send_many("--dry-run", "--json").json
    assert (found["count"], found["letters"], found["channels"]) == (3, 2, {"paper": 1, "post": 1})
    assert found["problems"][0]["examples"][0]["number"] == 2


def test_a_mailing_goes_out_when_its_count_is_given(mailing):
    """Each letter as its line says; what a line does not say is said once for all."""
    ended = mailing.send_many("--count", "3")
    assert (ended.code, [(one["name"], one["title"]) for one in mailing.posted()]) == (
        0,
        [("Ane Prøve", "Til Ane"), ("Bo Prøve", "Rotter"), ("Firma ApS", "Rotter")],
    )
    sent = {content.read_bytes() for content in mailing.path.glob("post/*.0")}
    assert sent == {(mailing.path / name).read_bytes() for name in ("brev.pdf", "eget.pdf")}
    assert ended.out.startswith("Rotter 2027: 3 breve, bestilt ")
    assert "Bestiller: 100 % (3 af 3)" in ended.err


@pytest.mark.parametrize("count", ["2", "4"])
def test_another_count_sends_nothing(mailing, count):
    """Neither of them, and nothing is in the outbox."""
    ended = mailing.send_many("--count", count)
    assert (ended.code, mailing.posted()) == (1, [])
    assert f"{NOTHING}: der er 3 breve i listen, og --count siger {count}" in ended.err
    assert mailing.run("batch", "list").err == "Der er ingen masseforsendelser i udbakken.\n"


def test_the_same_command_again_sends_nothing_new(mailing):
    """Not even where the list has changed its order; a longer list under the same name goes on."""
    mailing.send_many("--count", "3")
    mailing.recipients(
        mailing.FIRM | {"files": ["eget.pdf"]}, mailing.BO, mailing.ANE | {"title": "Til Ane"}, name="breve.jsonl"
    )
    assert mailing.send_many("--count", "3").code == 0
    assert len(mailing.posted()) == 3
    more = {"cpr": "0202915678", "name": "Cai Prøve"}
    with (mailing.path / "breve.jsonl").open("a", encoding="utf-8") as file:
        file.write(f"\n{json.dumps(more)}\n")
    assert mailing.send_many("--count", "4").code == 0
    assert [one["name"] for one in mailing.posted()][:3] == ["Ane Prøve", "Bo Prøve", "Cai Prøve"]


def test_the_same_list_under_another_name_is_stopped(mailing):
    """It is another mailing, perhaps by mistake: it goes when somebody says once, for all of it, why."""
    mailing.send_many("--count", "3")
    ended = mailing.send_many("--dry-run", batch="Rotter 2028")
    assert ended.code == 1
    assert "3 breve kan ikke sendes (det samme brev igen [same_letter]):" in ended.out
    assert '    Skal de sendes alligevel: --override same_letter="hvorfor"' in ended.out
    assert mailing.send_many("--count", "3", batch="Rotter 2028").code == 1
    assert len(mailing.posted()) == 3
    said = ("--override", "same_letter=rykker")
    shown = mailing.send_many("--dry-run", *said, batch="Rotter 2028")
    assert "    Tilsidesat (3 breve): det samme brev igen [same_letter]" in shown.out
    found = mailing.send_many("--dry-run", "--json", *said, batch="Rotter 2028").json
    assert (found["letters"], found["concerns"], found["overridden"]) == (3, {}, {"same_letter": 3})
    done = mailing.send_many("--count", "3", "--json", *said, batch="Rotter 2028")
    assert (done.code, done.json["overridden"]) == (0, {"same_letter": 3})
    assert len(mailing.posted()) == 6
    again = mailing.send_many("--count", "3", "--json", *said, batch="Rotter 2028")
    assert (again.code, again.json["overridden"]) == (0, {})
    assert "--override same_letter er ikke brugt: brevene er bestilt i forvejen" in again.err


def test_letters_that_were_sent_and_are_not_in_the_list_stop_the_rest(mailing):
    """Somebody else's list under the same name is a mistake."""
    mailing.send_many("--count", "3")
    mailing.recipients({"cpr": "0202915678", "name": "Cai Prøve"}, name="breve.jsonl")
    ended = mailing.send_many("--count", "1")
    assert ended.code == 1
    assert f"{NOTHING} nyt: 3 breve er bestilt tidligere i samme udsendelse og står ikke i listen" in ended.err
    assert len(mailing.posted()) == 3


def test_what_cannot_be_sent_stops_only_itself(mailing):
    """It is told, and the exit code says that not all of it was sent."""
    (mailing.path / "post" / "exempt.txt").write_text("Bo Prøve")
    ended = mailing.send_many("--count", "3")
    assert (ended.code, len(mailing.posted())) == (4, 2)
    assert "1 brev kan ikke sendes (ingen kanal når modtageren):" in ended.out
    (mailing.path / "post" / "exempt.txt").unlink()
    assert mailing.send_many("--count", "3").code == 0
    assert len(mailing.posted()) == 3


def test_the_first_go_and_the_rest_is_released(mailing):
    """Confirmed by its exact count too."""
    assert mailing.send_many("--count", "3", "--first", "1").code == 0
    assert [one["name"] for one in mailing.posted()] == ["Ane Prøve"]
    assert "Venter på at blive frigivet: 2" in mailing.run("batch", "show", "Rotter 2027").out
    wrong = mailing.run("batch", "release", "Rotter 2027", "--count", "3")
    assert (wrong.code, mailing.works()) == (1, {"held": 2, "handed_over": 1})
    released = mailing.run("batch", "release", "Rotter 2027", "--count", "2")
    assert (released.code, released.out) == (0, "Frigivet: 2\n")
    assert mailing.run("batch", "release", "Rotter 2027").code == 0
    assert mailing.run("drain", "--threads", "2").code == 0
    assert len(mailing.posted()) == 3


def test_a_mailing_can_be_left_to_a_worker(mailing):
    """It lies in the outbox, and that is what was asked for."""
    ended = mailing.send_many("--count", "3", "--later", "--json")
    assert (ended.code, ended.json["batch"]["work"], mailing.posted()) == (0, {"ready": 3}, [])
    assert mailing.run("batch", "list", "--json").json["batches"] == [ended.json["batch"]]


def test_an_outcome_nobody_knows_is_an_exit_code_of_its_own(mailing):
    """So that nobody sends it again."""
    mailing.faults("unknown")
    assert mailing.send_many("--count", "3").code == 5


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ({"cpr": "12", "name": "Ane"}, "linje 2 i listen: »cpr« er ikke et CPR-nummer"),
        ({"cpr": "0101901234", "name": "Bo", "file": ["x"]}, "linje 2 i listen: brevet har en ukendt nøgle"),
        ({"cpr": "0101901234", "name": "Bo", "files": "x"}, "linje 2 i listen: »files« er en liste"),
        ({"cpr": "0101901234", "name": "Bo", "files": ["x.pdf"]}, "x.pdf« findes ikke"),
        ({"cpr": "0101901234", "name": "Bo", "files": ["0101901234.pdf"]}, "må ikke indeholde et CPR-nummer"),
        ("[", "linje 2 i listen: listen er en JSON-liste"),
    ],
)
def test_a_list_that_is_not_in_order_is_not_begun_with(mailing, line, why):
    """The wrong line is named, not what stands in it; nothing is sent to the others."""
    mailing.recipients(mailing.ANE, line, name="breve.jsonl")
    ended = mailing.send_many("--count", "2")
    assert (ended.code, mailing.posted()) == (2, [])
    assert why in ended.err
    assert "0101901234" not in ended.err


def test_a_list_needs_a_title_and_a_file_for_each_letter(mailing):
    """In its line or in the command."""
    ended = mailing.run("send-many", "--list", "breve.jsonl", "--batch", "x", "--count", "3")
    assert ended.code == 2
    assert ended.err.splitlines()[1:3] == [
        "linje 2 i listen: »title« mangler, og --title er ikke skrevet",
        "linje 3 i listen: »title« mangler, og --title er ikke skrevet",
    ]


def test_the_same_letter_twice_in_a_list_is_sent_once(mailing):
    """The second is told of, with its number."""
    mailing.recipients(mailing.BO, mailing.BO, name="breve.jsonl")
    ended = mailing.send_many("--count", "2")
    assert (ended.code, len(mailing.posted())) == (4, 1)
    assert "Nr. 2: Der er ikke sendt noget nyt: det samme brev står to gange i udsendelsen" in ended.out


def test_what_has_not_left_of_a_mailing_is_stopped(mailing):
    """The rest cannot be called back, and that is said; the same list again sends none of it."""
    mailing.send_many("--count", "3", "--first", "1")
    stop = ("batch", "stop", "Rotter 2027", "--why", "forkert brev")
    assert mailing.spawn(*stop).code == 2
    ended = mailing.run(*stop, "--yes")
    assert (ended.code, ended.out) == (4, "Stoppet: 2\nKan ikke stoppes mere: 1\n")
    assert mailing.works() == {"handed_over": 1, "cancelled": 2}
    assert mailing.send_many("--count", "3").code == 0
    assert len(mailing.posted()) == 1


@pytest.mark.parametrize("name", ["0101901234", " ", "x" * 101])
def test_the_name_of_a_batch_names_no_person(mailing, name):
    """It is seen by whoever looks at the machine."""
    ended = mailing.send_many("--count", "3", batch=name)
    assert ended.code == 2
    assert f"{NOTHING}: --batch er et navn" in ended.err


def test_a_batch_that_is_not_there_is_said_not_to_be(place):
    """In words, and with where to look."""
    ended = place.run("batch", "show", "Mus")
    assert (ended.code, ended.err[:44]) == (1, "Den masseforsendelse er ikke i udbakken. »es")


def test_without_a_terminal_the_count_must_be_given(mailing):
    """Nobody is asked who is not there."""
    ended = mailing.spawn("send-many", "--list", "breve.jsonl", "--batch", "x", "--title", "x", "brev.pdf")
    assert ended.code == 2
    assert "Skriv --count 3" in ended.err


@pytest.mark.slow  # a program is started and killed again and again
def test_a_mailing_that_is_killed_again_and_again_is_sent_once(place):
    """Wherever it was killed, the same command goes on, and everybody gets one letter."""
    place.recipients(*(place.FIRM | {"name": f"Firma {at}", "title": f"Rotter {at}"} for at in range(200)))
    many = ("send-many", "--list", "liste.jsonl", "--batch", "Rotter", "brev.pdf", "--count", "200")
    nowhere = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with place.opened() as post:
        for goal in (1, 60, 120, 200):
            process = subprocess.Popen(
                place.command(*many, "--later"), cwd=place.path, env=place.environment, **nowhere
            )
            while process.poll() is None and letters(post) < goal:
                time.sleep(0.01)
            process.kill()
            process.wait()
        assert 0 < letters(post) <= 200
    assert place.run(*many).code == 0
    assert sorted(one["title"] for one in place.posted()) == sorted(f"Rotter {at}" for at in range(200))


def letters(post):
    return sum(batch.letters for batch in post.batches())


def test_a_mailing_that_waits_for_its_day_says_when_it_goes(mailing):
    """It is where it should be, and the same command again would not send it either."""
    day = (datetime.now(UTC) + timedelta(days=60)).date()
    ended = mailing.send_many("--count", "3", "--not-before", day.isoformat())
    assert ended.code == 0
    assert ended.err.splitlines()[-1].startswith("De sendes tidligst ")
    assert mailing.posted() == []
    assert mailing.works() == {"ready": 3}


def test_delivered_failed_unresolved_and_waiting_are_told_apart(mailing):
    """With the words of a single letter, and counts that add up to the whole."""
    mailing.faults("unknown", "rejected")
    mailing.send_many("--count", "3", "--first", "2")
    shown = mailing.run("batch", "show", "Rotter 2027")
    assert [line.strip() for line in shown.out.splitlines()[1:]] == [
        "Afventer: 1",
        "Fejlet: 1",
        "Uafklaret: 1",
        "Venter på at blive frigivet: 1",
        "Kræver, at en person ser på dem: 1",
    ]
    told = mailing.run("batch", "show", "Rotter 2027", "--json").json
    assert told["status"] == {"waiting": 1, "failed": 1, "unresolved": 1}
    assert sum(told["status"].values()) == told["letters"] == 3
