"""Adresseblokke: the names above a street and a post code, and whose they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from esdh_connect.gate import names
from esdh_connect.gate.danish_names import GIVEN
from esdh_connect.gate.phrases import is_label, is_name_word, is_office, is_person

__all__ = ["AND", "CPR", "Block", "blocks", "joined"]

AND = re.compile(r"\s+(?:og|&|samt)\s+|\s*[;/]\s*", re.IGNORECASE)
CPR = re.compile(r"(?<![\d-])\d{6}\s?[-–]?\s?\d{4}(?![\d-])")
#: How far above the post code the name stands: street, place, c/o, and the name.
_ABOVE = 7
#: So many lines of a page can be its sender's letterhead.
_TOP = 4
_CODE = r"(?:[A-Z]{1,3}[- ]?)?(?:\d{4}|\d{3} \d{2}|\d{5}|FO-?\d{3})"
_POST = re.compile(rf"^\s*{_CODE}\s+[^\W\d_a-z][^\d:;@]{{1,40}}$")
_AFTER = re.compile(r"\s+(?:tlf|telefon|mobil|e-?mail|mail|cvr|ean)\b.*$", re.IGNORECASE)
_ONE_LINE = re.compile(
    rf"^\s*(?P<name>[^,\d]{{3,80}}),\s*[^,]*\d[^,]*(?:,[^,]{{1,30}})*,\s*{_CODE}\s+[^\W\d_]\D{{1,40}}$"
)
_CARE_OF = re.compile(r"^\s*c/o\b\s*:?\s*", re.IGNORECASE)
_FARM = re.compile(r"^[A-ZÆØÅ]\w*(?:gård|gården|lund|minde|huset|vej|gade|vænget|bo)$")
_TOWN_HALL = re.compile(r"^\s*rådhus", re.IGNORECASE)


@attrs.frozen
class Block:
    """Adresseblok: who stands in it, who gets it for them, and if it is a sender's, or of one the letter is about."""

    people: tuple[str, ...] = attrs.field(default=(), repr=False)
    care_of: tuple[str, ...] = attrs.field(default=(), repr=False)
    is_senders: bool = False
    is_about: bool = False


def joined(lines: Sequence[str]) -> list[str]:
    """Give the lines as an address is best read: post code and city together, nothing after them, small made large."""
    found: list[str] = []
    for line in lines:
        if found and re.fullmatch(_CODE, found[-1]) and line[:1].isupper() and not re.search(r"\d", line):
            found[-1] = f"{found[-1]} {line}"
        else:
            found.append(_AFTER.sub("", line) if re.match(rf"\s*{_CODE}\s", line) else line)
    given = {one.casefold() for one in GIVEN}
    for at in range(2, len(found)):
        three = found[at - 2 : at + 1]
        if re.fullmatch(r"\d{4} [a-zæøå]+(?: [a-zæøå])?", three[2]) and three[0].split()[0] in given:
            found[at - 2 : at + 1] = [one.title() for one in three]
    return found


def blocks(lines: Sequence[str]) -> Iterator[Block]:
    """Give the blocks of addresses there are, from above."""
    for at, line in enumerate(lines):
        alone = _ONE_LINE.match(line)
        if alone and _is_addressee(alone["name"].strip()):
            about = at > 0 and is_label(lines[at - 1])
            yield Block((alone["name"].strip(),), is_senders=is_office(alone["name"]), is_about=about)
        elif _POST.match(line):
            block = _above(lines, at)
            if block.people:
                yield block


def _above(lines: Sequence[str], post: int) -> Block:
    """Give the names above a post code, if there is one right above street, place and c/o."""
    found = _Found()
    for at in range(post - 1, max(-1, post - 1 - _ABOVE), -1):
        line = CPR.sub("", lines[at]).strip()
        if _POST.match(lines[at]) or _is_greeting(line) or not found.takes(line, at):
            break
    if not found.people:
        return Block()
    above = lines[found.top - 1] if found.top > 0 else ""
    is_office_above = is_office(found.people[-1]) and found.top < _TOP
    people = tuple(reversed(found.people))
    return Block(people, tuple(found.care_of), found.is_hall or is_office_above, is_label(above))


@attrs.define
class _Found:
    """What a block is known to have, read from its post code and up."""

    people: list[str] = attrs.field(factory=list)
    care_of: list[str] = attrs.field(factory=list)
    has_street: bool = False
    is_hall: bool = False
    top: int = 0

    def takes(self, line: str, at: int) -> bool:
        """Take one more line, and tell whether the block may go on above it."""
        name, comma, street = line.partition(",")
        bare = re.sub(r"^\s*(?:til|att\.?)\s*:?\s+", "", line, flags=re.IGNORECASE)
        if _CARE_OF.match(line):
            self.care_of.append(_CARE_OF.sub("", line))
        elif comma and re.search(r"\d", street) and _is_addressee(name):
            self._name(name, at)
            return False
        elif re.search(r"\d", line) or (not self.has_street and _FARM.match(line)):
            self.has_street, self.is_hall = True, self.is_hall or bool(_TOWN_HALL.match(line))
        elif self.has_street and _is_addressee(bare):
            self._name(bare, at)
        else:
            return not self.people and (_is_place(bare) or (self.has_street and is_office(bare)))
        return True

    def _name(self, name: str, at: int) -> None:
        self.people.append(name)
        self.top = at


def _is_greeting(line: str) -> bool:
    return bool(re.match(r"(?:kære|hej|dear)\b", line, re.IGNORECASE))


def _is_addressee(text: str) -> bool:
    return is_person(text) or bool(names.company(text)) or _are_people(text)


def _are_people(text: str) -> bool:
    """Tell whether it names two: »Ane og Bo Prøve«."""
    parts = [part for part in AND.split(text) if part]
    return len(parts) == 2 and is_person(parts[1]) and (is_name_word(parts[0]) or is_person(parts[0]))  # noqa: PLR2004


def _is_place(text: str) -> bool:
    """Tell whether it can be the name of a place or a building between name and street."""
    return len(text.split()) <= 2 and text[:1].isupper()  # noqa: PLR2004
