"""Simple types: which texts an element may hold. Names are those of the grammars."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable

import attrs

__all__ = ["KOMBI_CODES", "LONGEST", "VALUES", "Base64Count", "is_scheme", "is_uuid"]

#: Longer texts are cut off before they are looked at: no limited type takes as much.
LONGEST = 4096
KOMBI_CODES = ("Digital Post", "NemSMS", "Fysisk Post", "Automatisk Valg")

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DAY = r"(?P<year>-?(?:[1-9][0-9]{3,}|0[0-9]{3}))-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12][0-9]|3[01])"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_TIME = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_DATE = re.compile(_DAY + _ZONE)
_DATE_TIME = re.compile(f"{_DAY}T{_TIME}{_ZONE}")

_Check = Callable[[str], bool]


def is_uuid(text: str) -> bool:
    """Tell whether the text is a UUID of any version."""
    return _UUID.fullmatch(text) is not None


def is_scheme(text: str) -> bool:
    """Tell whether the text names one of the four ways to write a country."""
    return text in {"iso3166-alpha2", "iso3166-alpha3", "un-numeric3", "imk"}


def _string(least: int, most: int) -> _Check:
    return lambda text: least <= len(text) <= most


def _pattern(expression: str) -> _Check:
    compiled = re.compile(expression)
    return lambda text: compiled.fullmatch(text) is not None


def _one_of(*texts: str) -> _Check:
    return lambda text: text in texts


def _collapsed(text: str) -> str:
    return " ".join(re.split(r"[ \t\r\n]+", text.strip(" \t\r\n")))


def _integer(least: int, most: int) -> _Check:
    def check(text: str) -> bool:
        found = re.fullmatch(r"[+-]?[0-9]{1,40}", _collapsed(text))
        return found is not None and least <= int(found[0]) <= most

    return check


def _dated(expression: re.Pattern[str]) -> _Check:
    def check(text: str) -> bool:
        found = expression.fullmatch(_collapsed(text))
        if found is None or int(found["year"]) == 0:
            return False
        return int(found["day"]) <= monthrange(2000 + int(found["year"]) % 400, int(found["month"]))[1]

    return check


def _utc(text: str) -> bool:
    return _collapsed(text).endswith("Z") and VALUES["date_time"](text)


_FAR = 10**40

VALUES: dict[str, _Check] = {
    # MeMo
    "text": _string(0, 256),
    "comment": _string(0, 512),
    "notification": _string(0, 150),  # 160 in one of the two published copies of the schema
    "licence": _string(0, 7),
    "uuid4": _pattern(r"[a-fA-F0-9]{8}-[a-fA-F0-9]{4}-4[a-fA-F0-9]{3}-[aAbB89][a-fA-F0-9]{3}-[a-fA-F0-9]{12}"),
    "message_type": _one_of("DIGITALPOST", "NEMSMS"),
    "boolean": lambda text: _collapsed(text) in {"true", "false", "1", "0"},
    "utc": _utc,
    "date": _dated(_DATE),
    "date_time": _dated(_DATE_TIME),
    "language": lambda text: re.fullmatch("[a-zA-Z]{1,2}", _collapsed(text)) is not None,
    "uri": lambda text: len(_collapsed(text)) <= 256,  # noqa: PLR2004 - memoUriType
    "gln": _integer(-(2**63), 9_999_999_999_999),
    "p_number": _integer(-(2**63), 9_999_999_999),
    # The envelope
    "kombi": _one_of(*KOMBI_CODES),
    # ForsendelseI
    "string": lambda text: True,  # noqa: ARG005
    "identifier": _string(1, 38),
    "ten": _string(0, 10),
    "eight": _string(8, 8),
    "to_300": _string(0, 300),
    "to_2000": _string(0, 2000),
    "from_1_to_2000": _string(1, 2000),
    "name": _string(1, 130),
    "street": _string(1, 40),
    "suite": _string(1, 4),
    "place": _string(1, 34),
    "line": _string(0, 34),
    "positive": _integer(1, _FAR),
    "not_negative": _integer(0, _FAR),
    "post_box": _integer(1, 9999),
    "house": _pattern(r"[1-9][0-9]{0,2}[A-Z]?"),
    "floor": _pattern(r"[1-9][0-9]?|KL|ST|kl|st|[kK][2-9]"),
    "post_code": _pattern(r"[0-9]{4}"),
    "country": _pattern(r"[a-zA-Z]{2,3}|[0-9]{3,4}"),
    "email": _pattern(r"[^>()\[\]\\,;:@\s]{0,191}@[^>()\[\]\\,;:@\s]{1,64}"),
    # A real day and month, or the ten zeros that stand for "a person"; the month says how many days.
    "cpr": _pattern(
        r"((0[1-9]|[12][0-9]|3[01])(01|03|05|07|08|10|12)|(0[1-9]|[12][0-9]|30)(04|06|09|11)"
        r"|(0[1-9]|[12][0-9])02)[0-9]{6}|0{10}"
    ),
    "receipt_kind": _one_of("Alle", "Ingen", "Kun fejl"),
    "print_channel": _one_of("Digital Post", "Fysisk Post"),
    "sides": _one_of("Simplex", "Duplex"),
    "colour": _one_of("SH", "Farve"),
    "envelope": _one_of("C4", "C5", "MA"),
    "postage": _one_of(
        "Prioritaire",
        "Economique",
        "Bulk",
        "Rekommanderet",
        "Rekommanderet med modtagerbevis",
        "Forkyndelse",
    ),
    "answer_kind": _one_of("angivet", "ikkeMuligt", "standard"),
    "lower_uuid": _pattern(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
}

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_ENDS = {0: _ALPHABET, 1: b"AEIMQUYcgkosw048", 2: b"AQgw"}  # by number of =: the bits behind them must be zero


@attrs.define
class Base64Count:
    """Counts base64 that comes piece by piece, and keeps none of it."""

    encoded: int = 0
    padding: int = 0
    _end: bytes = b""
    _well_formed: bool = True

    def feed(self, text: str) -> None:
        """Take the next piece."""
        kept = text.encode("ascii", "replace").translate(None, b" \t\r\n")
        digits = kept.rstrip(b"=")
        if digits:
            self._well_formed &= not self.padding and not digits.translate(None, _ALPHABET)
            self._end = digits[-1:]
        self.encoded += len(kept)
        self.padding += len(kept) - len(digits)

    @property
    def is_valid(self) -> bool:
        """Tell whether all of it together is base64Binary, as XML Schema has it."""
        return (
            self._well_formed and self.encoded % 4 == 0 and self.padding in _ENDS and self._end in _ENDS[self.padding]
        )

    @property
    def decoded(self) -> int:
        """Give how many bytes it stands for."""
        return self.encoded // 4 * 3 - self.padding
