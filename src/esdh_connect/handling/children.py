"""Nyt brev efter et, der ikke kom frem: to the same recipient or another, or on paper; once, however often asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

import attrs

from esdh_connect import deeds, fingerprint, wording
from esdh_connect.commitment import Commitment, Terms, refuse_changed
from esdh_connect.dispatch import Act, Deed, Entry, Override, Plan, Remedy, everywhere, remedies_of
from esdh_connect.errors import KeyReused, TooLate
from esdh_connect.handling.approval import overrides_of
from esdh_connect.model import Party
from esdh_connect.outbox import Change, KeyTaken, Outbox, Overtaken
from esdh_connect.planning import Planner
from esdh_connect.plugins import Plugins
from esdh_connect.policy import Policy

__all__ = ["Children"]


@attrs.frozen
class Children:
    """Makes letters after others, from what was stored of these, under the policy in force now."""

    outbox: Outbox
    plugins: Plugins
    planner: Planner
    commitment: Commitment
    policy_of: Callable[[str], Policy]

    def has_paper(self, entry: Entry) -> bool:
        """Tell whether the letter could go on paper: it has not yet, and its department has a channel that does."""
        before = self.plugins.channels.get(entry.channel)
        if before is not None and before.limits.on_paper:
            return False
        return any(one.limits.on_paper for one in self.plugins.channels_of(self.policy_of(entry.department)))

    def follow(
        self,
        parent: Entry,
        remedy: Remedy,
        act: Act,
        party: Party | None,
        overrides: Sequence[Override] = (),
        *,
        hold: timedelta = timedelta(0),
        expect: str | None = None,
    ) -> Entry:
        """
        Make the letter, or give the one that was made under this remedy before; ``hold`` is how long it can be undone.

        Raises TooLate where it is not to be had (any more), KeyReused where another recipient got it, PlanChanged where
        it is not what ``expect`` says was shown, or a row's own PlanError; nothing has happened then.
        """
        again = sum(1 for one in parent.acts if one.deed is Deed.REOPENED)
        key = self.planner.digest("child", parent.id, remedy.value, *([str(again)] if again else []))
        for _ in range(2):
            first = self._first_outcome(key, parent, party)
            if first is not None:
                return first
            self._check(parent, remedy, party)
            plan, terms = self._planned(parent, remedy, act, party, overrides)
            if expect is not None:
                refuse_changed(plan, expect)
            try:
                return self._made((plan, attrs.evolve(terms, hold=hold)), parent, act, remedy, key)
            except (KeyTaken, Overtaken):
                continue  # a double click, or the same letter from the case: the other one was quicker by a moment
        raise KeyReused("another process follows this letter up at this moment", danish="prøv igen om lidt")

    def plan(self, parent: Entry, remedy: Remedy, party: Party | None, now: datetime) -> Plan:
        """Give what :meth:`follow` would make, and what stands in its way; raises TooLate as it does."""
        self._check(parent, remedy, party)
        plan, _ = self._planned(parent, remedy, Act(Deed.FOLLOWED, "", now), party, ())
        return plan

    def _first_outcome(self, key: str, parent: Entry, party: Party | None) -> Entry | None:
        known = self.outbox.committed(key)
        if not known:
            return None
        wanted = party or self.outbox.cover(parent.id).recipient.party
        name = fingerprint.party_digest(self.planner.digest, wanted)
        if name not in known:
            raise KeyReused(
                f"dispatch {parent.id} was followed by a letter to another recipient",
                danish="der er allerede bestilt et nyt brev til en anden modtager i stedet for dette",
            )
        return known[name]

    def _check(self, parent: Entry, remedy: Remedy, party: Party | None) -> None:
        offered = remedy in remedies_of(parent) and (remedy is not Remedy.SEND_AS_PRINT or self.has_paper(parent))
        if not offered:
            raise _too_late(parent, remedy)
        if (remedy is Remedy.CHANGE_RECIPIENT) is (party is None):
            raise ValueError("party= is whom to send it to: it goes with CHANGE_RECIPIENT, and with nothing else")

    def _planned(
        self, parent: Entry, remedy: Remedy, act: Act, party: Party | None, overrides: Sequence[Override]
    ) -> tuple[Plan, Terms]:
        """Plan it. What was said to a concern of the letter before counts where the very same one is raised again."""
        letter = self.outbox.dispatch(parent.id)
        to = party or letter.envelope.recipient.party
        policy, said = self.policy_of(parent.department), everywhere(overrides, [to])
        plan = self.planner.reissue(letter, remedy, to, policy, act.at, overrides=said)
        same = fingerprint.concerns_in_both(parent.fingerprint, plan.fingerprint)
        carried = [one for one in overrides_of(parent, to) if one.concern in same]
        if carried:
            said = (*said, *carried)
            plan = self.planner.reissue(letter, remedy, to, policy, act.at, overrides=said)
        return plan, Terms(policy, act.by, act.at, overrides=said)

    def _made(self, planned: tuple[Plan, Terms], parent: Entry, act: Act, remedy: Remedy, key: str) -> Entry:
        plan, terms = planned
        followed = partial(_followed, act=act, remedy=remedy)
        return self.commitment.follow(parent, plan, key, terms, followed)


def _followed(entry: Entry, act: Act, remedy: Remedy) -> Change:
    change = deeds.followed(entry, act)
    if change is None:
        raise _too_late(entry, remedy)
    return change


def _too_late(entry: Entry, remedy: Remedy) -> TooLate:
    told = f"dispatch {entry.id} is {entry.work.value}: {remedy.value} is not possible"
    return TooLate(told, danish=wording.too_late(entry))
