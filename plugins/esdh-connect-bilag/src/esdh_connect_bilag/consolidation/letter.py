"""Brev: the letter with its bilag as it goes out by one channel."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import attrs

from esdh_connect.channel import Limits
from esdh_connect.errors import DoesNotFit
from esdh_connect.model import Letter
from esdh_connect_bilag.consolidation.budget import check_size
from esdh_connect_bilag.consolidation.documents import Item, listed, looked_at
from esdh_connect_bilag.consolidation.findings import gathered, of_item
from esdh_connect_bilag.consolidation.joining import Joined, Sheets, join
from esdh_connect_bilag.consolidation.layout import Layout
from esdh_connect_bilag.engine import Part, Style
from esdh_connect_bilag.preflight import Paper

__all__ = ["consolidate"]


def consolidate(letter: Letter, limits: Limits, layout: Layout, *, paper: Paper) -> Letter:
    """
    Lay neighbouring PDFs together; what cannot be joined stays a file of its own between them, so the order stands.

    The same letter, limits and layout give the same bytes. Raises UnreadableDocument or DoesNotFit, whose Danish texts
    name each document that is in the way.
    """
    items = looked_at(letter.files, paper=paper if limits.on_paper else None)
    runs = [list(run) for _, run in groupby(items, key=_run)]
    _check_number(runs, limits)
    joined = [_file(run, letter.title, layout) for run in runs]
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


def _file(run: Sequence[Item], title: str, layout: Layout) -> Joined:
    del layout
    if len(run) == 1 and not run[0].is_changed:
        return Joined(run[0].file, tuple(of_item(run[0], ())))
    return join([_sheets(item) for item in run], Style(title))


def _sheets(item: Item) -> Sheets:
    content = item.report.content if item.report else None
    return Sheets(Part(item.title, content or item.file.content, "da", _bookmark(item), _label(item)), item)


def _bookmark(item: Item) -> str:
    return f"Bilag {item.number}: {item.title}" if item.number else item.title


def _label(item: Item) -> str:
    return f"Bilag {item.number} – " if item.number else ""
