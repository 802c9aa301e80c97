"""
Tiltale: whom a letter is addressed to, read from its first lines – »Kære …«, »Til …« and the address.

Only what a letter is addressed to counts. Whom it is about, who wrote it, and where to complain stand in it too, and
are nobody's concern; where it cannot be told, nothing is found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

import attrs

from esdh_connect.gate import names
from esdh_connect.gate.addresses import AND, CPR, Block, blocks, joined
from esdh_connect.gate.phrases import is_common, is_lone_name, is_name_word, is_person, leading_name
from esdh_connect.ids import Cpr, InvalidId

__all__ = ["Addressed", "addressed", "is_farewell"]

#: So many lines are looked at, and so much of each: a letter says early whom it is for.
_LINES = 80
_LONGEST = 200
#: So many lines are searched for what may be a name, where nothing says so.
_HEAD = 15
#: An address may stand right under the greeting, in a frame beside it.
_UNDER = 4
#: So many lines above it a letter has before it can end: »Hilsen fra …« at the top is none.
_EARLIEST = 3
_WARM = r"kære|kaere|hej|goddag|godmorgen|velkommen|dear|hello|sehr geehrter?|liebe[r]?"
_SALUTATION = re.compile(
    rf"^\s*(?P<word>{_WARM}|til|attention|att\.?)(?!\w)\s*[:,]?\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
_SHATTERED = re.compile(r"^\s*k\s*æ\s*r\s*e(?=\s|[A-ZÆØÅ])\s*(?P<rest>.*)$", re.IGNORECASE)
_FAREWELL = re.compile(
    r"^\s*(?:med\s+)?venlig\w*\s+hilsen|^\s*hilsen\b|^\s*mvh\b|^\s*(?:kind|best) regards", re.IGNORECASE
)
_HONOURED = re.compile(r"(?:hr|herr|herrn|fru|frau|frk|frøken|mr|mrs|ms|miss)\b\.?\s*(?P<name>\S+)$", re.IGNORECASE)
_SOMEBODY_ELSE = re.compile(
    r"\bværge|forældremyndighed|\bbarn|\bbørn|fuldmagt|repræsentant|klient|\bafdøde|dødsbo|\bboet\b"
    r"|ægtefælle|\bvedr|\bpå vegne",
    re.IGNORECASE,
)


@attrs.frozen
class Addressed:
    """
    Whom a letter is addressed to: names in its greeting, and in its address; the first it is for stand first.

    ``companies`` are names in the address that say what they are (A/S, ApS …), ``numbers`` all CPR numbers there are.
    """

    greeting: tuple[str, ...] = attrs.field(default=(), repr=False)
    address: tuple[str, ...] = attrs.field(default=(), repr=False)
    companies: tuple[str, ...] = attrs.field(default=(), repr=False)
    numbers: frozenset[Cpr] = attrs.field(default=frozenset(), repr=False)
    #: The blocks that ``address`` is of, each with its own people and those who get it for them.
    blocks: tuple[Block, ...] = attrs.field(default=(), repr=False)
    #: The number that stands as the addressee's own, between address and greeting.
    own: Cpr | None = attrs.field(default=None, repr=False)
    greets: bool = False
    has_attention: bool = False
    #: It has no Danish letters at all.
    plain: bool = False
    #: What may be names, where nobody was found.
    doubts: tuple[str, ...] = attrs.field(default=(), repr=False)


def is_farewell(line: str) -> bool:
    """Tell whether a letter ends here."""
    return bool(_FAREWELL.search(line))


def addressed(lines: Sequence[str]) -> Addressed:
    """Read it from the lines of a letter's page."""
    normal = (unicodedata.normalize("NFC", line[:_LONGEST]) for line in lines[:_LINES])
    first = joined([" ".join(line.split()) for line in normal if line.strip()])
    head = first[: _end(first)]
    at, greeting = _greeting(head)
    before = head[: at + 1 + _UNDER] if at is not None else head
    found = [block for block in blocks(before) if not block.is_about]
    seen = [block for block in found if not block.is_senders]
    people = [name for block in seen for name in block.people]
    to = [_company_greeted(line) for line in before]
    return Addressed(
        greeting=greeting,
        address=tuple(dict.fromkeys(name for name in people if not names.company(name))),
        companies=tuple(dict.fromkeys(name for name in (*people, *to) if names.company(name))),
        numbers=frozenset(_numbers(first)),
        blocks=tuple(block for block in seen if not all(map(names.company, block.people))),
        own=_own(head[:at] if at is not None else head, people),
        greets=at is not None,
        has_attention=any(re.match(r"\s*att\b", line, re.IGNORECASE) for line in before),
        plain=not re.search("[æøå]", "".join(first), re.IGNORECASE),
        doubts=() if people or greeting else tuple(filter(None, map(_doubt, head[:_HEAD]))),
    )


def _end(lines: Sequence[str]) -> int:
    """Give the line a letter ends with: none of its first ones, and none above its greeting."""
    greets = next((at for at, line in enumerate(lines) if re.match(rf"\s*(?:{_WARM})\b", line, re.IGNORECASE)), 0)
    earliest = max(_EARLIEST, greets)
    return next((at for at, line in enumerate(lines) if at >= earliest and is_farewell(line)), len(lines))


def _doubt(line: str) -> str:
    """Give what may be a name in a line, though nothing tells whether the letter is to them."""
    found = _SALUTATION.match(line)
    if found:
        rest = found["rest"].strip(" ,.!")
        return rest if is_name_word(rest) and not is_common(rest) else ""
    rest = line.rpartition(":")[2].strip()
    return rest if is_person(rest) and names.is_known(rest.split()[0]) else ""


def _company_greeted(line: str) -> str:
    found = re.match(r"\s*til\s*:?\s+(.*)$", line, re.IGNORECASE)
    return found[1] if found and names.company(found[1]) and is_name_word(found[1].split()[0]) else ""


# --- the greeting


def _greeting(lines: Sequence[str]) -> tuple[int | None, tuple[str, ...]]:
    """Give the first line that greets somebody, and the names in it."""
    for at, line in enumerate(lines):
        found = _SALUTATION.match(line) or _SHATTERED.match(line)
        if not found:
            continue
        word = found.groupdict().get("word") or ""
        warm = not word or bool(re.fullmatch(_WARM, word, re.IGNORECASE))
        rest = found["rest"] or (lines[at + 1] if at + 1 < len(lines) else "")
        if not word and _is_shattered(rest, 3.0):
            return at, (rest.strip(" ,.!"),)
        greeted = _greeted(rest, strict=not warm or word.casefold() == "velkommen")
        if greeted or (warm and word.casefold() != "velkommen"):
            return at, greeted
    return None, ()


def _greeted(rest: str, *, strict: bool) -> tuple[str, ...]:
    """Give whoever is greeted. »Til« stands before much that is nobody: there, only full names count."""
    text = re.sub(r"\s*[,!.:]+\s*$", "", re.sub(r"\s+[–—-]\s.*$|\s*\(.*$", "", rest).strip())
    if strict and (re.search(r"\d", text) or len(text) > 80):  # noqa: PLR2004 - a line of prose, or an address
        return ()
    if "," in text and is_person(text):
        return (text, *filter(is_person, (part.strip() for part in text.split(","))))
    parts = [part.strip(" ,.!") for half in AND.split(text) for part in half.split(",")]
    known = [part for part in parts if _is_greeted(part, strict=strict)]
    if not known and not strict:
        known = [one for one in (leading_name(text), _small(text)) if one and _is_greeted(one, strict=strict)][:1]
    return tuple(known)


def _small(text: str) -> str:
    """Give a known name that is written small: »kære hans«."""
    words = text.split()
    is_small = text.islower() and 0 < len(words) < 4 and all(map(names.is_known, words))  # noqa: PLR2004
    return text.title() if is_small else ""


def _is_greeted(part: str, *, strict: bool) -> bool:
    if is_person(part) or (not strict and _is_shattered(part)):
        return True
    honoured = _HONOURED.match(part)
    if honoured:
        return not strict and not is_common(honoured["name"])
    return not strict and is_lone_name(part)


def _is_shattered(part: str, most: float = 2.5) -> bool:
    """Tell whether it is a name out of a PDF that has its letters apart: words too short, the first with a capital."""
    parts = part.split()
    return len(parts) > 2 and sum(map(len, parts)) / len(parts) < most and part[:1].isupper()  # noqa: PLR2004


# --- numbers


def _own(head: Sequence[str], people: Sequence[str]) -> Cpr | None:
    """
    Give the number that stands as the addressee's: alone after »CPR-nr.«, or after the name in the address.

    Not in a letter that says in its head that it is to somebody for somebody else.
    """
    if not people or any(map(_SOMEBODY_ELSE.search, head)):
        return None
    for line in head:
        bare = CPR.sub("", line).strip(" ,()")
        if bare == line or not (re.fullmatch(r"(?:cpr\S*(?:\s+nr\.?)?\s*:?)?", bare, re.IGNORECASE) or bare in people):
            continue
        return next(_numbers([line]), None)
    return None


def _numbers(lines: Sequence[str]) -> Iterator[Cpr]:
    for line in lines:
        for found in CPR.findall(line):
            try:
                yield Cpr.parse(found)
            except InvalidId:
                continue
