"""The folder a tour lies in, and a tour in which something goes wrong."""

import re
import subprocess
import sys
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import attrs
import pytest

from esdh_connect.errors import SettingsError
from esdh_connect_demo import seed
from esdh_connect_demo.folder import NAME, Folder
from esdh_connect_demo.host import EksempelEsdh
from esdh_connect_demo.installation import running
from esdh_connect_demo.municipality import Municipality
from esdh_connect_demo.screen import Screen
from esdh_connect_demo.tour import Tour
from esdh_connect_sandbox import Fault


def test_a_folder_of_its_own_is_made_here_and_the_next_one_beside_it(tmp_path: Path) -> None:
    """Nothing that is there is touched."""
    made = [Folder.fresh(None, tmp_path, once=False).path.name for _ in range(3)]
    assert made == [NAME, f"{NAME}-2", f"{NAME}-3"]


def test_once_leaves_nothing_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script that tries the installation does not litter."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    here = tmp_path / "here"
    here.mkdir()
    assert Folder.fresh(None, here, once=True).path.parent == temporary
    assert list(here.iterdir()) == []


def test_a_folder_that_was_named_is_made_and_must_be_empty(tmp_path: Path) -> None:
    """With all folders above it; a file in it, or in its place, is a settings error."""
    folder = Folder.fresh(tmp_path / "a" / "b", tmp_path, once=True)
    assert folder.path == tmp_path / "a" / "b"
    folder.write("mine.txt", "mine")
    for taken in (folder.path, folder.path / "mine.txt"):
        with pytest.raises(SettingsError):
            Folder.fresh(taken, tmp_path, once=True)


def test_a_tour_in_which_a_letter_fails_says_so(tmp_path: Path) -> None:
    """The exit code is worth something: what did not come as expected is named."""
    stream = StringIO()
    esdh = Municipality((seed.TECHNICAL, seed.SERVICE, seed.CULTURE), lambda: datetime.now(UTC))
    seed.furnish(esdh)
    with running(Folder(tmp_path), EksempelEsdh(esdh)) as installation:
        installation.sandbox.script.add(Fault("receipt", "failed", code="sandbox.test"))
        tour = Tour(Screen(stream), esdh, attrs.evolve(installation, patience=2.0), agrees=lambda _: True)
        assert tour.run()
    assert not tour.held
    failed = [one.what for one in tour.expectations if not one.held]
    assert "alle tre breve er leveret og journaliseret" in failed
    assert "Fejlet" in stream.getvalue()
    assert [message.to for message in esdh.messages].count("Mette Kjærgård") == 2


def test_a_tour_without_the_plugin_for_bilag_holds_too(tmp_path: Path) -> None:
    """The core lays letters together by itself: the same documents in one PDF, without a list of them."""
    stream = StringIO()
    esdh = Municipality((seed.TECHNICAL, seed.SERVICE, seed.CULTURE), lambda: datetime.now(UTC))
    seed.furnish(esdh)
    with running(Folder(tmp_path), EksempelEsdh(esdh), plugins=["serviceplatformen"]) as installation:
        tour = Tour(Screen(stream), esdh, installation, agrees=lambda _: True)
        assert tour.run()
    assert tour.held
    assert "5 dokumenter, 9 sider" in stream.getvalue()
    assert "bilagsoversigt" not in stream.getvalue()


def test_the_example_of_the_readme_runs() -> None:
    """What is said there is true."""
    page = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    subprocess.run([sys.executable, "-c", example], check=True)
