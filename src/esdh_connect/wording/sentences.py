"""Sætninger: what the texts are put together from."""

from __future__ import annotations

from esdh_connect.ids import mask

__all__ = ["NOT_CHANGED", "NOT_SENT", "UNKNOWN", "quoted", "sentences"]

NOT_SENT = "Der er ikke sendt noget"
NOT_CHANGED = "Der er ikke ændret noget"
UNKNOWN = "Det er uvist, om brevet er sendt"
#: So much of what others wrote is quoted.
_LONGEST = 200


def sentences(*texts: str) -> str:
    """Put texts after each other, each ending as a sentence does; empty ones are left out."""
    return " ".join(text if text.endswith((".", "!", "?")) else f"{text}." for text in texts if text)


def quoted(text: str) -> str:
    """Quote what somebody outside wrote: on one line, masked before it is cut, and not at length."""
    line = mask(" ".join("".join(sign if sign.isprintable() else " " for sign in text).split()))
    return f"»{line if len(line) <= _LONGEST else f'{line[: _LONGEST - 1].rstrip()}…'}«"
