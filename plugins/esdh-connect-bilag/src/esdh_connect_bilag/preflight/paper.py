"""
Papir: what a print supplier asks of a sheet, and which pages do not keep to it.

Where the window of the envelope and the supplier's own codes are is agreed with the supplier; no standard says it.
So there are no zones until somebody sets them.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from esdh_connect_bilag.engine import Declined, Page, Pdf
from esdh_connect_bilag.preflight.flaws import Finding, Flaw
from esdh_connect_bilag.preflight.marks import marks
from esdh_connect_bilag.preflight.pages import MILLIMETRE, Sheet, is_a4, sheet

__all__ = ["Paper", "Zone", "check_paper"]


@attrs.frozen
class Zone:
    """Felt: a part of a sheet, in millimetres from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


@attrs.frozen
class Paper:
    """
    Papirkrav: where nothing may stand.

    ``address`` is the window on the first page of a letter, ``codes`` are the places on every sheet that the supplier
    prints its own codes on.
    """

    address: Zone | None = None
    codes: tuple[Zone, ...] = ()


def check_paper(pdf: Pdf, *, paper: Paper, is_letter: bool) -> Iterator[Finding]:
    """Find pages that are not A4, lie on their side, or have something in a zone."""
    sheets = [sheet(pdf, page) for page in pdf.pages]
    sizes = [(at, it.size) for at, it in enumerate(sheets, 1) if it]
    across = tuple(at for at, (width, height) in sizes if is_a4(height, width))
    if other := tuple(at for at, size in sizes if not is_a4(*size) and at not in across):
        yield Finding(Flaw.NOT_A4, pages=other)
    if across:
        yield Finding(Flaw.LANDSCAPE, pages=across)
    yield from _check_zones(pdf, paper, sheets, is_letter=is_letter)


def _check_zones(pdf: Pdf, paper: Paper, sheets: list[Sheet | None], *, is_letter: bool) -> Iterator[Finding]:
    in_codes, unread = [], []
    for at, (page, it) in enumerate(zip(pdf.pages, sheets, strict=True), 1):
        zones = [*paper.codes, *([paper.address] if paper.address and is_letter and at == 1 else [])]
        if it is None or not zones:
            continue
        try:
            drawn = list(_on_paper(pdf, page, it))
        except Declined:
            unread.append(at)
            continue
        if paper.address in zones and any(_meet(box, paper.address) for box in drawn):
            yield Finding(Flaw.IN_ADDRESS_ZONE, pages=(at,))
        if any(_meet(box, zone) for box in drawn for zone in paper.codes):
            in_codes.append(at)
    if in_codes:
        yield Finding(Flaw.IN_CODE_ZONE, pages=tuple(in_codes))
    if unread:
        yield Finding(Flaw.UNCHECKED, pages=tuple(unread))


def _on_paper(pdf: Pdf, page: Page, it: Sheet) -> Iterator[Zone]:
    """Give where the page has marks, in millimetres from the corner that is up and left when it is read."""
    width, height = it.right - it.left, it.top - it.bottom
    for box in marks(pdf, page):
        left, right = box.left - it.left, box.right - it.left
        low, high = box.bottom - it.bottom, box.top - it.bottom
        turned = {
            0: (left, height - high, right, height - low),
            90: (low, left, high, right),
            180: (width - right, low, width - left, high),
            270: (height - high, width - right, height - low, width - left),
        }[it.turned // 90 * 90]
        yield Zone(*(side * it.unit / MILLIMETRE for side in turned))


def _meet(one: Zone, other: Zone | None) -> bool:
    return other is not None and (
        one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom
    )
