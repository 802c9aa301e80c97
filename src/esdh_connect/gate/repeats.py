"""Gentagelse: the same letter twice."""

from __future__ import annotations

from collections.abc import Iterator

from esdh_connect import wording
from esdh_connect.dispatch import Concern
from esdh_connect.gate.evidence import Evidence

__all__ = ["same_letter"]


def same_letter(seen: Evidence) -> Iterator[Concern]:
    """
    Samme brev: it was ordered to the same recipient within a day, under another key, and went or will.

    Which bilag go with it, and in which order, makes it no other letter. What became of it since is advice and no part
    of the concern: who has overridden it is not asked again because it has arrived meanwhile.
    """
    for row, _, _ in seen.letters():
        before = seen.before(row)
        if before is not None:
            when = wording.when(before.committed_at)
            yield Concern(
                "same_letter",
                f"et brev med samme hoveddokument er bestilt til modtageren {when} af {before.committed_by}",
                row.party,
                advice=f"{wording.whereabouts(before)}. Se efter på sagen, om der skal sendes et til",
            )
