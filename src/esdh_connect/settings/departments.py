"""Afdelinger as the settings file has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal

import attrs

from esdh_connect.errors import PolicyError
from esdh_connect.model import Address, ContactPoint
from esdh_connect.policy import checked
from esdh_connect.settings.file import Keys, Problem
from esdh_connect.settings.structure import misspelt

__all__ = ["DepartmentSettings", "SenderSettings", "broken_references"]

_WORDS = ("name", "parent")


@attrs.frozen
class SenderSettings:
    """Afsenderprofil as the file has it: see :class:`~esdh_connect.policy.SenderProfile`."""

    label: str | None = None
    contact_point: ContactPoint | None = None
    return_address: Address | None = None
    replies: Literal["as_wished", "never", "always"] | None = None

    @property
    def what(self) -> dict[str, Any]:
        """Give what the file says."""
        return {name: value for name, value in attrs.asdict(self, recurse=False).items() if value is not None}


@attrs.frozen
class DepartmentSettings:
    """
    Afdeling as the file has it. None is what the file does not say: there the parent's word holds, or the default.

    ``plugins`` and ``channels`` may say only what is more or less than there: ``["+bilag"]``. ``undo`` is in minutes.
    ``values`` holds a raw table for each plugin.
    """

    name: str = ""
    parent: str | None = None
    plugins: tuple[str, ...] | None = None
    channels: tuple[str, ...] | None = None
    consolidate: bool | None = None
    approval: bool | None = None
    undo: int | None = None
    active_from: date | None = None
    active_until: date | None = None
    sender: SenderSettings | None = None
    product: str | None = None
    cost_centre: str | None = None
    values: dict[str, dict[str, Any]] | None = None

    @property
    def what(self) -> dict[str, Any]:
        """Give what the file says, as attributes of a policy. Raises PolicyError for a value that does not fit."""
        return checked(self.said)

    @property
    def said(self) -> dict[str, Any]:
        """Give what the file says, as it stands there."""
        said = attrs.asdict(self, recurse=False)
        what = {name: value for name, value in said.items() if value is not None and name not in _WORDS}
        if self.sender is not None:
            what["sender"] = self.sender.what
        return what


_Departments = Mapping[str, DepartmentSettings]


def broken_references(departments: _Departments, plugins: Mapping[str, object]) -> Iterator[Problem]:
    """Give what departments name that the file does not have, and what they say that cannot be."""
    for id_, department in departments.items():
        at: Keys = ("departments", id_)
        for position, name in enumerate(department.plugins or ()):
            yield from _unless_known(name.lstrip("+-"), plugins, (*at, "plugins", position))
        for name, value in department.said.items():
            yield from _unfit(name, value, (*at, name))
        for name in department.values or {}:
            yield from _unless_known(name, plugins, (*at, "values", name))
        if department.parent is not None:
            yield from _bad_parent(department.parent, departments, (*at, "parent"))


def _unfit(name: str, value: object, keys: Keys) -> Iterator[Problem]:
    try:
        checked({name: value})
    except PolicyError as error:
        yield Problem(keys, str(error), error.danish)


def _unless_known(name: str, plugins: Mapping[str, object], keys: Keys) -> Iterator[Problem]:
    if name not in plugins:
        english, danish = misspelt(name, plugins)
        yield Problem(
            keys,
            f'the file has no [plugins.{name}], so "{name}" is not loaded{english}',
            f'filen har ingen [plugins.{name}], så "{name}" bliver ikke indlæst{danish}',
        )


def _bad_parent(parent: str, departments: _Departments, keys: Keys) -> Iterator[Problem]:
    if parent not in departments:
        english, danish = misspelt(parent, departments)
        yield Problem(keys, f"there is no such department{english}", f"den afdeling findes ikke{danish}")
    elif parent in _above(parent, departments):
        yield Problem(keys, "the department belongs to itself", "afdelingen kommer til at høre under sig selv")


def _above(id_: str, departments: _Departments) -> set[str]:
    found: set[str] = set()
    above = departments[id_].parent
    while above is not None and above in departments and above not in found:
        found.add(above)
        above = departments[above].parent
    return found
