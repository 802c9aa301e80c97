"""
Priser: what a letter costs on paper and digitally, from a day on, and what was saved by that.

The prices are the municipality's own. Where it has given none, nothing is said to be saved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property

import attrs

from esdh_connect.errors import SettingsError
from esdh_connect_forbrug.months import Month

__all__ = ["Line", "Price", "Saving", "apart", "saved"]

_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


#: No letter costs more. A number that is none, or has no end, is no price either.
_MOST = 10_000


def _is_day(_price: Price, _field: attrs.Attribute[str], text: str) -> None:
    if not _WRITTEN.fullmatch(text) or not _is_date(text):
        raise SettingsError("since is a day: 2026-01-01", danish="since: en dag skrives 2026-01-01")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_price(_price: Price, field: attrs.Attribute[float], kroner: float) -> None:
    if not 0 <= kroner <= _MOST:
        raise SettingsError(
            f"{field.name} is a price: 0 to {_MOST}",
            danish=f"{field.name}: en pris er et tal fra 0 til {_MOST} (kroner)",
        )


def apart(_owner: object, _field: object, prices: Sequence[Price]) -> None:
    """Refuse two prices of one day: nobody could tell which of them holds. Raises SettingsError."""
    days = [one.since for one in prices]
    twice = next((at for at, day in enumerate(days) if day in days[:at]), None)
    if twice is not None:
        raise SettingsError(
            f"prices[{twice}] begins on the day of another",
            danish=f"prices[{twice}] begynder samme dag som en anden pris; der kan kun gælde én",
        )


@attrs.frozen
class Price:
    """
    Pris: what a letter costs from the day ``since`` (2026-01-01) on, in kroner.

    ``paper`` is the whole of it on paper, as the municipality reckons it: postage, and print and envelope if it
    likes; ``digital`` is what sending it digitally costs.
    """

    since: str = attrs.field(validator=_is_day)
    paper: float = attrs.field(validator=_is_price)
    digital: float = attrs.field(default=0.0, validator=_is_price)

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
    held: dict[Month, Price | None] = {}
    for month, count in letters:
        if month not in held:
            held[month] = _price(month, prices)
        price = held[month]
        if price is None:
            unpriced += count
        elif count:
            by_price[price] = by_price.get(price, 0) + count
    return Saving(_lines(by_price), unpriced)


def _lines(by_price: Mapping[Price, int]) -> tuple[Line, ...]:
    return tuple(Line(by_price[price], price) for price in sorted(by_price, key=lambda price: price.month))


def _price(month: Month, prices: Sequence[Price]) -> Price | None:
    """Give the latest price that holds in a month."""
    return max((price for price in prices if price.month <= month), key=lambda price: price.since, default=None)
