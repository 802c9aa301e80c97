"""
What the host knows and what is to be sent: cases, documents, parties, recipients, letters.

All values are frozen. Order matters in a letter: the first file is the letter itself (*hoveddokument*), the
rest are its *bilag*. Names, addresses and contents stay out of ``repr``.
"""

from __future__ import annotations

from esdh_connect.model.letters import (
    PDF,
    Document,
    Envelope,
    File,
    Finding,
    Letter,
    LetterAction,
    Options,
    Place,
    PostCategory,
    Printing,
    Reservation,
    Source,
)
from esdh_connect.model.people import (
    Address,
    Attention,
    Case,
    Circumstance,
    Colleague,
    ContactPoint,
    Party,
    Recipient,
    Representative,
    Sender,
)

__all__ = [
    "PDF",
    "Address",
    "Attention",
    "Case",
    "Circumstance",
    "Colleague",
    "ContactPoint",
    "Document",
    "Envelope",
    "File",
    "Finding",
    "Letter",
    "LetterAction",
    "Options",
    "Party",
    "Place",
    "PostCategory",
    "Printing",
    "Recipient",
    "Representative",
    "Reservation",
    "Sender",
    "Source",
]
