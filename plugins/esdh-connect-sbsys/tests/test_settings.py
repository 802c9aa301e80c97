"""As a plugin that the settings name: the program needs no code, and a command line journals too."""

import json
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from esdh_connect import Request
from esdh_connect.connect import Connect
from esdh_connect.ids import Cvr
from esdh_connect.settings import initialize
from esdh_connect.testing.fakes import pdf_of

PROGRAM = "from esdh_connect.cli import main; main()"


@pytest.fixture
def settings(sbsys, tmp_path, monkeypatch):
    """Settings with SBSYS, and with a channel that a plugin of the test brings."""
    site = tmp_path / "site"
    info = site / "stand_in-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "stand_in_channel.py").write_text(
        "import attrs\n"
        "from esdh_connect import hookimpl\n"
        "from esdh_connect.testing.fakes import FakeChannel\n"
        "@attrs.frozen(eq=False)\n"
        "class StandIn:\n"
        "    @hookimpl\n"
        "    def register_channels(self):\n"
        "        return [FakeChannel('digital_post', 'Digital Post')]\n"
    )
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stand-in-channel\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[esdh_connect]\nstand_in_channel = stand_in_channel:StandIn\n")
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("PYTHONPATH", str(site))
    home = tmp_path / "home"
    home.mkdir()
    initialize(home, cvr=Cvr("55133018"), name="Eksempel Kommune")
    path: Path = home / "esdh-connect.toml"
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{sbsys.settings}\n[plugins.stand_in_channel]\n")
        file.write('[departments.teknik]\nplugins = ["sbsys", "stand_in_channel"]\nchannels = ["digital_post"]\n')
    return path


def test_a_letter_is_sent_and_journaled_from_the_command_line(sbsys, settings):
    """``drain`` is a process of its own, with nothing but the settings."""
    case = sbsys.archive.add_case()
    sbsys.archive.add_person(case, "Frida Mortensen", "1212121212", "Solsikkevej 12, 8000 Aarhus C")
    sbsys.archive.add_document(case, "Afgørelse.pdf", pdf_of("Afgørelse"))
    post = Connect.from_settings(settings)
    known = post.plugins.get("sbsys")
    on = known.case(case)
    request = Request(str(uuid4()), on, "teknik", "Afgørelse", known.documents(on), known.parties(on))
    [entry] = post.commit(post.plan(request), by="bo").entries
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "drain", "--settings", str(settings)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert [entry.id in one.get("Beskrivelse", "") for one in sbsys.archive.on_case(case)] == [False, True]
    assert "121212" not in done.stdout + done.stderr


def test_the_doctor_examines_it_with_the_rest(sbsys, settings):
    """Step by step, in one table with everything else."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "doctor", "--settings", str(settings), "--online", "--json"],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    found = [one["id"] for one in json.loads(done.stdout)["checks"]]
    assert [one for one in found if one.startswith("SB-")] == [
        "SB-I001",
        *["SB-I010", "SB-I011", "SB-I013"] * 2,
        "SB-I014",
        "SB-I015",
        "SB-I016",
        "SB-I017",
        "SB-I018",
    ]
