"""Visning: what holds in a department, in Danish words, by attribute."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import attrs

from esdh_connect import wording
from esdh_connect.model import Address, ContactPoint
from esdh_connect.plugins import Plugins
from esdh_connect.policy import (
    GATE,
    LISTS,
    RULES,
    VALUES,
    WITHDRAWN,
    Origin,
    Policy,
    PolicyChange,
    is_relative,
    label,
    plain,
)

__all__ = ["decided_by", "said", "shown"]

_REPLIES: Mapping[str, str] = MappingProxyType(
    {"as_wished": "som brevet ønsker", "never": "aldrig", "always": "altid"},
)


def shown(policy: Policy, plugins: Plugins | None = None) -> dict[str, str]:
    """
    Give what holds, as people read it; an attribute that is empty is not there.

    ``plugins`` know what they call the values a department can set.
    """
    parts: dict[str, Any] = {
        "plugins": sorted(policy.plugins),
        "channels": policy.channels,
        "consolidate": policy.consolidate,
        "approval": policy.approval,
        "undo": policy.undo,
        "gate": _gate(policy),
        "active_from": policy.active_from,
        "active_until": policy.active_until,
        **{f"sender.{name}": value for name, value in attrs.asdict(policy.sender, recurse=False).items()},
        "product": policy.product,
        "cost_centre": policy.cost_centre,
        **{f"{VALUES}{plugin}": values for plugin, values in policy.values.items()},
    }
    words = {name: _word(name, value, plugins) for name, value in parts.items()}
    return {name: word for name, word in words.items() if word}


def _gate(policy: Policy) -> str:
    """Say which rules of the gate are on; nothing where all of them are, as they are until somebody decides."""
    off = [name for name in RULES if name not in policy.gate]
    if not off:
        return ""
    return f"alle undtagen {', '.join(map(_rule, off))}" if policy.gate else "ingen"


def _rule(name: str) -> str:
    return f"»{wording.rule(name)}«"


def said(*changes: PolicyChange, plugins: Plugins | None = None) -> dict[str, str]:
    """
    Give what changes said that were decided together, as people read it: each attribute by its Danish name.

    ``plugins`` know what they call the values a department can set.
    """
    found: dict[str, str] = {}
    for name, value in (pair for one in changes for pair in plain(one.what).items()):
        word = "som den overordnede" if value is None else _plain_word(name, value, plugins)
        before = found.get(label(name))
        found[label(name)] = word if before is None or value is None else f"{before}, bortset fra {word}"
    return found


def _plain_word(name: str, value: object, plugins: Plugins | None) -> str:  # noqa: PLR0911 - a table
    match value:
        case bool():
            return "ja" if value else "nej"
        case int() | float():
            return wording.number(value)
        case list() if name == WITHDRAWN:
            return ", ".join(wording.when(datetime.fromisoformat(one)) for one in value)
        case list() if name in LISTS and is_relative(value):
            called = [(one.startswith("-"), _listed(name, one.lstrip("+-"))) for one in value]
            return ", ".join(f"{one} fra" if is_off else f"{one} til" for is_off, one in called)
        case list():
            return ", ".join(_listed(name, str(one)) for one in value) or "ingen"
        case Mapping():
            pairs = ((_value_name(name, key, plugins), _plain_word(key, one, plugins)) for key, one in value.items())
            return ", ".join(f"{called} = {word}" for called, word in pairs) or "ingen"
    return str(value) or "intet"


def _listed(name: str, one: str) -> str:
    return _rule(one) if name == GATE else one


def _value_name(attribute: str, key: str, plugins: Plugins | None) -> str:
    """Give what a plugin calls one of its values; its key where nobody knows."""
    if plugins is None or not attribute.startswith(VALUES):
        return key
    return plugins.value_label(attribute.removeprefix(VALUES), key)


def decided_by(origin: Origin | None) -> str:
    """Say where a value comes from: who decided it, when, why, and in which department where it was one above."""
    if origin is None:
        return "ingen har sagt andet"
    change = origin.change
    where = f"fra »{origin.department}«, " if origin.inherited else ""
    why = f": {change.why}" if change.why else ""
    return f"{where}besluttet {wording.when(change.decided_at)} af {change.by}{why}"


def _word(name: str, value: Any, plugins: Plugins | None) -> str:  # noqa: ANN401, PLR0911 - a table
    if name == "sender.replies":
        return _REPLIES[value]
    match value:
        case bool():
            return "ja" if value else "nej"
        case None:
            return ""
        case timedelta():
            return wording.number(float(f"{value / timedelta(minutes=1):g}")).removesuffix(",0")
        case ContactPoint():
            return value.label or value.id
        case Address():
            return ", ".join(value.lines or _lines(value))
        case list() | tuple():
            return ", ".join(map(str, value))
        case Mapping():
            return _plain_word(name, dict(sorted(value.items())), plugins) if value else ""
    return str(value)


def _lines(address: Address) -> list[str]:
    street = " ".join(part for part in (address.street, address.number, address.floor, address.door) if part)
    return [part for part in (address.co, street, f"{address.post_code} {address.city}".strip()) if part]
