"""
The door: one municipality, one installation, one :class:`Connect`.

Five verbs move letters: ``tell`` (the host saw something), ``plan`` (who gets what and how), ``commit`` (it shall
be sent), ``deliver`` (do it), ``receive`` (a receipt came).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import Self
from uuid import UUID, uuid4

import attrs

from esdh_connect import plugins, progress
from esdh_connect.channel import Channel
from esdh_connect.commitment import Commitment, Committed, Terms, chosen, ringing, wished
from esdh_connect.deadlines import Deadlines
from esdh_connect.defaults import Builtin
from esdh_connect.delivery import Delivered, Delivery
from esdh_connect.departments import Departments
from esdh_connect.dispatch import Cover, Dispatch, Entry, Hold, Override, Plan, Receipt, Request
from esdh_connect.errors import Objection
from esdh_connect.events import DocumentEvent
from esdh_connect.handling import Doors, Handling
from esdh_connect.health import Health, examined
from esdh_connect.hookspecs import Action
from esdh_connect.legal_clock import LegalClock
from esdh_connect.log import Log
from esdh_connect.mailing import Mailing, Mailings
from esdh_connect.model import Document, Party, Sender, Source
from esdh_connect.opening import opened, utc_now
from esdh_connect.outbox import Outbox, Proposal, Shelf, Trail, UnknownDispatch
from esdh_connect.planning import Planner
from esdh_connect.plugins import Plugins, Shelving
from esdh_connect.policy import Policy, PolicyChange
from esdh_connect.proof import Proof, Record
from esdh_connect.reading import source
from esdh_connect.seal import Seal
from esdh_connect.training import Training
from esdh_connect.usage import UsageKind

__all__ = ["Committed", "Connect"]

#: Digests that are remembered: on its way into the outbox a letter is named a few times, and so are its parts.
_DIGESTS = 1000


class Connect(Doors, Deadlines, Mailings):
    """
    One installation. Make it with :meth:`from_settings`; safe to use from several threads.

    ``host`` is the embedding program's own plugin object: it answers first and is never off. ``departments`` is the
    door to what each department may use. ``changes`` is what the settings say of them, which counts where nothing was
    ever decided.
    """

    def __init__(  # noqa: PLR0913 - the parts of an installation, put together in one place: from_settings
        self,
        *,
        outbox: Outbox,
        seal: Seal,
        changes: Iterable[PolicyChange],
        sender: Sender | None = None,
        loaded: dict[str, object] | None = None,
        broken: tuple[plugins.Broken, ...] = (),
        host: object | None = None,
        now: Callable[[], datetime] = utc_now,
        new_uuid: Callable[[], UUID] = uuid4,
        log: Log | None = None,
        bell: str = "poll",
        retention: timedelta | None = None,
        converted: timedelta = timedelta(days=30),
        usage: timedelta = timedelta(days=400),
        clock: LegalClock = LegalClock(),
        training: Training | None = None,
    ) -> None:
        outbox.begin(training=training is not None)
        self.outbox, seal, log = outbox, outbox.lasting(seal), log or Log()
        self._now, self._new_uuid, self.seal = now, new_uuid, seal
        #: How deadlines are reckoned, and what an installation to learn with does to its letters; None in earnest.
        self.clock, self.training = clock, training
        builtin = Builtin(self._channels_of, outbox.document_state)
        self.store = Shelf(outbox, seal.digest, now, lambda: self.departments)
        keeping = Shelving(self.store, outbox.keep)
        is_training = training is not None
        self.plugins = Plugins(builtin, loaded or {}, host, broken, keeping, training=is_training, log=log)
        self.departments = Departments(outbox, self.plugins, now, log)
        self.departments.begin(changes)
        digest = lru_cache(_DIGESTS)(seal.digest)
        self._planner = Planner(self.plugins, outbox, digest, sender, log, clock, training)
        self.bell = self.plugins.bell(bell)
        ring = ringing(self.bell, log)
        self._commitment = Commitment(self._planner, self.plugins, outbox, digest, new_uuid, ring)
        self._delivery = Delivery(outbox, self.plugins, self.policy, now, new_uuid, log, retention, converted, usage)
        self.handling = Handling(outbox, self.plugins, self._planner, self._commitment, self.policy, now)
        self._mailing = Mailing(outbox, self._planner, self._commitment, self.policy, now)
        for name in (*self.plugins.listeners, *self.plugins.exporters):
            outbox.install(name)

    @classmethod
    def from_settings(
        cls,
        path: Path | str,
        *,
        host: object | None = None,
        outbox: Outbox | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> Self:
        """
        Start from a settings file. ``outbox`` replaces the file or server the settings name.

        Raises ConfigurationError or OutboxError.
        """
        return opened(cls, path, host=host, outbox=outbox, now=now)

    def close(self) -> None:
        """Let go of the outbox. Nothing is lost by not calling it; ``with`` does it by itself."""
        self.outbox.close()

    def __enter__(self) -> Self:
        """Give itself; the block's end closes it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    # --- departments

    def _channels_of(self, policy: Policy) -> Sequence[Channel]:
        return self.plugins.channels_of(policy)

    def policy(self, department: str) -> Policy:
        """Give what holds for a department now. One that nobody set up has no plugins and no channels."""
        return self.departments.policy(department)

    # --- the five verbs

    def tell(self, event: DocumentEvent) -> bool:
        """Store what the host saw and return; nothing is decided here. False where this event id was told before."""
        return self.outbox.tell(event, self.policy(event.department))

    def read(self, document: Document, *, department: str, content: bytes | None = None) -> Source:
        """
        Read a document as a plan does, or take in its ``content`` where that was read already.

        Raises UnreadableDocument, or the Objection of whoever failed to read it.
        """
        if content is None:
            content = self.plugins.asked(self.policy(department)).read_document(document)
        return source(document, content)

    def bundle(self, name: str, *, department: str) -> tuple[Document, ...]:
        """
        Give the documents of a shared bundle (bilagspakke), in the version that is in force now, for a request.

        Raises a PlanError where the department has no such bundle, nor has one above it.
        """
        above = self.departments.lineage(department)
        found = self.plugins.asked(self.policy(department)).find_bundle(name, above, self._now())
        if found is None:
            raise Objection(
                f"nobody knows a bundle {name!r} in department {department}",
                danish=f"afdelingen har ingen bilagspakke, der hedder »{name}«",
            )
        return found

    def plan(
        self, request: Request, overrides: Sequence[Override] = (), *, only: Sequence[Party] | None = None
    ) -> Plan:
        """
        Tell who gets what and how, and what is wrong. Changes nothing; never raises for a letter.

        ``overrides`` is what the caseworker has said to the concerns of a plan that was shown; ``only`` names the
        parties whose letters it is about where that is not everybody, as for :meth:`commit`.
        """
        policy, parties = self.policy(request.department), chosen(request, only)
        return self._planner.plan(request, policy, self._now(), parties, overrides=overrides)

    def commit(
        self,
        wish: Plan | Request,
        *,
        by: str,
        expect: str | None = None,
        hold: timedelta = timedelta(0),
        only: Sequence[Party] | None = None,
        connection: object | None = None,
        overrides: Sequence[Override] = (),
    ) -> Committed:
        """
        Put the letters into the outbox: the legal border.

        Everything is planned again first and must be what ``expect`` (by default the plan's own fingerprint)
        says. A key that was committed before gives its first outcome. ``only`` names the parties where not all
        of the plan's rows are to go; ``hold`` is how long the letters can be regretted before they may leave;
        ``connection`` is the host's SQLAlchemy connection, whose commit then is the durable moment. ``overrides`` is
        what ``by`` says to concerns of this very plan; each is audited.

        Raises PlanChanged naming what changed, KeyReused, a row's own PlanError, and ValueError where ``only`` names
        nobody, or anybody twice. Nothing was sent then.
        """
        request, expected = wished(wish, expect)
        wanted = chosen(request, only)
        terms = Terms(self.policy(request.department), by, self._now(), hold, connection, overrides=overrides)
        return self._commitment.commit(request, expected, wanted, terms)

    def prepare(
        self, wish: Plan | Request, *, by: str, expect: str | None = None, overrides: Sequence[Override] = ()
    ) -> Committed:
        """
        Commit letters that wait for the host's own transaction, in a database that is not ours.

        After it the host calls :meth:`release` or :meth:`withdraw` with the key. One that does neither is asked
        ``was_committed(key)`` after ten minutes, and again until it answers. Raises what :meth:`commit` does, and
        ValueError where nobody can be asked.
        """
        request, expected = wished(wish, expect)
        policy = self.policy(request.department)
        if not self.plugins.asked(policy).knows_commits:
            raise ValueError("to prepare a letter the host implements was_committed")
        terms = Terms(policy, by, self._now(), held_for=Hold.HOST, overrides=overrides)
        return self._commitment.commit(request, expected, request.parties, terms)

    def release(self, key: str, *, by: str) -> tuple[Entry, ...]:
        """Let go what was prepared: the host's own transaction was committed. Raises UnknownDispatch and TooLate."""
        entries = self.committed(key)
        if not entries:
            raise UnknownDispatch("nothing was prepared under this key")
        return self.handling.kept(entries, by=by)

    def withdraw(self, key: str, *, by: str, why: str = "") -> tuple[Entry, ...]:
        """Stop what was prepared or committed under this key and has not left; gives the entries as they are then."""
        entries = self.committed(key)
        for entry in entries:
            self.cancel(entry.id, by=by, why=why)
        return self.committed(key)

    def deliver(
        self,
        limit: int = 1000,
        *,
        threads: int = 1,
        goes_on: Callable[[], bool] = lambda: True,
        tell_within: timedelta | None = None,
    ) -> Delivered:
        """
        Do what is to be done now: call it from a job runner. May be killed at any instant.

        ``threads`` letters are handed over at a time; the channels must allow it. ``goes_on`` is asked before each
        letter: where it says no, what is under way comes to its end and the rest waits. With ``tell_within`` each
        subscriber is told in a thread of its own, and waited for no longer than that.
        """
        return self._delivery.run(limit, threads, goes_on, tell_within)

    def erase_expired(self) -> int | None:
        """
        Erase now what has lain long enough, as the settings and plugins say; ``deliver`` does it by itself.

        Gives how many letters and things; None where another process is delivering, and does it.
        """
        return self._delivery.erase_expired()

    def receive(self, receipt: Receipt) -> Entry | None:
        """Take a receipt in; durable when it returns. None where no letter has its UUID: it is kept."""
        conduct = self.plugins.conduct(receipt.channel)
        return self.outbox.receive(receipt, partial(progress.received, now=self._now(), conduct=conduct))

    def launch_code(self, *parts: str) -> str:
        """
        Sign a launch token: give a keyed digest of its parts, as hex digits, which nobody else can make.

        Its key is derived for this purpose alone, and changes with the installation's secret. Compare it with
        ``hmac.compare_digest``; the first part says what kind of token it is.
        """
        return self.seal.launch_code(*parts)

    # --- what people see

    @property
    def audit(self) -> Trail:
        """Give the audit log (revisionsloggen): what people and machine did to letters."""
        return self.outbox.audit

    def proof(self, id: str) -> Proof:  # noqa: A002
        """Give the proof pack (bevispakke) of a letter, to be written to a file. Raises UnknownDispatch."""
        record = Record.read(self.outbox, id, self.plugins.channels, self.clock)
        return Proof(attrs.evolve(record, is_training=self.training is not None))

    def actions(self, document: Document, *, actor: str, department: str) -> tuple[Action, ...]:
        """Give what ``actor`` may do with the document in this department."""
        policy = self.policy(department)
        return self.plugins.asked(policy).offer_actions(document, actor, policy)

    def committed(self, key: str) -> tuple[Entry, ...]:
        """Give the first outcome of a key; nothing where it was never committed."""
        return tuple(self.outbox.committed(self.seal.digest("key", key)).values())

    def entry(self, id: str) -> Entry:  # noqa: A002
        """Give one line of the outbox. Raises UnknownDispatch."""
        return self.outbox.entry(id)

    def entries(self, *, department: str | None = None, case: str | None = None, limit: int = 100) -> tuple[Entry, ...]:
        """Give the newest lines of the outbox first."""
        return self.outbox.entries(department=department, case=case, limit=limit)

    def health(self) -> Health:
        """Tell how the installation is: what waits, what is late, and what somebody should look at."""
        found = examined(self.outbox, self.plugins.channels, self.plugins.converters, self.bell, self._now())
        return attrs.evolve(found, training=self.training is not None)

    def cover(self, id: str) -> Cover:  # noqa: A002
        """Give what a dispatch carries, without the contents."""
        return self.outbox.cover(id)

    def dispatch(self, id: str) -> Dispatch:  # noqa: A002
        """Give a dispatch with its contents."""
        return self.outbox.dispatch(id)

    def accept(
        self,
        proposal: Proposal,
        plan: Plan,
        *,
        by: str,
        hold: timedelta = timedelta(0),
        only: Sequence[Party] | None = None,
        overrides: Sequence[Override] = (),
    ) -> Committed:
        """Commit a proposal as planned, as :meth:`commit` does; ValueError for the plan of another request."""
        if plan.request != proposal.request:
            raise ValueError("the plan is that of another request than the one proposed")
        done = self.commit(plan, by=by, hold=hold, only=only, overrides=overrides)
        self.outbox.close_proposal(proposal.id, by=by, why="accepted")
        return done

    def usage(self, since: datetime, until: datetime) -> Counter[tuple[str, UsageKind, str]]:
        """Count what was used by (department, kind, channel); names no person."""
        return self.outbox.usage(since, until)
