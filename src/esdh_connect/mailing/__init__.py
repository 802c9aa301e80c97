"""
Masseforsendelse: many letters as one wish, planned and committed without ever holding more than a few of them.

Nothing of a mailing leaves before its exact count is confirmed: letters are held as they come, and released when
the last one is there and the count is right. So a list that is cut off, or one letter too long, sends nothing.
"""

from __future__ import annotations

from esdh_connect.mailing.commit import CHUNK, Mailed, Mailing, Order, Step
from esdh_connect.mailing.doors import Mailings
from esdh_connect.mailing.overview import Overview, Problem

__all__ = ["CHUNK", "Mailed", "Mailing", "Mailings", "Order", "Overview", "Problem", "Step"]
