"""
Lister: what is known of departments, read from a CSV file as Excel in Danish writes it.

Semicolons or commas, a comma or a point in a number, UTF-8 with or without a mark at its beginning,
UTF-16 with one (Excel's Unicode text), or Windows-1252.
Every mistake is told at once, with its line. An empty cell is what nobody knows; it is never a zero.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from io import StringIO
from typing import Any, Final

from esdh_connect.ids import mask
from esdh_connect_rollout.errors import UnreadableList
from esdh_connect_rollout.profiles.profile import Profile

__all__ = ["COLUMNS", "read", "whole"]

_MOST_BYTES: Final = 5_000_000
_MOST_TOLD: Final = 20
_LONGEST: Final = 200
#: At most nine figures, with a point for the thousands or without.
_WHOLE = re.compile(r"[0-9]{1,9}|[0-9]{1,3}(\.[0-9]{3}){1,2}")
_NONE = frozenset({"-", "–", "ingen", "nej"})


def whole(text: str) -> int:
    """Read a whole number as it is written in Denmark: ``1885`` or ``1.885``. Raises ValueError with a Danish text."""
    plain = text.replace(" ", "").replace("\u00a0", "")
    if not _WHOLE.fullmatch(plain):
        raise ValueError("skal være et helt tal fra 0 og op")
    return int(plain.replace(".", ""))


def _number(text: str) -> float:
    try:
        value = float(text.replace(" ", "").replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0 <= value <= 10_000:  # noqa: PLR2004 - nan is refused by this too
        raise ValueError("skal være et tal fra 0 og op, skrevet som 2,5")
    return value


def _share(text: str) -> float:
    percent = text.strip().endswith("%")
    try:
        value = float(text.replace("%", "").replace(" ", "").replace(",", ".")) / (100 if percent else 1)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise ValueError("skal være en andel, skrevet som 85 % eller 0,85")
    return value


def _words(text: str) -> list[str]:
    return [] if text.casefold() in _NONE else text.replace(",", " ").replace("/", " ").split()


def _text(text: str) -> str:
    if len(text) > _LONGEST:
        raise ValueError(f"må højst have {_LONGEST} tegn")
    return text


def _contact(text: str) -> str:
    return "" if text.casefold() in _NONE else _text(text)


#: The headings of a list, what they become, and how a cell is read. The first must be there.
COLUMNS: Final[Mapping[str, tuple[str, Callable[[str], Any]]]] = {
    "afdeling": ("department", _text),
    "breve_pr_måned": ("letters", whole),
    "andel_cpr_cvr": ("addressable", _share),
    "bilag_pr_brev": ("attachments", _number),
    "andel_gengangere": ("recurring", _share),
    "dokumenttyper": ("document_types", _words),
    "modul": ("module", _text),
    "kontaktperson": ("contact", _contact),
}
_FIRST = next(iter(COLUMNS))


def read(content: bytes) -> tuple[Profile, ...]:
    """Read a list. Raises UnreadableList with every line that is wrong."""
    if len(content) > _MOST_BYTES:
        raise _wrong("filen er for stor: højst 5 MB")
    rows = list(_rows(_decoded(content)))
    if not rows:
        raise _wrong("filen er tom")
    (_, header), *lines = rows
    names = _headings(header)
    found, mistakes = _profiles(names, lines)
    if mistakes:
        more = [f"… og {len(mistakes) - _MOST_TOLD} fejl mere"] if len(mistakes) > _MOST_TOLD else []
        raise _wrong("\n".join(["der er fejl i listen:", *mistakes[:_MOST_TOLD], *more]))
    return found


def _wrong(danish: str) -> UnreadableList:
    return UnreadableList("the list cannot be read", danish=mask(danish))


def _decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _utf_16(content)
    if b"\0" in content:
        raise _wrong("filen er ikke en tekst, der kan læses. Gem den som CSV UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _utf_16(content: bytes) -> str:
    """Read what Excel calls Unicode text."""
    try:
        return content.decode("utf-16")
    except UnicodeDecodeError as error:
        raise _wrong("filen er gået i stykker: den begynder som UTF-16. Gem den som CSV UTF-8") from error


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give the rows that hold something, with the line each ends on."""
    first = text.split("\n", 1)[0]
    delimiter = ";" if ";" in first else "\t" if "\t" in first else ","
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise _wrong(f"linje {reader.line_num}: et citationstegn står forkert, eller en celle er for lang") from error


def _headings(header: list[str]) -> list[str]:
    names = [cell.casefold().replace(" ", "_") for cell in header]
    for name in names:
        if name not in COLUMNS:
            close = get_close_matches(name, COLUMNS, n=1)
            hint = f" – mente du »{close[0]}«?" if close else f". De hedder {', '.join(COLUMNS)}"
            raise _wrong(f"linje 1: der er ingen kolonne »{name[:_LONGEST]}«{hint}")
    if _FIRST not in names:
        raise _wrong(f"linje 1: kolonnen »{_FIRST}« mangler")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise _wrong(f"linje 1: kolonnen »{twice}« er der to gange")
    return names


def _profiles(names: list[str], lines: list[tuple[int, list[str]]]) -> tuple[tuple[Profile, ...], list[str]]:
    found: dict[str, Profile] = {}
    mistakes: list[str] = []
    for line, cells in lines:
        try:
            profile = _profile(names, cells)
            if profile.department in found:
                raise ValueError(f"afdelingen »{profile.department}« er der to gange")
            found[profile.department] = profile
        except ValueError as error:
            mistakes.append(f"linje {line}: {error}")
    return tuple(found.values()), mistakes


def _profile(names: list[str], cells: list[str]) -> Profile:
    if len(cells) > len(names) and any(cells[len(names) :]):
        raise ValueError(f"der er {len(cells)} celler, men kun {len(names)} kolonner")
    told: dict[str, Any] = {}
    for name, cell in zip(names, cells, strict=False):
        if mask(cell) != cell:
            raise ValueError(f"»{name}« indeholder noget, der ligner et CPR-nummer")
        if cell:
            attribute, reads = COLUMNS[name]
            told[attribute] = _cell(name, cell, reads)
    if "department" not in told:
        raise ValueError("der står ingen afdeling")
    return Profile(**told)


def _cell(name: str, cell: str, reads: Callable[[str], Any]) -> Any:  # noqa: ANN401 - as the column has it
    try:
        return reads(cell)
    except ValueError as error:
        raise ValueError(f"»{name}« {error}") from error
