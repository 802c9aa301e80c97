"""The package that is built: it carries the look with its licences, and is the same each time."""

import hashlib
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

HOME = Path(__file__).parents[1]
PACKAGE = "esdh_connect_web"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    return built(tmp_path_factory.mktemp("one"))


def built(folder: Path) -> Path:
    """A wheel, as pip builds it."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=HOME, check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


def test_a_wheel_carries_all_that_a_page_needs(wheel):
    """Who installs it has no npm, and fetches nothing."""
    kept = {
        path.relative_to(HOME / "src").as_posix()
        for folder in ("static", "templates", "locale")
        for path in (HOME / "src" / PACKAGE / folder).rglob("*")
        if path.is_file()
    }
    with ZipFile(wheel) as archive:
        carried = set(archive.namelist())

    assert kept <= carried
    assert f"{PACKAGE}/static/fds/css/dkfds.min.css" in carried


def test_a_wheel_carries_the_licences_of_what_others_made(wheel):
    """And says in its metadata that there are several."""
    with ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = (archive.read(name).decode() for name in names if name.endswith("METADATA"))
    licences = {name.partition("dist-info/licenses/")[2] for name in names if "dist-info/licenses/" in name}

    assert licences == {
        "LICENSE",
        "licenses/Apache-2.0.txt",
        "licenses/NOTICE.md",
        "licenses/OFL-1.1.txt",
    }
    assert "License-Expression: MIT AND OFL-1.1 AND Apache-2.0" in metadata


def test_building_twice_gives_the_same_bytes(wheel, tmp_path):
    """So anybody can see that a package was made from its source."""
    again = built(tmp_path)
    prints = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (wheel, again)]

    assert prints[0] == prints[1]
