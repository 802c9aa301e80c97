"""Dokumenter: the files of a letter before they are laid together, each with what preflight says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from esdh_connect import media
from esdh_connect.errors import DoesNotFit, UnreadableDocument
from esdh_connect.model import PDF, File, Place
from esdh_connect_bilag import preflight
from esdh_connect_bilag.consolidation.allowance import DOCUMENT, LETTER, Allowance
from esdh_connect_bilag.preflight import Flaw, Paper, Report, Weight
from esdh_connect_bilag.repair import REPAIRS

__all__ = ["Item", "listed", "looked_at"]


_NAMED = 3
#: What is not a change in itself, and may have hidden one.
_UNSURE = frozenset({Flaw.UNCHECKED})
_MENDED = frozenset({Flaw.REPAIRED, Flaw.DECRYPTED})


@attrs.frozen
class Item:
    """
    A document of the letter, or several where they were laid together before (a letter that goes again).

    ``number`` is its place in the request, which bilag are called by: 0 is the letter itself. ``report`` is
    preflight's; None where the file is no PDF. ``allowance`` is what else may be done with it.
    """

    file: File
    report: Report | None
    on_paper: bool = False
    allowance: Allowance = attrs.field(factory=Allowance, eq=False, repr=False)

    @property
    def places(self) -> tuple[Place, ...]:
        """Give where its documents are in it."""
        return self.file.places

    @property
    def number(self) -> int:
        """Give its number."""
        return next((place.document for place in self.places if place.document is not None), 0)

    @property
    def is_one(self) -> bool:
        """Tell whether it is one document, which nothing has been laid together with."""
        return len(self.places) == 1

    @property
    def title(self) -> str:
        """Give what people call it, without the number that it gets anyway."""
        name = media.stem(self.file.name, self.file.media_type)
        return re.sub(rf"(?i)^bilag[ _]*0*{self.number}(?![0-9])[ _.:–-]*(?=\S)", "", name) if self.number else name

    @property
    def own_number(self) -> int | None:
        """Give the number of a bilag that its name begins with; None where it has none."""
        found = re.match(r"(?i)bilag[ _]*0*([0-9]{1,4})(?![0-9])", self.file.name)
        return int(found[1]) if found else None

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
        return self.is_joined and any(finding.weight is Weight.CHANGED for finding in self._findings)

    @property
    def is_cleaned(self) -> bool:
        """Tell whether something must be taken out of it."""
        return any(it.weight is Weight.CHANGED and it.flaw not in _MENDED for it in self._findings)

    @property
    def is_unsure(self) -> bool:
        """Tell whether only the merge can say what must be taken out of it."""
        return self.is_joined and any(finding.flaw in _UNSURE for finding in self._findings)

    @property
    def _findings(self) -> tuple[preflight.Finding, ...]:
        return self.report.findings if self.report else ()


def looked_at(files: Sequence[File], *, paper: Paper | None) -> list[Item]:
    """
    Look at each file; ``paper`` is what the print supplier asks, where they are printed.

    Raises UnreadableDocument, in a text that names every file that cannot go as it is, and DoesNotFit where they take
    too long together.
    """
    items, left = [], LETTER
    for file in files:
        items.append(_item(file, paper))
        left -= DOCUMENT - items[-1].allowance.left
        if left < 0:
            raise _too_slow(items)
    wrong = [told for item in items for told in _stopping(item)]
    if wrong:
        raise UnreadableDocument("preflight stops it", danish=" ".join(wrong).rstrip("."))
    return items


def _item(file: File, paper: Paper | None) -> Item:
    item = Item(file, None, on_paper=paper is not None)
    if file.media_type != PDF:
        return item
    with item.allowance.spending() as bounds:
        is_letter = item.number == 0
        report = preflight.preflight(file.content, repair=REPAIRS, bounds=bounds, paper=paper, is_letter=is_letter)
    return attrs.evolve(item, report=report)


def _too_slow(items: Sequence[Item]) -> DoesNotFit:
    slow = [f"»{item.file.name}«" for item in sorted(items, key=lambda item: item.allowance.left)[:_NAMED]]
    return DoesNotFit(
        f"{len(items)} files took more than {LETTER:g} seconds of a processor",
        danish=f"dokumenterne er for indviklede til at gå i ét brev. Værst er {listed(slow)}. Gem dem som PDF på ny, "
        "eller del brevet",
    )


def _stopping(item: Item) -> Iterator[str]:
    for finding in item.report.findings if item.report else ():
        if finding.weight is Weight.STOPS:
            yield f"»{item.file.name}«: {preflight.text(finding)}"


def listed(words: Sequence[str]) -> str:
    """Give ``a``, ``a og b`` or ``a, b og c``."""
    return " og ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)
