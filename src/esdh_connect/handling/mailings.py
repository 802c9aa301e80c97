"""
En masseforsendelse, der skal godkendes: approved or sent back as a whole, a few letters at a time.

Every letter is planned again before the first is approved, so that one that changed stops them all. It may be killed
on the way and called again: what is approved stays so, and the rest is looked at anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial

import attrs

from esdh_connect import deeds, wording
from esdh_connect.dispatch import Act, Deed, Entry, Hold, Work
from esdh_connect.errors import BatchDiffers, PlanError
from esdh_connect.handling.approval import Approval
from esdh_connect.outbox import Change, Outbox
from esdh_connect.plan_cache import PlanCache
from esdh_connect.reasons import legible

__all__ = ["Mailings"]

_CHUNK = 50
#: So many letters are named that are not as they were.
_NAMED = 5


@attrs.frozen
class Mailings:
    """What a second person does to a whole mailing."""

    outbox: Outbox
    approval: Approval
    due: Callable[[Entry], datetime]
    now: Callable[[], datetime]

    def approve(self, batch: str, *, by: str, expect: int | None) -> int:
        """Let all of it go that waits for approval, or none; gives how many. Raises BatchDiffers and Objection."""
        last = self._looked_through(batch, by, expect)
        if last is None:
            return 0
        approved = 0
        for some in self._waiting(batch, until=last):
            due = {entry.id: self.due(entry) for entry in some}
            act = Act(Deed.APPROVED, by, self.now())
            after = self.outbox.change_all(list(due), partial(_approved, act=act, due=due))
            approved += sum(1 for entry in after if act in entry.acts)
        return approved

    def send_back(self, batch: str, *, by: str, why: str, expect: int | None) -> int:
        """Approve none of it that waits: they are stopped. Gives how many. Raises BatchDiffers."""
        why, found = legible(why), self.outbox.batches(batch)
        self._refuse_miscounted(found[0].approvals if found else 0, expect)
        done = 0
        for some in self._waiting(batch):
            act = Act(Deed.SENT_BACK, by, self.now(), why)
            back = partial(deeds.sent_back, act=act, why=wording.sent_back_by(by, why))
            after = self.outbox.change_all([entry.id for entry in some], back)
            done += sum(1 for entry in after if act in entry.acts)
        return done

    def _looked_through(self, batch: str, by: str, expect: int | None) -> str | None:
        """Plan each of them again; gives the last one's id, None where none waits."""
        waiting, wrong, last = 0, dict[str, PlanError](), None
        cache = PlanCache(looks_back=False)
        for some in self._waiting(batch):
            cache.look_again()
            for entry in some:
                waiting, last = waiting + 1, entry.id
                self.approval.refuse_own(entry, by)
                try:
                    self.approval.check(entry, by, cache)
                except PlanError as error:
                    wrong[entry.id] = error
        self._refuse_miscounted(waiting, expect)
        if wrong:
            raise _changed(waiting, wrong)
        return last

    def _waiting(self, batch: str, until: str | None = None) -> Iterator[list[Entry]]:
        """Give the letters that wait for approval, the oldest first; up to one, where that is said."""
        after: str | None = None
        while found := self.outbox.in_batch(batch, [Work.HELD], _CHUNK, after=after):
            after = found[-1].id
            ids = [entry.id for entry in found]
            some = found[: ids.index(until) + 1] if until in ids else found
            yield [entry for entry in some if entry.held_for is Hold.APPROVAL]
            if until in ids:
                return

    def _refuse_miscounted(self, waiting: int, expect: int | None) -> None:
        if expect is not None and waiting != expect:
            raise BatchDiffers(
                f"{waiting} letters wait for approval, {expect} were confirmed",
                letters=waiting,
                danish=f"der venter {wording.number(waiting)} breve, og der er sagt {wording.number(expect)}",
            )


def _approved(entry: Entry, act: Act, due: Mapping[str, datetime]) -> Change | None:
    return deeds.approved(entry, act, due[entry.id])


def _changed(waiting: int, wrong: Mapping[str, PlanError]) -> BatchDiffers:
    first = list(wrong.items())[:_NAMED]
    named = "; ".join(f"{id_}: {error}" for id_, error in first)
    told = [f"{id_}: {wording.of(error)}" for id_, error in first]
    if len(wrong) > len(first):
        told.append(f"… og {wording.number(len(wrong) - len(first))} til")
    sums = f"{wording.number(len(wrong))} af {wording.number(waiting)} breve er ikke, som de blev bestilt"
    return BatchDiffers(
        f"{len(wrong)} of {waiting} letters are not as they were committed: {named}",
        letters=waiting,
        danish="\n".join([f"{sums}, og ingen af dem er godkendt.", *told]),
    )
