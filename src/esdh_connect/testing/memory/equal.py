"""A letter as it is kept, and which others are equal to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import attrs

from esdh_connect.dispatch import Entry, counts
from esdh_connect.outbox import Draft, Overtaken

__all__ = ["Kept", "beside", "latest", "refuse_overtaken"]


@attrs.define
class Kept:
    """A letter as it was added, and its entry now."""

    draft: Draft
    entry: Entry

    def holds(self, document: str, *, but: str | None = None) -> bool:
        """Tell whether the document is in it, in a version that is not this one."""
        return any(one.id == document and one.version != but for one in self.draft.manifest.documents)


def latest(letters: Iterable[Kept], content: str, key: str, since: datetime, batch: str) -> Entry | None:
    """Give the latest equal letter under another key, outside the batch, that went or will."""
    equal = [one.entry for one in letters if one.draft.content == content and one.draft.key != key]
    recent = [one for one in equal if one.committed_at > since and (not batch or one.batch != batch)]
    return next((one for one in reversed(recent) if counts(one)), None)


def beside(letters: Mapping[str, Kept], id_: str, since: datetime) -> tuple[Entry, ...]:
    """Give the latest letters equal to this one that went or will, oldest first."""
    content, others = letters[id_].draft.content, (one for name, one in letters.items() if name != id_)
    equal = (one.entry for one in others if one.draft.content == content and counts(one.entry))
    return tuple(one for one in equal if one.committed_at >= since)[-25:]


def refuse_overtaken(letters: Iterable[Kept], drafts: Sequence[Draft]) -> None:
    """Raise Overtaken where another equal letter is there than was found when it was planned."""
    for one in drafts:
        if one.looked is not None:
            found = latest(letters, one.content, one.key, one.looked.since, one.entry.batch)
            if (found.id if found else "") != one.looked.latest:
                raise Overtaken
