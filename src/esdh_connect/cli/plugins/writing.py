"""A new plugin, written from a template: a distribution that passes the suite of its kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from string import Template

__all__ = ["KINDS", "LONGEST", "NAME", "is_taken", "write"]

#: What a plugin may be called: it stands in settings, and in the names of a package and of tables.
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
#: How long it may be.
LONGEST = 40
#: What it may not be called: our own package, what its tests would be taken for, and what Windows takes for a device.
_TAKEN = frozenset({"esdh_connect", "test", "tests", "con", "prn", "aux", "nul"})
_TAKEN_SHAPE = re.compile(r"xn__.*|(?:com|lpt)[0-9]")
KINDS = frozenset({"channel", "converter", "emitter"})
#: What is written, from which template. Those named for no kind are of all.
_FILES = {
    "pyproject.toml": "pyproject.txt",
    "README.md": "{kind}/readme.txt",
    "src/{package}/__init__.py": "{kind}/plugin.txt",
    "src/{package}/py.typed": "",
    "tests/test_{name}.py": "{kind}/test.txt",
}


def is_taken(name: str) -> bool:
    """Tell whether a folder, a module or a distribution of that name would be taken for something else."""
    return name in _TAKEN or _TAKEN_SHAPE.fullmatch(name) is not None


def write(name: str, kind: str, folder: Path) -> tuple[Path, ...]:
    """
    Write a plugin of a kind (one of KINDS) into a folder, and give the files.

    Raises FileExistsError, before anything is written, where one of them is there.
    """
    made = dict(_made(name, kind, folder))
    for path in made:
        if path.exists():
            raise FileExistsError(17, "exists", str(path))
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tuple(made)


def _made(name: str, kind: str, folder: Path) -> Iterator[tuple[Path, str]]:
    words = {
        "name": name,
        "package": f"esdh_connect_{name}",
        "distribution": f"esdh-connect-{name.replace('_', '-')}",
        "title": "".join(part.capitalize() for part in name.split("_")),
        "kind": kind,
        "core": ".".join(version("esdh-connect").split(".")[:2]),
    }
    templates = files("esdh_connect.cli.plugins") / "templates"
    for path, source in _FILES.items():
        text = (templates / source.format(**words)).read_text(encoding="utf-8") if source else ""
        yield folder / path.format(**words), Template(text).substitute(words)
