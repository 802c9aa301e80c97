"""Ønsket: what a host asks a launch for, read strictly of its JSON – nothing is guessed, and no value is repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum, EnumType
from functools import cache
from typing import Any, Literal, get_args, get_origin

import attrs
from cattrs import BaseValidationError, Converter, ForbiddenExtraKeysError, transform_error
from cattrs.cols import list_structure_factory
from cattrs.gen import make_dict_structure_fn

from esdh_connect.dispatch import Request
from esdh_connect.ids import InvalidId, Kle
from esdh_connect.model import Party
from esdh_connect_web.identity import IN_DIALOG, Person
from esdh_connect_web.machines import Wrong
from esdh_connect_web.texts import LANGUAGES

__all__ = ["Looked", "Wanted", "looked", "wanted", "who"]

_LISTS: tuple[Any, ...] = (tuple, frozenset)
_WRITTEN: Mapping[Any, str] = {
    date: "a day as in 2026-12-01",
    datetime: "a time with its offset as in 2026-12-01T12:00:00+01:00",
}
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
        raise Wrong(*_problems(error)) from None
    except _Unmeant as error:
        raise Wrong(f"{error} @ body") from None
    if asked.person.language not in ("", *LANGUAGES):
        raise Wrong(f"one of {', '.join(LANGUAGES)} is expected @ body.person.language")
    if asked.request is not None and asked.letter is not None:
        raise Wrong("a request or a letter, never both @ body")
    if not asked.person.roles:
        raise Wrong("at least one role is expected: without any, nobody may see anything @ body.person.roles")
    if (asked.request or asked.letter) and not asked.person.has(IN_DIALOG):
        raise Wrong(f"{_listed(IN_DIALOG)} is expected: nobody else sends letters @ body.person.roles")
    return asked


@attrs.frozen
class Looked:
    """What letters are asked about: those of a wish, by its key, or those of a case, by its id."""

    key: str | None = None
    case: str | None = None


def looked(said: object) -> Looked:
    """Read it. Raises Wrong."""
    try:
        asked: Looked = _converter().structure(said, Looked)
    except BaseValidationError as error:
        raise Wrong(*_problems(error)) from None
    except _Unmeant as error:
        raise Wrong(f"{error} @ body") from None
    if (asked.key is None) == (asked.case is None) or "" in (asked.key, asked.case):
        raise Wrong("a key or a case, and never both @ body")
    return asked


@attrs.frozen
class _Leaving:
    person: str


def who(said: object) -> str:
    """Read who is logged out. Raises Wrong."""
    try:
        leaving: _Leaving = _converter().structure(said, _Leaving)
    except BaseValidationError as error:
        raise Wrong(*_problems(error)) from None
    except _Unmeant as error:
        raise Wrong(f"{error} @ body") from None
    return leaving.person


class _Unmeant(ValueError):
    """What is wrong, in words that never repeat what stands there."""


def _problems(error: BaseValidationError) -> list[str]:
    return transform_error(error, path="body", format_exception=_told)


def _told(error: BaseException, kind: object) -> str:
    """Say what is wrong, in the words of JSON: no type of Python's says anything to others."""
    match error:
        case _Unmeant():
            return str(error)
        case ForbiddenExtraKeysError():
            return f"there is no {', '.join(sorted(error.extra_fields))}"
        case KeyError():
            return "required, and missing"
    if isinstance(kind, EnumType) and issubclass(kind, Enum):
        return f"{_listed(kind)} is expected"
    if get_origin(kind) is Literal:
        return f"one of {', '.join(map(repr, get_args(kind)))} is expected"
    # No kind: a class has looked at its values together, and says why without them.
    return str(error) if kind is None and isinstance(error, ValueError) else "this cannot be meant"


def _listed(kinds: Iterable[Enum]) -> str:
    return f"one of {', '.join(str(one.value) for one in kinds)}"


@cache
def _converter() -> Converter:
    converter = Converter()
    for kind in _PLAIN:
        converter.register_structure_hook(kind, _plain)
    converter.register_structure_hook(Kle, _kle)
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
        raise _Unmeant(_PLAIN[expected])
    return value if kind in _PLAIN else kind(value)


def _kle(value: object, _: Any) -> Kle:  # noqa: ANN401 - what cattrs hands to hooks
    try:
        return Kle.parse(value if isinstance(value, str) else "")
    except InvalidId:
        raise _Unmeant("a KLE number is written NN.NN.NN") from None


def _moment(value: object, kind: Any) -> date:  # noqa: ANN401 - date or datetime
    try:
        read: date = kind.fromisoformat(value)
    except (TypeError, ValueError):
        raise _Unmeant(f"{_WRITTEN[kind]} is expected") from None
    if isinstance(read, datetime) and read.tzinfo is None:
        raise _Unmeant(f"its offset from UTC is missing: {_WRITTEN[kind]} is expected")
    return read


def _list(kind: Any, converter: Converter) -> Callable[[Any, Any], object]:  # noqa: ANN401 - a type expression
    made: Any = get_origin(kind)
    wholes: Any = list[get_args(kind)[0]]  # type: ignore[misc]
    structure = list_structure_factory(wholes, converter)

    def hook(value: object, _: Any) -> object:  # noqa: ANN401
        if not isinstance(value, list):
            raise _Unmeant("a list is expected")
        found = structure(value, wholes)
        if wholes == list[Party]:
            _refuse_twice(found)
        return made(found)

    return hook


def _thing(kind: type[Any], converter: Converter) -> Callable[[Any, Any], object]:
    """Read an object. What may be left out may be null instead: some languages write all they have."""
    optional = {field.name for field in attrs.fields(kind) if field.default is not attrs.NOTHING}
    attrs.resolve_types(kind)
    structure: Callable[[Any, Any], object] = make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True)

    def hook(value: object, _: Any) -> object:  # noqa: ANN401
        if not isinstance(value, dict):
            raise _Unmeant("an object is expected")
        return structure({name: one for name, one in value.items() if one is not None or name not in optional}, kind)

    return hook


def _refuse_twice(parties: Sequence[Party]) -> None:
    """Raise for somebody who is named twice, and say where: a letter goes to each once."""
    first: dict[Party, int] = {}
    for at, party in enumerate(parties):
        if first.setdefault(party, at) != at:
            raise _Unmeant(f"number {at} is the same as number {first[party]}, counted from 0: each party once")
