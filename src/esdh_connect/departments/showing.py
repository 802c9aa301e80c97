"""Visning: what holds in a department, in Danish words, by attribute."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import attrs

from esdh_connect import wording
from esdh_connect.model import Address, ContactPoint
from esdh_connect.policy import (
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


def shown(policy: Policy) -> dict[str, str]:
    """Give what holds, as people read it; an attribute that is empty is not there."""
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
    words = {name: _REPLIES[value] if name == "sender.replies" else _word(value) for name, value in parts.items()}
    return {name: word for name, word in words.items() if word}


def _gate(policy: Policy) -> str:
    """Say which rules of the gate are on; nothing where all of them are, as they are until somebody decides."""
    off = [name for name in RULES if name not in policy.gate]
    if not off:
        return ""
    return f"alle undtagen {', '.join(off)}" if policy.gate else "ingen"


def said(*changes: PolicyChange) -> dict[str, str]:
    """Give what changes said that were decided together, as people read it: each attribute by its Danish name."""
    found: dict[str, str] = {}
    for name, value in (pair for one in changes for pair in plain(one.what).items()):
        word = "som den overordnede" if value is None else _plain_word(name, value)
        before = found.get(label(name))
        found[label(name)] = word if before is None or value is None else f"{before}, bortset fra {word}"
    return found


def _plain_word(name: str, value: object) -> str:  # noqa: PLR0911 - a table
    match value:
        case bool():
            return "ja" if value else "nej"
        case int() | float():
            return wording.number(value)
        case list() if name == WITHDRAWN:
            return ", ".join(wording.when(datetime.fromisoformat(one)) for one in value)
        case list() if name in LISTS and is_relative(value):
            return ", ".join(f"{one[1:]} fra" if one.startswith("-") else f"{one.lstrip('+')} til" for one in value)
        case list():
            return ", ".join(map(str, value)) or "ingen"
        case Mapping():
            return ", ".join(f"{key} = {_plain_word(key, one)}" for key, one in value.items()) or "ingen"
    return str(value) or "intet"


def decided_by(origin: Origin | None) -> str:
    """Say where a value comes from: who decided it, when, why, and in which department where it was one above."""
    if origin is None:
        return "ingen har sagt andet"
    change = origin.change
    where = f"fra »{origin.department}«, " if origin.inherited else ""
    why = f": {change.why}" if change.why else ""
    return f"{where}besluttet {wording.when(change.decided_at)} af {change.by}{why}"


def _word(value: Any) -> str:  # noqa: ANN401, PLR0911 - a table
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
            return _plain_word("", dict(sorted(value.items()))) if value else ""
    return str(value)


def _lines(address: Address) -> list[str]:
    street = " ".join(part for part in (address.street, address.number, address.floor, address.door) if part)
    return [part for part in (address.co, street, f"{address.post_code} {address.city}".strip()) if part]
