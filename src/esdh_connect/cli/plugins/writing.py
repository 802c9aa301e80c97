"""A new plugin, written from a template: a distribution that passes the suite of its kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from string import Template

__all__ = ["KINDS", "NAME", "write"]

#: What a plugin may be called: it stands in settings, and in the names of a package and of tables.
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
KINDS = frozenset({"channel", "converter", "emitter"})
#: What is written, from which template. Those named for no kind are of all.
_FILES = {
    "pyproject.toml": "pyproject.txt",
    "README.md": "{kind}/readme.txt",
    "src/{package}/__init__.py": "{kind}/plugin.txt",
    "src/{package}/py.typed": "",
    "tests/test_{name}.py": "{kind}/test.txt",
}


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
