"""The outbox as a protocol."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol

from esdh_connect.dispatch import Cause, Cover, Dispatch, Entry, Hold, Receipt, Request, Work
from esdh_connect.events import DocumentEvent, Event
from esdh_connect.facts import Change
from esdh_connect.model import Case
from esdh_connect.outbox.figures import Batch, Figures, Known
from esdh_connect.outbox.keeping import Keeping
from esdh_connect.outbox.searching import Found, Search
from esdh_connect.outbox.values import NO_PACE, OWN_GATES, Claim, Decide, Draft, Duty, Ended, Gate, Ring
from esdh_connect.policy import Policy

__all__ = ["Outbox"]


class Outbox(Keeping, Protocol):
    """
    Everything durable. Every method is one transaction, durable when it returns, and safe in many processes.

    Methods that take an id raise UnknownDispatch where there is none.
    """

    # --- the commit

    def add(
        self,
        drafts: Sequence[Draft],
        facts: Sequence[Event],
        policy: Policy,
        *,
        connection: object | None = None,
        ring: Ring | None = None,
    ) -> None:
        """
        Add all drafts with their facts, or none.

        Raises KeyTaken where a (key, recipient) is there already, Overtaken where equal letters were looked for and
        there is another by now: of two at once one is refused.

        With ``connection`` (a SQLAlchemy Connection of the host) it writes there and leaves the commit to the
        host. Raises ValueError where a reminder's letter is neither there nor among the drafts. ``ring`` is called
        for those that are ready, in the same transaction; where it raises NotRung they are added all the same.
        """

    def committed(self, key: str) -> Mapping[str, Entry]:
        """Give the entries of this key digest, by recipient digest."""

    def known(self, keys: Collection[str]) -> Mapping[tuple[str, str], Known]:
        """Give what stands under these key digests, by (key, recipient): :meth:`committed` for many at once."""

    def identical(self, content: str, key: str, since: datetime, *, batch: str = "") -> Entry | None:
        """
        Give the latest equal letter that was committed after ``since`` under another key, and went or will.

        One that failed or was cancelled does not count, unless it may have arrived all the same. Letters of ``batch``,
        where one is named, do not count either: it is about what was sent beside this mailing.
        """

    def equal(self, id: str, since: datetime) -> tuple[Entry, ...]:  # noqa: A002
        """Give the letters equal to this one that went or will, committed since: the latest 25, oldest first."""

    def recent(self, contents: Collection[str], since: datetime, *, batch: str = "") -> frozenset[str]:
        """Give those of these contents that a letter has which was committed so: :meth:`identical` for many at once."""

    # --- reading

    def entry(self, id: str) -> Entry:  # noqa: A002 - the field's own word
        """Give one entry."""

    def entries(self, *, department: str | None = None, case: str | None = None, limit: int = 100) -> tuple[Entry, ...]:
        """Give the newest entries first."""

    def search(self, search: Search, limit: int = 100, offset: int = 0) -> Found:
        """Give the letters of a search after the first ``offset``, the newest first, and count them all."""

    def cover(self, id: str) -> Cover:  # noqa: A002
        """Give what the dispatch carries, without the contents."""

    def dispatch(self, id: str) -> Dispatch:  # noqa: A002
        """
        Give the dispatch with its contents; its transaction id is that of the latest attempt.

        Raises DamagedPayload where the contents do not open: then nothing of it may leave.
        """

    def wish(self, id: str) -> Request | None:  # noqa: A002
        """Give the wish a held letter came from; None where none was kept. Raises DamagedPayload."""

    def policy(self, version: str) -> Policy:
        """Give the policy that governs what was stored under this version. Raises LookupError for a version unknown."""

    # --- sending and receiving

    def dispatching(self) -> AbstractContextManager[str | None]:
        """
        Be a dispatcher of this outbox while the block runs; gives the id of the shift, None where nobody more can be.

        That the shift goes on is proven by something that ends with the process, never by a clock.
        """

    def alone(self, what: str) -> AbstractContextManager[bool]:
        """
        Be the only worker at something while the block runs; False where another is at it.

        For those who dispatch, where several may at once: what must be done in one order is done by one.
        """

    def claim(
        self,
        now: datetime,
        start: Decide,
        withdrawn: Decide,
        *,
        pace: Mapping[str, timedelta] = NO_PACE,
        gates: Mapping[str, str] = OWN_GATES,
        channels: Collection[str] | None = None,
    ) -> Entry | None:
        """
        Take the next letter that is ready and due, and apply ``start`` in the same transaction.

        The lowest lane first, then the longest due. Those of a shut gate, or of others than ``channels``, are passed;
        ``gates`` names the gate of each channel, where that is not its own; ``pace`` is the least time between two
        letters through a gate, kept across all workers. A letter with a document that was withdrawn after the letter
        was committed, or is withdrawn now, gets ``withdrawn`` instead and the next is tried. A reminder waits until the
        letter it stands beside was handed over, and is withdrawn with it where that letter failed or was cancelled.
        None where nothing is to do.
        """

    def serve(
        self,
        ended: Sequence[Ended],
        now: datetime,
        starts: Sequence[Decide],
        withdrawn: Decide,
        *,
        pace: Mapping[str, timedelta] = NO_PACE,
        gates: Mapping[str, str] = OWN_GATES,
        channels: Collection[str] | None = None,
    ) -> tuple[Claim, ...]:
        """
        Store what became of letters that were in hand, and take the next ones, all or nothing: :meth:`claim` for many.

        One letter for each of ``starts`` at most, so that no attempt begins which nobody is there to make.
        """

    def shut(self, gate: str, now: datetime, until: datetime, why: str) -> None:
        """Let nothing through a gate from now until then; one that is shut longer stays so."""

    def note_failure(
        self, gate: str, now: datetime, rest: Callable[[int], timedelta], why: str, *, asks: bool = False
    ) -> Gate:
        """
        Count one more failure in a row behind a gate, for all workers, and shut it; gives that.

        ``rest`` says for how long after so many; one that is shut longer stays so. With ``asks`` it is shut until
        :meth:`open_gate`.
        """

    def note_answer(self, gate: str) -> None:
        """Note that a letter was taken or refused behind a gate: the row of its failures is over."""

    def open_gate(self, gate: str) -> None:
        """Open a gate that was shut until a question was answered; its failures stay counted."""

    def gates(self) -> tuple[Gate, ...]:
        """Give the gates that were ever shut."""

    def change(self, id: str, decide: Decide) -> Entry:  # noqa: A002
        """Apply ``decide`` to one entry and give it as it is now. Raises ValueError on what check_change refuses."""

    def succeed(
        self,
        id: str,  # noqa: A002
        decide: Decide,
        drafts: Sequence[Draft],
        facts: Sequence[Event],
        policy: Policy,
        *,
        ring: Ring | None = None,
    ) -> tuple[Entry, ...]:
        """
        Add the drafts that take an entry's place, and apply ``decide`` to it, in one transaction; gives the new ones.

        Raises KeyTaken as :meth:`add` does, and whatever ``decide`` raises; nothing is stored then.
        """

    def orphaned(self, shift: str) -> tuple[Entry, ...]:
        """Give the entries under way whose shift is proven to be over, as seen from ``shift``, which goes on."""

    def overdue(self, now: datetime, limit: int = 100) -> tuple[Entry, ...]:
        """
        Give the entries held, unknown or handed over whose time has come, the longest overdue first.

        Those held for the release of their batch are not among them: there may be very many, and nobody is late.
        """

    def held(self, reason: Hold, limit: int = 100, departments: Collection[str] | None = None) -> tuple[Entry, ...]:
        """Give the entries held for this reason, oldest first; of these departments, or of all."""

    def troubles(self, limit: int = 100, *, case: Case | None = None) -> tuple[Entry, ...]:
        """Give the entries that need a person, oldest first: all, or those on a case (by id and system)."""

    def trouble_counts(self, now: datetime) -> Mapping[tuple[str, Cause], int]:
        """Count what needs a person by (department, cause): letters, their journaling, and hosts that say nothing."""

    def in_trouble(
        self,
        cause: Cause,
        now: datetime,
        departments: Collection[str] | None = None,
        limit: int = 100,
        offset: int = 0,
        *,
        letter: str | None = None,
    ) -> tuple[tuple[Entry, Duty | None], ...]:
        """
        Give those that need a person for this cause after the first ``offset``, oldest first, with their journaling.

        Of these departments, or of all where none are said; or the one ``letter`` alone, if it does.
        """

    def open_on(self, case: str, system: str | None = None) -> tuple[Entry, ...]:
        """
        Give the letters on a case that are under way or need a person, oldest first; of any system where none is said.

        Reminders are not among them, nor letters that are over: those are not read, however many there are.
        """

    def followers(self, id: str) -> tuple[Entry, ...]:  # noqa: A002
        """Give the entries of the letters that were made after one, oldest first."""

    def open_with(self, event: DocumentEvent, *, another_version: bool = False) -> tuple[Entry, ...]:
        """Give the entries committed before the event, with its document (in another version), not handed over yet."""

    # --- batches and figures

    def batches(self, name: str | None = None, limit: int = 100) -> tuple[Batch, ...]:
        """Count the letters of the newest batches, or of the one with this name; nothing where there is none."""

    def change_all(self, ids: Collection[str], decide: Decide) -> tuple[Entry, ...]:
        """Apply ``decide`` to a few entries at once; gives those that are there as they are now, oldest first."""

    def release_next(self, batch: str, decide: Decide, limit: int, *, ring: Ring | None = None) -> int:
        """
        Apply ``decide`` to the next letters of a batch that are held for its release, the oldest first.

        All in one transaction, and at most ``limit``; gives how many were released. ``ring`` as in :meth:`add`.
        """

    def figures(self, now: datetime, tries: int, channels: Collection[str] | None = None) -> Figures:
        """Count what waits and is late. A duty is stuck after ``tries``, a letter stranded without its channel."""

    def in_batch(
        self, batch: str, work: Collection[Work], limit: int = 100, *, after: str | None = None
    ) -> tuple[Entry, ...]:
        """Give the entries of a batch whose work is one of these, oldest first; those younger than ``after``."""

    def receive(self, receipt: Receipt, decide: Callable[[Entry, Receipt], Change | None]) -> Entry | None:
        """
        Store a receipt once (by its id) and apply ``decide`` to the entry with its message UUID.

        None where no entry has that UUID: the receipt is kept, and :meth:`unmatched` gives it until it is received
        again when its entry is there. UUIDs are stored before anything leaves, so it is about somebody else's
        letter, or one the host has not committed yet.
        """

    def unmatched(self, limit: int = 100) -> tuple[Receipt, ...]:
        """Give the receipts that belonged to no entry: first those whose entry is there by now, then the oldest."""

    # --- duties

    def duties(self, now: datetime, limit: int = 100) -> tuple[Duty, ...]:
        """Give the duties that are due, but for those that wait for a person."""

    def stuck_duties(self, tries: int, limit: int = 100) -> tuple[Duty, ...]:
        """Give the open duties that wait for a person, with why, and those that were tried at least so often."""

    def take_duty(self, mark: str, shift: str) -> Duty | None:
        """
        Take a duty in hand, and note that the host may be asked to write from now on; gives it as it was before.

        None where it is done, waits for a person, or is in the hand of another shift that is not proven to be over.
        """

    def duty_done(self, mark: str, answer: str) -> None:
        """Note the host's answer; the duty never comes again."""

    def duty_postponed(self, mark: str, due: datetime, why: str, *, begun: bool, shift: str = "") -> None:
        """
        Note a failed try, and let it out of hand; ``begun`` tells whether the host may have written all the same.

        Changes nothing where another shift has it in hand by now.
        """

    def duty_unknown(self, mark: str, why: str, *, shift: str = "") -> None:
        """Note that nobody can know whether the host has written: it waits for a person. As ``duty_postponed``."""

    def duty_refused(self, mark: str, why: str, *, shift: str = "") -> None:
        """Note that the host will not write as things are: it waits for a person. As ``duty_postponed``."""

    def duty_resolved(self, mark: str, decide: Decide, now: datetime, *, written: bool) -> Entry | None:
        """
        Take a person's word for whether the host has written, and apply ``decide`` to the letter, in one transaction.

        The duty is done, or comes again at once. None where it is done already or a worker has it in hand.
        """
