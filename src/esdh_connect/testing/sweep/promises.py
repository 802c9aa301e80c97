"""
Løfterne: what must be true at every moment of a run, and what when everything has come to rest.

Each is looked up where it counts: what the provider really took, what really lies in the case system, and what an
outbox says that was opened just to look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import attrs

from esdh_connect.dispatch import Entry, Outcome, ReceiptEvent, Status, Work
from esdh_connect.events import DispatchEvent, Event
from esdh_connect.testing.sweep.remote import Fate, named
from esdh_connect.testing.sweep.world import OVER, World
from esdh_connect.usage import UsageKind

__all__ = ["Watch"]

_FAR = timedelta(days=36_500)
_AUDITOR = "auditor"
_MANY = 10_000
_WAITS = {Work.HELD, Work.READY}
#: A provider that knows a UUID for less may have forgotten it when a run comes to rest.
_SHORT = timedelta(days=30)
#: The fact that must lie beside a status.
_TOLD = {
    Status.DELIVERED: "dispatch_delivered",
    Status.FAILED: "dispatch_failed",
    Status.CANCELLED: "dispatch_cancelled",
}
#: What a letter that was taken must have become at the end.
_ENDS = {
    Fate.DELIVERED: (Status.DELIVERED,),
    Fate.FAILED: (Status.FAILED,),
    Fate.POSTED: (Status.SENT,),
    Fate.SILENT: (Status.IN_PROGRESS, Status.UNRESOLVED),
}


@attrs.define(eq=False)
class Watch:
    """Watches one run: :meth:`look` after each step, :meth:`end` when it has come to rest."""

    world: World
    _titles: dict[str, str] = attrs.field(factory=dict, init=False)
    _before: dict[str, Entry] = attrs.field(factory=dict, init=False)

    def begin(self) -> None:
        """Hear every fact from now on."""
        self.world.place.look().install(_AUDITOR)

    # --- at every moment

    def look(self, *, closely: bool) -> None:
        """Check what holds at every moment; ``closely`` also what must have been stored together."""
        entries = self._entries()
        for title, entry in entries:
            self._note(title, self._steady(entry))
            self._note(title, self._true(title, entry))
            self._before[entry.id] = entry
        self._note("", self._doubled(entries))
        self._note("", _followed(entries))
        if closely:
            facts, owed = self._facts(), self._owed()
            for title, entry in entries:
                self._note(title, _stored_together(entry, facts, owed))

    def _note(self, title: str, said: Iterator[str]) -> None:
        for one in said:
            text = f"{title}: {one}" if title else one
            if text not in self.world.problems:
                self.world.problems.append(text)

    def _steady(self, entry: Entry) -> Iterator[str]:
        before = self._before.get(entry.id, entry)
        if before.work in OVER and entry.work is not before.work:
            yield f"it was {before.work.value}, and is {entry.work.value} again"
        if entry.message_uuid != before.message_uuid:
            yield "its message UUID changed"
        if entry.receipts[: len(before.receipts)] != before.receipts or len(entry.attempts) < len(before.attempts):
            yield "receipts or attempts are gone"
        if before.status is Status.DELIVERED and entry.status not in {Status.DELIVERED, Status.FAILED}:
            yield f"it was delivered, and is {entry.status.value}"

    def _true(self, title: str, entry: Entry) -> Iterator[str]:
        taken = self.world.remote.took(title)
        reported = any(receipt.event is ReceiptEvent.FAILED for receipt in entry.receipts)
        if entry.has_proof and not taken:
            yield f"it is called {entry.status.value}, and nobody took it"
        if taken and (entry.status in {Status.WAITING, Status.CANCELLED}):
            yield f"it was taken, and is called {entry.status.value}"
        if taken and entry.status is Status.FAILED and not reported:
            yield "it was taken, and people are told that nothing was sent"
        if entry.beside is not None:  # it waits for its letter and for nothing else
            return
        if taken and self.world.setting.approval and title not in self.world.approved:
            yield "it was taken, and nobody approved it"
        if taken and self.world.setting.kept is not None and not self.world.archive.kept.get(title):
            yield "it was taken, and the case system did not say that it kept what it belongs to"
        if title in self.world.cancelled and (taken or entry.work is not Work.CANCELLED):
            yield f"somebody was told that it is stopped, and it is {entry.work.value}"

    def _doubled(self, entries: list[tuple[str, Entry]]) -> Iterator[str]:
        for title, times in Counter(title for title, _ in entries).items():
            if times > 1:
                yield f"{title}: it is in the outbox {times} times"
        for title, uuids in self.world.remote.letters.items():
            if len(uuids) > 1 and not self.world.sent_late:
                yield f"{title}: doubled, the citizen gets {len(uuids)}"
        for notes in self.world.archive.entries.values():
            if len(notes) > 1 and not self.world.wrote_blindly:
                yield f"journalized {len(notes)} times"

    # --- at rest

    def end(self) -> None:
        """Check what holds when everything has come to rest."""
        entries = self._entries()
        self.look(closely=True)
        known = dict(entries)
        for title in self.world.promised - known.keys():
            self._note(title, iter(["lost: it is not in the outbox"]))
        for title, entry in entries:
            self._note(title, self._at_rest(title, entry))
            self._note(title, self._journalized(entry))
            self._note(title, self._received(entry))
        facts = self._facts()
        self._note("", _beside(entries))
        self._note("", self._heard(facts))
        self._note("", self._counted(entries))

    def _at_rest(self, title: str, entry: Entry) -> Iterator[str]:
        if not self.world.rests(entry) and not entry.needs_person:
            yield f"stuck: it is {entry.work.value}, due {entry.due:%d %b %H:%M}"
        if not self.world.remote.took(title):
            yield from self._unsent(title, entry)
        elif entry.status not in _ENDS[self.world.setting.fate]:
            yield f"it was taken, and ends as {entry.status.value}"

    def _unsent(self, title: str, entry: Entry) -> Iterator[str]:
        refused = any(one.outcome is Outcome.REJECTED for one in entry.attempts)
        stopped = entry.work is Work.CANCELLED or (entry.work in _WAITS and self.world.rests(entry))
        if stopped or (refused and title in self.world.remote.refused):
            return
        if not any(one.outcome is Outcome.UNKNOWN for one in entry.attempts):
            yield f"lost: nobody took it, and it is {entry.work.value} ({entry.status.value})"
        elif self.world.setting.idempotent and self.world.setting.window >= _SHORT:
            yield f"it could have been handed over again, and is {entry.work.value} ({entry.status.value})"

    def _journalized(self, entry: Entry) -> Iterator[str]:
        notes = len(self.world.archive.entries[entry.id])
        if notes and not entry.has_proof:
            yield "journalized without proof"
        open_duty = entry.id in self._owed(open_only=True)
        if not entry.has_proof or not entry.owes_journal:
            return
        if self.world.setting.blind:
            if notes + open_duty == 0:
                yield "not journalized, and nobody is asked to look"
        elif not notes or open_duty:
            yield "not journalized" if not notes else "journalized, and still owed"

    def _received(self, entry: Entry) -> Iterator[str]:
        stored = {receipt.id for receipt in entry.receipts}
        for receipt in self.world.remote.acknowledged:
            if receipt.message_uuid == entry.message_uuid and receipt.id not in stored:
                yield f"the receipt {receipt.event.value} was acknowledged, and is gone"

    def _heard(self, facts: list[Event]) -> Iterator[str]:
        told = {(one.hook(), one.id): None for one in facts if one.hook() != "receipt_received"}
        heard = {(one.hook(), one.id): None for one in self.world.heard}
        if missing := told.keys() - heard.keys():
            yield f"never told: {', '.join(sorted({hook for hook, _ in missing}))}"
        if invented := heard.keys() - told.keys():
            yield f"told, and not stored: {', '.join(sorted({hook for hook, _ in invented}))}"
        if not missing and not invented and list(heard) != list(told):
            yield "told in another order"

    def _counted(self, entries: list[tuple[str, Entry]]) -> Iterator[str]:
        now = self.world.clock()
        used: Counter[UsageKind] = Counter()
        for (_, kind, _channel), times in self.world.place.look().usage(now - _FAR, now + _FAR).items():
            used[kind] += times
        expected = Counter(
            {
                UsageKind.SENT: sum(entry.has_proof for _, entry in entries),
                UsageKind.DELIVERED: sum(entry.status is Status.DELIVERED for _, entry in entries),
                UsageKind.FAILED: sum(entry.status is Status.FAILED for _, entry in entries),
                UsageKind.CANCELLED: sum(entry.status is Status.CANCELLED for _, entry in entries),
            }
        )
        for kind, times in expected.items():
            if used[kind] != times:
                yield f"{used[kind]} counted as {kind.value}, not {times}"

    # --- what there is

    def _entries(self) -> list[tuple[str, Entry]]:
        outbox = self.world.place.look()
        found = outbox.entries(limit=_MANY)
        for entry in found:
            if entry.id not in self._titles:
                self._titles[entry.id] = named(entry, outbox.cover(entry.id).title)
        return [(self._titles[entry.id], entry) for entry in found]

    def _facts(self) -> list[Event]:
        return [telling.event for telling in self.world.place.look().unheard(_AUDITOR, _MANY)]

    def _owed(self, *, open_only: bool = False) -> set[str]:
        outbox = self.world.place.look()
        duties = (*outbox.duties(self.world.clock() + _FAR, _MANY), *outbox.stuck_duties(0, _MANY))
        done = () if open_only else (mark for mark, notes in self.world.archive.entries.items() if notes)
        return {*(duty.dispatch for duty in duties), *done}


def _followed(entries: list[tuple[str, Entry]]) -> Iterator[str]:
    """Who has dealt with a letter is not asked about it any more."""
    parents = {entry.parent for _, entry in entries}
    for title, entry in entries:
        if entry.id in parents and entry.needs_person:
            yield f"{title}: a letter was made after it, and it waits for a person still"


def _beside(entries: list[tuple[str, Entry]]) -> Iterator[str]:
    """A reminder is stopped with its letter, and by nothing else."""
    letters = {entry.id: entry for _, entry in entries}
    for title, entry in entries:
        its = letters[entry.beside] if entry.beside else entry
        if entry.work is Work.CANCELLED and its.status not in {Status.FAILED, Status.CANCELLED}:
            yield f"{title}: it was stopped, and its letter was not"


def _stored_together(entry: Entry, facts: list[Event], owed: set[str]) -> Iterator[str]:
    """What one transaction stores is there together, whatever died after it."""
    told = {one.hook() for one in facts if isinstance(one, DispatchEvent) and one.dispatch == entry.id}
    begun = "dispatch_committed" if entry.held_for is None else "dispatch_held"
    wanted = {begun, _TOLD.get(entry.status), "dispatch_sent" if entry.has_proof else None}
    if missing := wanted - told - {None}:
        yield f"{entry.status.value} without the fact {', '.join(sorted(map(str, missing)))}"
    if "dispatch_sent" in told and not entry.has_proof:
        yield "told as sent without proof"
    if entry.has_proof and entry.owes_journal and entry.id not in owed:
        yield "sent, and nobody owes its journal entry"
