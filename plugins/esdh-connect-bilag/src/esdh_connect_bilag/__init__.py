"""Bilag for esdh_connect: letter and attachments become one PDF, with nothing dropped."""

from __future__ import annotations

import attrs

__all__ = ["Bilag"]


@attrs.frozen(eq=False)
class Bilag:
    """Bilag: lays letter and attachments together."""
