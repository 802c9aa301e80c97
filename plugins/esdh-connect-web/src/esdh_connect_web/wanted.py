"""Ønsket: what a host asks a launch for, read strictly of its JSON – nothing is guessed, and no value is repeated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any, get_args, get_origin

import attrs
from cattrs import BaseValidationError, Converter, transform_error
from cattrs.cols import list_structure_factory
from cattrs.gen import make_dict_structure_fn

from esdh_connect.dispatch import Request
from esdh_connect_web.identity import Person
from esdh_connect_web.machines import Wrong
from esdh_connect_web.texts import LANGUAGES

__all__ = ["Wanted", "wanted", "who"]

_LISTS: tuple[Any, ...] = (tuple, frozenset)
_PLAIN = {str: "a text is expected", bool: "true or false is expected"}


@attrs.frozen
class Wanted:
    """What a launch is asked for."""

    person: Person
    origin: str
    request: Request | None = None
    letter: str | None = None


def wanted(said: object) -> Wanted:
    """Read it. Raises Wrong, which names every place where something cannot be meant."""
    try:
        asked: Wanted = _converter().structure(said, Wanted)
    except BaseValidationError as error:
        raise Wrong(*transform_error(error, path="body")) from None
    except (TypeError, ValueError) as error:
        raise Wrong(f"{error} @ body") from None
    if asked.person.language not in ("", *LANGUAGES):
        raise Wrong(f"one of {', '.join(LANGUAGES)} is expected @ body.person.language")
    if asked.request is not None and asked.letter is not None:
        raise Wrong("a request or a letter, never both @ body")
    return asked


@attrs.frozen
class _Leaving:
    person: str


def who(said: object) -> str:
    """Read who is logged out. Raises Wrong."""
    try:
        leaving: _Leaving = _converter().structure(said, _Leaving)
    except BaseValidationError as error:
        raise Wrong(*transform_error(error, path="body")) from None
    except ValueError as error:
        raise Wrong(f"{error} @ body") from None
    return leaving.person


@cache
def _converter() -> Converter:
    converter = Converter()
    for kind in _PLAIN:
        converter.register_structure_hook(kind, _plain)
    for moment in (date, datetime):
        converter.register_structure_hook(moment, _moment)
    converter.register_structure_hook_factory(
        lambda kind: get_origin(kind) in _LISTS, lambda kind: _list(kind, converter)
    )
    converter.register_structure_hook_factory(attrs.has, lambda kind: _thing(kind, converter))
    return converter


def _plain(value: object, kind: Any) -> Any:  # noqa: ANN401 - what cattrs hands to hooks
    expected = str if kind is not bool else bool
    if type(value) is not expected:
        raise ValueError(_PLAIN[expected])
    return value if kind in _PLAIN else kind(value)


def _moment(value: object, kind: Any) -> date:  # noqa: ANN401 - date or datetime
    try:
        read: date = kind.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("a day or time is written as in ISO 8601") from None
    if isinstance(read, datetime) and read.tzinfo is None:
        raise ValueError("a time has a zone")
    return read


def _list(kind: Any, converter: Converter) -> Callable[[Any, Any], object]:  # noqa: ANN401 - a type expression
    made: Any = get_origin(kind)
    wholes: Any = list[get_args(kind)[0]]  # type: ignore[misc]
    structure = list_structure_factory(wholes, converter)

    def hook(value: object, _: Any) -> object:  # noqa: ANN401
        if not isinstance(value, list):
            raise ValueError("a list is expected")  # noqa: TRY004 - as all that is wrong in JSON
        return made(structure(value, wholes))

    return hook


def _thing(kind: type[Any], converter: Converter) -> Callable[[Any, Any], object]:
    attrs.resolve_types(kind)
    structure: Callable[[Any, Any], object] = make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True)

    def hook(value: object, _: Any) -> object:  # noqa: ANN401
        if not isinstance(value, dict):
            raise ValueError("an object is expected")  # noqa: TRY004 - as all that is wrong in JSON
        return structure(value, kind)

    return hook
