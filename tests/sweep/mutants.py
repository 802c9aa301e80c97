"""
Mutanter: the library with one mistake in it, each a mistake that somebody has shipped.

A mutant is the one thing that is replaced here; whatever finds it is the same sweep that the library itself passes.
"""

from collections.abc import Callable
from datetime import timedelta
from types import MappingProxyType
from uuid import uuid4

import attrs
import pytest

from esdh_connect import deeds, progress
from esdh_connect.commitment import Commitment, Terms
from esdh_connect.delivery import Delivery, machine
from esdh_connect.delivery.events import Consequences
from esdh_connect.delivery.handover import Handover
from esdh_connect.dispatch import TRANSITIONS, Entry, Hold, ReceiptEvent, Work
from esdh_connect.errors import Rejected, TemporaryFailure
from esdh_connect.facts import Change
from esdh_connect.outbox import values
from esdh_connect.plugins import Asked
from esdh_connect.store import Store, documents, traffic
from esdh_connect.testing.memory import MemoryOutbox, letters
from esdh_connect.testing.sweep.world import World
from tests.sweep.followups import LATER

OUTBOXES = (MemoryOutbox, Store)
Patch = pytest.MonkeyPatch


class Between:
    """A channel with something between it and us."""

    def __init__(self, channel, change):
        self.channel, self.change = channel, change

    def send(self, dispatch):
        return self.channel.send(self.change(dispatch))


def through(patch: Patch, change: Callable) -> None:
    """Change every dispatch on its way to the channel."""
    found = Handover._channel
    patch.setattr(Handover, "_channel", lambda self, entry: Between(found(self, entry), change))


def new_uuid_per_attempt(patch: Patch) -> None:
    """As OS2Forms and OpenPostbud do."""
    through(patch, lambda one: attrs.evolve(one, entry=attrs.evolve(one.entry, message_uuid=uuid4())))


def transaction_id_stored_after_the_send(patch: Patch) -> None:
    """Made up on the way out."""
    through(patch, lambda one: attrs.evolve(one, transaction_id=uuid4()))


def no_fence(patch: Patch) -> None:
    """Whoever reports, reports about the latest attempt."""
    patch.setattr(progress, "_is_latest", lambda entry, attempt: bool(entry.attempts))


def no_recovery(patch: Patch) -> None:
    """What a dead worker had in its hands stays there."""
    patch.setattr(Delivery, "_recover", lambda self, shift: None)


def _sent_again(entry: Entry, now) -> Change:
    failed = progress._ended(entry, progress.Outcome.TEMPORARY, now)
    return Change(progress.moved(failed, Work.READY, now))


def orphans_are_ready_again(patch: Patch) -> None:
    """A process that died had surely not sent it."""

    def recover(self, shift):
        for entry in self.outbox.orphaned(shift):
            self.outbox.change(entry.id, lambda one: _sent_again(one, self.now()))

    patch.setattr(Delivery, "_recover", recover)


def lease_by_the_clock(patch: Patch) -> None:
    """Who has not answered for a minute is dead, and the letter goes to the next."""

    def recover(self, shift):
        for entry in self.outbox.entries():
            if entry.work is Work.SENDING and self.now() - entry.attempts[-1].started_at > timedelta(minutes=1):
                self.outbox.change(entry.id, lambda one: _sent_again(one, self.now()))

    patch.setattr(Delivery, "_recover", recover)


def journal_not_looked_for(patch: Patch) -> None:
    """Written again without a look."""
    patch.setattr(Asked, "find_journal_entry", lambda self, mark, case: None)


def journal_begun_not_stored(patch: Patch) -> None:
    """The host is asked before anybody has written down that it will be."""
    for outbox in OUTBOXES:
        patch.setattr(outbox, "take_duty", _only_looked_at)


def _only_looked_at(self, mark, shift):
    return next((duty for duty in self.stuck_duties(0) if duty.mark == mark), None)


def receipt_apart_from_its_effect(patch: Patch) -> None:
    """Stored in one transaction, applied in the next; one that is there already was applied, surely."""

    def take(world, receipt, endpoint):
        outbox, conduct = endpoint.post.outbox, endpoint.post.plugins.conduct(receipt.channel)
        [known] = [one for one in outbox.entries() if one.message_uuid == receipt.message_uuid]
        if receipt not in known.receipts:
            entry = outbox.receive(receipt, lambda entry, one: None)

            def apply(now):
                without = attrs.evolve(now, receipts=tuple(one for one in now.receipts if one != receipt))
                change = progress.received(without, receipt, world.clock(), conduct)
                return attrs.evolve(change, entry=attrs.evolve(change.entry, receipts=now.receipts))

            outbox.change(entry.id, apply)
        world.remote.acknowledge(receipt)

    patch.setattr(World, "take", take)


def unknown_is_failed(patch: Patch) -> None:
    """No answer is a no."""

    def unresolved(entry, error, attempt, now, conduct):
        return progress.rejected(entry, Rejected(str(error), code="x", danish="nej"), attempt, now, conduct)

    patch.setattr(progress, "unresolved", unresolved)


def unknown_is_temporary(patch: Patch) -> None:
    """No answer is a no for now."""

    def unresolved(entry, error, attempt, now, conduct):
        return progress.postponed(entry, TemporaryFailure(str(error)), attempt, now)

    patch.setattr(progress, "unresolved", unresolved)


def unknown_is_sent_again_unproven(patch: Patch) -> None:
    """Nobody ever saw what the provider does with a repeated UUID, but it will be all right."""
    patch.setattr(progress, "_is_known", lambda entry, now, conduct: True)


def acknowledged_before_stored(patch: Patch) -> None:
    """As AMQP with auto_ack."""

    def take(world, receipt, endpoint):
        world.remote.acknowledge(receipt)
        endpoint.process.at("receipt.store.before")
        endpoint.post.receive(receipt)

    patch.setattr(World, "take", take)


def facts_in_another_transaction(patch: Patch) -> None:
    """The state first, then what tells of it."""
    served = Handover._served

    def apart(self, shift, pace, ended, wanted):
        told = {}
        claims = served(self, shift, pace, [(claim, _silent(decide, told)) for claim, decide in ended], wanted)
        for id_, facts in told.items():
            self.outbox.change(id_, lambda entry, facts=facts: Change(entry, facts))
        return claims

    patch.setattr(Handover, "_served", apart)


def _silent(decide, told):
    def silent(entry):
        decided = decide(entry)
        told[entry.id] = decided.facts
        return attrs.evolve(decided, facts=())

    return silent


def duty_forgotten(patch: Patch) -> None:
    """Journaling falls due with our answer only, not with a receipt that is quicker."""
    received = progress.received

    def forgets(entry, receipt, now, conduct):
        change = received(entry, receipt, now, conduct)
        return change if receipt.event is ReceiptEvent.ACCEPTED else attrs.evolve(change, journalize=False)

    patch.setattr(progress, "received", forgets)


def _moves(patch: Patch, **more: set[Work]) -> None:
    table = dict(TRANSITIONS)
    for name, works in more.items():
        table[Work[name]] = table[Work[name]] | works
    for module in (progress, deeds, values):
        if hasattr(module, "TRANSITIONS"):
            patch.setattr(module, "TRANSITIONS", MappingProxyType(table))


def closed_opens_again(patch: Patch) -> None:
    """A late *accepted* overwrites *delivered*."""
    _moves(patch, CLOSED={Work.HANDED_OVER})


def cancelled_after_it_left(patch: Patch) -> None:
    """Whatever is not over can be stopped."""
    late = {Work.CANCELLED}
    _moves(patch, SENDING=late, HANDED_OVER=late, UNKNOWN=late)
    patch.setattr(Entry, "may_have_left", property(lambda self: False))


def key_not_remembered(patch: Patch) -> None:
    """Whoever clicks again after a crash sends again."""
    draft = Commitment._draft

    def anew(self, *given, **named):
        made = draft(self, *given, **named)
        return attrs.evolve(made, key=uuid4().hex)

    patch.setattr(Commitment, "_draft", anew)


def heard_before_told(patch: Patch) -> None:
    """The subscriber's position moves on before it has heard."""
    for outbox in OUTBOXES:
        unheard = outbox.unheard

        def at_once(self, subscriber, limit=100, unheard=unheard):
            found = unheard(self, subscriber, limit)
            if found and subscriber != "auditor":
                self.heard(subscriber, found[-1].position)
            return found

        patch.setattr(outbox, "unheard", at_once)


def unknown_waits_for_ever(patch: Patch) -> None:
    """Nobody ever asks a person."""
    patch.setattr(machine.Sweep, "run", lambda self, limit: 0)


def approval_forgets_the_host(patch: Patch) -> None:
    """One reason to hold a letter takes the place of the other."""
    patch.setattr(Terms, "holds", property(lambda self: (Hold.APPROVAL,)))


def released_past_its_approval(patch: Patch) -> None:
    """The host has kept it, so it goes."""
    kept = deeds.kept

    def at_once(entry, act, due):
        return kept(attrs.evolve(entry, to_approve=False), act, due)

    patch.setattr(deeds, "kept", at_once)
    patch.setattr(values, "check_change", lambda before, after: None)
    for module in (letters, traffic):
        patch.setattr(module, "check_change", lambda before, after: None)


def silence_of_the_host_is_a_yes(patch: Patch) -> None:
    """It will have committed: who would not."""
    patch.setattr(Asked, "was_committed", lambda self, key: True)


def withdrawals_are_not_looked_for(patch: Patch) -> None:
    """Neither when they are told nor when a letter is taken."""
    patch.setattr(Consequences, "run", lambda self, limit: (0, 0))
    patch.setattr(MemoryOutbox, "_is_stopped", lambda self, entry: False)
    patch.setattr(documents, "withdrawn", lambda connection, letters: set())


def what_waits_for_approval_is_ready(patch: Patch) -> None:
    """Held in name alone."""
    found = Commitment._draft

    def draft(self, *given):
        made = found(self, *given)
        return attrs.evolve(made, entry=attrs.evolve(made.entry, work=Work.READY))

    patch.setattr(Commitment, "_draft", draft)


MUTANTS = (
    new_uuid_per_attempt,
    transaction_id_stored_after_the_send,
    no_fence,
    no_recovery,
    orphans_are_ready_again,
    lease_by_the_clock,
    journal_not_looked_for,
    journal_begun_not_stored,
    receipt_apart_from_its_effect,
    unknown_is_failed,
    unknown_is_temporary,
    unknown_is_sent_again_unproven,
    acknowledged_before_stored,
    facts_in_another_transaction,
    duty_forgotten,
    closed_opens_again,
    cancelled_after_it_left,
    key_not_remembered,
    heard_before_told,
    unknown_waits_for_ever,
    approval_forgets_the_host,
    released_past_its_approval,
    silence_of_the_host_is_a_yes,
    withdrawals_are_not_looked_for,
    what_waits_for_approval_is_ready,
    *LATER,
)
