"""Godkendelse: a second person looks, and what is approved is what was shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import attrs

from esdh_connect import fingerprint, wording
from esdh_connect.dispatch import Deed, Dispatch, Entry, Hold, Override, Plan, Remedy, everywhere
from esdh_connect.errors import Objection, PlanChanged, PlanError, TooLate
from esdh_connect.model import Party
from esdh_connect.outbox import Outbox
from esdh_connect.plan_cache import PlanCache
from esdh_connect.planning import Planner
from esdh_connect.policy import Policy
from esdh_connect.reasons import is_legible, is_on_one_line

__all__ = ["Approval", "overrides_of"]


@attrs.frozen
class Approval:
    """Says whether a letter may be approved, by whom and as it is now."""

    outbox: Outbox
    planner: Planner
    policy_of: Callable[[str], Policy]
    now: Callable[[], datetime]

    def refuse_own(self, entry: Entry, by: str) -> None:
        """Raise Objection for the one who committed it."""
        if by.strip().casefold() == entry.committed_by.strip().casefold():
            raise Objection(
                "a letter is approved by another person than the one who committed it",
                danish="den, der har bestilt brevet, kan ikke selv godkende det",
            )

    def check(self, entry: Entry, by: str, cache: PlanCache | None = None) -> None:
        """Raise what stops it: the wrong person, what changed, or the row's own error."""
        self.refuse_own(entry, by)
        if not entry.waits_for(Hold.APPROVAL):
            raise TooLate(f"dispatch {entry.id} waits for no approval", danish=wording.too_late(entry))
        if entry.parent is None:
            self._refuse_changed(entry, cache or PlanCache(looks_back=False))
        else:
            self._refuse_changed_child(self.outbox.dispatch(entry.id))

    def _refuse_changed(self, entry: Entry, cache: PlanCache) -> None:
        """Plan the letter again from its documents."""
        wish = self.outbox.wish(entry.id)
        if wish is None:
            raise TooLate(f"dispatch {entry.id} keeps no wish")
        party = self.outbox.cover(entry.id).recipient.party
        said = overrides_of(entry, party)
        plan = self.planner.plan(wish, self._governing(entry), self.now(), [party], cache, overrides=said)
        name = fingerprint.party_digest(self.planner.digest, party)
        changes = fingerprint.changed(entry.fingerprint, fingerprint.of_row(plan.fingerprint, name))
        letter = [name for name in changes if not fingerprint.is_concern(name)]
        for error in _errors(plan):
            if isinstance(error, PlanChanged) or not letter:
                raise error
        if changes:
            raise PlanChanged(
                f"changed since it was committed: {', '.join(changes)}",
                changes=changes,
                danish=wording.changed(changes, wish),
            )

    def _refuse_changed_child(self, letter: Dispatch) -> None:
        """Plan a letter that was made after another again from what is stored: that is what was shown."""
        recipient = letter.envelope.recipient
        policy = self._governing(letter.entry)
        said = overrides_of(letter.entry, recipient.party)
        plan = self.planner.reissue(letter, Remedy.SEND_AGAIN, recipient.party, policy, self.now(), overrides=said)
        for error in _errors(plan):
            raise error
        row = plan.rows[0]
        if (row.envelope, row.manifest) != (letter.envelope, letter.manifest):
            raise PlanChanged("it no longer fits its channel as it was", changes=("files",))

    def _governing(self, entry: Entry) -> Policy:
        """Give the policy the letter was committed under, with the plugins' own values where it still holds."""
        current = self.policy_of(entry.department)
        return current if current.version == entry.policy_version else self.outbox.policy(entry.policy_version)


def overrides_of(entry: Entry, party: Party) -> tuple[Override, ...]:
    """Give what was said to the concerns of a letter when it was committed."""
    acts = (act for act in entry.acts if act.deed is Deed.OVERRODE and act.concern)
    said = [Override(act.concern, act.why, seen=act.seen) for act in acts if _is_reason(act.why)]
    return everywhere(said, [party])


def _is_reason(why: str) -> bool:
    """Tell whether it would be one today: an earlier version took what nobody can read."""
    return is_legible(why) and is_on_one_line(why)


def _errors(plan: Plan) -> list[PlanError]:
    return [row.error for row in plan.rows if row.error is not None]
