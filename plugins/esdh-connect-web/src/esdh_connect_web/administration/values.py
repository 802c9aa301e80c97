"""Pluginers værdier: what a department can set for a plugin that declares it, of the kinds that fit a field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_type_hints

import attrs

from esdh_connect.danish_numbers import typed_number
from esdh_connect.errors import PolicyError
from esdh_connect.policy import VALUES
from esdh_connect_web.call import Call

__all__ = ["Declared", "Value", "declared", "in_a_field", "wanted"]

_KINDS: Mapping[type, str] = {bool: "choice", int: "whole", float: "number", str: "text"}


@attrs.frozen
class Value:
    """
    One value: its ``label`` is the plugin's own words, in Danish.

    ``now`` is what holds, "" where the plugin says; ``written`` what stands in the field.
    """

    name: str
    label: str
    kind: str
    now: str
    written: str


@attrs.frozen
class Declared:
    """What one plugin lets a department set. ``more`` are values of other kinds, which the command line sets."""

    plugin: str
    values: tuple[Value, ...]
    more: tuple[str, ...]
    is_own: bool


def declared(call: Call, id_: str, typed: str = "") -> tuple[Declared, ...]:
    """Give what plugins let a department set; in the fields of the plugin ``typed`` stands what was typed there."""
    policy, origins = call.post.policy(id_), call.post.departments.origins(id_)
    found = []
    for plugin in sorted(call.post.plugins.names):
        kinds = _kinds(call, plugin)
        said, origin = policy.of(plugin) or {}, origins.get(f"{VALUES}{plugin}")
        values = tuple(
            Value(name, text, kind, now := in_a_field(said.get(name)), _written(call, name, now, plugin == typed))
            for name, (kind, text) in kinds.items()
            if kind
        )
        if values:
            more = tuple(text for kind, text in kinds.values() if not kind)
            found.append(Declared(plugin, values, more, origin is not None and not origin.inherited))
    return tuple(found)


def _written(call: Call, name: str, now: str, is_typed: bool) -> str:  # noqa: FBT001 - told by position here alone
    return call.field(f"value-{name}", now) if is_typed else now


def wanted(call: Call, id_: str, plugin: str) -> dict[str, Any]:
    """
    Give what was changed in the fields of a plugin, as a decision has it; nothing where nothing was.

    Raises PolicyError, in Danish, for a number that is none.
    """
    before = dict(call.post.policy(id_).of(plugin) or {})
    now = dict(before)
    for name, (kind, text) in _kinds(call, plugin).items():
        written = call.field(f"value-{name}")
        if not kind or written == call.field(f"was-{name}"):
            continue
        if written:
            now[name] = _read(kind, text, written)
        else:
            now.pop(name, None)
    return {} if now == before else {f"{VALUES}{plugin}": now or None}


def _kinds(call: Call, plugin: str) -> dict[str, tuple[str, str]]:
    """Give the kind of each value and what it is called; "" for a kind there is no field for."""
    declared_as = call.post.plugins.values_of(plugin)
    if declared_as is None:
        return {}
    hints = get_type_hints(declared_as)
    return {
        one.alias: (
            _KINDS.get(hints.get(one.name, object), ""),
            one.metadata.get("label") or one.alias.replace("_", " "),
        )
        for one in attrs.fields(declared_as)
        if one.init
    }


def in_a_field(value: object) -> str:
    """Write a value as its field has it: Danish numbers, and the words of a choice."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}".replace(".", ",")
    return str(value)


def _read(kind: str, label: str, text: str) -> object:
    if kind == "choice":
        return text == "yes"
    if kind == "text":
        return text
    try:
        return typed_number(text)
    except ValueError:
        raise PolicyError(f"{label}: a number is expected", danish=f"{label}: her skal stå et tal") from None
