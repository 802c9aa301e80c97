"""
Levering: everything that happens after the commit, in an order that may be killed at any instant.

What died under way, receipts that came early, whatever is overdue, consequences of document events, proposals,
letters, duties, facts.
"""

from __future__ import annotations

from esdh_connect.delivery.machine import Delivered, Delivery

__all__ = ["Delivered", "Delivery"]
