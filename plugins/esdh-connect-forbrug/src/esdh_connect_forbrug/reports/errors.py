"""What statistics cannot be asked for, and why."""

from __future__ import annotations

from esdh_connect.errors import PolicyError

__all__ = ["MonthsRefused"]


class MonthsRefused(PolicyError):
    """There can be no figures of these months."""
