"""
Et år: the made-up municipality of :mod:`esdh_connect.testing.municipality`, to show what use looks like.

It is the same each time. :func:`written` stores its closed months as they would have been published, at once, and
counts the days since then; for :func:`lived` it happens, event by event.
"""

from __future__ import annotations

from esdh_connect_forbrug.year.writing import lived, written

__all__ = ["lived", "written"]
