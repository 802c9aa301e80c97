"""The plugin: what the library asks of it, and how it is set up."""

from __future__ import annotations

import attrs

__all__ = ["Rollout"]


@attrs.define(eq=False)
class Rollout:
    """
    Udrulning: waves of departments that begin together.

    ``routine`` is how many letters in a week show that a department has found its way.
    """

    routine: int = 10
