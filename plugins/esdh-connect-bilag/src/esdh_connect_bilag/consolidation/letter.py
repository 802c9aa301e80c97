"""Brev: the letter with its bilag as it goes out by one channel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import attrs

from esdh_connect.channel import Limits
from esdh_connect.errors import DoesNotFit, UnreadableDocument
from esdh_connect.model import File, Letter
from esdh_connect_bilag.consolidation.budget import divided, over, too_large
from esdh_connect_bilag.consolidation.documents import Item, listed, looked_at
from esdh_connect_bilag.consolidation.findings import (
    as_they_are,
    gathered,
    misnumbered,
    of_item,
    was_divided,
    was_packed,
)
from esdh_connect_bilag.consolidation.joining import Joined, Sheets, join
from esdh_connect_bilag.consolidation.layout import Layout
from esdh_connect_bilag.consolidation.overview import TITLE, Line, Overview, Spot
from esdh_connect_bilag.consolidation.preparing import PACKED, prepared
from esdh_connect_bilag.consolidation.printing import on_fresh_sheets
from esdh_connect_bilag.engine import Part, Style
from esdh_connect_bilag.packs import Kept
from esdh_connect_bilag.preflight import Paper

__all__ = ["consolidate"]


def consolidate(
    letter: Letter, limits: Limits, layout: Layout, *, paper: Paper, most_files: int = 1, kept: Kept | None = None
) -> Letter:
    """
    Look at each file, and lay neighbouring PDFs together where there are more than ``most_files``.

    What cannot be joined stays a file of its own between them, so the order stands. A file that nothing must be done to
    stays the bytes that it is. The same letter, limits and layout give the same bytes, whatever packs of bilag are
    ``kept``. Raises UnreadableDocument or DoesNotFit, whose Danish texts name each document that is in the way.
    """
    items = looked_at(letter.files, paper=paper if limits.on_paper else None)
    joins = len(items) > most_files
    runs = [list(run) for _, run in groupby(items, key=lambda item: -1 if joins and item.is_joined else item.number)]
    _check_number(runs, limits)
    layout = layout if limits.on_paper else attrs.evolve(layout, fresh_sheets=False)
    layout = layout if joins else attrs.evolve(layout, overview_from=0)  # files that lie side by side need no list
    return _fitting(_Laying(letter, layout, kept), runs, items, limits)


@attrs.frozen
class _Laying:
    """How a letter is laid together."""

    letter: Letter
    layout: Layout
    kept: Kept | None

    def whole(self, runs: Sequence[list[Item]], *, tight: bool = False) -> Letter:
        """Lay each run of documents together in a file of its own. Raises UnreadableDocument."""
        items = [item for run in runs for item in run]
        listing = _listing(runs, self.layout)
        joined = [self._file(run, runs, lists=run is listing, tight=tight) for run in runs]
        told = [
            *misnumbered(items),
            *as_they_are(items, self.letter.findings),
            *(finding for one in joined for finding in one.findings),
        ]
        files, findings = tuple(one.file for one in joined), gathered([*self.letter.findings, *told], items)
        return attrs.evolve(self.letter, files=files, findings=findings)

    def _file(self, run: Sequence[Item], runs: Sequence[list[Item]], *, lists: bool, tight: bool) -> Joined:
        sheets = [prepared(item, self.layout, tight=tight) for item in run]
        style = Style(self.letter.title)
        if len(run) == 1 and not lists:
            return _alone(run[0], sheets[0], style, tight=tight)
        if lists:
            sheets = _with_overview(sheets, runs, fresh=self.layout.fresh_sheets)
        elif self.layout.fresh_sheets:
            sheets = on_fresh_sheets(sheets)
        return join(sheets, style, self.kept)


def _fitting(laying: _Laying, runs: Sequence[list[Item]], items: Sequence[Item], limits: Limits) -> Letter:
    """
    Give the letter as it fits: as it is, else packed, else in more files where the channel has a limit for each.

    What was done is said. Raises DoesNotFit where nothing does.
    """
    whole = made = laying.whole(runs)
    if not over(whole.files, limits):
        return whole
    more = divided(runs, limits) if limits.max_file_bytes else runs
    ways = [runs, more] if len(runs) < len(more) <= limits.max_files else [runs]
    try:
        for files, tight in [(files, tight) for files in ways for tight in (False, True)][1:]:
            made = laying.whole(files, tight=tight)
            if not over(made.files, limits):
                told = [was_packed(_size(whole) - _size(made))] if tight else []
                told += [was_divided(len(files))] if files is more else []
                return attrs.evolve(made, findings=(*made.findings, *told))
    except UnreadableDocument as error:  # it took too long to try
        raise too_large(whole.files, items, limits) from error
    raise too_large(made.files, items, limits)


def _size(letter: Letter) -> int:
    return sum(file.size for file in letter.files)


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
    """
    Give the file that has the list of the bilag, where there is to be one: that of the letter.

    Where nothing may be laid together with the letter, it is the first that is laid together.
    """
    items = [item for run in runs for item in run]
    if not layout.overview_from or len(items) - 1 < layout.overview_from or not all(item.is_one for item in items):
        return None
    with_letter = (run for run in runs if run[0].number == 0 and run[0].is_joined)
    return next(with_letter, None) or next((run for run in runs if len(run) > 1), None)


def _alone(item: Item, sheets: Sheets, style: Style, *, tight: bool) -> Joined:
    """Leave a file that nothing must be done to as it is, byte by byte."""
    kept = Joined(item.file, (*of_item(item, ()), *sheets.findings))
    must = item.is_changed or item.is_unsure or bool(sheets.changes)
    if not must and not (tight and item.is_joined):
        return kept
    if tight:
        sheets = attrs.evolve(sheets, changes=tuple(dict.fromkeys((*sheets.changes, PACKED))))
    joined = join([sheets], attrs.evolve(style, title=item.title) if item.number else style)
    gains = must or joined.file.size < item.file.size
    return joined if gains and _changes(joined.file) != _changes(item.file) else kept


def _changes(file: File) -> list[tuple[str, ...]]:
    return [place.changes for place in file.places]


def _with_overview(sheets: Sequence[Sheets], runs: Sequence[list[Item]], *, fresh: bool) -> list[Sheets]:
    """Put the list of all bilag after the letter; it is written when it is known where each of them is."""
    at = 1 if sheets[0].item and sheets[0].item.number == 0 else 0
    overview = Overview.of(list(_listed(runs)))
    front = Sheets(Part(TITLE, b"", "da", label="Oversigt ", leads=True), overview.pages)
    whole = [*sheets[:at], front, *sheets[at:]]
    whole = on_fresh_sheets(whole) if fresh else whole
    content = overview.written(dict(_spots(whole)))
    return [*whole[:at], attrs.evolve(front, part=attrs.evolve(front.part, content=content)), *whole[at + 1 :]]


def _listed(runs: Sequence[list[Item]]) -> Iterator[Line]:
    first: dict[bytes, int] = {}
    for at, item in [(at, item) for at, run in enumerate(runs, 1) for item in run]:
        same = first.setdefault(item.content, item.number)
        if item.number:
            note = f"Samme fil som bilag {same}" if same not in {item.number, 0} else ""
            yield Line(item.number, item.title, note, "egen fil" if len(runs[at - 1]) == 1 else f"fil {at}")


def _spots(sheets: Sequence[Sheets]) -> Iterator[tuple[int, Spot]]:
    page = 1
    for part, each in enumerate(sheets):
        if each.item:
            yield each.item.number, Spot(page, each.pages, part)
        page += each.pages
