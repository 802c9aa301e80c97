"""
Et eksempel: the waves of :mod:`esdh_connect.testing.municipality`, and what a year of it left.

It is the same each time, and what other plugins show of that municipality agrees. :func:`written` writes it into an
installation, to show what ``rollout status`` looks like.
"""

from __future__ import annotations

from esdh_connect_rollout.example.town import WAVES
from esdh_connect_rollout.example.writing import written

__all__ = ["WAVES", "written"]
