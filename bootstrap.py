"""
Make a virtual environment for this repository: `python3 bootstrap.py dev`, `demo` or `bench`.

Standard library only, so that a machine with Python and its own pip needs nothing else. What is installed is
exactly requirements/NAME.txt, checked by hash, and this repository's own distributions as editables. Nothing
happens when nothing has changed since the last time.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from contextlib import contextmanager
from pathlib import Path
from runpy import run_path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent
OLDEST = (3, 11)
ASSETS = ROOT / "plugins" / "esdh-connect-web" / "assets.py"
FOLDERS = {"dev": ".venv", "demo": ".venv-demo", "bench": ".venv-bench"}
DEMO_PLUGINS = ("serviceplatformen", "sandbox", "bilag", "forbrug", "rollout", "web", "demo")


def main(arguments: list[str]) -> int:
    """Install one of the environments; returns the exit code."""
    if len(arguments) != 1 or arguments[0] not in FOLDERS:
        return fail("usage: python3 bootstrap.py " + " | ".join(FOLDERS))
    if sys.version_info < OLDEST:
        return fail(f"esdh_connect needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}")
    try:
        install(arguments[0], ROOT / FOLDERS[arguments[0]])
    except subprocess.CalledProcessError as error:
        return fail(f"this step failed: {' '.join(map(str, error.cmd))}")
    return 0


def fail(message: str) -> int:
    """Say why, in one line."""
    print(f"bootstrap: {message}", file=sys.stderr)
    return 1


def install(name: str, folder: Path) -> None:
    """Bring the virtual environment in `folder` to what the repository asks for now."""
    sources = distributions(name)
    requirements = ROOT / "requirements" / f"{name}.txt"
    stamp = folder / "esdh-connect.stamp"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "-qq", "install"]  # -qq: errors only
    wanted = digest([requirements, *(source / "pyproject.toml" for source in sources)])
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        lay_assets(python, pip, tests=name == "dev")
        return
    if not has_pip(python):
        with step(f"virtual environment {folder.name}"):
            venv.create(folder, clear=not python.exists(), with_pip=True, symlinks=os.name != "nt")
    with step(f"packages of requirements/{name}.txt"):
        run([*pip, "--require-hashes", "-r", str(requirements)])
    lay_assets(python, pip, tests=name == "dev")
    with step(f"{len(sources)} distributions of this repository"):
        editables = [part for source in sources for part in ("-e", str(source))]
        run([*pip, "--no-deps", "--no-build-isolation", *editables])
    stamp.write_text(wanted)


def lay_assets(python: Path, pip: list[str], *, tests: bool) -> None:
    """The design system of the pages, where it is not there as its lock asks for it now."""
    if not run_path(str(ASSETS))["wanting"](tests=tests):
        return
    if not shutil.which("npm"):
        with step("npm, by way of pip"):
            run([*pip, "--require-hashes", "-r", str(ROOT / "requirements" / "npm.txt")])
    with step("the design system of the pages"):
        run([str(python), str(ASSETS), *(["--tests"] if tests else [])])


def distributions(name: str) -> list[Path]:
    """Folders of the distributions that belong in this environment, the core first."""
    if name == "demo":
        return [ROOT, *(ROOT / "plugins" / f"esdh-connect-{plugin}" for plugin in DEMO_PLUGINS)]
    return [ROOT, *sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))]


def has_pip(python: Path) -> bool:
    """Not so where there is no environment yet, where making it was interrupted, and where another tool made it."""
    asked = [str(python), "-m", "pip", "--version"]
    return python.exists() and subprocess.run(asked, check=False, capture_output=True).returncode == 0


def digest(paths: list[Path]) -> str:
    """SHA-256 over Python's version, where the repository lies, and what the files say."""
    hasher = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for path in paths:
        hasher.update(path.read_bytes())
    return hasher.hexdigest()


def run(command: list[str]) -> None:
    """Run a command to its end; raises CalledProcessError."""
    subprocess.run(command, cwd=ROOT, check=True)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Print what is being done, and how long it took."""
    started = time.monotonic()
    print(f"  {what} …", end=" ", flush=True)
    yield
    print(f"{time.monotonic() - started:.1f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
