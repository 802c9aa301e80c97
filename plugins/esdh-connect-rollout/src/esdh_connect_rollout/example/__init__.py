"""
Et eksempel: the made-up municipality of 24 departments that got there in four waves, and what a year of it left.

It is the same each time. :func:`written` writes it into an installation, to show what ``rollout status`` looks like.
"""

from __future__ import annotations

from esdh_connect_rollout.example.town import DEPARTMENTS, WAVES
from esdh_connect_rollout.example.writing import written

__all__ = ["DEPARTMENTS", "WAVES", "written"]
