"""As the README says it: a municipality's program, SBSYS and Serviceplatformen, from a case to what it is told."""

import logging
import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from esdh_connect import Connect
from esdh_connect.testing.fakes import pdf_of
from esdh_connect_sandbox import Sandbox
from esdh_connect_sandbox.faults import Fault
from esdh_connect_serviceplatformen.poststatus import read

README = Path(__file__).parents[1] / "README.md"


@pytest.fixture
def sandbox(tmp_path):
    with Sandbox(tmp_path / "sandbox", delay=0.02) as running:
        with running.settings.open("a", encoding="utf-8") as file:
            file.write('[departments.teknik]\nplugins = ["serviceplatformen"]\nchannels = ["digital_post"]\n')
        yield running


@pytest.fixture
def program(sbsys, sandbox, monkeypatch):
    """Give what the README's program has in it; only the addresses are another's."""
    monkeypatch.setenv("SBSYS_PASSWORD", "fake-user-password")
    [text] = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    for said, here in (
        ("https://sbsysapi.eksempel.dk", sbsys.url),
        ("https://sbsip.eksempel.dk", sbsys.url),
        ('Path("esdh-connect.toml")', f'Path("{sandbox.settings}")'),
        ("file:sbsip-client.secret", f"file:{sbsys.folder / 'client.secret'}"),
        ("    reminder_type=", f'    ca=Path("{sbsys.ca}"),\n    reminder_type='),
    ):
        assert said in text
        text = text.replace(said, here)
    names: dict = {}
    exec(text, names)  # noqa: S102 - the README is ours
    return names


def run(post, sandbox, until):
    """Deliver, and take in the receipts, until it is so."""
    taken = 0
    for _ in range(200):
        for envelope in sandbox.receipts(taken):
            post.receive(read(envelope.encode(), datetime.now(UTC)))
            taken += 1
        post.deliver()
        if until():
            return
        time.sleep(0.05)
    pytest.fail("it did not come to its end in time")


@pytest.fixture
def case(sbsys):
    made = sbsys.archive.add_case("Carport")
    sbsys.archive.add_person(made, "Frida Mortensen", "1212121212", "Solsikkevej 12, 2. tv, 8000 Aarhus C")
    sbsys.archive.add_document(made, "Afgørelse.pdf", pdf_of("Afgørelse"))
    sbsys.archive.add_document(made, "Tegninger.pdf", pdf_of("Plan", "Facade"))
    return made


def test_a_letter_reaches_its_citizen_and_the_case_knows(sbsys, sandbox, program, case, caplog):
    """The document, and a note when it is delivered; no log names the citizen or a secret on the way."""
    caplog.set_level(logging.DEBUG)
    post = Connect.from_settings(sandbox.settings, host=program["sbsys"])
    program["send"](post, case, "bo")
    run(post, sandbox, lambda: sbsys.archive.notes)
    [letter] = [one for one in sbsys.archive.on_case(case) if "Beskrivelse" in one]
    assert letter["DokumentNavn"] == "Afgørelse om carport"
    assert "Brev med Digital Post til Frida Mortensen" in letter["Beskrivelse"]
    assert sbsys.archive.notes[0]["Overskrift"] == "Brev leveret (Digital Post)"
    assert sbsys.archive.reminders == []
    for secret in ("1212121212", "121212-1212", "Frida", "Solsikkevej", "fake-user-password", "fake-access-token"):
        assert secret not in caplog.text


def test_a_letter_that_fails_reminds_the_caseworker(sbsys, sandbox, program, case):
    """The document, a note and the reminder."""
    sandbox.script.add(Fault("receipt", "failed", code="memo.invalid"))
    post = Connect.from_settings(sandbox.settings, host=program["sbsys"])
    program["send"](post, case, "bo")
    run(post, sandbox, lambda: sbsys.archive.reminders)
    assert [one["Overskrift"] for one in sbsys.archive.notes] == ["Brev ikke kommet frem (Digital Post)"]
    [reminder] = sbsys.archive.reminders
    assert reminder["Navn"] == "Brevet »Afgørelse om carport« skal ses efter"
    assert "Digital Post kan ikke læse brevet" in reminder["Beskrivelse"]
