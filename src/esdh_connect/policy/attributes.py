"""
Egenskaber: what a change may say of a department, how that is checked, and how it is written down.

Written down is plain data, as JSON and TOML have it; read, it is what :class:`~esdh_connect.policy.Policy` holds. The
parts of a sender profile and the values of each plugin are attributes of their own here (``sender.label``,
``values.bilag``), so that each is inherited by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from enum import Enum
from functools import partial
from math import isfinite
from types import MappingProxyType
from typing import Any, TypeVar, get_args, get_type_hints

import attrs

from esdh_connect.errors import PolicyError
from esdh_connect.model import Address, ContactPoint
from esdh_connect.policy.values import SenderProfile

__all__ = ["ATTRIBUTES", "LISTS", "VALUES", "WITHDRAWN", "Attribute", "checked", "is_relative", "label", "plain"]

T = TypeVar("T")

LISTS = frozenset({"plugins", "channels", "gate"})
#: What a change says to withdraw decisions about its department that do not count yet: when they were decided.
WITHDRAWN = "withdrawn"
#: What the attribute that holds a plugin's values begins with.
VALUES = "values."
_SENDER = "sender."
_LONGEST_UNDO = timedelta(hours=24)
_REPLIES = get_args(get_type_hints(SenderProfile)["replies"])


class _Unfit(Exception):
    """On its way to a PolicyError that names the attribute; never leaves this module."""

    def __init__(self, english: str, danish: str) -> None:
        super().__init__(english)
        self.danish = danish


@attrs.frozen
class Attribute:
    """One attribute: what it is called in Danish, how a value of it is taken, and how it is written as plain data."""

    label: str
    taken: Callable[[Any], Any]
    plain: Callable[[Any], Any] = lambda value: value


def is_relative(names: Iterable[str]) -> bool:
    """Tell whether a list says only what is more and what is less."""
    return any(name[:1] in ("+", "-") for name in names)


def checked(what: Mapping[str, Any]) -> dict[str, Any]:
    """
    Give a change's ``what`` as it is kept: each attribute by itself, and with a value that fits.

    Takes plain data too. Raises PolicyError, in Danish, for an attribute there is not and a value that does not fit.
    """
    return {name: None if value is None else _taken(name, value) for name, value in _apart(what)}


def plain(what: Mapping[str, Any]) -> dict[str, Any]:
    """Write down what :func:`checked` gave, as plain data."""
    return {name: None if value is None else _attribute(name).plain(value) for name, value in what.items()}


def label(name: str) -> str:
    """Give the Danish name of an attribute."""
    return _attribute(name).label


def _apart(what: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    for name, value in what.items():
        if name == "sender":
            profile = {} if value is None else _named(name, partial(_fields, SenderProfile), value)
            for part in attrs.fields(SenderProfile):
                said = profile.get(part.name)
                yield f"{_SENDER}{part.name}", None if said == part.default else said
        elif name == "values":
            for plugin, said in _named(name, _table, value or {}).items():
                yield f"{VALUES}{plugin}", said
        else:
            yield name, value


def _taken(name: str, value: object) -> object:
    return _named(name, _attribute(name).taken, value)


def _named(name: str, take: Callable[[Any], T], value: object) -> T:
    try:
        return take(value)
    except _Unfit as error:
        raise PolicyError(f"{name}: {error}", danish=f"{name}: {error.danish}") from error


def _attribute(name: str) -> Attribute:
    if name in ATTRIBUTES:
        return ATTRIBUTES[name]
    if name == WITHDRAWN:
        return Attribute("trukket tilbage, hvad der blev besluttet", _moments, lambda ones: [*map(_iso, ones)])
    if name.startswith(VALUES) and name != VALUES:
        return Attribute(f"indstillinger for {name.removeprefix(VALUES)}", _kept)
    close = get_close_matches(name, ATTRIBUTES, n=1)
    meant = f" – mente du »{close[0]}«?" if close else ""
    raise PolicyError(f"a policy has no {name!r}", danish=f"en afdeling har ikke noget, der hedder »{name}«{meant}")


# --- how each is taken


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _Unfit("a text is expected", "her skal stå en tekst")
    if any("\ud800" <= sign <= "\udfff" for sign in value):
        raise _Unfit("half a sign is no text", "teksten har et tegn, der ikke kan gemmes")
    return value


def _name(value: object) -> str:
    text = _text(value)
    if text and not text.strip():
        raise _Unfit("a name is blank", "et navn kan ikke være tomt")
    return text


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Unfit("true or false is expected", "her skal stå true eller false")
    return value


def _list(value: object) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise _Unfit("a list is expected", "her skal stå en liste")
    names = tuple(map(_text, sorted(value) if isinstance(value, AbstractSet) else value))
    signed = [name for name in names if is_relative([name])]
    if len(signed) not in (0, len(names)):
        raise _Unfit("all names begin with + or -, or none does", "alle navne har + eller - foran, eller ingen har")
    if any(not name.strip("+- ") for name in names):
        raise _Unfit("a name is empty", "et navn i listen er tomt")
    if any(is_relative([name[1:]]) for name in names):
        raise _Unfit("a name has two signs", "et navn har to fortegn")
    if len({name.lstrip("+-") for name in names}) != len(names):
        raise _Unfit("a name stands there twice", "et navn står der to gange")
    return names


def _moments(value: object) -> tuple[datetime, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise _Unfit("a list is expected", "her skal stå en liste")
    try:
        found = tuple(one if isinstance(one, datetime) else datetime.fromisoformat(_text(one)) for one in value)
    except ValueError:
        raise _Unfit("a time is expected", "her skal stå tidspunkter") from None
    if any(one.tzinfo is None for one in found):
        raise _Unfit("a time has a zone", "her skal stå tidspunkter med tidszone")
    return found


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _undo(value: object) -> timedelta:
    """Take a time, or a number of minutes."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not 0 <= value <= _LONGEST_UNDO / timedelta(minutes=1):
            raise _Unfit("from no time to a day is expected", "her skal stå 0 minutter til et døgn")
        value = timedelta(minutes=value)
    if not isinstance(value, timedelta):
        raise _Unfit("a number of minutes is expected", "her skal stå et antal minutter")
    if not timedelta(0) <= value <= _LONGEST_UNDO:
        raise _Unfit("from no time to a day is expected", "her skal stå 0 minutter til et døgn")
    return value


def _day(value: object) -> date:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise _Unfit("a date is written 2027-01-04", "en dato skrives som 2027-01-04") from None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _Unfit("a date is expected", "her skal stå en dato")
    return value


def _contact_point(value: object) -> ContactPoint:
    return ContactPoint(value) if isinstance(value, str) else _value(ContactPoint, value)


def _address(value: object) -> Address:
    return _value(Address, value)


def _replies(value: object) -> str:
    if value not in _REPLIES:
        known = ", ".join(_REPLIES)
        raise _Unfit(f"one of these is expected: {known}", f"her skal stå en af: {known}")
    return str(value)


def _product(value: object) -> str:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(value)
    if text and not (text.isascii() and text.isdigit() and int(text) > 0):
        raise _Unfit("the supplier's number is expected", "her skal stå leverandørens nummer, et helt tal")
    return text


def _value(kind: type[T], value: object) -> T:
    """Make a value of texts and lists of texts."""
    fields = _fields(kind, value)
    missing = [one.name for one in attrs.fields(kind) if one.default is attrs.NOTHING and one.name not in fields]  # type: ignore[arg-type]
    if missing:
        raise _Unfit(f"{missing[0]} is missing", f"{missing[0]} mangler")
    return kind(**{name: _text_or_lines(said) for name, said in fields.items()})


def _text_or_lines(said: object) -> str | tuple[str, ...]:
    return tuple(map(_text, said)) if isinstance(said, list | tuple) else _text(said)


def _fields(kind: type, value: object) -> dict[str, Any]:
    if isinstance(value, kind):
        return attrs.asdict(value, recurse=False)  # type: ignore[arg-type]  # it is an attrs class
    known = [field.name for field in attrs.fields(kind)]
    table = dict(_table(value))
    strange = [name for name in table if name not in known]
    if strange:
        raise _Unfit(
            f"there is no {strange[0]!r} in it", f"»{strange[0]}« hører ikke til her; der er {', '.join(known)}"
        )
    return table


def _table(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _Unfit("a table is expected", "her skal stå en tabel")
    return value


def _kept(value: object) -> dict[str, Any]:
    """Take a plugin's values: a table, as a settings file has it."""
    table = _plain_data(value)
    if not isinstance(table, dict):
        raise _Unfit("a table is expected", "her skal stå en tabel")
    return table


def _plain_data(value: Any) -> Any:  # noqa: ANN401, PLR0911 - values are of all kinds
    """Take a plugin's values as JSON has them: an attrs value as a table, a set as a sorted list."""
    match value:
        case None | bool() | int() | float() | str() if not isinstance(value, Enum):
            return _plain_scalar(value)
        case Enum():
            return _plain_data(value.value)
        case date():
            return value.isoformat()
        case Mapping():
            return {_text(name): _plain_data(one) for name, one in value.items()}
        case AbstractSet():
            return sorted(map(_plain_data, value))
        case list() | tuple():
            return [_plain_data(one) for one in value]
    if attrs.has(type(value)):
        return _plain_data(attrs.asdict(value, recurse=False, filter=lambda _, one: one is not None))
    raise _Unfit(f"a {type(value).__name__} cannot be kept", f"{type(value).__name__} kan ikke gemmes")


def _plain_scalar(value: Any) -> Any:  # noqa: ANN401 - as TOML has them
    if value is None:
        raise _Unfit("nothing cannot be kept", "null kan ikke gemmes; udelad det")
    if isinstance(value, float) and not isfinite(value):
        raise _Unfit("a number is expected", "her skal stå et tal")
    return _text(value) if isinstance(value, str) else value


def _told(value: Any) -> dict[str, Any]:  # noqa: ANN401 - an attrs value
    """Write an attrs value of texts, without what is not said."""
    said = attrs.asdict(value, filter=lambda field, one: one != field.default)
    return {name: list(one) if isinstance(one, tuple) else one for name, one in said.items()}


def _minutes(undo: timedelta) -> float:
    minutes = undo / timedelta(minutes=1)
    return int(minutes) if minutes == int(minutes) else minutes


#: In the order people read them. ``name`` and ``parent`` are the department's own.
ATTRIBUTES: Mapping[str, Attribute] = MappingProxyType(
    {
        "name": Attribute("navn", _name),
        "parent": Attribute("overordnet afdeling", _text),
        "plugins": Attribute("plugins", _list, list),
        "channels": Attribute("kanaler", _list, list),
        "consolidate": Attribute("saml bilag i én PDF", _yes_or_no),
        "approval": Attribute("godkendelse", _yes_or_no),
        "undo": Attribute("fortrydelsesfrist i minutter", _undo, _minutes),
        "active_from": Attribute("gælder fra og med", _day, date.isoformat),
        "active_until": Attribute("gælder til og med", _day, date.isoformat),
        "sender.label": Attribute("afsenders navn", _text),
        "sender.contact_point": Attribute("kontaktpunkt", _contact_point, _told),
        "sender.return_address": Attribute("returadresse", _address, _told),
        "sender.replies": Attribute("svar fra modtageren", _replies),
        "gate": Attribute("sikkerhedsportens regler", _list, list),
        "product": Attribute("printprodukt", _product),
        "cost_centre": Attribute("konteringsgruppe", _text),
    }
)
