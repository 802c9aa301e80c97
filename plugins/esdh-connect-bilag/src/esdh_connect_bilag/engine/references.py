"""
Renumbering without reading: an object's text, cut where it refers to others (ISO 32000-2, 7.3.10).

The pieces at even places are text, those at odd places are references. Only dictionary text is cut; what looks like a
reference in a string or a comment stays, and streams are never looked at.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from esdh_connect_bilag.engine.syntax import REFERENCE, end_of_string
from esdh_connect_bilag.engine.values import Value, render

if TYPE_CHECKING:
    from esdh_connect_bilag.engine.objects import Pdf

__all__ = ["Numbers", "cut", "cut_plain", "pieces_of"]

_ZERO = ord("0")
_REFERENCE = re.compile(REFERENCE)
_QUOTED = re.compile(rb"\([^()\\]*+\)|%[^\r\n]*+|(\()")  # a string, a comment, or the beginning of a longer string


def pieces_of(text: bytes) -> list[bytes]:
    """Cut the text at its references, and give of each the object's number as it is written."""
    if b"(" not in text and b"%" not in text:
        return _REFERENCE.split(text)
    pieces, done = [b""], 0
    while quoted := _QUOTED.search(text, done):
        end = end_of_string(text, quoted.end()) if quoted[1] else quoted.end()
        first, *others = _REFERENCE.split(text[done : quoted.start()])
        pieces[-1] += first
        pieces += others
        pieces[-1] += text[quoted.start() : end]
        done = end
    first, *others = _REFERENCE.split(text[done:])
    pieces[-1] += first
    return pieces + others


#: The same for text that has neither strings nor comments.
cut_plain = _REFERENCE.split


def cut(text: bytes) -> list[bytes]:
    """Cut text that has the numbers of the merged file already; its references stay as they are."""
    pieces = pieces_of(text)
    pieces[1::2] = [digits + b" 0 R" for digits in pieces[1::2]]
    return pieces


class Numbers(dict[bytes, bytes]):
    """
    What a reference of one part becomes in the merged file: by the number as it is written, as text.

    Who asks for an object the first time has it queued, with the next number that is free. What the part does not
    have is null, which is what a reference to it means.
    """

    def __init__(self, pdf: Pdf, first: int, known: dict[int, bytes]) -> None:
        super().__init__({b"%d" % number: text for number, text in known.items()})
        self._entries = pdf.xref.entries
        self._first = first
        self.queue: list[int] = []

    def __missing__(self, digits: bytes) -> bytes:
        number = int(digits)
        if digits[0] == _ZERO and number:
            return self.refer(number)  # 07 is 7
        if self._entries.get(number) is None:
            text = b"null"
        else:
            text = b"%d 0 R" % (self._first + len(self.queue))
            self.queue.append(number)
        self[digits] = text
        return text

    @property
    def next(self) -> int:
        """The first number that is still free."""
        return self._first + len(self.queue)

    def refer(self, number: int) -> bytes:
        """Give the text of a reference to an object of the part."""
        return self[b"%d" % number]

    def render(self, value: Value) -> bytes:
        """Write a value of the part with the numbers of the merged file."""
        return render(value, self.refer)
