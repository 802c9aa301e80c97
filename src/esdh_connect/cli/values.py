"""Values of departments as they are typed: ``approval=ja channels=digital_post,fysisk_post``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.danish_numbers import typed_number
from esdh_connect.policy import LISTS

__all__ = ["said_of"]

_WORDS: Mapping[str, bool] = MappingProxyType({"ja": True, "true": True, "nej": False, "false": False})
_YES_OR_NO = ("consolidate", "approval")
#: What an empty value means where it is not to have it as the department above.
_EMPTY: Mapping[str, Any] = MappingProxyType({"parent": "", "name": ""})


def said_of(typed: Iterable[str]) -> dict[str, Any]:
    """Give what was typed as a change has it, whether or not it fits. Raises Stopped for what nobody can read."""
    what: dict[str, Any] = {}
    for one in typed:
        name, equals, text = one.partition("=")
        if not equals or not name.strip():
            raise _wrong(one, "skriv NAVN=VÆRDI")
        if name.strip() in what:
            raise _wrong(one, "det står der to gange")
        what[name.strip()] = _value(name.strip(), text.strip())
    return what


def _value(name: str, text: str) -> Any:  # noqa: ANN401 - of all kinds
    if not text:
        return _EMPTY.get(name)
    if name in LISTS:
        return [] if text == "ingen" else [part.strip() for part in text.split(",") if part.strip()]
    if name in _YES_OR_NO:
        if text.casefold() not in _WORDS:
            raise _wrong(f"{name}={text}", "skriv ja eller nej")
        return _WORDS[text.casefold()]
    if name == "undo":
        return _number(name, text)
    return _table(name, text) if text.startswith("{") or name.startswith("values.") else text


def _number(name: str, text: str) -> float:
    try:
        return typed_number(text)
    except ValueError:
        raise _wrong(f"{name}={text}", "skriv et antal minutter") from None


def _table(name: str, text: str) -> Any:  # noqa: ANN401
    try:
        return json.loads(text)
    except ValueError:
        raise _wrong(name, 'en tabel skrives som JSON: {"stamp": true}') from None


def _wrong(what: str, why: str) -> Stopped:
    return Stopped(Exit.USAGE, f"Der er ikke ændret noget: »{what}« kan ikke læses; {why}")
