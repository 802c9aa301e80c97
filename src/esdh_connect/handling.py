"""
Sagsbehandling: what people do to letters that are held, failed, or still can be stopped. Each act is kept.

The rules stand in :mod:`esdh_connect.deeds`; here they are asked for, on the entry as it is in the outbox.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

import attrs

from esdh_connect import deeds, fingerprint, progress, wording
from esdh_connect.commitment import Commitment
from esdh_connect.dispatch import Act, Deed, Entry, Hold, Remedy, Request, Work, remedies_of
from esdh_connect.errors import Objection, PlanChanged, TooLate
from esdh_connect.outbox import Change, Decide, Outbox
from esdh_connect.planning import Planner
from esdh_connect.plugins import Plugins
from esdh_connect.policy import Policy

__all__ = ["Handling"]


@attrs.frozen
class Handling:
    """What people may do, in one installation."""

    outbox: Outbox
    plugins: Plugins
    planner: Planner
    commitment: Commitment
    policy_of: Callable[[str], Policy]
    now: Callable[[], datetime]

    def cancel(self, id: str, *, by: str, why: str) -> bool:  # noqa: A002 - the field's own word
        """Stop a letter; False where it is too late."""
        act = Act(Deed.CANCELLED, by, self.now(), why)
        entry = self.outbox.change(id, partial(deeds.cancelled, act=act, why=wording.cancelled_by(by, why)))
        return entry.work is Work.CANCELLED

    def released(self, entries: Iterable[Entry], *, by: str) -> tuple[Entry, ...]:
        """Let held letters go; those that are not held stay as they are."""
        act = Act(Deed.RELEASED, by, self.now())
        return tuple(
            self.outbox.change(entry.id, partial(deeds.released, act=act, due=self._due(entry))) for entry in entries
        )

    # --- approval

    def approve(self, id: str, *, by: str) -> Entry:  # noqa: A002
        """Let a letter go that waits for a second person."""
        entry = self.outbox.entry(id)
        if by.strip().casefold() == entry.committed_by.strip().casefold():
            raise Objection(
                "a letter is approved by another person than the one who committed it",
                danish="den, der har bestilt brevet, kan ikke selv godkende det",
            )
        _held_for_approval(entry)
        self._refuse_changed(entry)
        act = Act(Deed.APPROVED, by, self.now())
        return self._done(id, partial(deeds.approved, act=act, due=self._due(entry)), act)

    def send_back(self, id: str, *, by: str, why: str) -> Entry:  # noqa: A002
        """Do not approve it."""
        act = Act(Deed.SENT_BACK, by, self.now(), why)
        return self._done(id, partial(deeds.sent_back, act=act, why=wording.sent_back_by(by, why)), act)

    def pass_on(self, id: str, to: str, *, by: str, why: str) -> Entry:  # noqa: A002
        """Have somebody else approve it."""
        act = Act(Deed.PASSED_ON, by, self.now(), why, to)
        return self._done(id, partial(deeds.passed_on, act=act), act)

    def _refuse_changed(self, entry: Entry) -> None:
        """Plan the letter again, and raise what stops it: what changed, or the row's own error."""
        wish = self._wish(entry)
        party = self.outbox.cover(entry.id).recipient.party
        plan = self.planner.plan(wish, self._governing(entry), self.now(), [party])
        errors = [row.error for row in plan.rows if row.error is not None]
        name = fingerprint.party_digest(self.planner.digest, party)
        changes = fingerprint.changed(entry.fingerprint, fingerprint.of_row(plan.fingerprint, name))
        for error in errors:
            if isinstance(error, PlanChanged) or not changes:
                raise error
        if changes:
            raise PlanChanged(
                f"changed since it was committed: {', '.join(changes)}",
                changes=changes,
                danish=wording.changed(changes, wish),
            )

    def _wish(self, entry: Entry) -> Request:
        wish = self.outbox.wish(entry.id)
        if wish is None:
            raise TooLate(f"dispatch {entry.id} keeps no wish")
        return wish

    def _governing(self, entry: Entry) -> Policy:
        """Give the policy the letter was committed under, with the plugins' own values where it still holds."""
        current = self.policy_of(entry.department)
        return current if current.version == entry.policy_version else self.outbox.policy(entry.policy_version)

    def _due(self, entry: Entry) -> datetime:
        """Give when it may leave."""
        if entry.held_for is Hold.BATCH:
            return entry.due
        wish, now = self.outbox.wish(entry.id), self.now()
        return progress.leaves_at(wish.options, now, self.plugins.conduct(entry.channel)) if wish else now

    # --- failures

    def resolve(self, id: str, remedy: Remedy, *, by: str, why: str) -> Entry:  # noqa: A002
        """Do what a person decided."""
        entry = self.outbox.entry(id)
        if remedy not in remedies_of(entry):
            raise _too_late(entry, remedy.value)
        act = Act(_DEEDS[remedy], by, self.now(), why)
        return self._done(id, self._decided(remedy, entry, act), act)

    def _decided(self, remedy: Remedy, entry: Entry, act: Act) -> Decide:
        if remedy is Remedy.RETRY:
            return partial(deeds.retried, act=act)
        if remedy is Remedy.CONFIRM:
            return partial(deeds.confirmed, act=act, conduct=self.plugins.conduct(entry.channel))
        return partial(deeds.solved, act=act)

    def _done(self, id: str, decide: Decide, act: Act) -> Entry:  # noqa: A002
        """Apply it. Raises TooLate where it was not possible on the entry as it is by now."""

        def possible(entry: Entry) -> Change:
            change = decide(entry)
            if change is None:
                raise _too_late(entry, act.deed.value)
            return change

        return self.outbox.change(id, possible)


_DEEDS = {Remedy.RETRY: Deed.RETRIED, Remedy.CONFIRM: Deed.CONFIRMED, Remedy.SOLVED: Deed.SOLVED}


def _held_for_approval(entry: Entry) -> None:
    if entry.work is not Work.HELD or entry.held_for is not Hold.APPROVAL:
        raise _too_late(entry, Deed.APPROVED.value)


def _too_late(entry: Entry, what: str) -> TooLate:
    return TooLate(f"dispatch {entry.id} is {entry.work.value}: {what} is not possible", danish=wording.too_late(entry))
