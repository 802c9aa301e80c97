"""Fil og sandhed: what a settings file says of departments, against what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import attrs

from esdh_connect.policy import LISTS, VALUES, Department, PolicyChange, Tree, is_relative, plain

__all__ = ["catching_up", "exported"]

_DAYS = ("active_from", "active_until")
_EVER = datetime.max.replace(tzinfo=UTC)


def catching_up(
    tree: Tree, wanted: Iterable[PolicyChange], *, by: str, at: datetime, why: str = ""
) -> tuple[PolicyChange, ...]:
    """
    Give the changes after which the departments a file names are as it says, from ``at`` on; none where they are.

    What the file does not say of one is as the department above it has it. Departments it does not name stay.
    """
    file = Tree(wanted)
    return tuple(
        PolicyChange(tree.department(one.id, at) if one.id in tree else one, what, by, at, at, why)
        for one in file.departments(_EVER)
        for what in _steps(one, tree, file, at)
    )


def _steps(one: Department, tree: Tree, file: Tree, at: datetime) -> Iterator[dict[str, Any]]:
    """Give what must be said: first what is forgotten, where a list says only what is more or less."""
    truth = {name: said.value for name, said in tree.said(one.id, at).items()}
    said = {name: one.value for name, one in file.said(one.id, _EVER).items()}
    what: dict[str, Any] = {name: None for name in truth if name not in said and name not in ("name", "parent")}
    what |= {name: value for name, value in said.items() if truth.get(name) != value}
    if one.id in tree:
        known = tree.department(one.id, at)
        what |= {"name": one.name} if one.name not in ("", known.name) else {}
        what |= {"parent": one.parent or ""} if one.parent != known.parent else {}
    forgotten = {name: None for name in LISTS & what.keys() & truth.keys() if is_relative(what[name] or ())}
    if forgotten:
        yield forgotten
    if what or one.id not in tree:
        yield what


def exported(tree: Tree, at: datetime) -> dict[str, dict[str, Any]]:
    """Give what each department says itself at ``at`` as plain data, in the form of ``[departments]``."""
    return {one.id: _table(one, tree, at) for one in tree.departments(at)}


def _table(one: Department, tree: Tree, at: datetime) -> dict[str, Any]:
    said = plain({name: it.value for name, it in tree.said(one.id, at).items() if name not in ("name", "parent")})
    table: dict[str, Any] = {name: value for name, value in attrs.asdict(one).items() if value and name != "id"}
    for name, value in said.items():
        if name.startswith("sender."):
            table.setdefault("sender", {})[name.removeprefix("sender.")] = value
        elif name.startswith(VALUES):
            table.setdefault("values", {})[name.removeprefix(VALUES)] = value
        elif name in _DAYS:
            table[name] = date.fromisoformat(value)
        else:
            table[name] = value
    return table
