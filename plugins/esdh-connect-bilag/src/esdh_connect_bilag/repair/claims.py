"""Sidetal: how many pages a file says it has, where its cross-reference cannot be trusted: repairs drop some."""

from __future__ import annotations

import re
from itertools import islice

from esdh_connect_bilag.engine import Bounds, Declined, Pdf
from esdh_connect_bilag.engine.bounds import Watch

__all__ = ["pages_claimed"]

#: A page, or the beginning of an object.
_PAGE = re.compile(
    rb"(?<![0-9])([0-9]{1,10}+)[\0\t\n\f\r ]++[0-9]{1,5}+[\0\t\n\f\r ]++obj\b"
    rb"|/Type[\0\t\n\f\r ]*+/Page(?![A-Za-z0-9])"
)
_COUNT = re.compile(rb"/Count[\0\t\n\f\r ]++([0-9]{1,6}+)(?![0-9])")
_COUNTS = 5_000  # more of them are no document's
_NEAR = 1 << 16  # bytes around a count that can belong to the same object


def pages_claimed(content: bytes, bounds: Bounds) -> int | None:
    """
    Tell how many pages a damaged or encrypted file should have; None where that cannot be seen.

    Encryption leaves a page tree readable, unless it is packed. In a damaged file the largest count of a page tree is
    taken, or else the pages that are still there.
    """
    try:
        pdf = Pdf(content[max(content.find(b"%PDF-"), 0) :], Watch(bounds))
        if "Encrypt" in pdf.trailer:
            return _counted(pdf)
    except (Declined, RecursionError, ValueError, TypeError):
        pass  # damaged, which is why we are asked
    return _seen(content)


def _counted(pdf: Pdf) -> int | None:
    try:
        return len(pdf.pages)
    except Declined:
        return None


def _seen(content: bytes) -> int | None:
    some = islice(_COUNT.finditer(content), _COUNTS)
    counts = [int(found[1]) for found in some if _is_in_page_tree(content, found.start())]
    if counts:
        return max(counts)
    pages, number = set(), b""
    for found in _PAGE.finditer(content):
        if found[1]:
            number = found[1]
        else:
            pages.add(number)
    return len(pages) or None


def _is_in_page_tree(content: bytes, at: int) -> bool:
    start = content.rfind(b" obj", max(at - _NEAR, 0), at)
    end = content.find(b"endobj", at, at + _NEAR)
    return start >= 0 and content.find(b"/Kids", start, end if end >= 0 else at + _NEAR) >= 0
