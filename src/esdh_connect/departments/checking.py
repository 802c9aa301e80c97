"""Whether a department can be as somebody wants it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any

import attrs

from esdh_connect.errors import PolicyError
from esdh_connect.gate import Numbers
from esdh_connect.ids import mask
from esdh_connect.plugins import Plugins
from esdh_connect.policy import GATE, RULES, VALUES, PolicyChange, Tree, checked

__all__ = ["fitting", "refuse_broken"]


def fitting(change: PolicyChange, plugins: Plugins) -> PolicyChange:
    """Give a change as it is kept. Raises PolicyError where it says something that cannot be."""
    if not change.department.id.strip():
        raise PolicyError("a department has an id", danish="afdelingen mangler et id")
    if mask(change.department.id) != change.department.id:
        raise PolicyError(
            "the id of a department looks like a CPR number", danish="afdelingens id ligner et CPR-nummer"
        )
    if change.in_force < change.decided_at:
        raise PolicyError(
            "a change cannot count from before it was decided: what held then, held",
            danish="en ændring kan ikke gælde fra før, den blev besluttet",
        )
    what = checked(change.what)
    for name in what.get("plugins") or ():
        if not name.startswith("-"):
            _refuse_unknown(name.removeprefix("+"), plugins)
    for name in what.get("gate") or ():
        _refuse_unknown_rule(name.removeprefix("-").removeprefix("+"))
    for name, said in what.items():
        if name.startswith(VALUES):
            _refuse_misfit(name.removeprefix(VALUES), said, plugins)
    return attrs.evolve(change, what=what)


def _refuse_unknown(name: str, plugins: Plugins) -> None:
    if name not in plugins.named:
        raise PolicyError(
            f"no plugin {name!r} is named in the settings",
            danish=f"pluginet »{name}« står ikke i indstillingerne ([plugins.{name}]){_meant(name, plugins.named)}",
        )


def _refuse_unknown_rule(name: str) -> None:
    if name not in RULES:
        raise PolicyError(
            f"the safety gate has no rule {name!r}",
            danish=f"sikkerhedsporten har ingen regel, der hedder »{name}«{_meant(name, RULES)}; "
            f"der er {', '.join(RULES)}",
        )


def _refuse_misfit(plugin: str, said: Any, plugins: Plugins) -> None:  # noqa: ANN401 - a plugin's own table
    """Hold a plugin's values to the class it declares for them, if it does; those of the gate to its numbers."""
    if plugin != GATE:
        _refuse_unknown(plugin, plugins)
    kind = Numbers if plugin == GATE else plugins.values_of(plugin)
    if kind is None or said is None:
        return
    if not isinstance(said, Mapping):
        raise PolicyError(f"{VALUES}{plugin} is no table", danish=f"{VALUES}{plugin} skal være en tabel")
    known = [field.alias for field in attrs.fields(kind) if field.init]
    strange = [name for name in said if name not in known]
    if strange:
        raise PolicyError(
            f"{VALUES}{plugin} has no {strange[0]!r}",
            danish=f"{VALUES}{plugin} har ikke noget, der hedder »{strange[0]}«{_meant(strange[0], known)}; "
            f"der er {', '.join(known)}",
        )
    try:
        kind(**said)
    except (TypeError, ValueError) as error:
        raise PolicyError(
            f"{VALUES}{plugin}: {error.args[0] if error.args else error!r}",
            danish=f"{VALUES}{plugin} kan ikke være det. Se pluginets dokumentation",
        ) from error


def _meant(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1)
    return f" – mente du »{close[0]}«?" if close else ""


def refuse_broken(tree: Tree, fresh: Collection[PolicyChange]) -> None:
    """Raise PolicyError where, at any moment, a department would belong to one there is not, or to itself."""
    if not any(change.department.parent or "parent" in change.what for change in fresh):
        return
    moves = {change.in_force for change in tree.changes if "parent" in change.what}
    for at in sorted({min(tree.moments), *moves}):
        _refuse_broken(tree, at)


def _refuse_broken(tree: Tree, at: datetime) -> None:
    above = {one.id: one.parent for one in tree.departments(at)}
    sound: set[str] = set()
    for id_ in above:
        way: dict[str, None] = {}
        one: str | None = id_
        while one is not None and one not in sound:
            if one not in above:
                below = next(reversed(way))
                raise PolicyError(
                    f"{below} would belong to {one}, which there is not",
                    danish=f"»{below}« ville høre under »{one}«, og den afdeling findes ikke{_meant(one, above)}",
                )
            if one in way:
                raise PolicyError(
                    f"{one} would belong to itself", danish=f"»{one}« ville komme til at høre under sig selv"
                )
            way[one] = None
            one = above[one]
        sound |= way.keys()
