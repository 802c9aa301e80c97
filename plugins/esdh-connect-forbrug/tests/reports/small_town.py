"""A small town's published cells, whose letters tell which cells a sum is of: each has a power of two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from hypothesis import strategies as st

from esdh_connect.policy import Department
from esdh_connect_forbrug.figures import Cell, Figures, Histogram
from esdh_connect_forbrug.months import Month
from esdh_connect_forbrug.prices import Price
from esdh_connect_forbrug.reports.measures import Scale
from esdh_connect_forbrug.reports.overview import Source
from esdh_connect_forbrug.reports.tree import Tree
from esdh_connect_forbrug.reports.ways import Ways

DEPARTMENTS = (
    Department("teknik", "Teknik"),
    Department("byg", "Byggesag", "teknik"),
    Department("vej", "Vej", "teknik"),
    Department("kultur", "Kultur"),
)
LAST = Month(2026, 10)
PRICES = (Price("2026-01-01", 29.0, 1.5),)


def figures(digital: int = 0, paper: int = 0, **more: object) -> Figures:
    """Figures of so many letters, each with a bilag that was laid together with it."""
    sent = {name: number for name, number in {"digital_post": digital, "fysisk_post": paper}.items() if number}
    letters = digital + paper
    took = Histogram.of([timedelta(minutes=5)] * min(letters, 20))
    usual = {"documents": 2 * letters, "files": letters, "pages": 3 * letters, "delivered": letters, "took": took}
    return Figures(**{"sent": sent, **usual, **more})


def cell(month: Month, departments: str | Sequence[str], digital: int = 0, paper: int = 0, **more: object) -> Cell:
    names = (departments,) if isinstance(departments, str) else tuple(departments)
    return Cell(names, month, figures(digital, paper, **more))


def source(cells: Iterable[Cell], months: int = 12, expected: Mapping[str, float] | None = None) -> Source:
    scale = Scale(Ways.of({}), PRICES)
    return Source(LAST.later(1 - months), LAST, tuple(cells), Tree.of(DEPARTMENTS), scale, expected or {})


def between(cells: Sequence[Cell], first: Month, last: Month) -> Source:
    """Some months of all there are."""
    its = tuple(one for one in cells if first <= one.month <= last)
    return Source(first, last, its, Tree.of(DEPARTMENTS), Scale(Ways.of({}), PRICES), known=tuple(cells))


_IDS = [one.id for one in DEPARTMENTS]


@st.composite
def powers(draw: st.DrawFn, months: int = 4) -> tuple[Cell, ...]:
    """Months parted into cells at random, each with another power of two of digital letters."""
    found: list[Cell] = []
    for month in LAST.later(1 - months).until(LAST):
        where = [draw(st.integers(0, 4)) for _ in _IDS]  # 4: nothing was counted there
        for group in sorted(set(where) - {4}):
            names = tuple(name for name, at in zip(_IDS, where, strict=True) if at == group)
            found.append(Cell(names, month, Figures(sent={"digital_post": 2 ** len(found)})))
    return tuple(found)


def cells_in(number: int, cells: Sequence[Cell]) -> set[tuple[Month, tuple[str, ...]]]:
    """Months and departments of the cells that a number of letters is the sum of."""
    return {(one.month, one.departments) for at, one in enumerate(cells) if number >> at & 1}
