"""Døre: the verbs of people, as an installation has them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from esdh_connect.dispatch import Cause, Entry, Hold, Override, Plan, Remedy
from esdh_connect.handling.desk import Handling
from esdh_connect.inbox import Trouble
from esdh_connect.model import Case, Colleague, Party, Recipient
from esdh_connect.outbox import Found, Proposal, Search
from esdh_connect.reasons import legible
from esdh_connect.stopping import Halted, Stoppable
from esdh_connect.usage import UsageKind

__all__ = ["Doors"]


class Doors:
    """
    What people do to a letter, and beside it: the part of :class:`esdh_connect.Connect` that is theirs.

    Where they say ``why``, it is one line: ValueError is raised for control characters, and nothing is done.
    """

    handling: Handling

    def cancel(self, id: str, *, by: str, why: str = "") -> bool:  # noqa: A002 - the field's own word
        """Stop a letter that was not handed over. False where it is too late: then it cannot be recalled."""
        return self.handling.cancel(id, by=by, why=why)

    def approve(self, id: str, *, by: str) -> Entry:  # noqa: A002
        """
        Godkend: let a letter go that waits for a second person. Everything is planned again first.

        Raises PlanChanged where it is not as it was shown, Objection for the one who committed it, and TooLate.
        """
        return self.handling.approve(id, by=by)

    def send_back(self, id: str, *, by: str, why: str) -> Entry:  # noqa: A002
        """Tilbagesend: do not approve it; it is stopped, and its caseworker is told why. Raises TooLate."""
        return self.handling.send_back(id, by=by, why=why)

    def pass_on(self, id: str, to: str, *, by: str, why: str = "") -> Entry:  # noqa: A002
        """
        Send videre: note who is to approve it instead, for those who look and for whoever tells them.

        It is a note and no right: anybody but the one who committed it can still approve it. Who may is the host's.
        Raises TooLate, and Objection where ``to`` is none of :meth:`approvers`, the one who committed it, or ``by``.
        """
        return self.handling.pass_on(id, to, by=by, why=why)

    def approvers(self, id: str) -> tuple[Colleague, ...] | None:  # noqa: A002
        """Give who could approve it but the one who committed it; None where no host implements ``find_approvers``."""
        return self.handling.colleagues.approvers(self.handling.outbox.entry(id))

    def colleague(self, id: str) -> Colleague:  # noqa: A002
        """Give somebody who did something, with their name where a host implements ``find_colleague``."""
        return self.handling.colleagues.named(id)

    def approvals(self, limit: int = 100, *, departments: Collection[str] | None = None) -> tuple[Entry, ...]:
        """Give the letters that wait for approval, oldest first; of these departments, or of all."""
        return self.handling.outbox.held(Hold.APPROVAL, limit, departments)

    def equal(self, id: str) -> tuple[Entry, ...]:  # noqa: A002
        """
        Samme brev: give the letters with the same main document to the same recipient, ordered within a day, or later.

        Only those that went or will, oldest first. Whoever approves a letter is to see them: one may be there by now
        that nobody knew of when this one was ordered. Raises UnknownDispatch.
        """
        return self.handling.equal(id)

    def approve_batch(self, batch: str, *, by: str, expect: int | None = None) -> int:
        """
        Godkend hele udsendelsen: let all letters of a mailing go that wait for approval; gives how many.

        Each is planned again before any goes, and ``expect`` is how many somebody has confirmed. Killed on the way,
        it can be called again. Raises BatchDiffers, which names what changed, and Objection for the one who committed
        it: then none is approved.
        """
        return self.handling.mailings.approve(batch, by=by, expect=expect)

    def send_back_batch(self, batch: str, *, by: str, why: str, expect: int | None = None) -> int:
        """Tilbagesend hele udsendelsen: stop all letters of it that wait for approval. Raises BatchDiffers."""
        return self.handling.mailings.send_back(batch, by=by, why=why, expect=expect)

    def proposals(self) -> tuple[Proposal, ...]:
        """Give the letters that plugins propose and that wait for a caseworker."""
        return self.handling.outbox.proposals()

    def decline(self, proposal: Proposal, *, by: str, why: str) -> bool:
        """Take a proposal off the list."""
        return self.handling.outbox.close_proposal(proposal.id, by=by, why=legible(why))

    def erase(self, id: str, *, by: str, why: str) -> Entry:  # noqa: A002
        """Slet: erase what a letter that is over carried, for good; its line stays. Raises TooLate where it is not."""
        return self.handling.erase(id, by=by, why=why)

    def stoppable(self, id: str) -> Stoppable:  # noqa: A002
        """Kan det stadig stoppes? Until when, or why not and what instead, in Danish too."""
        return self.handling.stoppable(id)

    def stop_batch(self, batch: str, *, by: str, why: str) -> Halted:
        """Stop what has not left of a mailing. Killed on the way, it can be called again."""
        return self.handling.stop_batch(batch, by=by, why=why)

    def use(self, kind: UsageKind, *, department: str, key: str, by: str | None, channel: str = "") -> bool:
        """
        Count what a dialog or a host saw: the action was opened (OPENED), left (UNUSED), or passed by (PRINTED).

        ``key`` is the host's name of the dialog, as in a request: told twice it counts once, and this gives False.
        ``by`` stands beside what is stored until all have heard it. Raises ValueError for other kinds, and for a
        ``channel`` that is no short name.
        """
        return self.handling.use(kind, department, key, by, channel)

    def failures(self, limit: int = 100) -> tuple[Trouble, ...]:
        """Fejlbakken: give everything that goes no further until a person has looked, oldest first."""
        return self.handling.failures(limit)

    def failures_of(
        self, cause: Cause, *, departments: Collection[str] | None = None, limit: int = 100, offset: int = 0
    ) -> tuple[Trouble, ...]:
        """Give those of one cause in these departments after the first ``offset``, oldest first: of however many."""
        return self.handling.failures_of(cause, departments, limit, offset)

    def failures_about(self, id: str) -> tuple[Trouble, ...]:  # noqa: A002
        """Give what of one letter needs a person now: nothing, or more than one thing. Raises UnknownDispatch."""
        return self.handling.failures_about(id)

    def failures_on(self, case: Case, *, limit: int = 100) -> tuple[Trouble, ...]:
        """
        Give the letters on a case that need a person, oldest first, of every department: before another is sent.

        Not those that only their journaling keeps in the inbox: for whoever gets the next letter they are no matter.
        """
        return self.handling.failures_on(case, limit)

    def failure_counts(self) -> Mapping[tuple[str, Cause], int]:
        """Count what is in the failure inbox, by department and cause; no letter is read for it."""
        return self.handling.outbox.trouble_counts(self.handling.now())

    def parties(self, id: str) -> tuple[Recipient, ...] | None:  # noqa: A002
        """
        Give whom else a letter could go to: the parties of its case, but for its own.

        None where no host implements ``find_parties``, or it does not know the case. Raises DamagedPayload.
        """
        return self.handling.parties(id)

    def letters(self, search: Search, *, limit: int = 100, offset: int = 0) -> Found:
        """Give the letters of a search after the first ``offset``, the newest first, and how many there are."""
        return self.handling.outbox.search(search, limit, offset)

    def replacement(self, id: str, remedy: Remedy, *, party: Party | None = None) -> Plan:  # noqa: A002
        """
        Vis det nye brev: plan what ``resolve`` would make of a letter with this remedy, for showing it first.

        Changes nothing. What stands in its way is in its rows, as in any plan. Raises TooLate where it cannot be made
        (any more), and ValueError for a ``party`` too many or too few.
        """
        return self.handling.replacement(id, remedy, party)

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
        """
        Do what a person decides about a letter that needs one; gives it, or the new letter that was made after it.

        ``party`` is whom CHANGE_RECIPIENT sends to, ``overrides`` what ``by`` says to concerns of the new letter, each
        with what was ``seen``: ``Objection.told`` has it, and ValueError is raised for one that says nothing of it.
        What was said to the first letter still counts for a concern that has not changed. Asked twice, the new letter
        is made once, and ``hold`` is how long it can be regretted, as in :meth:`commit`. ``expect`` is the fingerprint
        of the :meth:`replacement` that was shown: PlanChanged is raised for a new letter that is not that one. Raises
        TooLate where it cannot be done (any more), KeyReused, or what stops the new letter as :meth:`commit` does.
        """
        return self.handling.resolve(
            id, remedy, by=by, why=why, party=party, overrides=overrides, hold=hold, expect=expect
        )

    def resolve_duty(self, mark: str, *, written: bool, by: str, why: str) -> Entry:
        """Say whether a letter is on its case, where nobody else can know. Raises TooLate where nobody has to."""
        return self.handling.resolve_duty(mark, written=written, by=by, why=why)
