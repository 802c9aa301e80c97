"""`esdh-connect bundles`, and `send --bundle`: in an installation of its own, as whoever sits there types it."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import chdir
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import attrs
import pytest
import structlog

from esdh_connect.cli.group import run
from esdh_connect.connect import Connect
from esdh_connect.dispatch import Cover
from esdh_connect.testing.fakes import pdf_of

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

[plugins.bilag]

[departments.teknik]
name = "Teknik og Miljø"
plugins = ["prove", "bilag"]
channels = ["fake"]

[departments.byg]
name = "Byg"
parent = "teknik"

[departments.kultur]
name = "Kultur"
plugins = ["prove"]
channels = ["fake"]
"""
ANE = {"cpr": "1212121212", "name": "Ane Prøve"}


@attrs.frozen
class Ended:
    code: int
    out: str
    err: str


@attrs.frozen
class Office:
    """A folder with settings, two bilag and a letter, where the program is run."""

    path: Path
    capture: pytest.CaptureFixture[str]

    def run(self, *words: str) -> Ended:
        with chdir(self.path):
            code = run(words)
        return Ended(code, *self.capture.readouterr())

    def json(self, *words: str) -> dict:
        done = self.run(*words, "--json")
        assert done.code == 0, done.err
        return json.loads(done.out)

    def write(self, name: str, *pages: str) -> None:
        (self.path / name).write_bytes(pdf_of(*(pages or (name,))))

    def send(self, *words: str, department: str = "byg") -> Ended:
        send = ("send", "--title", "Afgørelse", "--to", "liste.jsonl", "--yes", "--department", department)
        return self.run(*send, *words, "brev.pdf")


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Office]:
    about = tmp_path / "site" / "prove-1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: prove\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[esdh_connect]\nprove = prove_plugin:Prove\n")
    (about.parent / "prove_plugin.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(about.parent)
    office = Office(tmp_path / "her", capsys)
    office.path.mkdir()
    assert office.run("init", "--cvr", "55133018", "--name", "Eksempel Kommune").code == 0
    settings = office.path / "esdh-connect.toml"
    head = settings.read_text(encoding="utf-8").split("[plugins")[0].split("[departments")[0]
    settings.write_text(head + SETTINGS, encoding="utf-8")
    (office.path / "liste.jsonl").write_text(json.dumps(ANE), encoding="utf-8")
    for name in ("brev.pdf", "klage.pdf", "kort.pdf"):
        office.write(name)
    yield office
    root = logging.getLogger()
    root.handlers = [one for one in root.handlers if not type(one).__module__.startswith("esdh_connect")]
    structlog.reset_defaults()
    sys.modules.pop("prove_plugin", None)


@pytest.fixture
def made(office: Office) -> Office:
    """With a bundle."""
    words = ("--department", "teknik", "--by", "bo", "--why", "alle får dem")
    done = office.run("bundles", "make", "Byggesag – standardbilag", "klage.pdf", "kort.pdf", *words)
    assert (done.code, done.err) == (0, "")
    return office


def test_a_reason_is_one_line(made):
    """So that none forges a line of the log."""
    done = made.run(
        "bundles", "retire", "Byggesag – standardbilag", "--by", "bo", "--why", "slut\nNyt: alt er godkendt"
    )
    assert (done.code, "--why skal stå på én linje" in done.err) == (2, True)
    assert made.json("bundles", "list")["bundles"]


def test_a_bundle_is_made_listed_and_shown(made):
    """In a minute, with the words of those who use it."""
    [line] = made.run("bundles", "list").out.splitlines()
    assert line.startswith("byggesag-standardbilag  »Byggesag – standardbilag« – version 1, 2 bilag, ")
    assert line.endswith("afdeling teknik")
    shown = made.run("bundles", "show", "Byggesag – standardbilag").out.splitlines()
    assert shown[0] == line
    assert [one.split(":")[0] for one in shown[1:]] == ["    1. klage.pdf", "    2. kort.pdf"]
    [bundle] = made.json("bundles", "list")["bundles"]
    assert bundle["in_force"]["documents"][0].keys() == {"id", "version", "name", "sha256", "size", "pages"}
    assert bundle["in_force"] | {"documents": [], "from": "", "decided_at": ""} == {
        "bundle": "byggesag-standardbilag",
        "version": 1,
        "mark": "byggesag-standardbilag@1",
        "title": "Byggesag – standardbilag",
        "department": "teknik",
        "by": "bo",
        "why": "alle får dem",
        "retired": False,
        "documents": [],
        "from": "",
        "decided_at": "",
    }


def test_history_tells_who_did_what(made):
    """All versions, also those to come, and the day they count from in Denmark."""
    day = datetime.now(ZoneInfo("Europe/Copenhagen")).date() + timedelta(days=40)
    assert made.run("bundles", "change", "byggesag-standardbilag", "kort.pdf", "--from", f"{day}").code == 0
    today = f"{day - timedelta(days=40)}"
    assert made.run("bundles", "retire", "byggesag-standardbilag", "--by", "eva", "--from", today).code == 0
    versions = made.json("bundles", "history", "byggesag-standardbilag")["versions"]
    assert [(one["version"], one["by"], one["retired"]) for one in versions][::2] == [
        (1, "bo", False),
        (3, "eva", True),
    ]
    lines = [one for one in made.run("bundles", "history", "byggesag-standardbilag").out.splitlines() if "@" in one]
    assert f"gælder fra {day.day}." in lines[1]
    assert "kl. 00.00" in lines[1]
    assert made.run("bundles", "list").out == ""
    assert "taget ud af brug" in made.run("bundles", "list", "--all").out
    assert "taget ud af brug" in made.run("bundles", "show", "byggesag-standardbilag", "--at", f"{day}").out


def test_a_letter_is_sent_with_a_bundle(made):
    """After the files, by whoever stands below the owner; the manifest names it."""
    done = made.send("--bundle", "Byggesag – standardbilag", "--json")
    assert done.code == 0, done.err
    assert "klage.pdf: side 3 (af pakken byggesag-standardbilag@1)" in done.err
    [sent] = json.loads(done.out)["dispatches"]
    named = [(one["name"], one["bundle"]) for one in sent["manifest"]["documents"]]
    mark = "byggesag-standardbilag@1"
    assert named == [("brev.pdf", ""), ("klage.pdf", mark), ("kort.pdf", mark)]
    assert "Det samme er bestilt" in made.send("--bundle", "byggesag-standardbilag").err


def want_approval(office):
    """Have a second person approve what "byg" sends."""
    path = office.path / "esdh-connect.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('name = "Byg"', 'name = "Byg"\napproval = true'), "utf-8")
    assert office.run("departments", "import", "--by", "eva", "--why", "to ser på det", "--yes").code == 0


def test_whoever_approves_brings_the_letter_and_not_the_bundle(made):
    """What is in the bundle is read where it lies; another version by then would be another letter."""
    want_approval(made)
    [held] = json.loads(made.send("--bundle", "byggesag-standardbilag", "--json").out)["dispatches"]
    words = ("approve", held["id"], "--by", "eva", "--to", "liste.jsonl")
    assert made.run(*words, "brev.pdf", "kort.pdf").code == 1
    done = made.run(*words, "brev.pdf")
    assert done.code == 0, done.err


def test_a_letter_is_not_approved_with_an_older_version(made):
    """The bundle is named."""
    want_approval(made)
    [held] = json.loads(made.send("--bundle", "byggesag-standardbilag", "--json").out)["dispatches"]
    assert made.run("bundles", "change", "byggesag-standardbilag", "kort.pdf").code == 0
    done = made.run("approve", held["id"], "--by", "eva", "--to", "liste.jsonl", "brev.pdf")
    assert done.code == 1
    assert "»Byggesag – standardbilag« er nu i version 2, ikke 1" in done.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--bundle", "Vejsag"), "afdelingen har ingen bilagspakke, der hedder »Vejsag«"),
        (("--bundle", "Byggesag standardbilag"), "afdelingen har ingen bilagspakke"),
    ],
)
def test_a_bundle_that_cannot_be_used_is_told(made, words, told):
    """Nothing was sent."""
    department = "kultur" if "Byggesag" in words[1] else "byg"
    done = made.send(*words, department=department)
    assert done.code == 1
    assert done.err.startswith("Der er ikke sendt noget: ")
    assert told in done.err


def test_a_file_that_changed_is_not_sent(made):
    """Until somebody makes a new version of the bundle."""
    made.write("kort.pdf", "et andet kort")
    done = made.send("--bundle", "byggesag-standardbilag")
    assert done.code == 1
    assert "bilaget »kort.pdf« er ikke længere det, der blev lagt i bilagspakken" in done.err
    assert made.run("bundles", "change", "byggesag-standardbilag", "klage.pdf", "kort.pdf").code == 0
    assert made.send("--bundle", "byggesag-standardbilag").code == 0


def test_what_is_learnt_is_suggested_and_can_be_refused(office):
    """Five people sent the same two bilag."""
    assert "Der er ingen forslag." in office.run("bundles", "suggestions").err
    with Connect.from_settings(office.path / "esdh-connect.toml", host=None) as post:
        learn(post)
    [found] = office.json("bundles", "suggestions")["suggestions"]
    assert (found["letters"], found["documents"], found["department"], found["kle"]) == (10, 2, "teknik", None)
    assert found["id"] in office.run("bundles", "suggestions", "--department", "teknik").out
    assert office.run("bundles", "refuse", found["id"], "--why", "de skifter").code == 0
    assert office.json("bundles", "suggestions") == {"suggestions": []}
    assert office.run("bundles", "refuse", found["id"]).code == 1


def learn(post):
    """Count letters as they are when they were committed."""
    from esdh_connect.testing.letters import NOON, draft
    from esdh_connect_bilag.bundles.learning import Learning

    now = datetime.now(NOON.tzinfo)
    for number in range(10):
        one = draft(f"{number}", documents=("brev", "klage", "kort"), at=now)
        entry = attrs.evolve(one.entry, committed_by=f"{number % 5}")
        Learning(post.store).count(entry, Cover(one.envelope.recipient, "", one.manifest))


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("show", "Vejsag"), 1, "der er ingen bilagspakke, der hedder »Vejsag«"),
        (("make", "Vejsag", "mangler.pdf", "--department", "byg"), 1, "kan ikke læses"),
        (("make", "Vejsag", "kort.pdf"), 2, "--department mangler. Afdelingerne er teknik, byg, kultur"),
        (("make", "Vejsag", "kort.pdf", "--department", "bgy"), 2, "der er ingen afdeling »bgy«"),
        (("make", "Vejsag", "kort.pdf", "--department", "kultur"), 1, "har ikke »bilag« slået til"),
        (("make", "Vejsag 121212-1212", "kort.pdf", "--department", "byg"), 2, "ligner et CPR-nummer"),
        (("make", "Vejsag", "kort.pdf", "--department", "byg", "--from", "2020-01-01"), 1, "det er gået"),
        (("make", "Vejsag", "kort.pdf", "--department", "byg", "--from", "i morgen"), 2, "--from skal være en dato"),
        (("make", "Byggesag standardbilag", "kort.pdf", "--department", "byg"), 1, "der er allerede en bilagspakke"),
        (("retire", "Vejsag"), 1, "der er ingen bilagspakke"),
        (("refuse", "x"), 1, "der er intet forslag »x«"),
    ],
)
def test_what_cannot_be_done_is_told_in_danish(made, words, code, told):
    """With an exit code a script may rely on."""
    done = made.run("bundles", *words)
    assert (done.code, done.out) == (code, "")
    assert told in done.err


def test_without_the_plugin_it_says_what_to_write(office):
    """The command is there as soon as the distribution is."""
    path = office.path / "esdh-connect.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[plugins.bilag]\n", "").replace(', "bilag"', ""))
    done = office.run("bundles", "list")
    assert (done.code, done.err.count("[plugins.bilag]")) == (3, 1)


@pytest.mark.parametrize(
    "words",
    [
        ("make", "Ny", "tom.pdf", "--department", "byg"),
        ("make", "Ny", "kort.pdf", "--department", "kultur"),
        ("show", "vejsag"),
        ("retire", "vejsag"),
    ],
)
def test_what_cannot_be_done_with_a_bundle_is_told_in_words_of_its_own(made, words):
    """Nothing was to be sent, so nothing is said of sending."""
    (made.path / "tom.pdf").write_bytes(b"")
    done = made.run("bundles", *words)

    assert done.code == 1
    assert done.err.startswith("Der er ikke gjort noget: ")
    assert "sendt" not in done.err
