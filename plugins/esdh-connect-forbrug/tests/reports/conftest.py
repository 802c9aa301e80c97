"""An installation in a folder, with a made-up year of use, and the program run in it."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import chdir
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
import structlog

from esdh_connect.cli.group import run
from esdh_connect.connect import Connect
from esdh_connect.testing.municipality import DEPARTMENTS
from esdh_connect_forbrug import year

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

[plugins.forbrug]
prices = [{ since = "2020-01-01", paper = 29.0, digital = 0.5 }]

[plugins.forbrug.expected]
byg = 350
"""


@attrs.frozen
class Ended:
    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode().replace("\xa0", " ")

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@attrs.frozen
class TownHall:
    """The folder, and what its program says."""

    path: Path
    capture: pytest.CaptureFixture[bytes]

    def run(self, *words: str) -> Ended:
        with chdir(self.path):
            code = run(words)
        out, err = self.capture.readouterr()
        return Ended(code, out, err.decode().replace("\xa0", " "))

    def opened(self) -> Connect:
        return Connect.from_settings(self.path / "esdh-connect.toml")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A distribution with a channel, as if it was installed."""
    about = tmp_path / "site" / "prove-1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: prove\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[esdh_connect]\nprove = prove_plugin:Prove\n")
    (about.parent / "prove_plugin.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(about.parent)
    yield
    sys.modules.pop("prove_plugin", None)


@pytest.fixture
def town_hall(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], site: None) -> Iterator[TownHall]:
    here = TownHall(tmp_path / "her", capsysbinary)
    here.path.mkdir()
    assert here.run("init", "--cvr", "55133018", "--name", "Eksempel Kommune").code == 0
    settings = here.path / "esdh-connect.toml"
    departments = "\n".join(map(table, DEPARTMENTS))
    settings.write_text(settings.read_text(encoding="utf-8") + SETTINGS + departments, encoding="utf-8")
    with here.opened() as post:
        year.written(post, before=datetime.now(UTC).date().replace(day=2))
    yield here
    root = logging.getLogger()
    root.handlers = [one for one in root.handlers if not type(one).__module__.startswith("esdh_connect")]
    structlog.reset_defaults()


def table(one: Any) -> str:
    parent = f'parent = "{one.parent}"\n' if one.parent else ""
    can_send = 'plugins = ["prove", "forbrug"]\nchannels = ["fake"]\n' if one.id in ("kultur", "bibliotek") else ""
    return f'[departments.{one.id}]\nname = "{one.name}"\n{parent}{can_send}'
