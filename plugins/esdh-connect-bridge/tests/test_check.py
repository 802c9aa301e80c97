"""What a vendor runs to prove his side: each point in words, and what does not hold with its reason."""

import json
import subprocess
import sys
from importlib.resources import files

import pytest

from esdh_connect.diagnosis import Level
from esdh_connect.ids import Cvr
from esdh_connect.model import Case, Document, Party
from esdh_connect.settings import initialize
from esdh_connect_bridge.checking import Check, Trial

PROGRAM = [sys.executable, "-m", "esdh_connect.cli"]


@pytest.fixture
def trial(example):
    """A host with what a check needs, a closed case too."""
    records = example.records
    case, closed = records.add_case(), records.add_case()
    records.closed.add(closed)
    party = records.add_party(case, name="Frida Mortensen", cpr="1212121212")
    document = records.add_document(b"%PDF-1.7")
    records.bundles["byggesag"] = [document]
    return Trial(Case(case), Party(party), Document(**document), "byggesag", Case(closed), write=True)


def found(example, trial, **settings):
    return {one.id: one for one in Check(example.host(**settings), trial).made()}


def wrong(example, trial, **settings):
    return [id_ for id_, one in found(example, trial, **settings).items() if one.level is Level.ERROR]


def test_a_host_that_keeps_the_contract_is_told_so_at_every_point(example, trial):
    """Two entries are written, one for each mark."""
    assert [*found(example, trial)] == [
        f"BR-I{number}"
        for number in (
            101,
            102,
            103,
            110,
            111,
            112,
            120,
            121,
            122,
            130,
            131,
            140,
            141,
            142,
            143,
            145,
            144,
            160,
            150,
            170,
        )
    ]
    assert len(example.records.entries) == 2
    assert len(example.records.told) == 1


def test_nothing_is_written_unless_that_is_wanted(example, trial):
    """And what a host leaves out is not asked for."""
    from attrs import evolve

    shown = found(example, evolve(trial, write=False), has=())
    assert [*shown] == [f"BR-I{number}" for number in (101, 102, 103, 110, 111, 112, 120, 121, 122, 140)]
    assert example.records.entries == {}


def test_a_host_that_lets_anybody_in_is_found(example, trial, monkeypatch):
    """Unsigned, altered and old calls are three points."""
    monkeypatch.setattr(type(example._server), "is_signed", lambda *_: True)
    assert wrong(example, trial) == ["BR-E101", "BR-E102", "BR-E103"]


def test_a_host_that_leaves_one_address_open_is_found(example, trial, monkeypatch):
    """It is named; what is tried there leaves nothing behind."""
    looks = type(example._server).is_signed

    def is_signed(server, call):
        return call.path.endswith("/journal") or looks(server, call)

    monkeypatch.setattr(type(example._server), "is_signed", is_signed)
    shown = found(example, trial)
    for check in ("BR-E101", "BR-E102", "BR-E103"):
        assert shown[check].text.endswith("det skulle være 401: /journal svarede 404")
    assert {one["case"]["id"] for one in example.records.entries.values()} == {trial.case.id}


def test_a_host_that_never_looks_at_the_case_is_found(example, trial, monkeypatch):
    """It would tell whoever asks, and write where nobody looks."""
    records = example.records

    def journalize(said):
        records.cases.setdefault(said["case"]["id"], [])
        return records.journalize(said)

    careless = {"/recipient": lambda said: records.people.get(said["party"]["id"]), "/journal": journalize}
    monkeypatch.setattr(example._server, "answers", {**example._server.answers, **careless})
    assert wrong(example, trial) == ["BR-E122", "BR-E145"]


def test_a_host_that_never_looks_at_the_version_is_found(example, trial, monkeypatch):
    """It would send what nobody has seen."""
    answers = {**example._server.answers, "/document": lambda _: b"%PDF-1.7"}
    monkeypatch.setattr(example._server, "answers", answers)
    assert wrong(example, trial) == ["BR-E111", "BR-E112"]


def test_a_host_that_writes_twice_is_found(example, trial, monkeypatch):
    """One after the other, and at once."""

    def journalize(said):
        example.records.entries.pop(said["mark"], None)
        return example.records.journalize(said)

    monkeypatch.setattr(example._server, "answers", {**example._server.answers, "/journal": journalize})
    assert {"BR-E142", "BR-E143"} <= {*wrong(example, trial)}


def test_a_host_that_finds_whatever_it_is_asked_for_is_found(example, trial, monkeypatch):
    """Its letters would never stand on a case."""
    monkeypatch.setattr(example._server, "answers", {**example._server.answers, "/journal/find": lambda _: {"id": "1"}})
    assert "BR-E140" in wrong(example, trial)


def test_one_that_answers_nothing_is_told_so_everywhere(example, trial):
    """In Danish, and with what a technician needs."""
    example.say(b"<html>")
    shown = found(example, trial)
    assert {"BR-E120", "BR-E130", "BR-E140", "BR-E141", "BR-E150"} <= shown.keys()
    assert (
        shown["BR-E120"].text
        == "Holder ikke: Parten kan slås op – sagssystemet svarede ikke efter aftalen: administratoren kan se hvorfor i"
        " loggen"
    )
    assert "/recipient: no JSON" in shown["BR-E120"].hint


@pytest.fixture
def settings(example, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    initialize(home, cvr=Cvr("55133018"), name="Eksempel Kommune")
    with (home / "esdh-connect.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{example.settings}\n")
    return home / "esdh-connect.toml"


def test_the_command_tells_in_words(example, trial, settings):
    """With a code that scripts can rely on; no number of anybody is in what it says."""
    words = ["--case", trial.case.id, "--party", trial.party.id, "--document", trial.document.id]
    run = [*PROGRAM, "bridge", "check", "--settings", str(settings), *words]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "i orden   BR-I112  En version, der ikke findes, bliver ikke udleveret" in done.stdout
    assert "Ingen fejl, 13 i orden.\nDer blev ikke skrevet noget: det gør --write." in done.stdout
    example.script.add("/recipient", "error")
    done = subprocess.run([*run, "--json"], capture_output=True, text=True, check=False)
    said = json.loads(done.stdout)
    assert (done.returncode, said["well"], said["wrote"]) == (6, False, False)
    assert [one["id"] for one in said["checks"] if one["level"] == "error"] == ["BR-E120"]
    assert "121212" not in done.stdout + done.stderr


def test_the_command_says_what_is_missing(example, settings):
    """No number of a person on a command line, and no check without the plugin."""
    words = ["bridge", "check", "--case", "s", "--document", "d", "--party"]
    done = subprocess.run(
        [*PROGRAM, *words, "121212-1212", "--settings", str(settings)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "Der er ikke prøvet noget" in done.stderr
    settings.write_text(settings.read_text(encoding="utf-8").split("[plugins.bridge]")[0], encoding="utf-8")
    done = subprocess.run(
        [*PROGRAM, *words, "p", "--settings", str(settings)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "[plugins.bridge] mangler" in done.stderr) == (3, True)


def test_what_a_check_asks_is_what_the_description_says(example, trial):
    """As what the program asks is: a host that is made of the description takes it."""
    from jsonschema import Draft202012Validator

    described = json.loads(files("esdh_connect_bridge").joinpath("openapi.json").read_text(encoding="utf-8"))
    found(example, trial)
    for call in example.calls:
        operation = described["paths"][call.path.removeprefix("/esdh-connect")]["post"]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        validator = Draft202012Validator({**schema, "components": described["components"]})
        assert [error.message for error in validator.iter_errors(json.loads(call.body))] == []
        required = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["required"]
        assert [one for one in required if json.loads(call.body)[one] in ("", None)] == []
