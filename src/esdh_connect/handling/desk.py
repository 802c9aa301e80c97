"""The desk where people do things to letters."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

import attrs

from esdh_connect import deeds, facts, inbox, progress, stopping, wording
from esdh_connect.commitment import Commitment
from esdh_connect.dispatch import Act, Cause, Deed, Entry, Hold, Override, Plan, Remedy, Work, cause_of, remedies_of
from esdh_connect.errors import Objection, TooLate
from esdh_connect.handling.approval import Approval
from esdh_connect.handling.children import Children
from esdh_connect.handling.colleagues import Colleagues
from esdh_connect.handling.mailings import Mailings
from esdh_connect.inbox import Trouble
from esdh_connect.model import Case, Party, Recipient
from esdh_connect.outbox import Change, Decide, Duty, Outbox, UnknownDispatch
from esdh_connect.planning import RECENT, Planner
from esdh_connect.plugins import Plugins
from esdh_connect.policy import Policy
from esdh_connect.reasons import legible
from esdh_connect.stopping import Halted, Stoppable
from esdh_connect.usage import UsageKind

__all__ = ["Handling"]

_CHUNK = 50
#: What a letter's own line does not tell of.
_BESIDE = (Cause.JOURNAL_UNKNOWN, Cause.JOURNAL_REFUSED, Cause.JOURNAL_FAILING, Cause.HOST_SILENT)
_MAY_BE_STOPPED = frozenset({Work.HELD, Work.READY, Work.SET_ASIDE})


@attrs.frozen
class Handling:
    """What people may do, in one installation."""

    outbox: Outbox
    plugins: Plugins
    planner: Planner
    commitment: Commitment
    policy_of: Callable[[str], Policy]
    now: Callable[[], datetime]

    # --- stopping

    def cancel(self, id: str, *, by: str, why: str) -> bool:  # noqa: A002 - the field's own word
        """Stop a letter; False where it is too late."""
        act = Act(Deed.CANCELLED, by, self.now(), legible(why))
        entry = self.outbox.change(id, partial(deeds.cancelled, act=act, why=wording.cancelled_by(by, why)))
        return entry.work is Work.CANCELLED

    def stoppable(self, id: str) -> Stoppable:  # noqa: A002
        """Tell whether it can still be stopped."""
        return stopping.stoppable(self.outbox.entry(id), self.now())

    def stop_batch(self, batch: str, *, by: str, why: str) -> Halted:
        """Stop what has not left of a mailing, a few letters at a time; workers go on meanwhile. May be repeated."""
        if not batch:
            raise ValueError("a mailing has a name: without one every single letter would be stopped")
        stopped, late, why = 0, set[str](), legible(why)
        while found := self._unstopped(batch, late):
            act = Act(Deed.CANCELLED, by, self.now(), why)
            stop = partial(deeds.cancelled, act=act, why=wording.cancelled_by(by, why))
            for after in self.outbox.change_all([entry.id for entry in found], stop):
                if after.work is not Work.CANCELLED:
                    late.add(after.id)
                elif after.beside is None:
                    stopped += 1
        left = sum(part.letters - part.work.get(Work.CANCELLED, 0) for part in self.outbox.batches(batch))
        return Halted(stopped, left)

    def _unstopped(self, batch: str, late: set[str]) -> tuple[Entry, ...]:
        found = self.outbox.in_batch(batch, _MAY_BE_STOPPED, _CHUNK + len(late))
        return tuple(entry for entry in found if entry.id not in late)

    def use(self, kind: UsageKind, department: str, key: str, by: str | None, channel: str) -> bool:
        """Count what people did without a letter; False where it was counted before."""
        event = facts.used(kind, department, self.commitment.digest("usage", key), self.now(), channel)
        return self.outbox.record(event, self.policy_of(department), by)

    # --- approval and release

    def kept(self, entries: Sequence[Entry], *, by: str) -> tuple[Entry, ...]:
        """Let letters go that wait for the host. Raises TooLate where none does, and none was let go before."""
        act = Act(Deed.RELEASED, by, self.now())
        after = tuple(self._kept(entry, act) if entry.waits_for(Hold.HOST) else entry for entry in entries)
        if not any(one.deed is Deed.RELEASED for entry in after if not entry.batch for one in entry.acts):
            raise _too_late(entries[0], Deed.RELEASED.value)
        return after

    def _kept(self, entry: Entry, act: Act) -> Entry:
        return self.outbox.change(entry.id, partial(deeds.kept, act=act, due=self._due(entry)))

    def approve(self, id: str, *, by: str) -> Entry:  # noqa: A002
        """Let a letter go that waits for a second person."""
        entry = self.outbox.entry(id)
        self._approval.check(entry, by)
        act = Act(Deed.APPROVED, by, self.now())
        return self._done(id, partial(deeds.approved, act=act, due=self._due(entry)), act)

    def send_back(self, id: str, *, by: str, why: str) -> Entry:  # noqa: A002
        """Do not approve it."""
        act = Act(Deed.SENT_BACK, by, self.now(), legible(why))
        return self._done(id, partial(deeds.sent_back, act=act, why=wording.sent_back_by(by, why)), act)

    def pass_on(self, id: str, to: str, *, by: str, why: str) -> Entry:  # noqa: A002
        """Have somebody else approve it, who can."""
        whom = self.colleagues.approver(self.outbox.entry(id), to, by=by)
        act = Act(Deed.PASSED_ON, by, self.now(), legible(why), whom)
        return self._done(id, partial(deeds.passed_on, act=act), act)

    @property
    def colleagues(self) -> Colleagues:
        """Give what the host knows of those who work with letters."""
        return Colleagues(self.plugins, self.policy_of)

    @property
    def mailings(self) -> Mailings:
        """Give what a second person does to a whole mailing."""
        return Mailings(self.outbox, self._approval, self._due, self.now)

    @property
    def _approval(self) -> Approval:
        return Approval(self.outbox, self.planner, self.policy_of, self.now)

    def _due(self, entry: Entry) -> datetime:
        """Give when it may leave. A letter without a wish, made after another say, carries what tells the same."""
        if entry.held_for is Hold.BATCH:
            return entry.due
        wish = self.outbox.wish(entry.id)
        options = wish.options if wish else self.outbox.dispatch(entry.id).envelope.options
        return progress.leaves_at(options, self.now() + entry.undo, self.plugins.conduct(entry.channel))

    # --- failures

    def failures(self, limit: int) -> tuple[Trouble, ...]:
        """Give everything that needs a person, the oldest letters first."""
        found = sorted(self._troubles(limit), key=lambda one: one.entry.committed_at)
        return tuple(found[:limit])

    def failures_of(
        self, cause: Cause, departments: Collection[str] | None, limit: int, offset: int
    ) -> tuple[Trouble, ...]:
        """Give some of what needs a person for one cause, the oldest letters first."""
        found = self.outbox.in_trouble(cause, self.now(), departments, limit, offset)
        troubles = (self._trouble(cause, entry, duty) for entry, duty in found)
        return tuple(one for one in troubles if one is not None)

    def _trouble(self, cause: Cause, entry: Entry, duty: Duty | None) -> Trouble | None:
        if duty is not None:
            return inbox.of_duty(duty, entry)
        if cause is Cause.HOST_SILENT:
            return inbox.of_host(entry)
        return self._of_letter(entry)

    def _of_letter(self, entry: Entry) -> Trouble | None:
        return inbox.of_letter(entry, has_paper=self._children.has_paper(entry), again=self._again(entry))

    def _again(self, entry: Entry) -> Entry | None:
        """Give the same letter as it was last ordered since."""
        return next(reversed(self.outbox.equal(entry.id, entry.committed_at)), None)

    def equal(self, id: str) -> tuple[Entry, ...]:  # noqa: A002
        """Give the same letter as it was ordered beside this one."""
        return self.outbox.equal(id, self.outbox.entry(id).committed_at - RECENT)

    def failures_about(self, id: str) -> tuple[Trouble, ...]:  # noqa: A002
        """Give what of one letter needs a person now."""
        cause = cause_of(self.outbox.entry(id))
        possible = (*([cause] if cause else []), *_BESIDE)
        found = (
            self._trouble(one, entry, duty)
            for one in possible
            for entry, duty in self.outbox.in_trouble(one, self.now(), letter=id)
        )
        return tuple(one for one in found if one is not None)

    def parties(self, id: str) -> tuple[Recipient, ...] | None:  # noqa: A002
        """Give the parties of a letter's case but its own; None where nobody knows them."""
        entry = self.outbox.entry(id)
        asked, now = self.plugins.asked(self.policy_of(entry.department)), self.outbox.cover(id).recipient.party
        found = asked.find_parties(entry.case)
        if found is None:
            return None
        known = (asked.resolve_recipient(party, entry.case) for party in dict.fromkeys(found) if party != now)
        return tuple(one for one in known if one is not None)

    def failures_on(self, case: Case, limit: int) -> tuple[Trouble, ...]:
        """Give the letters on a case that need a person."""
        found = (self._of_letter(entry) for entry in self.outbox.troubles(limit, case=case))
        return tuple(one for one in found if one is not None)

    def _troubles(self, limit: int) -> Iterator[Trouble]:
        for entry in self.outbox.troubles(limit):
            trouble = self._of_letter(entry)
            if trouble is not None:
                yield trouble
        for duty in self.outbox.stuck_duties(inbox.STUCK_AFTER, limit):
            yield inbox.of_duty(duty, self.outbox.entry(duty.dispatch))
        for entry in self.outbox.held(Hold.HOST, limit):
            if entry.committed_at <= self.now() - inbox.HOST_SILENT_AFTER:
                yield inbox.of_host(entry)

    def replacement(self, id: str, remedy: Remedy, party: Party | None) -> Plan:  # noqa: A002
        """Plan the letter that would be made after another."""
        return self._children.plan(self.outbox.entry(id), remedy, party, self.now())

    def resolve(
        self,
        id: str,  # noqa: A002
        remedy: Remedy,
        *,
        by: str,
        why: str,
        party: Party | None = None,
        overrides: Sequence[Override] = (),
        hold: timedelta = timedelta(0),
        expect: str | None = None,
    ) -> Entry:
        """Do what a person decided; gives the letter, or the one that was made after it."""
        if any(not one.seen for one in overrides):
            raise ValueError("an override says what was seen: nothing else ties it to a concern of the new letter")
        entry = self.outbox.entry(id)
        act = Act(_DEEDS[remedy], by, self.now(), legible(why))
        if remedy.makes_a_letter:
            return self._children.follow(entry, remedy, act, party, overrides, hold=hold, expect=expect)
        if remedy in (Remedy.JOURNALED, Remedy.JOURNALIZE):
            return self.resolve_duty(id, written=remedy is Remedy.JOURNALED, by=by, why=why)
        if remedy in (Remedy.RELEASE, Remedy.WITHDRAW):
            return self._host_answered(entry, remedy, act)
        if remedy not in remedies_of(entry):
            raise _too_late(entry, remedy.value)
        again = self._again(entry) if remedy is Remedy.RETRY else None
        if again is not None:
            raise TooLate(f"dispatch {id} was sent again since, as {again.id}", danish=wording.sent_since(again))
        if remedy is Remedy.SEEN and by.strip().casefold() != entry.committed_by.strip().casefold():
            raise Objection("whoever ordered a letter sees that it was sent back", danish=_NOT_SEEN)
        if remedy is Remedy.SOLVED and not why.strip():
            raise ValueError("a letter is marked as solved with a reason")
        return self._done(id, self._decided(remedy, entry, act), act)

    def _decided(self, remedy: Remedy, entry: Entry, act: Act) -> Decide:
        if remedy is Remedy.RETRY:
            return partial(deeds.retried, act=act)
        if remedy is Remedy.CONFIRM:
            return partial(deeds.confirmed, act=act, conduct=self.plugins.conduct(entry.channel))
        return partial(deeds.solved, act=act)

    def _host_answered(self, entry: Entry, remedy: Remedy, act: Act) -> Entry:
        """Take a person's word for what became of the host's own transaction."""
        if not entry.waits_for(Hold.HOST):
            raise _too_late(entry, remedy.value)
        if remedy is Remedy.RELEASE:
            return self._done(entry.id, partial(deeds.kept, act=act, due=self._due(entry)), act)
        why = wording.cancelled_by(act.by, act.why)
        return self._done(entry.id, partial(deeds.cancelled, act=act, why=why), act)

    def resolve_duty(self, mark: str, *, written: bool, by: str, why: str) -> Entry:
        """Take a person's word for whether a letter is on its case."""
        now = self.now()
        act = Act(Deed.JOURNALED if written else Deed.JOURNALIZED_AGAIN, by, now, legible(why))
        try:
            entry = self.outbox.duty_resolved(mark, partial(deeds.noted, act=act), now, written=written)
        except UnknownDispatch:
            raise _not_owed(mark) from None
        if entry is None:
            raise _not_owed(mark)
        return entry

    def erase(self, id: str, *, by: str, why: str) -> Entry:  # noqa: A002
        """Erase what a letter carried. Raises TooLate – too early, that is – where somebody needs it still."""
        reason = legible(why)
        try:
            self.outbox.erase(id, by=by, why=reason)
        except ValueError as error:
            raise TooLate(f"dispatch {id}: {error}", danish=_NEEDED) from error
        return self.outbox.entry(id)

    @property
    def _children(self) -> Children:
        return Children(self.outbox, self.plugins, self.planner, self.commitment, self.policy_of)

    def _done(self, id: str, decide: Decide, act: Act) -> Entry:  # noqa: A002
        """Apply it. Raises TooLate where it was not possible on the entry as it is by now."""

        def possible(entry: Entry) -> Change:
            change = decide(entry)
            if change is None:
                raise _too_late(entry, act.deed.value)
            return change

        return self.outbox.change(id, possible)


_NOT_SEEN = "kun den, der bestilte brevet, ser, at det blev sendt tilbage. Andre markerer det som løst, med hvorfor"
_NEEDED = "brevet kan ikke slettes, før det er færdigt: sendt eller stoppet, journaliseret og uden fejl, der venter"
_DEEDS = {
    Remedy.RETRY: Deed.RETRIED,
    Remedy.CONFIRM: Deed.CONFIRMED,
    Remedy.SEND_AGAIN: Deed.FOLLOWED,
    Remedy.SEND_AS_PRINT: Deed.FOLLOWED,
    Remedy.CHANGE_RECIPIENT: Deed.FOLLOWED,
    Remedy.SOLVED: Deed.SOLVED,
    Remedy.SEEN: Deed.SOLVED,
    Remedy.RELEASE: Deed.RELEASED,
    Remedy.WITHDRAW: Deed.CANCELLED,
    Remedy.JOURNALED: Deed.JOURNALED,
    Remedy.JOURNALIZE: Deed.JOURNALIZED_AGAIN,
}


def _too_late(entry: Entry, what: str) -> TooLate:
    return TooLate(f"dispatch {entry.id} is {entry.work.value}: {what} is not possible", danish=wording.too_late(entry))


def _not_owed(mark: str) -> TooLate:
    return TooLate(
        f"the journaling of dispatch {mark} waits for nobody",
        danish="journaliseringen af brevet venter ikke på nogen: den er gjort, eller den er ved at blive det",
    )
