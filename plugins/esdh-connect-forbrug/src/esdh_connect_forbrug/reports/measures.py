"""Mål: what the figures of some cells say, with every share as its numerator and denominator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Self

import attrs

from esdh_connect_forbrug.figures import Cell, Figures, total
from esdh_connect_forbrug.prices import Price, Saving, saved
from esdh_connect_forbrug.reports.ways import Ways

__all__ = ["Measures", "Scale", "share"]


def share(part: int, whole: int) -> float | None:
    """Give what share the part is; None of nothing."""
    return part / whole if whole else None


@attrs.frozen
class Scale:
    """What figures are measured with: the channels of the installation, and its prices."""

    ways: Ways = attrs.field(factory=Ways)
    prices: Sequence[Price] = ()

    def of(self, cells: Iterable[Cell]) -> Measures:
        """Measure cells together."""
        return Measures.of(cells, self.ways, self.prices)


@attrs.frozen
class Measures:
    """
    Mål: what is told of letters and months.

    ``digital``, ``paper`` and ``printed`` are letters: sent digitally, sent on paper, and printed locally, which is the
    old way. ``messages`` (NemSMS) are none. ``months`` is how many months have figures here.
    """

    figures: Figures
    digital: int
    paper: int
    messages: int
    months: int
    saving: Saving

    @classmethod
    def of(cls, cells: Iterable[Cell], ways: Ways, prices: Sequence[Price]) -> Self:
        """Measure cells together."""
        cells = tuple(cells)
        figures = total(one.figures for one in cells)
        return cls(
            figures=figures,
            digital=ways.digital(figures.sent),
            paper=ways.on_paper(figures.sent),
            messages=ways.by_message(figures.sent),
            months=len({one.month for one in cells}),
            saving=saved(((one.month, ways.digital(one.figures.sent)) for one in cells), prices),
        )

    @property
    def printed(self) -> int:
        """Give how many letters were printed locally: sent the old way."""
        return self.figures.printed

    @property
    def letters(self) -> int:
        """Give all letters, however they went: what the share is a share of."""
        return self.digital + self.paper + self.printed

    @property
    def share(self) -> float | None:
        """Give the share that went digitally."""
        return share(self.digital, self.letters)

    @property
    def merged(self) -> int:
        """Give how many files fewer went out than documents were chosen: attachments that were laid together."""
        return max(0, self.figures.documents - self.figures.files)

    @property
    def sent(self) -> int:
        """Give the letters that were sent from here, digitally or on paper."""
        return self.digital + self.paper

    @property
    def failures(self) -> int:
        """Give how many failed."""
        return self.figures.failures

    @property
    def median(self) -> timedelta | None:
        """Give how long half of the letters took at most, from click to delivered."""
        return self.figures.took.median

    @property
    def p95(self) -> timedelta | None:
        """Give how long 19 of 20 letters took at most."""
        return self.figures.took.p95

    @property
    def pace(self) -> float:
        """Give digital letters in a month, on average over those that have figures."""
        return self.digital / self.months if self.months else 0.0
