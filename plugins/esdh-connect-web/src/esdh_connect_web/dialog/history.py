"""Forløb: what became of a letter, as one line of time, and what can still be done about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import attrs

from esdh_connect import wording
from esdh_connect.connect import Connect
from esdh_connect.dispatch import Attempt, Cover, Entry, Hold, Status
from esdh_connect.errors import OutboxError
from esdh_connect.ids import mask
from esdh_connect.outbox import Line
from esdh_connect.stopping import Stoppable
from esdh_connect_web.approving import doubts_of, shown_to_approve
from esdh_connect_web.colleagues import Names

__all__ = ["Event", "Sent", "sent", "timeline"]

#: What an entry does not know of itself: the journal of the case, and that its contents were erased.
_BESIDE = frozenset({"duty", "erased"})


@attrs.frozen
class Event:
    """Something happened to a letter; ``what`` is Danish."""

    at: datetime
    what: str = attrs.field(repr=False)


@attrs.frozen
class Sent:
    """
    One letter that was ordered. ``cover`` is None where what it carried is erased, or damaged.

    ``left`` is how long it can still be regretted, None where no time is set. ``doubts`` is what whoever approves it
    has to know: that the same letter is on its way too, and in spite of what this one was ordered.
    """

    entry: Entry
    cover: Cover | None
    channel: str
    story: str
    stoppable: Stoppable
    left: timedelta | None
    events: tuple[Event, ...]
    child: Entry | None
    doubts: tuple[str, ...] = attrs.field(default=(), repr=False)

    @property
    def shown(self) -> str:
        """Give what is another when there is another letter to approve, or more to know of it."""
        return shown_to_approve(self.cover, self.doubts)

    @property
    def name(self) -> str:
        """Give who gets it; "" where that is erased."""
        return self.cover.recipient.name if self.cover else ""

    @property
    def is_unresolved(self) -> bool:
        """Tell whether nobody knows if it was sent."""
        return self.entry.status is Status.UNRESOLVED

    @property
    def moves(self) -> bool:
        """Tell whether something becomes of it by itself, soon."""
        return self.entry.status in (Status.WAITING, Status.IN_PROGRESS) and not self.waits_for_approval

    @property
    def state(self) -> str:
        """Give what is another when there is more to show."""
        child = self.child.status if self.child else None
        return f"{self.entry.status} {self.entry.work} {len(self.events)} {bool(self.stoppable)} {child}"

    @property
    def waits_for_approval(self) -> bool:
        """Tell whether somebody else has to approve it now."""
        return self.entry.waits_for(Hold.APPROVAL)


def sent(post: Connect, entries: Iterable[Entry], now: datetime, who: Names) -> tuple[Sent, ...]:
    """Give letters as they are now, with the names of those who did something."""
    return tuple(_sent(post, entry, now, who) for entry in entries)


def timeline(entry: Entry, lines: Iterable[Line] = ()) -> tuple[Event, ...]:
    """Give what happened to a letter, the first first; ``lines`` of the audit log tell of the case's journal."""
    beside = [
        (one.at, Event(one.at, wording.logged(one.what))) for one in lines if one.what.partition(" ")[0] in _BESIDE
    ]
    return tuple(event for _, event in sorted([*_events(entry), *beside], key=lambda one: one[0]))


def _sent(post: Connect, entry: Entry, now: datetime, who: Names) -> Sent:
    named = who.on(entry)
    channel = post.plugins.channels.get(entry.channel)
    can = post.stoppable(entry.id)
    left = can.until - now if can and can.until is not None and can.until > now else None
    followers = post.outbox.followers(entry.id) if entry.settled else ()
    return Sent(
        entry=entry,
        cover=_cover(post, entry),
        channel=channel.label if channel else entry.channel,
        story=wording.explain(named, now, can_stop=bool(can)),
        stoppable=can,
        left=left,
        events=timeline(named, post.audit.of(entry.id)),
        child=followers[-1] if followers else None,
        doubts=doubts_of(post, entry, who) if entry.waits_for(Hold.APPROVAL) else (),
    )


def _cover(post: Connect, entry: Entry) -> Cover | None:
    try:
        return post.cover(entry.id)
    except OutboxError:
        return None  # erased, or damaged: its line is shown, and says which


def _events(entry: Entry) -> Iterator[tuple[datetime, Event]]:
    """Give each with its place: a receipt comes after the attempt it tells of, though that ended a moment later."""
    yield entry.committed_at, Event(entry.committed_at, f"{entry.committed_by} bestilte det")
    for act in entry.acts:
        yield act.at, Event(act.at, wording.act(act))
    first = min((receipt.at for receipt in entry.receipts), default=None)
    for attempt in entry.attempts:
        ended = attempt.ended_at or attempt.started_at
        place = attempt.started_at if first is not None and first <= ended else ended
        yield place, Event(ended, _attempted(attempt))
    begun = [attempt.started_at for attempt in entry.attempts]
    for receipt in entry.receipts:
        text = f": {receipt.text}" if receipt.text else ""
        place = max(receipt.at, *begun[:1]) if begun else receipt.at
        yield place, Event(receipt.at, mask(f"{wording.receipt(receipt.event)}{text}"))


def _attempted(attempt: Attempt) -> str:
    if attempt.outcome is None:
        return "Afleveres til leverandøren"
    code = f" (kode {attempt.providers_code})" if attempt.providers_code else ""
    return f"Afleveret til leverandøren: {wording.outcome(attempt.outcome)}{code}"
