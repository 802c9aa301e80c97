"""Whether a department can be as somebody wants it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any

import attrs

from esdh_connect import wording
from esdh_connect.errors import PolicyError
from esdh_connect.gate import Numbers
from esdh_connect.ids import mask
from esdh_connect.plugins import Plugins
from esdh_connect.policy import GATE, RULES, VALUES, Department, PolicyChange, Tree, checked, refuse_unfit

__all__ = ["fitting", "mentioned", "refuse_broken"]

#: What would be something else in a page or a script: no case system calls a department so.
_MARKUP = frozenset("<>&\"'`\\")


def fitting(change: PolicyChange, plugins: Plugins, tree: Tree) -> PolicyChange:
    """Give a change as it is kept. Raises PolicyError where it says something that cannot be."""
    what = checked(change.what)
    refuse_unfit(attrs.evolve(change, what=what), is_new=change.department.id not in tree)
    _refuse_odd(change.department, tree)
    if change.in_force < change.decided_at:
        raise PolicyError(
            "a change cannot count from before it was decided: what held then, held",
            danish="en ændring kan ikke gælde fra før, den blev besluttet",
        )
    known = plugins.named | mentioned(tree.of(change.department.id))
    for name in what.get("plugins") or ():
        bare = name.lstrip("+-")
        if bare not in known and not (name.startswith("-") and bare in mentioned(tree.changes)):
            _refuse_unknown(bare, known)
    for name in what.get(GATE) or ():
        _refuse_unknown_rule(name.removeprefix("-").removeprefix("+"))
    for name, said in what.items():
        if name.startswith(VALUES):
            _refuse_unknown(name.removeprefix(VALUES), known | {GATE})
            _refuse_misfit(name.removeprefix(VALUES), said, plugins)
    return attrs.evolve(change, what=what)


def mentioned(changes: Iterable[PolicyChange]) -> frozenset[str]:
    """Give the plugins that were ever spoken of, so that it can be taken back when one is gone."""
    found: set[str] = set()
    for what in (one.what for one in changes):
        found.update(one.lstrip("+-") for one in what.get("plugins") or ())
        found.update(name.removeprefix(VALUES) for name in what if name.startswith(VALUES))
    return frozenset(found)


def _refuse_odd(department: Department, tree: Tree) -> None:
    id_, name = department.id, department.name
    if not id_.strip():
        raise PolicyError("a department has an id", danish="afdelingen mangler et id")
    alike = [one for one in tree.ids if one.casefold() == id_.casefold()] if id_ not in tree else []
    if alike:
        raise PolicyError(
            f"there is {alike[0]} already: no two ids differ in small and capital letters alone",
            danish=f"der er allerede en afdeling med id »{alike[0]}«, som kun adskiller sig ved store og små bogstaver",
        )
    if id_ not in tree:
        _refuse_unfit_id(id_)
    if name and not name.strip():
        raise PolicyError("the name of a department is blank", danish="afdelingens navn er tomt")


def _refuse_unfit_id(id_: str) -> None:
    """Refuse an id that is a name, or would be something else in an address, a file or a spreadsheet."""
    if any(map(str.isspace, id_)) or not id_.isprintable():
        raise PolicyError(
            "the id of a department has blanks in it",
            danish=f"afdelingens id »{mask(' '.join(id_.split()))}« har mellemrum. Er det navnet? Det skrives som name",
        )
    if not _MARKUP.isdisjoint(id_):
        raise PolicyError(
            "the id of a department has signs of markup",
            danish=f"afdelingens id kan ikke have tegnene {' '.join(sorted(_MARKUP))}",
        )


def _refuse_unknown(name: str, known: Collection[str]) -> None:
    if name not in known:
        raise PolicyError(
            f"no plugin {name!r} is named in the settings",
            danish=f"pluginet »{name}« står ikke i indstillingerne ([plugins.{name}]){_meant(name, known)}",
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
    kind = Numbers if plugin == GATE else plugins.values_of(plugin)
    if kind is None or said is None:
        return
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
            danish=f"{VALUES}{plugin}: {_misfit(kind, said) or 'de kan ikke være sådan. Se pluginets dokumentation'}",
        ) from error


def _misfit(kind: type[Any], said: Mapping[str, Any]) -> str:
    """Say which of a plugin's values cannot be, and what it must be where the plugin says so; "" where none alone."""
    for one in attrs.fields(kind):
        if one.alias not in said or one.validator is None:
            continue
        try:
            value = said[one.alias]
            one.validator(None, one, one.converter(value) if callable(one.converter) else value)
        except (TypeError, ValueError):
            called, must = one.metadata.get("label") or one.alias, one.metadata.get("must")
            if must:
                return f"»{called}« skal være {must}"
            return f"»{called}« kan ikke være sådan. Se pluginets dokumentation"
    return ""


def _meant(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1)
    return f" – mente du »{close[0]}«?" if close else ""


def refuse_broken(tree: Tree, fresh: Collection[PolicyChange]) -> None:
    """
    Raise PolicyError where, at any moment, a department would belong to one there is not, or to itself.

    And where one would end before it begins.
    """
    for one in fresh:
        if "active_from" in one.what or "active_until" in one.what:
            _refuse_ended(tree, one)
    if not any(change.department.parent or "parent" in change.what for change in fresh):
        return
    moves = {change.in_force for change in tree.changes if "parent" in change.what}
    for at in sorted({min(tree.moments), *moves}):
        _refuse_broken(tree, at)


def _refuse_ended(tree: Tree, change: PolicyChange) -> None:
    policy = tree.policy(change.department.id, change.in_force)
    if policy.active_from and policy.active_until and policy.active_until < policy.active_from:
        raise PolicyError(
            f"{change.department.id} would end before it begins",
            danish=f"»{_called(tree, change.department.id, change.in_force)}« ville holde op den "
            f"{wording.day(policy.active_until)}, før den begynder den {wording.day(policy.active_from)}",
        )


def _called(tree: Tree, id_: str, at: datetime) -> str:
    """Give what people call a department: its name, or else its id."""
    return tree.department(id_, at).name or id_


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
                    danish=f"»{_called(tree, below, at)}« ville høre under »{one}«, og den afdeling findes "
                    f"ikke{_meant(one, above)}",
                )
            if one in way:
                raise PolicyError(
                    f"{one} would belong to itself",
                    danish=f"»{_called(tree, one, at)}« ville komme til at høre under sig selv",
                )
            way[one] = None
            one = above[one]
        sound |= way.keys()
