"""What a worker in a child says of a document that it looked at and will not take."""

from __future__ import annotations

__all__ = ["Refused"]


class Refused(Exception):
    """The document cannot be used; the text is Danish, for the caseworker, and quotes nothing of it."""
