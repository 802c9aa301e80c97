"""What cannot be noted about a department that has not started, and why."""

from __future__ import annotations

from esdh_connect.errors import PolicyError

__all__ = ["AnswerRefused"]


class AnswerRefused(PolicyError):
    """An answer cannot be like that. Nothing was noted."""
