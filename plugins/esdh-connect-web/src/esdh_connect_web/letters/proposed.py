"""Bestilte forslag: which letters of a proposal were ordered on another way, and how they stand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import attrs

from esdh_connect import wording
from esdh_connect.connect import Connect
from esdh_connect.dispatch import Cover, Entry, Work
from esdh_connect.errors import OutboxError
from esdh_connect.model import Party
from esdh_connect.outbox import Proposal

__all__ = ["Ordered", "Proposed", "proposed"]

#: So many of the newest letters of a case are looked through.
_MOST = 50


@attrs.frozen
class Ordered:
    """A letter with the main document of the proposal, to one of its recipients. ``story`` is Danish."""

    entry: Entry
    name: str = attrs.field(repr=False)
    story: str

    @property
    def stands(self) -> bool:
        """Tell whether it was not stopped."""
        return self.entry.work is not Work.CANCELLED


@attrs.frozen
class Proposed:
    """A proposal, and the newest letter to each of its recipients that was ordered otherwise."""

    proposal: Proposal
    ordered: tuple[Ordered, ...] = ()

    @property
    def taken_by(self) -> str:
        """Give who has ordered all of it, so that nothing is left to propose; "" where something is."""
        is_all = len(self.ordered) == len(self.proposal.request.parties) and all(one.stands for one in self.ordered)
        return self.ordered[0].entry.committed_by if is_all else ""


def proposed(post: Connect, proposal: Proposal, now: datetime) -> Proposed:
    """Look whether the letters of a proposal were ordered from the case, under a key of their own."""
    request, newest = proposal.request, dict[Party, Ordered]()
    letters = post.entries(department=request.department, case=request.case.id, limit=_MOST)
    for entry, cover in _covers(post, letters):
        party = cover.recipient.party
        if party in request.parties and _main(cover) == (request.documents[0].id, request.documents[0].version):
            newest.setdefault(party, Ordered(entry, cover.recipient.name, wording.explain(entry, now)))
    return Proposed(proposal, tuple(newest.values()))


def _covers(post: Connect, letters: tuple[Entry, ...]) -> Iterator[tuple[Entry, Cover]]:
    for entry in letters:
        if entry.beside is None:
            try:
                yield entry, post.cover(entry.id)
            except OutboxError:
                continue  # erased or damaged: nobody knows what it carried, and the proposal stays


def _main(cover: Cover) -> tuple[str, str]:
    letter = cover.manifest.documents[0]
    return letter.id, letter.version
