"""``send-many`` and ``batch``: a list of letters, confirmed by its exact count, and gone on with where it was."""

import json
import subprocess
import time
from datetime import UTC, datetime, timedelta

import pytest

NOTHING = "Der er ikke sendt noget"


@pytest.fixture
def mailing(place):
    """A list of three letters with a text of their own each, and one with a file of its own."""
    place.write("eget.pdf", "Noget andet")
    place.recipients(
        place.ANE | {"title": "Til Ane"},
        place.BO,
        place.FIRM | {"files": ["eget.pdf"]},
        name="breve.jsonl",
    )
    return place


def send_many(place, *options, files=("brev.pdf",), batch="Rotter 2027"):
    given = ("--list", "breve.jsonl", "--batch", batch, "--title", "Rotter", *options, *files)
    return place.run("send-many", *given)


def works(place, name="Rotter 2027"):
    return place.run("batch", "show", name, "--json").json["work"]


def test_a_dry_run_shows_the_overview_and_changes_nothing(mailing):
    """How many, by which channel, and what cannot be sent."""
    (mailing.path / "post" / "exempt.txt").write_text("Ane Prøve\nBo Prøve")
    ended = send_many(mailing, "--dry-run")
    assert ended.code == 4
    assert ended.out.splitlines()[:4] == [
        "3 breve i listen; 2 kan sendes",
        "    Prøvepapir: 1",
        "    Prøvepost: 1",
        "    I alt 2 sider, " + ended.out.splitlines()[3].rpartition(", ")[2],
    ]
    assert "1 brev kan ikke sendes (NoChannel):\n    Nr. 2: Der er ikke sendt noget: modtageren kan ikke" in ended.out
    assert NOTHING in ended.err
    assert mailing.posted() == []
    found = send_many(mailing, "--dry-run", "--json").json
    assert (found["count"], found["letters"], found["channels"]) == (3, 2, {"paper": 1, "post": 1})
    assert found["problems"][0]["examples"][0]["number"] == 2


def test_a_mailing_goes_out_when_its_count_is_given(mailing):
    """Each letter as its line says; what a line does not say is said once for all."""
    ended = send_many(mailing, "--count", "3")
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
    ended = send_many(mailing, "--count", count)
    assert (ended.code, mailing.posted()) == (1, [])
    assert f"{NOTHING}: der er 3 breve i listen, og --count siger {count}" in ended.err
    assert mailing.run("batch", "list").err == "Der er ingen masseforsendelser i udbakken.\n"


def test_the_same_command_again_sends_nothing_new(mailing):
    """Not even where the list has changed its order; a longer list under the same name goes on."""
    send_many(mailing, "--count", "3")
    mailing.recipients(
        mailing.FIRM | {"files": ["eget.pdf"]}, mailing.BO, mailing.ANE | {"title": "Til Ane"}, name="breve.jsonl"
    )
    assert send_many(mailing, "--count", "3").code == 0
    assert len(mailing.posted()) == 3
    more = {"cpr": "0202915678", "name": "Cai Prøve"}
    with (mailing.path / "breve.jsonl").open("a", encoding="utf-8") as file:
        file.write(f"\n{json.dumps(more)}\n")
    assert send_many(mailing, "--count", "4").code == 0
    assert [one["name"] for one in mailing.posted()][:3] == ["Ane Prøve", "Bo Prøve", "Cai Prøve"]


def test_the_same_list_under_another_name_is_warned_of(mailing):
    """It is another mailing, perhaps by mistake."""
    send_many(mailing, "--count", "3")
    ended = send_many(mailing, "--dry-run", batch="Rotter 2028")
    assert "Bemærk (3 breve): et helt magen til brev er sendt til modtageren inden for det seneste døgn" in ended.out


def test_letters_that_were_sent_and_are_not_in_the_list_stop_the_rest(mailing):
    """Somebody else's list under the same name is a mistake."""
    send_many(mailing, "--count", "3")
    mailing.recipients({"cpr": "0202915678", "name": "Cai Prøve"}, name="breve.jsonl")
    ended = send_many(mailing, "--count", "1")
    assert ended.code == 1
    assert f"{NOTHING} nyt: 3 breve er bestilt tidligere i samme udsendelse og står ikke i listen" in ended.err
    assert len(mailing.posted()) == 3


def test_what_cannot_be_sent_stops_only_itself(mailing):
    """It is told, and the exit code says that not all of it was sent."""
    (mailing.path / "post" / "exempt.txt").write_text("Bo Prøve")
    ended = send_many(mailing, "--count", "3")
    assert (ended.code, len(mailing.posted())) == (4, 2)
    assert "1 brev kan ikke sendes (NoChannel):" in ended.out
    (mailing.path / "post" / "exempt.txt").unlink()
    assert send_many(mailing, "--count", "3").code == 0
    assert len(mailing.posted()) == 3


def test_the_first_go_and_the_rest_is_released(mailing):
    """Confirmed by its exact count too."""
    assert send_many(mailing, "--count", "3", "--first", "1").code == 0
    assert [one["name"] for one in mailing.posted()] == ["Ane Prøve"]
    assert "Venter på at blive frigivet: 2" in mailing.run("batch", "show", "Rotter 2027").out
    wrong = mailing.run("batch", "release", "Rotter 2027", "--count", "3")
    assert (wrong.code, works(mailing)) == (1, {"held": 2, "handed_over": 1})
    released = mailing.run("batch", "release", "Rotter 2027", "--count", "2")
    assert (released.code, released.out) == (0, "Frigivet: 2\n")
    assert mailing.run("batch", "release", "Rotter 2027").code == 0
    assert mailing.run("drain", "--threads", "2").code == 0
    assert len(mailing.posted()) == 3


def test_a_mailing_can_be_left_to_a_worker(mailing):
    """It lies in the outbox, and that is what was asked for."""
    ended = send_many(mailing, "--count", "3", "--later", "--json")
    assert (ended.code, ended.json["batch"]["work"], mailing.posted()) == (0, {"ready": 3}, [])
    assert mailing.run("batch", "list", "--json").json["batches"] == [ended.json["batch"]]


def test_an_outcome_nobody_knows_is_an_exit_code_of_its_own(mailing):
    """So that nobody sends it again."""
    mailing.faults("unknown")
    assert send_many(mailing, "--count", "3").code == 5


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
    ended = send_many(mailing, "--count", "2")
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
    ended = send_many(mailing, "--count", "2")
    assert (ended.code, len(mailing.posted())) == (4, 1)
    assert "Nr. 2: Der er ikke sendt noget nyt: det samme brev står to gange i udsendelsen" in ended.out


def test_what_has_not_left_of_a_mailing_is_stopped(mailing):
    """The rest cannot be called back, and that is said; the same list again sends none of it."""
    send_many(mailing, "--count", "3", "--first", "1")
    stop = ("batch", "stop", "Rotter 2027", "--why", "forkert brev")
    assert mailing.spawn(*stop).code == 2
    ended = mailing.run(*stop, "--yes")
    assert (ended.code, ended.out) == (4, "Stoppet: 2\nKan ikke stoppes mere: 1\n")
    assert works(mailing) == {"handed_over": 1, "cancelled": 2}
    assert send_many(mailing, "--count", "3").code == 0
    assert len(mailing.posted()) == 1


@pytest.mark.parametrize("name", ["0101901234", " ", "x" * 101])
def test_the_name_of_a_batch_names_no_person(mailing, name):
    """It is seen by whoever looks at the machine."""
    ended = send_many(mailing, "--count", "3", batch=name)
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
    ended = send_many(mailing, "--count", "3", "--not-before", day.isoformat())
    assert ended.code == 0
    assert ended.err.splitlines()[-1].startswith("De sendes tidligst ")
    assert mailing.posted() == []
    assert works(mailing) == {"ready": 3}


# --- some lines are not in order


@pytest.fixture
def mixed(mailing):
    """Three letters, and two lines that are none."""
    wrong = ({"cpr": "010190", "name": "Cai Prøve"}, {"cpr": 12, "name": "Dan Prøve", "files": ["eget.pdf"]})
    mailing.recipients(
        mailing.ANE, wrong[0], mailing.BO, wrong[1], mailing.FIRM | {"files": ["eget.pdf"]}, name="breve.jsonl"
    )
    return mailing


def test_by_default_bad_lines_are_all_named_and_nothing_is_sent(mixed):
    """With what can be done about it."""
    ended = send_many(mixed, "--count", "3")
    assert (ended.code, mixed.posted()) == (2, [])
    assert ended.err.splitlines() == [
        f"{NOTHING}: linje 2 i listen: »cpr« er ikke et CPR-nummer",
        "linje 4 i listen: »cpr« skal være tekst i anførselstegn",
        "--bad-lines FIL sender resten (3 breve) og lægger dem i FIL, så de kan rettes",
    ]


def test_the_good_lines_go_and_the_bad_ones_lie_in_a_file(mixed):
    """As they stood, for nobody else to read; the exit code says that not all of it was sent."""
    ended = send_many(mixed, "--count", "3", "--bad-lines", "forkerte.jsonl")
    assert (ended.code, [one["name"] for one in mixed.posted()]) == (4, ["Ane Prøve", "Bo Prøve", "Firma ApS"])
    left = mixed.path / "forkerte.jsonl"
    lines = (mixed.path / "breve.jsonl").read_text(encoding="utf-8").splitlines()
    assert left.read_text(encoding="utf-8").splitlines() == [lines[1], lines[3]]
    assert left.stat().st_mode & 0o077 == 0
    assert "2 linjer ligger i forkerte.jsonl og er ikke sendt" in ended.err


def test_mended_lines_join_the_mailing_and_nobody_gets_it_twice(mixed):
    """However often either command is given again, and though a line that was sent stands among them."""
    first = ("--count", "3", "--bad-lines", "forkerte.jsonl")
    send_many(mixed, *first)
    (mixed.path / "breve.jsonl").rename(mixed.path / "alle.jsonl")
    mixed.recipients({"cpr": "0202915678", "name": "Cai Prøve"}, mixed.BO, name="breve.jsonl")
    assert "står ikke i listen" in send_many(mixed, "--count", "2").err
    for _ in range(2):
        assert send_many(mixed, "--count", "2", "--supplement").code == 0
    (mixed.path / "alle.jsonl").rename(mixed.path / "breve.jsonl")
    assert send_many(mixed, *first, "--supplement").code == 4
    assert [one["name"] for one in mixed.posted()] == ["Ane Prøve", "Bo Prøve", "Cai Prøve", "Firma ApS"]


def test_a_supplement_releases_nothing_that_others_held(mixed):
    """What of the batch still waits for its release is not in the list, and nobody confirmed it here."""
    send_many(mixed, "--count", "3", "--first", "1", "--bad-lines", "forkerte.jsonl")
    mixed.recipients({"cpr": "0202915678", "name": "Cai Prøve"}, name="breve.jsonl")
    ended = send_many(mixed, "--count", "1", "--supplement")
    assert (ended.code, len(mixed.posted())) == (1, 1)
    assert f"{NOTHING} nyt: 2 breve er bestilt tidligere" in ended.err


def test_mended_lines_are_not_overwritten(mixed):
    """By the first command, given again."""
    given = ("--count", "3", "--bad-lines", "forkerte.jsonl")
    send_many(mixed, *given)
    assert send_many(mixed, *given).code == 4
    (mixed.path / "forkerte.jsonl").write_text("{}", encoding="utf-8")
    ended = send_many(mixed, *given)
    assert (ended.code, (mixed.path / "forkerte.jsonl").read_text(encoding="utf-8")) == (1, "{}")
    assert "forkerte.jsonl findes allerede og bliver ikke overskrevet" in ended.err


def test_a_dry_run_writes_no_file(mixed):
    """And tells which lines would not go."""
    ended = send_many(mixed, "--dry-run", "--bad-lines", "forkerte.jsonl")
    assert (ended.code, (mixed.path / "forkerte.jsonl").exists()) == (4, False)
    assert "Sendes ikke: linje 2 i listen: »cpr« er ikke et CPR-nummer" in ended.err


def test_bad_lines_lie_beside_the_list(mixed):
    """For that is where their files are looked for."""
    ended = send_many(mixed, "--count", "3", "--bad-lines", "andetsteds/forkerte.jsonl")
    assert (ended.code, mixed.posted()) == (2, [])
    assert "skal ligge i samme mappe som listen" in ended.err


def test_a_number_in_the_name_of_a_folder_is_not_shown(mailing):
    """Why a line is wrong is told without what names a person."""
    mailing.recipients(mailing.BO | {"files": ["0101901234/x.pdf"]}, name="breve.jsonl")
    ended = send_many(mailing, "--count", "1")
    assert (ended.code, "findes ikke" in ended.err, "0101901234" in ended.err) == (2, True, False)


def test_a_line_that_is_no_text_or_names_a_file_twice_is_a_bad_line(mailing):
    """It stops only itself."""
    mailing.recipients(mailing.ANE, mailing.BO | {"files": ["eget.pdf", "eget.pdf"]}, name="breve.jsonl")
    with (mailing.path / "breve.jsonl").open("ab") as file:
        file.write(b"\n\xff\xfe\n")
    ended = send_many(mailing, "--count", "1", "--bad-lines", "forkerte.jsonl")
    assert (ended.code, len(mailing.posted())) == (4, 1)
    assert "linje 2 i listen: en fil er nævnt to gange" in ended.err
    assert "linje 3 i listen: er ikke UTF-8" in ended.err
    assert (mailing.path / "forkerte.jsonl").read_bytes().endswith(b"\n\xff\xfe\n")


def test_delivered_failed_unresolved_and_waiting_are_told_apart(mailing):
    """With the words of a single letter, and counts that add up to the whole."""
    mailing.faults("unknown", "rejected")
    send_many(mailing, "--count", "3", "--first", "2")
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


# --- approved as a whole

HELD = ("--by", "chefen")


@pytest.fixture
def strict(mailing):
    """The same list, where a second person approves; committed."""
    mailing.settings(mailing.SETTINGS + "approval = true\n")
    assert send_many(mailing, "--count", "3").code == 0
    return mailing


def test_a_mailing_is_approved_by_whoever_brings_its_list_and_files(strict):
    """It is counted as waiting, and goes when all of it is as it was committed."""
    assert "Venter på at blive godkendt: 3" in strict.run("batch", "show", "Rotter 2027").out
    approve = ("batch", "approve", "Rotter 2027", "brev.pdf", "--list", "breve.jsonl", *HELD)
    assert "Skriv --count 3" in strict.spawn(*approve).err
    ended = strict.run(*approve, "--count", "3")
    assert (ended.code, ended.out) == (0, "Godkendt: 3\n")
    with strict.opened() as post:
        for entry in post.entries():
            assert ("deed approved", "chefen") in [(line.what, line.by) for line in post.audit.of(entry.id)]
    assert strict.run("drain").code == 0
    assert [one["title"] for one in strict.posted()] == ["Til Ane", "Rotter", "Rotter"]
    assert strict.run(*approve).err == "Der er ingen breve, som venter på at blive godkendt.\n"


def test_a_mailing_is_not_approved_with_another_file(strict):
    """It names the letters, and all of them wait."""
    strict.write("eget.pdf", "Noget helt tredje")
    ended = strict.run("batch", "approve", "Rotter 2027", "brev.pdf", "--list", "breve.jsonl", "--count", "3", *HELD)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(
        f"{NOTHING} nyt: 1 af 3 breve er ikke, som de blev bestilt, og ingen af dem er godkendt.\n"
    )
    assert works(strict) == {"held": 3}


def test_a_mailing_is_sent_back(strict):
    """All of it is stopped."""
    back = ("batch", "send-back", "Rotter 2027", "--why", "forkert bilag", *HELD)
    assert strict.run(*back, "--count", "2").code == 1
    ended = strict.run(*back, "--count", "3")
    assert (ended.code, ended.out) == (0, "Sendt tilbage: 3\n")
    assert works(strict) == {"cancelled": 3}
