"""Lines of a list that are not in order: named, left out, mended, and sent with the rest, once."""

import pytest

NOTHING = "Der er ikke sendt noget"


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
    ended = mixed.send_many("--count", "3")
    assert (ended.code, mixed.posted()) == (2, [])
    assert ended.err.splitlines() == [
        f"{NOTHING}: linje 2 i listen: »cpr« er ikke et CPR-nummer",
        "linje 4 i listen: »cpr« skal være tekst i anførselstegn",
        "--bad-lines FIL sender resten (3 breve) og lægger dem i FIL, så de kan rettes",
    ]


def test_the_good_lines_go_and_the_bad_ones_lie_in_a_file(mixed):
    """As they stood, for nobody else to read; the exit code says that not all of it was sent."""
    ended = mixed.send_many("--count", "3", "--bad-lines", "forkerte.jsonl")
    assert (ended.code, [one["name"] for one in mixed.posted()]) == (4, ["Ane Prøve", "Bo Prøve", "Firma ApS"])
    left = mixed.path / "forkerte.jsonl"
    lines = (mixed.path / "breve.jsonl").read_text(encoding="utf-8").splitlines()
    assert left.read_text(encoding="utf-8").splitlines() == [lines[1], lines[3]]
    assert left.stat().st_mode & 0o077 == 0
    assert "2 linjer ligger i forkerte.jsonl og er ikke sendt" in ended.err


def test_mended_lines_join_the_mailing_and_nobody_gets_it_twice(mixed):
    """However often either command is given again, and though a line that was sent stands among them."""
    first = ("--count", "3", "--bad-lines", "forkerte.jsonl")
    mixed.send_many(*first)
    (mixed.path / "breve.jsonl").rename(mixed.path / "alle.jsonl")
    mixed.recipients({"cpr": "0202915678", "name": "Cai Prøve"}, mixed.BO, name="breve.jsonl")
    assert "står ikke i listen" in mixed.send_many("--count", "2").err
    for _ in range(2):
        assert mixed.send_many("--count", "2", "--supplement").code == 0
    (mixed.path / "alle.jsonl").rename(mixed.path / "breve.jsonl")
    assert mixed.send_many(*first, "--supplement").code == 4
    assert [one["name"] for one in mixed.posted()] == ["Ane Prøve", "Bo Prøve", "Cai Prøve", "Firma ApS"]


def test_a_supplement_releases_nothing_that_others_held(mixed):
    """What of the batch still waits for its release is not in the list, and nobody confirmed it here."""
    mixed.send_many("--count", "3", "--first", "1", "--bad-lines", "forkerte.jsonl")
    mixed.recipients({"cpr": "0202915678", "name": "Cai Prøve"}, name="breve.jsonl")
    ended = mixed.send_many("--count", "1", "--supplement")
    assert (ended.code, len(mixed.posted())) == (1, 1)
    assert f"{NOTHING} nyt: 2 breve er bestilt tidligere" in ended.err


def test_mended_lines_are_not_overwritten(mixed):
    """By the first command, given again."""
    given = ("--count", "3", "--bad-lines", "forkerte.jsonl")
    mixed.send_many(*given)
    assert mixed.send_many(*given).code == 4
    (mixed.path / "forkerte.jsonl").write_text("{}", encoding="utf-8")
    ended = mixed.send_many(*given)
    assert (ended.code, (mixed.path / "forkerte.jsonl").read_text(encoding="utf-8")) == (1, "{}")
    assert "forkerte.jsonl findes allerede og bliver ikke overskrevet" in ended.err


def test_a_dry_run_writes_no_file(mixed):
    """And tells which lines would not go."""
    ended = mixed.send_many("--dry-run", "--bad-lines", "forkerte.jsonl")
    assert (ended.code, (mixed.path / "forkerte.jsonl").exists()) == (4, False)
    assert "Sendes ikke: linje 2 i listen: »cpr« er ikke et CPR-nummer" in ended.err


def test_bad_lines_lie_beside_the_list(mixed):
    """For that is where their files are looked for."""
    ended = mixed.send_many("--count", "3", "--bad-lines", "andetsteds/forkerte.jsonl")
    assert (ended.code, mixed.posted()) == (2, [])
    assert "skal ligge i samme mappe som listen" in ended.err


def test_a_number_in_the_name_of_a_folder_is_not_shown(mailing):
    """Why a line is wrong is told without what names a person."""
    mailing.recipients(mailing.BO | {"files": ["0101901234/x.pdf"]}, name="breve.jsonl")
    ended = mailing.send_many("--count", "1")
    assert (ended.code, "findes ikke" in ended.err, "0101901234" in ended.err) == (2, True, False)


def test_a_line_that_is_no_text_or_names_a_file_twice_is_a_bad_line(mailing):
    """It stops only itself."""
    mailing.recipients(mailing.ANE, mailing.BO | {"files": ["eget.pdf", "eget.pdf"]}, name="breve.jsonl")
    with (mailing.path / "breve.jsonl").open("ab") as file:
        file.write(b"\n\xff\xfe\n")
    ended = mailing.send_many("--count", "1", "--bad-lines", "forkerte.jsonl")
    assert (ended.code, len(mailing.posted())) == (4, 1)
    assert "linje 2 i listen: en fil er nævnt to gange" in ended.err
    assert "linje 3 i listen: er ikke UTF-8" in ended.err
    assert (mailing.path / "forkerte.jsonl").read_bytes().endswith(b"\n\xff\xfe\n")
