"""Brev: the letter with its bilag as it goes out by one channel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

import attrs

from esdh_connect.channel import Limits
from esdh_connect.errors import DoesNotFit
from esdh_connect.model import Finding, Letter
from esdh_connect_bilag.consolidation.a4 import on_a4
from esdh_connect_bilag.consolidation.budget import check_size
from esdh_connect_bilag.consolidation.documents import Item, listed, looked_at
from esdh_connect_bilag.consolidation.findings import gathered, not_on_a4, not_stamped, of_item
from esdh_connect_bilag.consolidation.joining import Joined, Sheets, join
from esdh_connect_bilag.consolidation.layout import Layout
from esdh_connect_bilag.consolidation.overview import TITLE, Line, Overview, Spot
from esdh_connect_bilag.consolidation.printing import on_fresh_sheets
from esdh_connect_bilag.consolidation.stamps import stamped
from esdh_connect_bilag.engine import Part, Style
from esdh_connect_bilag.packs import Kept
from esdh_connect_bilag.preflight import Paper

__all__ = ["consolidate"]

#: What a place says of a bilag that was stamped, or laid on sheets of A4: the words that people read.
STAMPED, ON_A4 = "stemplet", "tilpasset A4"


def consolidate(letter: Letter, limits: Limits, layout: Layout, *, paper: Paper, packs: Kept | None = None) -> Letter:
    """
    Lay neighbouring PDFs together; what cannot be joined stays a file of its own between them, so the order stands.

    The same letter, limits and layout give the same bytes, whatever packs are kept. Raises UnreadableDocument or
    DoesNotFit, whose Danish texts name each document that is in the way.
    """
    items = looked_at(letter.files, paper=paper if limits.on_paper else None)
    runs = [list(run) for _, run in groupby(items, key=_run)]
    _check_number(runs, limits)
    layout = layout if limits.on_paper else attrs.evolve(layout, fresh_sheets=False)
    listing = _listing(runs, layout)
    joined = [_file(run, items, Style(letter.title), layout, lists=run is listing, packs=packs) for run in runs]
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


def _file(
    run: Sequence[Item], items: Sequence[Item], style: Style, layout: Layout, *, lists: bool, packs: Kept | None
) -> Joined:
    if len(run) == 1 and not _is_laid(run[0], layout):
        return Joined(run[0].file, tuple(of_item(run[0], ())))
    sheets = [_sheets(item, layout, packs) for item in run]
    if lists:
        sheets = _with_overview(sheets, items, fresh=layout.fresh_sheets)
    elif layout.fresh_sheets:
        sheets = on_fresh_sheets(sheets)
    return join(sheets, style, packs)


def _is_laid(item: Item, layout: Layout) -> bool:
    """Tell whether something is done to a document that is alone in its file."""
    return item.is_changed or (item.is_joined and item.number > 0 and (layout.stamp or item.on_paper))


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


def _sheets(item: Item, layout: Layout, packs: Kept | None) -> Sheets:
    as_pack = packs is not None and packs.takes(item.place)
    part = Part(item.title, item.content, "da", bookmark=_called(item), label=_label(item), as_pack=as_pack)
    sheets = Sheets(part, item.pages, item)
    if item.number and layout.stamp:
        sheets = _changed(sheets, lambda content: stamped(content, item.number), STAMPED, not_stamped(item.number))
    if item.number and item.on_paper:
        sheets = _changed(sheets, on_a4, ON_A4, not_on_a4(item.number))
    return sheets


def _changed(sheets: Sheets, change: Callable[[bytes], bytes], word: str, failed: Finding) -> Sheets:
    """Change the pages, and say so; or that it could not be done."""
    before = bytes(sheets.part.content)
    try:
        content = change(before)
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
