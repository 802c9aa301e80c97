"""Gentagelse: the same letter twice."""

from __future__ import annotations

from collections.abc import Iterator

from esdh_connect.dispatch import Concern
from esdh_connect.gate.evidence import Evidence

__all__ = ["same_letter"]


def same_letter(seen: Evidence) -> Iterator[Concern]:
    """Samme brev: an equal one was ordered to the same recipient within a day, under another key."""
    for row, _, _ in seen.letters():
        if seen.is_recent(row):
            yield Concern(
                "same_letter",
                "et helt magen til brev er bestilt til modtageren inden for det seneste døgn",
                row.party,
                advice="Se efter på sagen, hvad der blev af det",
            )
