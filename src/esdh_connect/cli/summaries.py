"""
Én linje om en kommando: the first line of its own docstring, read from its source.

``--help`` lists the commands of every plugin, and importing them all would make it slow and let a broken one end it.
"""

from __future__ import annotations

import ast
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import EntryPoint
from importlib.util import find_spec

__all__ = ["summary"]


def summary(point: EntryPoint) -> str:
    """Give the first line of a command's docstring; where its source cannot be read, of what its distribution is."""
    try:
        source = _source(point.module)
    except (ImportError, OSError, SyntaxError, ValueError):
        source = ""
    told = _docstring(source, point.attr)
    return told or ((point.dist.metadata["Summary"] or "") if point.dist is not None else "")


def _source(module: str) -> str:
    """Give the source of a module, of which nothing is imported; nothing where there is none. Raises ImportError."""
    top, *inner = module.split(".")
    spec, name = find_spec(top), top  # a name without a dot is found, and not imported
    for part in inner:
        name = f"{name}.{part}"
        spec = PathFinder.find_spec(name, spec.submodule_search_locations) if spec else None
    return _text(spec, name)


def _text(spec: ModuleSpec | None, name: str) -> str:
    get_source = getattr(spec.loader, "get_source", None) if spec else None
    return (get_source(name) or "") if get_source else ""


def _docstring(source: str, name: str) -> str:
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return ""
    for node in body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return (ast.get_docstring(node) or "").partition("\n")[0]
    return ""
