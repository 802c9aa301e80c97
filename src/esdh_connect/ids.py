"""
Identifiers of the Danish public sector: CPR, CVR, P-nummer, GLN and KLE.

Each is a frozen value made by ``parse``, which accepts what people type (spaces, hyphens) and refuses what cannot be
such a number with :class:`InvalidId`. Whatever is read as a CPR number is hidden by :func:`mask`. Check digits are
told, never demanded: CPR numbers without a valid modulus 11 have been issued since 1 October 2007, and the official
examples of Digital Post hold CVR and GLN numbers that fail theirs.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime
from typing import Self
from unicodedata import decimal
from uuid import UUID

import attrs

__all__ = ["Cpr", "Cvr", "Gln", "InvalidId", "Kle", "PNumber", "in_order", "mask"]

MASK = "xxxxxx-xxxx"

_CPR_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_CVR_WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 1)
_REPLACEMENT_DAY = 60

_UUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_DAY, _MONTH, _YEAR = r"(?:0[1-9]|[12][0-9]|3[01]|6[1-9]|[78][0-9]|9[01])", r"(?:0[1-9]|1[0-2])", r"[0-9]{2}"
# What stands between the digits: spaces and hyphens of all kinds, in addresses and names of files too.
_GAP = r"(?:[\s\-\u2010-\u2015\u2212._/]|%2D|%20)"
# 121212-1212 · 12-12-12-1212 · 12 12 12 12 12; a date with a time behind it (01.02.26 10.30) is none of them.
_CPR_SHAPE = (
    rf"{_DAY}(?:{_MONTH}{_YEAR}{_GAP}{{0,5}}[0-9]{{4}}"
    rf"|{_GAP}{_MONTH}{_GAP}{_YEAR}{_GAP}{{1,5}}[0-9]{{4}}"
    rf"|(?P<same>{_GAP}){_MONTH}(?P=same){_YEAR}(?P=same)[0-9]{{2}}(?P=same)[0-9]{{2}})"
)
# 010190, 1234: nobody reads a number so, and people write it so in a sentence.
_CPR_IN_A_SENTENCE = rf"{_DAY}{_GAP}?{_MONTH}{_GAP}?{_YEAR}\s{{0,2}},\s{{0,2}}[0-9]{{4}}"
_CPR_LIKE = re.compile(rf"(?P<uuid>{_UUID})|(?<![0-9])(?:{_CPR_SHAPE}|{_CPR_IN_A_SENTENCE})(?![0-9])", re.IGNORECASE)
_CPR = re.compile(_CPR_SHAPE)
# Ten digits in groups of any size: 0101 90 1234. What is between them people may have typed, or a program put there.
_BETWEEN = rf"(?:{_GAP}|[\u00AD\u200B-\u200D\u2060\uFEFF])"
_TEN = re.compile(rf"(?P<uuid>{_UUID})|(?<![0-9])[0-9](?:{_BETWEEN}{{0,3}}[0-9]){{9}}(?![0-9])", re.IGNORECASE)
_BEGINS_WITH_A_DATE = re.compile(rf"{_DAY}{_MONTH}")
# A date with its century and an hour, eight digits (a telephone, a CVR number) beside two, and thousands.
_OTHER_GROUPS = {(2, 2, 4, 2), (4, 4, 2), (8, 2), (2, 8), (1, 3, 3, 3)}
_BY_TWOS = (2, 2, 2, 2, 2)


class InvalidId(ValueError):
    """The text cannot be such an identifier. The message never repeats the text: it may hold a CPR number."""


def mask(text: str) -> str:
    """
    Replace everything in ``text`` that looks like a CPR number; UUIDs are left alone.

    So is one in groups (0101 90 1234), and in the digits of other scripts.
    """
    read = text if text.isascii() else "".join(str(decimal(sign)) if sign.isdecimal() else sign for sign in text)
    spans = [found.span() for found in _CPR_LIKE.finditer(read) if not found["uuid"]]
    for begin, end in reversed(spans):
        text, read = text[:begin] + MASK + text[end:], read[:begin] + MASK + read[end:]
    for begin, end in reversed(list(_in_groups(read))):
        text = text[:begin] + MASK + text[end:]
    return text


def _in_groups(text: str) -> Iterator[tuple[int, int]]:
    """Give where ten digits stand that may be a CPR number in groups of their own."""
    at = 0
    while found := _TEN.search(text, at):
        if found["uuid"]:
            at = found.end()
        elif _may_be_cpr(found[0]):
            yield found.span()
            at = found.end()
        else:
            at = found.start() + 1


def _may_be_cpr(text: str) -> bool:
    groups = tuple(map(len, re.findall(r"[0-9]+", re.sub(r"%2D|%20", " ", text, flags=re.IGNORECASE))))
    between = re.findall(r"[^0-9]+", text)
    if groups in _OTHER_GROUPS or (groups == _BY_TWOS and len(set(between)) > 1):
        return False
    if groups[-2:] == (2, 2) and between[-1] == ".":  # 010226 10.30
        return False
    return _BEGINS_WITH_A_DATE.match(re.sub(r"%2D|%20|[^0-9]", "", text, flags=re.IGNORECASE)) is not None


def in_order(random: UUID, at: datetime) -> UUID:
    """
    Give a UUID that sorts by when it was made (version 7, RFC 9562), with its randomness from a random one.

    Rows that are named so lie together in a database's indexes as they came, instead of each somewhere else.
    """
    milliseconds = int(at.timestamp() * 1000)
    rest = random.int % (1 << 76)  # the variant and 74 random bits
    return UUID(int=milliseconds << 80 | 7 << 76 | rest)


def _digits(text: str, length: int, what: str) -> str:
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(rf"[0-9]{{{length}}}", digits):
        raise InvalidId(f"a {what} has {length} digits")
    return digits


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


@attrs.frozen(repr=False)
class Cpr:
    """
    CPR-nummer, ten digits. Shows itself masked everywhere; :meth:`reveal` is the one way to the number.

    Replacement numbers (*erstatningspersonnummer*: 60 added to the day) are accepted: they stand in no
    register, so no Digital Post reaches them, but a letter on paper does.
    """

    _digits: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a CPR number as people write it. Raises InvalidId unless it begins with a real date."""
        if "%" in text or not _CPR.fullmatch(text.strip()):
            raise InvalidId("a CPR number has ten digits, of which the first six are a date")
        cpr = cls(re.sub(r"[^0-9]", "", text))
        if cpr.birth_date is None:
            raise InvalidId("a CPR number begins with a date")
        return cpr

    def reveal(self) -> str:
        """Give the ten digits: for the message to the citizen only, never for a log, an address or a name."""
        return self._digits

    @property
    def is_replacement(self) -> bool:
        """Tell whether this is an erstatningspersonnummer (day + 60)."""
        return int(self._digits[:2]) > _REPLACEMENT_DAY

    @property
    def birth_date(self) -> date | None:
        """Give the date of birth, its century told by the seventh digit; None where there is no such date."""
        day, month, year = (int(self._digits[at : at + 2]) for at in (0, 2, 4))
        day -= _REPLACEMENT_DAY if self.is_replacement else 0
        year += self._century(year)
        if not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:  # noqa: PLR2004 - months of a year
            return None
        return date(year, month, day)

    def _century(self, year: int) -> int:
        seventh = int(self._digits[6])
        if seventh <= 3:  # noqa: PLR2004 - the four rows of the register's own table
            return 1900
        if seventh in (4, 9):
            return 2000 if year <= 36 else 1900  # noqa: PLR2004
        return 2000 if year <= 57 else 1800  # noqa: PLR2004

    @property
    def passes_modulus_11(self) -> bool:
        """Tell whether the check digit holds: a hint, never a reason to refuse."""
        return _weighted(self._digits, _CPR_WEIGHTS) % 11 == 0

    def __str__(self) -> str:
        """Show the mask."""
        return MASK

    def __repr__(self) -> str:
        """Show the mask."""
        return f"Cpr({MASK})"


@attrs.frozen
class Cvr:
    """CVR-nummer, eight digits."""

    digits: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a CVR number; a leading ``DK`` is accepted. Raises InvalidId on wrong form."""
        return cls(_digits(re.sub(r"^\s*DK", "", text, flags=re.IGNORECASE), 8, "CVR number"))

    @property
    def passes_modulus_11(self) -> bool:
        """Tell whether the check digit holds: a hint, never a reason to refuse."""
        return _weighted(self.digits, _CVR_WEIGHTS) % 11 == 0

    def __str__(self) -> str:
        """Show the digits."""
        return self.digits


@attrs.frozen
class PNumber:
    """P-nummer of a *produktionsenhed*, ten digits. Only the length can be checked."""

    digits: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a P number. Raises InvalidId on wrong form."""
        return cls(_digits(text, 10, "P number"))

    def __str__(self) -> str:
        """Show the digits."""
        return self.digits


@attrs.frozen
class Gln:
    """GLN (EAN-lokationsnummer), thirteen digits, GS1 modulus 10."""

    digits: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a GLN. Raises InvalidId on wrong form."""
        return cls(_digits(text, 13, "GLN"))

    @property
    def passes_modulus_10(self) -> bool:
        """Tell whether the check digit holds: a hint, never a reason to refuse."""
        return _weighted(self.digits, (1, 3) * 6 + (1,)) % 10 == 0

    def __str__(self) -> str:
        """Show the digits."""
        return self.digits


@attrs.frozen
class Kle:
    """KLE-emnenummer, ``NN.NN.NN``: what the case is about in the municipalities' common scheme."""

    number: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a KLE number. Raises InvalidId on wrong form."""
        number = text.strip()
        if not re.fullmatch(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}", number):
            raise InvalidId("a KLE number is written NN.NN.NN")
        return cls(number)

    def __str__(self) -> str:
        """Show the number."""
        return self.number
