"""
Priser: what a letter costs on paper and digitally, from a day on, and what was saved by that.

The prices are the municipality's own. Where it has given none, nothing is said to be saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property

import attrs

from esdh_connect_forbrug.months import Month

__all__ = ["Line", "Price", "Saving", "saved"]


def _is_day(_price: Price, _field: attrs.Attribute[str], text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError("en dag skrives 2026-01-01") from None


@attrs.frozen
class Price:
    """
    Pris: what a letter costs from the day ``since`` (2026-01-01) on, in kroner.

    ``paper`` is the whole of it on paper, as the municipality reckons it: postage, and print and envelope if it
    likes; ``digital`` is what sending it digitally costs.
    """

    since: str = attrs.field(validator=_is_day)
    paper: float = attrs.field(validator=attrs.validators.ge(0))
    digital: float = attrs.field(default=0.0, validator=attrs.validators.ge(0))

    @cached_property
    def month(self) -> Month:
        """Give the first month that is reckoned at this price: the one that has it from its first day."""
        day = date.fromisoformat(self.since)
        month = Month.of(day)
        return month if day.day == 1 else month.next

    @property
    def exact_paper(self) -> Decimal:
        """Give the price on paper as it was written."""
        return Decimal(str(self.paper))

    @property
    def exact_digital(self) -> Decimal:
        """Give the price of sending digitally as it was written."""
        return Decimal(str(self.digital))


@attrs.frozen
class Line:
    """Letters that were sent digitally at one price."""

    letters: int
    price: Price

    @property
    def saved(self) -> Decimal:
        """Give what was saved by them: letters × (paper – digital)."""
        return self.letters * (self.price.exact_paper - self.price.exact_digital)


@attrs.frozen
class Saving:
    """Sparet porto, as lines that can be checked. ``unpriced`` letters are in no line: for their month is no price."""

    lines: tuple[Line, ...] = ()
    unpriced: int = 0

    @property
    def total(self) -> Decimal | None:
        """Give what was saved in all; None where there is no price for any of the letters."""
        return sum((line.saved for line in self.lines), Decimal(0)) if self.lines or not self.unpriced else None


def saved(letters: Iterable[tuple[Month, int]], prices: Sequence[Price]) -> Saving:
    """Reckon what digital letters saved, each month at the price that held on its first day."""
    by_price: dict[Price, int] = {}
    unpriced = 0
    for month, count in letters:
        price = _price(month, prices)
        if price is None:
            unpriced += count
        elif count:
            by_price[price] = by_price.get(price, 0) + count
    return Saving(_lines(by_price), unpriced)


def _lines(by_price: Mapping[Price, int]) -> tuple[Line, ...]:
    return tuple(Line(by_price[price], price) for price in sorted(by_price, key=lambda price: price.month))


def _price(month: Month, prices: Sequence[Price]) -> Price | None:
    """Give the latest price that holds in a month; of two that begin together the last that was written."""
    known = [price for price in prices if price.month <= month]
    return max(reversed(known), key=lambda price: price.since, default=None)
