"""What cannot be done with a wave, and why: for the administrator. No letter is concerned, and nothing was changed."""

from __future__ import annotations

from esdh_connect.errors import PolicyError

__all__ = ["UnknownWave", "UnreadableList", "WaveRefused"]


class UnknownWave(PolicyError):
    """There is no wave of this name."""


class WaveRefused(PolicyError):
    """A wave cannot be planned, moved on or described like that."""


class UnreadableList(PolicyError):
    """A list of departments cannot be read; the Danish text names every line that is wrong."""
