"""
Et år: a made-up municipality of 24 departments that got there in four waves, to show what use looks like.

It is the same each time. :func:`written` stores its closed months as they would have been published, at once; for
:func:`lived` it happens, event by event.
"""

from __future__ import annotations

from esdh_connect_forbrug.year.town import DEPARTMENTS, WAVES, Wave, changes
from esdh_connect_forbrug.year.writing import lived, written

__all__ = ["DEPARTMENTS", "WAVES", "Wave", "changes", "lived", "written"]
