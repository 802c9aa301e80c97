"""Sætninger: what the texts are put together from."""

from __future__ import annotations

__all__ = ["NOT_CHANGED", "NOT_SENT", "UNKNOWN", "sentences"]

NOT_SENT = "Der er ikke sendt noget"
NOT_CHANGED = "Der er ikke ændret noget"
UNKNOWN = "Det er uvist, om brevet er sendt"


def sentences(*texts: str) -> str:
    """Put texts after each other, each ending as a sentence does; empty ones are left out."""
    return " ".join(text if text.endswith((".", "!", "?")) else f"{text}." for text in texts if text)
