"""Portens regler: what they are called, where a department says which of them it has on."""

from __future__ import annotations

__all__ = ["GATE", "RULES"]

#: What the list of rules is called among a department's attributes, and its numbers among the values of plugins.
GATE = "gate"
#: In the order they are asked and shown. What each is, :mod:`esdh_connect.gate` knows.
RULES = (
    "not_a_party",
    "protected_address",
    "dead",
    "emigrated",
    "under_15",
    "unknown_address",
    "same_letter",
    "title_tells",
    "name_mismatch",
    "draft",
    "too_many_recipients",
)
