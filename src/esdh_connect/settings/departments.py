"""Afdelinger as the settings file has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

import attrs

from esdh_connect.errors import PolicyError
from esdh_connect.gate import Numbers
from esdh_connect.model import Address, ContactPoint
from esdh_connect.policy import GATE, RULES, Department, PolicyChange, checked, refuse_unfit_text
from esdh_connect.settings.file import Keys, Problem, SettingsFile
from esdh_connect.settings.structure import misspelt, structured

__all__ = [
    "ALWAYS",
    "DepartmentSettings",
    "SenderSettings",
    "broken_references",
    "changes_of",
    "departments_in",
]

_WORDS = ("name", "parent")
# A file says what holds, not since when: so it holds from before anything could be sent, and later decisions win.
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


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

    ``plugins``, ``channels`` and ``gate`` may say only what is more or less than there: ``["+bilag"]``. ``undo`` is in
    minutes. ``values`` holds a raw table for each plugin, and one for the gate.
    """

    name: str = ""
    parent: str | None = None
    plugins: tuple[str, ...] | None = None
    channels: tuple[str, ...] | None = None
    consolidate: bool | None = None
    approval: bool | None = None
    undo: float | None = None
    gate: tuple[str, ...] | None = None
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
        profile = what.pop("sender", None)
        return what | ({f"sender.{name}": value for name, value in profile.what.items()} if profile else {})


_Departments = Mapping[str, DepartmentSettings]


@attrs.frozen
class _Alone:
    """A file that says nothing but how departments are."""

    departments: dict[str, DepartmentSettings] = attrs.field(factory=dict)


def departments_in(path: Path, plugins: Mapping[str, object]) -> tuple[PolicyChange, ...]:
    """
    Give what a file with ``[departments]`` alone says, as :func:`changes_of` does; ``plugins`` are those there are.

    Raises SettingsError with everything that is wrong in it.
    """
    file = SettingsFile.read(path.expanduser().absolute())
    said = structured(file, (), file.tables, _Alone).departments
    problems = tuple(_broken_values(said, plugins))
    if problems:
        raise file.error(*problems)
    return changes_of(said, path.name, ALWAYS)


def changes_of(departments: _Departments, why: str, at: datetime) -> tuple[PolicyChange, ...]:
    """Give what a file says of departments as changes by »settings«, decided and in force ``at`` (aware)."""
    return tuple(
        PolicyChange(Department(id_, one.name, one.parent), one.what, "settings", at, at, why)
        for id_, one in departments.items()
    )


def _broken_values(departments: _Departments, plugins: Mapping[str, object]) -> Iterator[Problem]:
    """Give what departments say that cannot be, or of plugins that are not there."""
    for id_, department in departments.items():
        at: Keys = ("departments", id_)
        for position, name in enumerate(department.plugins or ()):
            yield from _unless_known(name.lstrip("+-"), plugins, (*at, "plugins", position))
        for name, value in {"name": department.name, **department.said}.items():
            yield from _unfit(name, value, (*at, *name.split(".")))
        for position, name in enumerate(department.gate or ()):
            yield from _unless_rule(name.lstrip("+-"), (*at, "gate", position))
        for name in department.values or {}:
            if name != GATE:
                yield from _unless_known(name, plugins, (*at, "values", name))
        yield from _unless_numbers((department.values or {}).get(GATE, {}), (*at, "values", GATE))


def broken_references(departments: _Departments, plugins: Mapping[str, object]) -> Iterator[Problem]:
    """Give what departments name that the file does not have, and what they say that cannot be."""
    yield from _broken_values(departments, plugins)
    for id_, department in departments.items():
        if department.parent is not None:
            yield from _bad_parent(department.parent, departments, ("departments", id_, "parent"))


def _unfit(name: str, value: object, keys: Keys) -> Iterator[Problem]:
    try:
        for one, taken in checked({name: value}).items():
            refuse_unfit_text(one, taken)
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


def _unless_rule(name: str, keys: Keys) -> Iterator[Problem]:
    if name not in RULES:
        english, danish = misspelt(name, RULES)
        yield Problem(
            keys,
            f'the safety gate has no rule "{name}"{english}',
            f"sikkerhedsporten har ingen regel, der hedder »{name}«{danish}",
        )


def _unless_numbers(said: Mapping[str, Any], keys: Keys) -> Iterator[Problem]:
    try:
        Numbers(**said)
    except (TypeError, ValueError) as error:
        known = ", ".join(field.name for field in attrs.fields(Numbers))
        yield Problem(keys, str(error), f"her kan stå {known}, og tallene er 1 eller mere")


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
