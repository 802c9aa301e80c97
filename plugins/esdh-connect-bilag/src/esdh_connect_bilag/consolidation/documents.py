"""Dokumenter: the files of a letter before they are laid together, each with what preflight says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from esdh_connect import media
from esdh_connect.errors import UnreadableDocument
from esdh_connect.model import PDF, File, Place
from esdh_connect_bilag.preflight import Paper, Report, Weight, preflight, text
from esdh_connect_bilag.repair import REPAIRS

__all__ = ["Item", "listed", "looked_at"]


@attrs.frozen
class Item:
    """
    A document of the letter. ``number`` is its place in the request, which bilag are called by: 0 is the letter itself.

    ``report`` is preflight's; None where the file is no PDF.
    """

    file: File
    place: Place
    report: Report | None
    on_paper: bool = False

    @property
    def number(self) -> int:
        """Give its number."""
        return self.place.document or 0

    @property
    def title(self) -> str:
        """Give what people call it, without the number that it gets anyway."""
        name = media.stem(self.file.name, self.file.media_type)
        return re.sub(rf"(?i)^bilag[ _]*0*{self.number}(?![0-9])[ _.:–-]*(?=\S)", "", name) if self.number else name

    @property
    def content(self) -> bytes:
        """Give the bytes that go on: as they came, or repaired."""
        return (self.report and self.report.content) or self.file.content

    @property
    def pages(self) -> int:
        """Give how many pages it has; 0 where it has none to count."""
        return self.report.pages if self.report else 0

    @property
    def is_joined(self) -> bool:
        """Tell whether it is laid together with others. On paper nobody can check a signature."""
        return self.report is not None and (self.on_paper or not self.report.apart)

    @property
    def is_changed(self) -> bool:
        """Tell whether something must be taken out of it, or was mended."""
        changes = (finding.weight is Weight.CHANGED for finding in (self.report.findings if self.report else ()))
        return self.is_joined and any(changes)


def looked_at(files: Sequence[File], *, paper: Paper | None) -> list[Item]:
    """
    Look at each file; ``paper`` is what the print supplier asks, where they are printed.

    Raises UnreadableDocument, in a text that names every file that cannot go as it is.
    """
    items = [_item(file, paper) for file in files]
    wrong = [told for item in items for told in _stopping(item)]
    if wrong:
        raise UnreadableDocument("preflight stops it", danish=" ".join(wrong).rstrip("."))
    return items


def _item(file: File, paper: Paper | None) -> Item:
    [place] = file.places
    report = None
    if file.media_type == PDF:
        report = preflight(file.content, repair=REPAIRS, paper=paper, is_letter=place.document == 0)
    return Item(file, place, report, on_paper=paper is not None)


def _stopping(item: Item) -> Iterator[str]:
    for finding in item.report.findings if item.report else ():
        if finding.weight is Weight.STOPS:
            yield f"»{item.file.name}«: {text(finding)}"


def listed(words: Sequence[str]) -> str:
    """Give ``a``, ``a og b`` or ``a, b og c``."""
    return " og ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)
