"""`esdh-connect rollout`: in an installation of its own, as whoever sits there types it."""

import json
import sys
from collections.abc import Iterator
from contextlib import chdir
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import attrs
import pytest

from esdh_connect.cli.group import run
from esdh_connect.connect import Connect
from esdh_connect.policy import PolicyChange
from esdh_connect_rollout import Waves
from esdh_connect_rollout.waves.acts import Act, Kind

PLUGIN = """
import attrs
from esdh_connect import hookimpl
from esdh_connect.testing.fakes import FakeChannel

@attrs.frozen
class Prove:
    @hookimpl
    def register_channels(self):
        return [FakeChannel()]
"""
SETTINGS = """
[plugins.prove]

[plugins.rollout]
routine = 3

[plugins.rollout.weights]
letters = 5

[departments.teknik]
name = "Teknik og Miljø"

[departments.byg]
name = "Byggeri"
parent = "teknik"

[departments.kultur]
name = "Kultur og Fritid"
"""
FINE = {"level": "fine", "id": "ESDH-I043", "text": "Byggeri kan sende ad Prøvekanal", "hint": ""}
LIST = """afdeling;breve_pr_måned;andel_cpr_cvr;bilag_pr_brev;andel_gengangere;dokumenttyper;modul;kontaktperson
byg;620;90 %;5,5;0,7;docx dwg;byg;Ane
kultur;35;;;;docx;;-
"""
HERE = ZoneInfo("Europe/Copenhagen")


@attrs.frozen
class Ended:
    code: int
    out: str
    err: str


@attrs.frozen
class Office:
    """A folder with settings, where the program is run."""

    path: Path
    capture: pytest.CaptureFixture[str]

    def run(self, *words: str) -> Ended:
        with chdir(self.path):
            code = run(("rollout", *words))
        return Ended(code, *self.capture.readouterr())

    def does(self, *words: str) -> Ended:
        done = self.run(*words)
        assert done.code == 0, done.err
        return done

    def json(self, *words: str) -> dict:
        return json.loads(self.does(*words, "--json").out)

    def plan(self, title: str, *departments: str, days: int = 0) -> Ended:
        named = [word for one in departments for word in ("--department", one)]
        brings = ("--plugin", "prove", "--channel", "fake", "--owner", "Eva", "--goal", "40")
        return self.run("plan", title, *named, *brings, "--starts", day(days), "--by", "eva")


def day(days: int) -> str:
    return f"{datetime.now(HERE).date() + timedelta(days=days)}"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Office]:
    about = tmp_path / "site" / "prove-1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: prove\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[esdh_connect]\nprove = rollout_prove_plugin:Prove\n")
    (about.parent / "rollout_prove_plugin.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(about.parent)
    office = Office(tmp_path / "her", capsys)
    office.path.mkdir()
    with chdir(office.path):
        assert run(("init", "--cvr", "55133018", "--name", "Eksempel Kommune")) == 0
    capsys.readouterr()
    settings = office.path / "esdh-connect.toml"
    head = settings.read_text(encoding="utf-8").split("[plugins")[0].split("[departments")[0]
    settings.write_text(head + SETTINGS, encoding="utf-8")
    (office.path / "afdelinger.csv").write_text(LIST, encoding="utf-8-sig")
    yield office
    sys.modules.pop("rollout_prove_plugin", None)


def test_a_list_comes_in_and_the_easiest_come_first(office):
    """With the reason for each place; what doctor found can be handed in."""
    assert office.does("import", "afdelinger.csv", "--by", "eva").out == "Indlæst: 2 afdelinger.\n"
    (office.path / "fund.json").write_text(json.dumps({"byg": {"checks": [FINE]}, "kultur": ["certifikatet udløber"]}))
    lines = office.does("suggest", "--findings", "fund.json").out.splitlines()
    assert [line.strip() for line in lines[::2]] == ["1. Byggeri", "2. Teknik og Miljø", "3. Kultur og Fritid"]
    assert lines[1].strip().startswith("For taler, at den sender 620 breve om måneden")
    assert "Der er intet oplyst om afdelingen" in lines[3]
    places = office.json("suggest")["places"]
    assert [one["department"] for one in places] == ["byg", "teknik", "kultur"]
    assert places[1]["missing"] == ["letters", "addressable", "attachments", "types", "findings", "contact"]


def test_what_doctor_writes_is_taken_as_it_is(office):
    """Without anybody writing in the file: each finding is its department's."""
    office.does("import", "afdelinger.csv")
    with chdir(office.path):
        assert run(("departments", "set", "kultur", "channels=fake", "plugins=prove", "--yes")) == 0
        assert run(("departments", "disable", "kultur", "prove", "--yes")) == 0
        office.capture.readouterr()
        run(("doctor", "--json"))
    found = office.capture.readouterr().out
    (office.path / "fund.json").write_text(found, encoding="utf-8")
    places = {one["department"]: one for one in office.json("suggest", "--findings", "fund.json")["places"]}
    assert not any("findings" in one["missing"] for one in places.values())
    assert places["kultur"]["ease"] < places["byg"]["ease"]
    (office.path / "fund.json").write_text('{"checks": [{}]}')
    assert office.run("suggest", "--findings", "fund.json").code == 2


def test_a_wave_is_planned_started_and_told_of(office):
    """What starting it will do is said first, and what is missing."""
    assert office.plan("Bølge 1", "byg").code == 0
    office.does("prepare", "bølge 1")
    office.does("check", "Bølge 1", "skabeloner")
    started = office.does("start", "Bølge 1", "--yes", "--why", "alle er klar", "--by", "eva")
    assert "Byggeri: Pluginet »prove« bliver slået til." in started.err
    assert "Mangler på tjeklisten: Der er sendt et prøvebrev til en prøvemodtager." in started.err
    assert "skabeloner er set igennem" not in started.err
    shown = office.does("show", "Bølge 1").out
    assert "Slår til: plugins prove, rollout; kanaler fake" in shown
    assert "[x] skabeloner: Breve og skabeloner er set igennem. (flueben sat af " in shown
    assert [office.run("uncheck", "Bølge 1", "skabeloner").code for _ in range(2)] == [0, 1]
    assert "Byggeri: ikke begyndt" in shown
    wave = office.json("show", "Bølge 1")
    assert (wave["wave"], wave["state"], wave["goal"]) == ("bølge-1", "running", 40)
    told = office.does("history", "Bølge 1").out
    assert [line.split(": ", 1)[1] for line in told.splitlines()][3] == "sat i gang (eva; alle er klar)"


def test_a_wave_that_lies_ahead_says_from_when(office):
    """And is planned anew while it is only planned; for no day that is over."""
    assert "Der er ikke ændret noget: en bølge kan ikke begynde" in office.plan("Bølge 1", "byg", days=-1).err
    office.plan("Bølge 1", "byg", days=40)
    assert "Målet" not in office.does("change", "Bølge 1", "--goal", "1.080", "--starts", day(50)).out
    started = office.does("start", "Bølge 1", "--yes")
    assert "Bølge 1 – Klargøring, begynder " in started.out
    assert "Byggeri: Fra " in started.err
    assert (
        office.json("history", "Bølge 1")["acts"][-1]["in_force"] > office.json("history", "Bølge 1")["acts"][-1]["at"]
    )
    later = office.run("start", "Bølge 1", "--yes")
    assert (later.code, later.out) == (1, "")
    assert later.err.startswith("Der er ikke ændret noget: bølgen »Bølge 1« begynder af sig selv ")


def test_a_wave_can_begin_today_whatever_was_planned_and_be_looked_at_first(office):
    """A dry run says it all and does nothing."""
    office.plan("Bølge 1", "byg", days=40)
    looked = office.does("start", "Bølge 1", "--from", day(0), "--dry-run")
    assert ("Byggeri: Pluginet »prove« bliver slået til." in looked.err, looked.out) == (True, "")
    assert office.json("show", "Bølge 1")["state"] == "planned"
    assert "Bølge 1 – I gang" in office.does("start", "Bølge 1", "--from", day(0), "--yes").out
    assert office.does("rollback", "Bølge 1", "--why", "prøve", "--dry-run").out == ""
    assert office.run("start", "Bølge 1", "--from", day(-9), "--yes").code == 1


def test_experiences_lead_to_the_next_wave(office):
    """Written, given as a tip, solved, and on the next list."""
    office.plan("Bølge 1", "byg")
    office.does("start", "Bølge 1", "--yes")
    office.plan("Bølge 2", "kultur", days=1)
    refused = office.run("start", "Bølge 2", "--yes")
    assert (refused.code, "rollout note" in refused.err) == (1, True)
    few = office.run("note", "Bølge 1", "».«x og y", "--by", "eva")
    assert (few.code, "en erfaring har mindst 5 ord" in few.err) == (1, True)
    assert office.run("note", "Bølge 1", ".").code == office.run("skip", "Bølge 1", "--why", "».«").code == 1
    assert office.run("start", "Bølge 2", "--yes").code == 1
    noted = office.does("note", "Bølge 1", "Certifikatet kom for sent frem", "--difficulty", "--by", "eva").out
    number = noted.split(".")[0]
    assert noted == f"{number}. Vanskelighed (eva): Certifikatet kom for sent frem\n"
    tip = office.json("tip", "Husk printeren")
    assert (tip["by"], tip["wave"], tip["taken"]) == (None, "", None)
    assert office.json("tip", "Spørg Ole", "--sign", "Ole")["by"] == "Ole"
    assert "løst af bo: bestilt før" in office.does("solve", number, "bestilt før", "--by", "bo").out
    office.does("start", "Bølge 2", "--yes")
    assert "Husk printeren" not in office.does("show", "Bølge 2").out
    assert "Tip: Husk printeren – venter på at" in office.does("tips").out
    office.does("take", str(tip["number"]), "--by", "eva")
    assert "Husk printeren Gælder alle." in office.does("show", "Bølge 2").out
    dismissed = office.does("dismiss", str(tip["number"]), "--why", "printeren er væk", "--by", "eva").out
    assert dismissed.endswith("Tip: Husk printeren – ikke relevant: printeren er væk\n")
    office.does("skip", "Bølge 2", "--why", "kun én afdeling")
    assert "sprunget over: kun én afdeling" in office.does("show", "Bølge 2").out


def test_half_way_and_to_the_end(office):
    """The review is shown, and needs half of the departments or a reason."""
    office.plan("Bølge 1", "byg", "kultur")
    office.does("start", "Bølge 1", "--yes")
    office.does("note", "Bølge 1", "Det går godt for os alle", "--by", "eva")
    assert "Halvdelen af afdelingerne er ikke begyndt endnu" in office.does("halfway", "Bølge 1", "--look").out
    assert office.run("halfway", "Bølge 1").code == 1
    looked = office.json("halfway", "Bølge 1", "--why", "sommerferie")
    assert (looked["state"], looked["due"], len(looked["notes"])) == ("halfway", False, 1)
    waiting = "2 af 2 afdelinger har ikke sendt et brev endnu: Byggeri, Kultur og Fritid."
    assert waiting in office.does("finish", "Bølge 1", "--dry-run").err
    assert office.does("finish", "Bølge 1", "--yes").out.startswith("Bølge 1 – Færdig, begyndte ")


def test_pause_resume_and_roll_back_say_what_they_do(office):
    """What was changed by hand is named."""
    office.plan("Bølge 1", "byg")
    office.does("start", "Bølge 1", "--yes")
    paused = office.does("pause", "Bølge 1", "--why", "certifikat", "--yes")
    assert "Byggeri: Pluginet »prove« bliver slået fra." in paused.err
    assert paused.out == "Bølge 1 – På pause\n"
    office.does("resume", "Bølge 1", "--yes")
    with Connect.from_settings(office.path / "esdh-connect.toml", host=None) as post:
        now, byg = datetime.now(HERE), post.departments.get("byg")
        post.departments.change([PolicyChange(byg, {"channels": []}, "bo", now, now, "prøve")])
    looked = office.does("rollback", "Bølge 1", "--why", "det gik ikke", "--dry-run").err.splitlines()
    assert len(set(looked)) == len(looked)
    [by_hand] = [line for line in looked if "Kanaler er ændret i hånden" in line]
    ended = office.run("rollback", "Bølge 1", "--why", "det gik ikke", "--yes", "--json")
    assert (ended.code, ended.err.splitlines().count(by_hand)) == (0, 1)
    back = json.loads(ended.out)
    assert (back["state"], [one["attribute"] for one in back["kept"]]) == ("rolled_back", ["channels"])
    assert "Kanaler er ændret i hånden af bo" in back["kept"][0]["text"]


def test_status_reads_as_a_person_would_want(office):
    """How far the organisation is, and each wave."""
    assert "Der er ingen bølger endnu" in office.does("status").err
    office.does("import", "afdelinger.csv")
    office.plan("Bølge 1", "byg", "teknik")
    office.does("start", "Bølge 1", "--yes")
    with Connect.from_settings(office.path / "esdh-connect.toml", host=None) as post:
        now = datetime.now(HERE)
        with post.store.transaction() as connection:
            logbook = Waves(post)._logbook
            for kind in (Kind.BEGAN, Kind.ROUTINE):
                logbook.hear(connection, Act(0, "bølge-1", kind, now, now, what={"department": "byg"}))
    lines = office.does("status").out.splitlines()
    assert lines[0] == "2 af 3 afdelinger er med. 1 har sendt deres første brev, og ingen har fået rutine."
    assert lines[2].startswith("Bølge 1 – I gang, begyndte ")
    begun = "1 af 2 afdelinger er begyndt, ingen har fået rutine"
    assert [line.strip() for line in lines[3:]] == [
        f"{begun}. Ikke begyndt: Teknik og Miljø",
        "Der er intet brevtal: [plugins.forbrug] står ikke i indstillingerne",
        "Mål 40 breve om måneden, prognose 558 uden Teknik og Miljø, hvor tallene ikke er oplyst",
    ]
    status = office.json("status")
    assert (status["departments"], status["on"], status["letters"], status["share"]) == (3, 2, None, None)
    assert status["waves"][0]["departments"][0] == {
        "id": "byg",
        "first_letter_month": day(0)[:7],
        "first_letter": None,
        "routine_by": None,
        "routine": None,
        "days": None,
    }
    assert "første brev" not in office.does("history", "Bølge 1").out


def test_a_made_up_year_can_be_tried(office):
    """Once, where nothing has happened yet."""
    assert "Se det med »esdh-connect rollout status«" in office.does("year", "--before", "2026-11-01", "--yes").err
    status = office.json("status")
    assert (status["departments"], status["on"], len(status["waves"])) == (24, 22, 4)
    assert "opdigtet år ville blande sig" in office.run("year", "--yes").err


def test_what_is_wrong_with_the_settings_says_nothing_of_letters(office):
    """Waves send none."""
    with (office.path / "esdh-connect.toml").open("a", encoding="utf-8") as file:
        file.write("\n[plugins.findes_ikke]\n")
    assert office.run("status").err.startswith("Der er ikke ændret noget: ")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("show", "Bølge 9"), 1, "der er ingen bølge, der hedder »Bølge 9«. Der er: ingen"),
        (("plan", "Bølge 1"), 2, "--starts mangler"),
        (("plan", "Bølge 1", "--starts", "i morgen"), 2, "--starts skal være en dato"),
        (("plan", "1212121212", "--starts", "2027-01-01"), 2, "ligner et CPR-nummer"),
        (("import", "mangler.csv"), 2, "mangler.csv kan ikke læses"),
        (("import", "."), 2, "FIL skal være en fil"),
        (("sugest",), 2, "»sugest« er ikke en kommando – mente du »suggest«?"),
        (("import", "esdh-connect.toml"), 1, "linje 1: der er ingen kolonne"),
        (("suggest", "--findings", "afdelinger.csv"), 2, "er ikke fund fra doctor"),
        (("tip", "Husk printeren"), 1, "ingen bølge er begyndt"),
        (("change", "Bølge 1"), 2, "hvad der skal være anderledes"),
        (("rollback", "Bølge 1"), 2, "Der mangler --why"),
    ],
)
def test_what_cannot_be_done_is_told_in_danish(office, words, code, told):
    """With an exit code a script may rely on."""
    done = office.run(*words)
    assert (done.code, done.out) == (code, "")
    assert told in done.err


def test_without_a_terminal_it_asks_for_a_yes(office, monkeypatch):
    """And does nothing."""
    monkeypatch.setattr("esdh_connect.cli.talk.Terminal.find", lambda _: None)
    office.plan("Bølge 1", "byg")
    asked = office.run("start", "Bølge 1")
    assert (asked.code, "--yes" in asked.err) == (2, True)
    assert office.json("show", "Bølge 1")["state"] == "planned"


def test_without_the_plugin_it_says_what_to_write(office):
    """The command is there as soon as the distribution is."""
    path = office.path / "esdh-connect.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[plugins.rollout]\nroutine = 3\n\n[plugins.rollout.weights]\nletters = 5\n", ""))
    done = office.run("status")
    assert (done.code, done.err.count("[plugins.rollout]")) == (3, 1)
