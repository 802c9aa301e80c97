"""
Tal: what is counted of a department and a month, and the door to what may be shown of it.

What is shown is a sum of published cells, each of at least five people that were active in it; see
:mod:`esdh_connect_forbrug.suppression`. Of a month that is running nothing is: who looked twice could subtract.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Self

import attrs

from esdh_connect.connect import Connect
from esdh_connect.reasons import legible
from esdh_connect_forbrug.histogram import Histogram
from esdh_connect_forbrug.months import Month

__all__ = ["FEWEST", "Cell", "Figures", "Histogram", "Month", "Use", "total"]

#: People that were active, at least, in whatever is shown.
FEWEST = 5

_Counts = Mapping[str, int]
_FIRST, _LAST = Month(1, 1), Month(9999, 12)


@attrs.frozen
class Figures:
    """
    What was counted. They add up with ``+``, and :func:`total` adds many.

    ``sent`` is by channel, ``failed`` by the code of its cause, ``plugins`` by the plugin that sent. ``documents`` is
    how many were chosen in sent letters and ``files`` how many went out, so what consolidation did can be seen;
    ``size`` is in bytes. ``took`` is from click to delivered. ``active`` is how many people were active: who was active
    in two cells counts in both, so a sum of cells may be higher than the number of people.
    """

    sent: _Counts = attrs.field(factory=dict)
    delivered: int = 0
    cancelled: int = 0
    printed: int = 0
    opened: int = 0
    unused: int = 0
    failed: _Counts = attrs.field(factory=dict)
    documents: int = 0
    files: int = 0
    pages: int = 0
    size: int = 0
    plugins: _Counts = attrs.field(factory=dict)
    took: Histogram = attrs.field(factory=Histogram)
    active: int = 0

    @property
    def letters(self) -> int:
        """Give how many letters were sent, by all channels."""
        return sum(self.sent.values())

    @property
    def failures(self) -> int:
        """Give how many letters failed, of all causes."""
        return sum(self.failed.values())

    def __bool__(self) -> bool:
        """Tell whether anything at all was counted."""
        return self != Figures()

    def __add__(self, other: Figures) -> Figures:
        """Add them up."""
        return total((self, other))

    @property
    def plain(self) -> dict[str, Any]:
        """Give them as JSON has them, without what is nothing."""
        plain = attrs.asdict(self, recurse=False) | {"took": {str(at): n for at, n in self.took.counts.items()}}
        return {name: value for name, value in plain.items() if value}

    @classmethod
    def counted(cls, counts: Iterable[tuple[str, str, int]]) -> Self:
        """Make them of (field, by what, how many): the last time a field is there counts."""
        plain: dict[str, Any] = {}
        for name, by, count in counts:
            if name in _NUMBERS:
                plain[name] = count
            else:
                plain.setdefault(name, {})[by] = count
        return cls.of(plain)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:
        """Read what :attr:`plain` gave."""
        took = Histogram({int(at): n for at, n in plain.get("took", {}).items()})
        return cls(**{**plain, "took": took})


_NUMBERS = tuple(one.name for one in attrs.fields(Figures) if one.type in (int, "int"))
_MAPPINGS = ("sent", "failed", "plugins")


def total(many: Iterable[Figures]) -> Figures:
    """Add figures up; nothing gives nothing."""
    many = tuple(many)
    numbers: dict[str, Any] = {name: sum(getattr(one, name) for one in many) for name in _NUMBERS}
    mappings: dict[str, Any] = {name: _added(getattr(one, name) for one in many) for name in _MAPPINGS}
    return Figures(**numbers, **mappings, took=Histogram(_added(one.took.counts for one in many)))


def _added(many: Iterable[Mapping[Any, int]]) -> dict[Any, int]:
    added: Counter[Any] = Counter()
    for one in many:
        added.update(one)
    return dict(sorted(added.items()))


@attrs.frozen
class Cell:
    """A unit of publication: one department in a month, or several that were merged."""

    departments: tuple[str, ...]
    month: Month
    figures: Figures


@attrs.frozen(eq=False)
class Use:
    """Forbrug of one installation: what may be shown of it."""

    post: Connect

    def published(self, first: Month | None = None, last: Month | None = None) -> tuple[Cell, ...]:
        """
        Give the cells of the closed months from ``first`` to ``last``, by month and departments; else of all there are.

        Every page and every export is a sum of these. A department of fewer than five active people is merged with
        others, and where even the whole organisation has fewer, the month has no cell. Cells never change.
        """
        from esdh_connect_forbrug.tables import published

        with self.post.store.reading() as connection:
            rows = published.between(connection, str(first or _FIRST), str(last or _LAST))
        return tuple(Cell(tuple(names), Month.parse(month), Figures.of(plain)) for month, names, plain in rows)

    def months(self) -> tuple[Month, ...]:
        """Give the months that have cells, the first one first."""
        from esdh_connect_forbrug.tables import published

        with self.post.store.reading() as connection:
            return tuple(map(Month.parse, published.months(connection)))

    def erase_all(self, *, by: str, why: str) -> int:
        """
        Erase all that is known of use: events, figures, published ones too, and who has not started and why.

        The events go first, told to everybody or not, so that nobody counts them afterwards. Gives how many rows.
        Raises ValueError, and erases nothing, for a reason that is more than a line.
        """
        from esdh_connect_forbrug.closing import Closing, Kept

        reason = legible(why)
        events = self.post.outbox.erase_usage()
        return events + Closing(self.post.store, Kept(0, 0, None)).erase_all(by=by, why=reason)
