"""TOML: departments written as the settings file has them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

__all__ = ["written"]

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def written(departments: Mapping[str, Mapping[str, Any]]) -> str:
    """Write what :func:`esdh_connect.departments.exported` gave; read again it says the same."""
    return "\n".join(line for id_, table in departments.items() for line in _table(("departments", id_), table))


def _table(keys: tuple[str, ...], table: Mapping[str, Any]) -> Iterator[str]:
    yield f"[{'.'.join(map(_key, keys))}]"
    for name, value in table.items():
        if not isinstance(value, Mapping):
            yield f"{_key(name)} = {_value(value)}"
    yield ""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _table((*keys, name), value)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _value(name)


def _value(value: Any) -> str:  # noqa: ANN401 - whatever a plugin keeps
    match value:
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case list():
            return f"[{', '.join(map(_value, value))}]"
        case Mapping():
            return f"{{ {', '.join(f'{_key(name)} = {_value(one)}' for name, one in value.items())} }}"
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)
