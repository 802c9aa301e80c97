"""Brev: the letter with its bilag as it goes out by one channel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import attrs

from esdh_connect.channel import Limits
from esdh_connect.errors import DoesNotFit
from esdh_connect.model import Letter
from esdh_connect_bilag.consolidation.budget import check_size
from esdh_connect_bilag.consolidation.documents import Item, listed, looked_at
from esdh_connect_bilag.consolidation.findings import gathered, not_stamped, of_item
from esdh_connect_bilag.consolidation.joining import Joined, Sheets, join
from esdh_connect_bilag.consolidation.layout import Layout
from esdh_connect_bilag.consolidation.overview import TITLE, Line, Overview
from esdh_connect_bilag.consolidation.stamps import stamped
from esdh_connect_bilag.engine import Declined, Part, Style
from esdh_connect_bilag.preflight import Paper

__all__ = ["consolidate"]

#: What a place says of a bilag that was stamped, in the words that people read.
STAMPED = "stemplet"


def consolidate(letter: Letter, limits: Limits, layout: Layout, *, paper: Paper) -> Letter:
    """
    Lay neighbouring PDFs together; what cannot be joined stays a file of its own between them, so the order stands.

    The same letter, limits and layout give the same bytes. Raises UnreadableDocument or DoesNotFit, whose Danish texts
    name each document that is in the way.
    """
    items = looked_at(letter.files, paper=paper if limits.on_paper else None)
    runs = [list(run) for _, run in groupby(items, key=_run)]
    _check_number(runs, limits)
    listing = _listing(runs, layout)
    joined = [_file(run, items, Style(letter.title), layout, lists=run is listing) for run in runs]
    files = tuple(one.file for one in joined)
    check_size(files, items, limits)
    found = [*letter.findings, *(finding for one in joined for finding in one.findings)]
    return attrs.evolve(letter, files=files, findings=gathered(found, items))


def _run(item: Item) -> int:
    """Give the same for neighbours that are joined, and for each of the others something of its own."""
    return -1 if item.is_joined else item.number


def _check_number(runs: Sequence[Sequence[Item]], limits: Limits) -> None:
    """Raise DoesNotFit where a signed document makes more files than the channel takes."""
    signed = [f"»{run[0].file.name}«" for run in runs if run[0].report and not run[0].is_joined]
    if len(runs) <= limits.max_files or not signed:
        return
    raise DoesNotFit(
        f"{len(runs)} files, the channel takes {limits.max_files}, and signed documents are not joined with others",
        limit=str(limits.max_files),
        actual=str(len(runs)),
        danish=f"{listed(signed)} er underskrevet digitalt og kan ikke lægges sammen med andre, for så ville "
        f"underskriften blive ugyldig. Det bliver {len(runs)} filer, og kanalen tager {limits.max_files}. Send det i "
        "et brev for sig, eller vælg en udgave uden underskrift",
    )


def _listing(runs: Sequence[list[Item]], layout: Layout) -> list[Item] | None:
    """Give the file that has the list of the bilag: the first that is laid together, where there is to be one."""
    bilag = sum(len(run) for run in runs) - 1
    if not layout.overview_from or bilag < layout.overview_from:
        return None
    return next((run for run in runs if len(run) > 1), None)


def _file(run: Sequence[Item], items: Sequence[Item], style: Style, layout: Layout, *, lists: bool) -> Joined:
    if len(run) == 1 and not run[0].is_changed and not (layout.stamp and run[0].is_joined and run[0].number):
        return Joined(run[0].file, tuple(of_item(run[0], ())))
    sheets = [_sheets(item, layout) for item in run]
    if lists:
        at = 1 if run[0].number == 0 else 0
        sheets.insert(at, _overview(run, items, at))
    return join(sheets, style)


def _sheets(item: Item, layout: Layout) -> Sheets:
    part = Part(item.title, item.content, "da", bookmark=_called(item), label=_label(item))
    sheets = Sheets(part, item.pages, item)
    return _stamped(sheets, item) if layout.stamp and item.number else sheets


def _stamped(sheets: Sheets, item: Item) -> Sheets:
    try:
        content = stamped(item.content, item.number)
    except Declined:
        return attrs.evolve(sheets, findings=(not_stamped(item.number),))
    return attrs.evolve(sheets, part=attrs.evolve(sheets.part, content=content), changes=(STAMPED,))


def _called(item: Item) -> str:
    return f"Bilag {item.number}: {item.title}" if item.number else item.title


def _label(item: Item) -> str:
    return f"Bilag {item.number} – " if item.number else ""


def _overview(run: Sequence[Item], items: Sequence[Item], at: int) -> Sheets:
    """Make the list of all bilag as part ``at`` of a file that has those of ``run``."""
    overview = Overview.of(list(_listed_lines(run[at:], items, at + 1)))
    content = overview.written(sum(item.pages for item in run[:at]))
    return Sheets(Part(TITLE, content, "da", label="Oversigt ", leads=True), overview.pages)


def _listed_lines(run: Sequence[Item], items: Sequence[Item], part: int) -> Iterator[Line]:
    """Give a line for each bilag; of those in this file also where: from this part on, and after how many pages."""
    after, places = 0, dict[int, tuple[int, int]]()
    for at, item in enumerate(run):
        places[item.number] = (after, part + at)
        after += item.pages
    first: dict[bytes, int] = {}
    for item in items:
        same = first.setdefault(item.content, item.number)
        note = f"Samme fil som bilag {same}" if same not in {item.number, 0} else ""
        if item.number:
            start, index = places.get(item.number, (None, None))
            yield Line(item.number, item.title, item.pages, start, index, note)
