"""
Formen: SBSYS' own names, and how its JSON is read. What is there more than this, or not at all, does no harm.

Clients that are in use spell one field in several ways, as the versions of the interface do; all of them are read here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from esdh_connect.ids import Cpr, InvalidId, Kle

__all__ = [
    "CASE_TITLE",
    "CHANGED",
    "CPR",
    "CVR",
    "DOCUMENT_NAME",
    "EXTERNAL",
    "ID",
    "REGISTERED",
    "Multipart",
    "Row",
    "hyphenated",
    "inner",
    "inners",
    "kle_of",
    "moment",
    "number",
    "rows",
    "text",
]

Row = Mapping[str, Any]

ID = ("Id", "ID")
CASE_TITLE = ("SagsTitel", "Titel")
DOCUMENT_NAME = ("DokumentNavn", "Navn")
CHANGED = ("SidstAendret", "SenestAendret")
REGISTERED = ("RegistreringsDato", "Oprettet")
CPR = ("CPRnummer", "CprNummer", "Cprnummer")
CVR = ("CVRnummer", "CvrNummer", "Cvrnummer")
EXTERNAL = ("Eksternid", "EksternId", "EksternID")

#: More rows than this in one answer are an error of ours or theirs.
_MOST_ROWS = 20_000
#: What .NET has for no time at all, and for ever, is none.
_FIRST_YEAR, _LAST_YEAR = 1900, 9000
_HERE = ZoneInfo("Europe/Copenhagen")
_KLE = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}(?![0-9])")
_FRACTION = re.compile(r"(\.[0-9]{6})[0-9]+")


def rows(said: object) -> tuple[Row, ...]:
    """Give the rows of an answer: a list, or ``Results`` of an object. Raises ValueError for anything else."""
    found = said.get("Results") if isinstance(said, Mapping) else said
    if not isinstance(found, list) or len(found) > _MOST_ROWS:
        raise ValueError("no list of a usable length")
    return tuple(one for one in found if isinstance(one, Mapping))


def text(row: Row, *names: str) -> str:
    """Give the first of these fields that is a text or a number, as text; nothing where none is."""
    for name in names:
        value = row.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
    return ""


def number(row: Row, *names: str) -> int | None:
    """Give the first of these fields that is a whole number."""
    found = text(row, *names)
    return int(found) if re.fullmatch(r"[0-9]{1,18}", found) else None


def inner(row: Row, *names: str) -> Row:
    """Give the first of these fields that is an object, else an empty one."""
    return next((row[name] for name in names if isinstance(row.get(name), Mapping)), {})


def inners(row: Row, name: str) -> tuple[Row, ...]:
    """Give the objects of a field that is a list."""
    found = row.get(name)
    return tuple(one for one in found if isinstance(one, Mapping)) if isinstance(found, list) else ()


def moment(row: Row, *names: str) -> datetime | None:
    """Give the first of these fields that is a time, in UTC. Without a zone it is Danish time; the year 1 is none."""
    for name in names:
        try:
            at = datetime.fromisoformat(_FRACTION.sub(r"\1", text(row, name)))
        except ValueError:
            continue
        if _FIRST_YEAR < at.year < _LAST_YEAR:
            return (at if at.tzinfo else at.replace(tzinfo=_HERE)).astimezone(UTC)
    return None


def hyphenated(cpr: Cpr) -> str:
    """Give a CPR number as SBSYS wants it: for the body of a search, never for an address."""
    digits = cpr.reveal()
    return f"{digits[:6]}-{digits[6:]}"


def kle_of(case_number: str) -> Kle | None:
    """Give the KLE number that a case's number begins with: ``81.03.00-G01-1-26``."""
    found = _KLE.match(case_number)
    try:
        return Kle.parse(found[0]) if found else None
    except InvalidId:
        return None


@attrs.frozen
class Multipart:
    """
    The body of *journaliser*: the file, and what is said of it as JSON. The same each time it is asked for.

    ``file_name`` must be free of quotes and line ends.
    """

    said: Row = attrs.field(repr=False)
    file_name: str = attrs.field(repr=False)
    media_type: str
    content: bytes = attrs.field(repr=False)

    @property
    def content_type(self) -> str:
        """Give the header Content-Type."""
        return f"multipart/form-data; boundary={self._boundary}"

    @property
    def _boundary(self) -> str:
        return f"esdh-connect-{sha256(self._json + sha256(self.content).digest()).hexdigest()}"

    @property
    def _json(self) -> bytes:
        return json.dumps(self.said, ensure_ascii=False).encode()

    def _pieces(self) -> Sequence[bytes]:
        line, name = f"--{self._boundary}", self.file_name
        return (
            f'{line}\r\nContent-Disposition: form-data; name="json"\r\n'
            f"Content-Type: application/json; charset=utf-8\r\n\r\n".encode(),
            self._json,
            f'\r\n{line}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            f"Content-Type: {self.media_type}\r\n\r\n".encode(),
            self.content,
            f"\r\n{line}--\r\n".encode(),
        )

    def __len__(self) -> int:
        """Give the number of bytes."""
        return sum(map(len, self._pieces()))

    def __iter__(self) -> Iterator[bytes]:
        """Give the bytes, piece by piece."""
        return iter(self._pieces())
