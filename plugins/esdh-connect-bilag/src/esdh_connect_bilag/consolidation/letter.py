"""Brev: the letter with its bilag as it goes out by one channel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Protocol

import attrs

from esdh_connect.channel import Limits
from esdh_connect.errors import DoesNotFit
from esdh_connect.model import File, Finding, Letter
from esdh_connect_bilag.consolidation.a4 import on_a4
from esdh_connect_bilag.consolidation.budget import check_size
from esdh_connect_bilag.consolidation.documents import Item, listed, looked_at
from esdh_connect_bilag.consolidation.findings import gathered, not_on_a4, not_stamped, of_item
from esdh_connect_bilag.consolidation.joining import Joined, Sheets, join, unreadable
from esdh_connect_bilag.consolidation.layout import Layout
from esdh_connect_bilag.consolidation.overview import TITLE, Line, Overview, Spot
from esdh_connect_bilag.consolidation.printing import on_fresh_sheets
from esdh_connect_bilag.consolidation.stamps import stamped
from esdh_connect_bilag.engine import Bounds, Declined, Part, Reason, Style
from esdh_connect_bilag.preflight import Paper

__all__ = ["consolidate"]


class Change(Protocol):
    """Does something to all pages of a PDF; gives the same bytes where there is nothing to do."""

    def __call__(self, content: bytes, *, bounds: Bounds) -> bytes:
        """Give the PDF. Raises Declined."""


#: What a place says of a bilag that was stamped, or laid on sheets of A4: the words that people read.
STAMPED, ON_A4 = "stemplet", "tilpasset A4"


def consolidate(letter: Letter, limits: Limits, layout: Layout, *, paper: Paper, most_files: int = 1) -> Letter:
    """
    Look at each file, and lay neighbouring PDFs together where there are more than ``most_files``.

    What cannot be joined stays a file of its own between them, so the order stands. A file that nothing must be done to
    stays the bytes that it is. The same letter, limits and layout give the same bytes. Raises UnreadableDocument or
    DoesNotFit, whose Danish texts name each document that is in the way.
    """
    items = looked_at(letter.files, paper=paper if limits.on_paper else None)
    joins = len(items) > most_files
    runs = [list(run) for _, run in groupby(items, key=lambda item: -1 if joins and item.is_joined else item.number)]
    _check_number(runs, limits)
    layout = layout if limits.on_paper else attrs.evolve(layout, fresh_sheets=False)
    listing = _listing(runs, layout)
    joined = [_file(run, items, Style(letter.title), layout, lists=run is listing) for run in runs]
    files = tuple(one.file for one in joined)
    check_size(files, items, limits)
    found = [*letter.findings, *(finding for one in joined for finding in one.findings)]
    return attrs.evolve(letter, files=files, findings=gathered(found, items))


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
        f"underskriften blive ugyldig. Det bliver {len(runs)} filer, og der er plads til {limits.max_files}. Send "
        "det for sig, eller vælg en udgave uden underskrift",
    )


def _listing(runs: Sequence[list[Item]], layout: Layout) -> list[Item] | None:
    """Give the file that has the list of the bilag: the first that is laid together, where there is to be one."""
    items = [item for run in runs for item in run]
    if not layout.overview_from or len(items) - 1 < layout.overview_from or not all(item.is_one for item in items):
        return None
    return next((run for run in runs if len(run) > 1), None)


def _file(run: Sequence[Item], items: Sequence[Item], style: Style, layout: Layout, *, lists: bool) -> Joined:
    sheets = [_sheets(item, layout) for item in run]
    if len(run) == 1:
        return _alone(run[0], sheets[0], style)
    if lists:
        sheets = _with_overview(sheets, items, fresh=layout.fresh_sheets)
    elif layout.fresh_sheets:
        sheets = on_fresh_sheets(sheets)
    return join(sheets, style)


def _alone(item: Item, sheets: Sheets, style: Style) -> Joined:
    """Leave a file that nothing must be done to as it is, byte by byte."""
    kept = Joined(item.file, (*of_item(item, ()), *sheets.findings))
    if not (item.is_changed or item.is_unsure or sheets.changes):
        return kept
    joined = join([sheets], attrs.evolve(style, title=item.title) if item.number else style)
    return kept if _changes(joined.file) == _changes(item.file) else joined


def _changes(file: File) -> list[tuple[str, ...]]:
    return [place.changes for place in file.places]


def _with_overview(sheets: Sequence[Sheets], items: Sequence[Item], *, fresh: bool) -> list[Sheets]:
    """Put the list of all bilag after the letter; it is written when it is known where each of them is."""
    at = 1 if sheets[0].item and sheets[0].item.number == 0 else 0
    overview = Overview.of(list(_listed(items)))
    front = Sheets(Part(TITLE, b"", "da", label="Oversigt ", leads=True), overview.pages)
    whole = [*sheets[:at], front, *sheets[at:]]
    whole = on_fresh_sheets(whole) if fresh else whole
    content = overview.written(dict(_spots(whole)))
    return [*whole[:at], attrs.evolve(front, part=attrs.evolve(front.part, content=content)), *whole[at + 1 :]]


def _listed(items: Sequence[Item]) -> Iterator[Line]:
    first: dict[bytes, int] = {}
    for item in items:
        same = first.setdefault(item.content, item.number)
        if item.number:
            note = f"Samme fil som bilag {same}" if same not in {item.number, 0} else ""
            yield Line(item.number, item.title, note)


def _spots(sheets: Sequence[Sheets]) -> Iterator[tuple[int, Spot]]:
    page = 1
    for part, each in enumerate(sheets):
        if each.item:
            yield each.item.number, Spot(page, each.pages, part)
        page += each.pages


def _sheets(item: Item, layout: Layout) -> Sheets:
    part = Part(item.title, item.content, "da", bookmark=_called(item), label=_label(item))
    sheets = Sheets(part, item.pages, item)
    if not item.number or not item.is_joined:
        return sheets
    if layout.stamp and item.is_one and STAMPED not in item.places[0].changes:
        stamp = partial(stamped, bilag=item.number)
        sheets = _changed(item, sheets, stamp, STAMPED, not_stamped(item.number))
    if item.on_paper:
        sheets = _changed(item, sheets, on_a4, ON_A4, not_on_a4(item.number))
    return sheets


def _changed(item: Item, sheets: Sheets, change: Change, word: str, failed: Finding) -> Sheets:
    """Change the pages, and say so; or that it could not be done. Raises UnreadableDocument where it takes too long."""
    before = bytes(sheets.part.content)
    try:
        with item.allowance.spending() as bounds:
            content = change(before, bounds=bounds)
    except Declined as declined:
        if declined.reason is Reason.TOO_SLOW:  # which depends on the machine, and so must not decide what is sent
            raise unreadable(item, declined) from declined
        return attrs.evolve(sheets, findings=(*sheets.findings, failed))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a hostile file can be wrong in a way that nobody thought of; it goes as it is
        return attrs.evolve(sheets, findings=(*sheets.findings, failed))
    if content is before:
        return sheets
    return attrs.evolve(sheets, part=attrs.evolve(sheets.part, content=content), changes=(*sheets.changes, word))


def _called(item: Item) -> str:
    return f"Bilag {item.number}: {item.title}" if item.number else item.title


def _label(item: Item) -> str:
    return f"Bilag {item.number} – " if item.number else ""
