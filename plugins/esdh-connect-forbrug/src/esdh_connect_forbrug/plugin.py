"""The plugin: what the library asks of it, and how it is set up."""

from __future__ import annotations

import attrs

__all__ = ["Forbrug"]


@attrs.define(eq=False)
class Forbrug:
    """
    Forbrug: counts use, department by department.

    ``days`` is how many days are kept day by day; months are kept for ever.
    """

    days: int = 90
