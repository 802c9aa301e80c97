"""Sparet porto, told as a formula that can be checked with pencil and paper."""

from __future__ import annotations

from collections.abc import Iterator

from esdh_connect_forbrug.prices import Line, Saving
from esdh_connect_forbrug.reports import danish

__all__ = ["formula"]


def formula(saving: Saving) -> Iterator[str]:
    """Give a line for each price, their sum, and what is not in it."""
    yield from map(_line, saving.lines)
    if len(saving.lines) > 1 and saving.total is not None:
        yield f"I alt {danish.money(saving.total)}"
    if saving.unpriced:
        letters = danish.count(saving.unpriced, "digitalt brev", "digitale breve")
        yield f"{letters} er ikke regnet med: der står ingen pris for deres måned i indstillingerne."
    elif not saving.lines:
        yield "Der er endnu ikke sendt breve digitalt."


def _line(line: Line) -> str:
    letters = danish.count(line.letters, "digitalt brev", "digitale breve")
    paper, digital = danish.price(line.price.exact_paper), danish.price(line.price.exact_digital)
    cost = f"({paper} på papir – {digital} digitalt)" if line.price.digital else f"{paper} på papir"
    return f"{letters} × {cost} = {danish.money(line.saved)}"
