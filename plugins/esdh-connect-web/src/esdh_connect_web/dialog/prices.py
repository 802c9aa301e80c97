"""Prisoverslag: what the letters would cost, where the installation has prices."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from esdh_connect.connect import Connect
from esdh_connect.dispatch import Row
from esdh_connect_forbrug import Forbrug
from esdh_connect_forbrug.prices import Price

__all__ = ["estimate", "price_of"]


def price_of(post: Connect, day: date) -> Price | None:
    """Give the price of a letter that holds on a day; None where the installation has none."""
    plugin = post.plugins.get("forbrug")
    known = plugin.prices if isinstance(plugin, Forbrug) else ()
    return max((one for one in known if one.since <= day.isoformat()), key=lambda one: one.since, default=None)


def estimate(post: Connect, rows: Iterable[Row], day: date) -> Decimal | None:
    """Give what those letters cost together that can be sent, if only for a reason; None where no price is known."""
    price = price_of(post, day)
    if price is None:
        return None
    going = [row.channel for row in rows if (row.error is None or row.open) and not row.reminder]
    on_paper = sum(1 for name in going if post.plugins.channels[name].limits.on_paper)
    return on_paper * price.exact_paper + (len(going) - on_paper) * price.exact_digital
