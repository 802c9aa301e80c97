"""From tables to values: strict types, unknown keys refused with a hint, and never a value in a message."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

import attrs
from cattrs import BaseValidationError, ClassValidationError, Converter, IterableValidationError
from cattrs.cols import list_structure_factory, mapping_structure_factory
from cattrs.errors import ForbiddenExtraKeysError, StructureHandlerNotFoundError
from cattrs.gen import make_dict_structure_fn

from esdh_connect.errors import EsdhConnectError, PluginError
from esdh_connect.ids import Cvr, InvalidId
from esdh_connect.settings.file import Keys, Problem, SettingsFile
from esdh_connect.settings.secret import Secret

__all__ = ["misspelt", "structured"]

T = TypeVar("T")

_PLAIN = {
    str: ((str,), "a text in quotes is expected", "her skal stå en tekst i anførselstegn"),
    int: ((int,), "a whole number is expected", "her skal stå et helt tal"),
    float: ((int, float), "a number is expected", "her skal stå et tal"),
    bool: ((bool,), "true or false is expected", "her skal stå true eller false"),
}
_LISTS: dict[Any, Callable[[list[Any]], object]] = {
    list: list,
    tuple: tuple,
    set: set,
    frozenset: frozenset,
    Sequence: tuple,
}
_MAPPINGS: tuple[Any, ...] = (dict, Mapping)
_LITERAL: Any = Literal


class _Wrong(Exception):
    """On its way to a Problem; never leaves this module."""

    def __init__(self, english: str, danish: str) -> None:
        super().__init__(english)
        self.danish = danish


def structured(file: SettingsFile, keys: Keys, table: object, cls: type[T]) -> T:
    """
    Make a ``cls`` (an attrs class) of the table at ``keys``.

    Paths become absolute, relative ones being relative to the file. Raises SettingsError with everything that is
    wrong, and NameError or StructureHandlerNotFoundError where the annotations of ``cls`` cannot be used.
    """
    try:
        return _converter(file).structure(table, cls)
    except (BaseValidationError, _Wrong) as error:
        raise file.error(*_problems(error, keys, _hiding(table))) from None  # the original quotes values


def misspelt(key: str, allowed: Iterable[str]) -> tuple[str, str]:
    """Ask whether a key like one of ``allowed`` was meant, in English and Danish; nothing where none is like it."""
    meant = get_close_matches(key, list(allowed), n=1)
    return (f' – did you mean "{meant[0]}"?', f' – mente du "{meant[0]}"?') if meant else ("", "")


def _converter(file: SettingsFile) -> Converter:
    converter = Converter()
    for kind in _PLAIN:
        converter.register_structure_hook(kind, _plain)
    converter.register_structure_hook(date, lambda value, _: _date(value))
    converter.register_structure_hook(Path, lambda value, _: _path(value, file))
    converter.register_structure_hook(Secret, lambda value, _: _secret(value, file))
    converter.register_structure_hook(Cvr, lambda value, _: _cvr(value))
    converter.register_structure_hook_func(lambda kind: get_origin(kind) is _LITERAL, _one_of)
    converter.register_structure_hook_factory(_is_list, lambda kind: _list(kind, converter))
    converter.register_structure_hook_factory(
        lambda kind: get_origin(kind) in _MAPPINGS,
        lambda kind: _table(mapping_structure_factory(kind, converter)),
    )
    converter.register_structure_hook_factory(attrs.has, lambda kind: _table(_values(kind, converter)))
    return converter


def _plain(value: object, kind: Any) -> Any:  # noqa: ANN401 - what cattrs hands to hooks
    if kind not in _PLAIN:  # cattrs asks for subclasses too, as a StrEnum is one of str
        raise StructureHandlerNotFoundError(f"settings cannot have the type {kind!r}; use a Literal", kind)
    kinds, english, danish = _PLAIN[kind]
    if type(value) not in kinds:  # not isinstance: true is an int
        raise _Wrong(english, danish)
    return kind(value)


def _path(value: object, file: SettingsFile) -> Path:
    if not _plain(value, str):
        raise _Wrong("a path is expected", "her skal stå en sti")
    return file.path.parent / Path(str(value)).expanduser()


def _secret(value: object, file: SettingsFile) -> Secret:
    if not isinstance(value, str) or not Secret.is_reference(value):
        raise _Wrong(
            'a secret never stands in this file itself: write "file:PATH" or "env:NAME"',
            'en hemmelighed må ikke stå i selve filen: skriv "file:STI" eller "env:NAVN"',
        )
    return Secret(value, file.path, file.line_with(value))


def _date(value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _Wrong("a date is expected, without quotes: 2027-01-04", "her skal stå en dato uden gåseøjne: 2027-01-04")
    return value


def _cvr(value: object) -> Cvr:
    try:
        return Cvr.parse(_plain(value, str))
    except InvalidId as error:
        raise _Wrong(str(error), "et CVR-nummer har 8 cifre") from None


def _one_of(value: object, kind: Any) -> object:  # noqa: ANN401 - a Literal
    choices = get_args(kind)
    if value not in choices or type(value) not in map(type, choices):
        shown = ", ".join(f'"{choice}"' if isinstance(choice, str) else str(choice).lower() for choice in choices)
        raise _Wrong(f"one of these is expected: {shown}", f"her skal stå et af disse: {shown}")
    return value


def _is_list(kind: Any) -> bool:  # noqa: ANN401 - a type expression
    return get_origin(kind) in _LISTS and (get_origin(kind) is not tuple or get_args(kind)[1:] == (...,))


def _list(kind: Any, converter: Converter) -> Callable[[object, Any], object]:  # noqa: ANN401 - a type expression
    element = (*get_args(kind), Any)[0]
    structure = list_structure_factory(list[element], converter)  # type: ignore[valid-type]

    def hook(value: object, _: Any) -> object:  # noqa: ANN401
        if not isinstance(value, list):
            raise _Wrong("a list is expected: [ … ]", "her skal stå en liste: [ … ]")
        return _LISTS[get_origin(kind)](structure(value, list[element]))  # type: ignore[valid-type]

    return hook


def _values(kind: type, converter: Converter) -> Callable[[Any, Any], object]:
    attrs.resolve_types(kind)
    return make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True, _cattrs_use_alias=True)


def _table(structure: Callable[[Any, Any], object]) -> Callable[[object, Any], object]:
    def hook(value: object, kind: Any) -> object:  # noqa: ANN401
        if not isinstance(value, dict):
            raise _Wrong("a table is expected", "her skal stå en tabel")
        return structure(value, kind)

    return hook


def _problems(error: Exception, keys: Keys, hide: Callable[[str], str]) -> Iterator[Problem]:
    match error:
        case ClassValidationError():
            of_fields, others = error.group_exceptions()
            for inner, field in of_fields:
                yield from _problems_of_field(inner, (*keys, _alias(error.cl, field.name)), hide)
            for inner in others:
                yield from _problems(inner, keys, hide)
        case IterableValidationError():
            for inner, element in error.group_exceptions()[0]:
                yield from _problems(inner, (*keys, element.index), hide)
        case ForbiddenExtraKeysError():
            yield from _unknown_keys(error, keys)
        case PluginError() | StructureHandlerNotFoundError():
            raise error from None  # the plugin is broken, not its settings
        case _:
            yield _problem(error, keys, hide)


def _problem(error: Exception, keys: Keys, hide: Callable[[str], str]) -> Problem:
    match error:
        case _Wrong():
            return Problem(keys, str(error), error.danish)
        case EsdhConnectError():
            return Problem(keys, hide(str(error)), hide(error.danish or str(error)))
        case _:
            # The validators of attrs put the value itself behind their message.
            what = hide(str(error.args[0])) if error.args else type(error).__name__
            return Problem(keys, f"refused: {what}", f"afvist: {what}")


def _problems_of_field(error: Exception, keys: Keys, hide: Callable[[str], str]) -> Iterator[Problem]:
    if isinstance(error, KeyError):
        yield Problem(keys, "is missing", "mangler")
    else:
        yield from _problems(error, keys, hide)


def _unknown_keys(error: ForbiddenExtraKeysError, keys: Keys) -> Iterator[Problem]:
    allowed = [field.alias for field in attrs.fields(error.cl) if field.init]
    for key in sorted(error.extra_fields):
        english, danish = misspelt(key, allowed)
        yield Problem((*keys, key), f"unknown key{english}", f"ukendt nøgle{danish}")


def _alias(cls: type, name: str) -> str:
    return str(getattr(attrs.fields(cls), name).alias)


def _hiding(table: object) -> Callable[[str], str]:
    """Give what takes the values of ``table`` out of a message that a plugin's own check has written."""
    forms = {form for value in _leaves(table) for form in (value, repr(value)[1:-1])}
    if not forms:
        return str
    longest_first = sorted(forms, key=len, reverse=True)
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(form)}(?!\w)" for form in longest_first))
    return partial(pattern.sub, "…")


def _leaves(value: object) -> Iterator[str]:
    match value:
        case dict():
            for inner in value.values():
                yield from _leaves(inner)
        case list():
            for inner in value:
                yield from _leaves(inner)
        case bool() | "":
            return
        case _:
            yield str(value)
