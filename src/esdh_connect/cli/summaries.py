"""
Én linje om en kommando: the first line of its own docstring, read from its source.

``--help`` lists the commands of every plugin, and importing them all would make it slow and let a broken one end it.
"""

from __future__ import annotations

import re
from importlib.machinery import PathFinder
from importlib.metadata import EntryPoint
from pathlib import Path

__all__ = ["summary"]

#: A function at the beginning of a line, and the first line of what its docstring says.
_DOCSTRING = r'^def {}\(.*?^    """\s*([^\n"]*)'


def summary(point: EntryPoint) -> str:
    """Give the first line of a command's docstring; where its source cannot be read, of what its distribution is."""
    try:
        source = _source(point.module)
    except (ImportError, OSError, ValueError):
        source = ""
    told = re.search(_DOCSTRING.format(re.escape(point.attr)), source, re.DOTALL | re.MULTILINE)
    return told[1] if told else _of_distribution(point)


def _of_distribution(point: EntryPoint) -> str:
    return (point.dist.metadata["Summary"] or "") if point.dist is not None else ""


def _source(module: str) -> str:
    """Give the source of a module, of which nothing is imported; nothing where there is none. Raises ImportError."""
    top, *inner = module.split(".")
    spec, name = PathFinder.find_spec(top), top
    for part in inner:
        name = f"{name}.{part}"
        spec = PathFinder.find_spec(name, spec.submodule_search_locations) if spec else None
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        return ""
    return Path(spec.origin).read_text(encoding="utf-8")
