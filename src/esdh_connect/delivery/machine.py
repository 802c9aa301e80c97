"""The machine: one round of everything there is to do."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar
from uuid import UUID

import attrs

from esdh_connect import progress
from esdh_connect.delivery.apart import Apart, Beside
from esdh_connect.delivery.cleaning import Cleaning
from esdh_connect.delivery.duties import Journal
from esdh_connect.delivery.events import Consequences
from esdh_connect.delivery.exporting import Exporter
from esdh_connect.delivery.handover import Handover
from esdh_connect.delivery.retention import Retention
from esdh_connect.delivery.sources import Sources
from esdh_connect.delivery.sweep import Sweep
from esdh_connect.delivery.telling import Teller
from esdh_connect.dispatch import Entry
from esdh_connect.errors import OutcomeUnknown, StoreError, TemporaryFailure
from esdh_connect.log import Log
from esdh_connect.outbox import Decide, Outbox
from esdh_connect.plugins import Plugins
from esdh_connect.policy import Policy

__all__ = ["Delivered", "Delivery"]

T = TypeVar("T")

#: So many early receipts are opened in a round: nearly always there are none, or thousands for nobody's letters.
_UNMATCHED = 50


#: Seconds, and a call more: what is left is handed on in the next round.
_HANDED_ON_FOR = 10.0

#: While there is something to do, the audit log's chain waits for so many lines.
_MANY = 1000


@attrs.frozen
class Delivered:
    """What one round of delivery did. ``elected`` is False where another process was at it."""

    elected: bool = True
    events: int = 0
    proposals: int = 0
    letters: int = 0
    journalized: int = 0
    told: int = 0
    overdue: int = 0
    erased: int = 0
    exported: int = 0
    read: int = 0

    def __bool__(self) -> bool:
        """Tell whether anything was done."""
        for_letters = self.events or self.letters or self.journalized or self.overdue
        return bool(for_letters or self.told or self.erased or self.exported or self.read)


@attrs.frozen
class Delivery:
    """The machine of one installation. ``now`` and ``new_uuid`` are handed in."""

    outbox: Outbox
    plugins: Plugins
    policy_of: Callable[[str], Policy]
    now: Callable[[], datetime]
    new_uuid: Callable[[], UUID]
    log: Log = Log()
    retention: timedelta | None = None
    converted: timedelta = timedelta(days=30)
    usage: timedelta = timedelta(days=400)
    _handover: Handover = attrs.field(init=False)
    _apart: Apart = attrs.field(init=False)
    _cleaning: Cleaning = attrs.field(init=False)
    _beside: Beside = attrs.field(factory=Beside, init=False)
    _reading: Beside = attrs.field(factory=Beside, init=False)

    def __attrs_post_init__(self) -> None:
        """Make what remembers from round to round: how a channel does, who has not come back, what was erased when."""
        handover = Handover(self.outbox, self.plugins, self.now, self.new_uuid, self.log)
        object.__setattr__(self, "_handover", handover)
        object.__setattr__(self, "_apart", Apart(self.log))
        object.__setattr__(self, "_cleaning", Cleaning(self.plugins, self.outbox.forget_deleted, self.now, self.log))

    def run(
        self,
        limit: int = 1000,
        threads: int = 1,
        goes_on: Callable[[], bool] = lambda: True,
        tell_within: timedelta | None = None,
    ) -> Delivered:
        """Do one round: at most ``limit`` of each kind. Safe to kill, safe to call again."""
        with self.outbox.dispatching() as shift:
            if shift is None:
                return Delivered(elected=False)
            done = self._round(shift, limit, threads, goes_on, tell_within)
        # Whoever else has letters to send need not wait for this either: it is done when others may dispatch again.
        exported = self._stage("exporting", lambda: self._exported(goes_on, tell_within), 0)
        return attrs.evolve(done, exported=exported)

    def erase_expired(self) -> int | None:
        """
        Erase what has lain long enough, here and in plugins, and nothing else; gives how many letters and things.

        None where another process is at it: it erases by itself.
        """
        count = 0
        with self.outbox.dispatching() as shift:
            if shift is None:
                return None
            while erased := self._retention().run(_MANY):
                count += erased
            return count + self._cleaning.run(at_once=True)

    def _round(
        self, shift: str, limit: int, threads: int, goes_on: Callable[[], bool], tell_within: timedelta | None
    ) -> Delivered:
        self._stage("recover", lambda: self._recover(shift), None)
        self._stage("receipts", lambda: self._match_receipts(limit), None)
        sweep, journal = Sweep(self.outbox, self.plugins, self.now, self.log), self._journal(shift)
        overdue = self._stage("overdue", lambda: sweep.run(limit), 0)
        read = self._stage("sources", lambda: self._sources_read(goes_on, tell_within), 0)
        events, proposals = self._stage("consequences", lambda: self._consequences().run(limit), (0, 0))
        done = Delivered(
            events=events,
            proposals=proposals,
            letters=self._stage("letters", lambda: self._send_letters(shift, limit, threads, goes_on), 0),
            journalized=self._stage("journal", lambda: journal.run(limit, goes_on), 0),
            told=self._stage("telling", lambda: self._told(limit, tell_within), 0),
            overdue=overdue,
            erased=self._stage("retention", lambda: self._retention().run(limit), 0),
            read=read,
        )
        self._stage("cleaning", self._cleaning.run, 0)
        self.outbox.link_audit(at_least=_MANY if done else 1)
        return done

    def _stage(self, name: str, do: Callable[[], T], nothing: T) -> T:
        """Do one thing of a round: what goes wrong in it stops none of the others, an outbox that is away all."""
        try:
            return do()
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - done again next round; letters, receipts and the host's tasks go on
            self.log.error("stage_failed", stage=name, error=repr(error))
            return nothing

    def _journal(self, shift: str) -> Journal:
        return Journal(self.outbox, self.plugins, self.now, self.log, shift)

    def _retention(self) -> Retention:
        return Retention(self.outbox, self.now, self.log, self.retention, self.converted, self.usage)

    def _recover(self, shift: str) -> None:
        for entry in self.outbox.orphaned(shift):
            self.outbox.change(entry.id, self._left_behind(entry))

    def _left_behind(self, entry: Entry) -> Decide:
        """Whatever a dead worker left under way is unknown: it may have died after the letter left."""
        attempt = entry.attempts[-1].transaction_id
        if attempt in self._handover.never_begun:
            self._handover.never_begun.remove(attempt)
            away = TemporaryFailure("the outbox went away while the letter was taken, and nothing was sent")
            return partial(progress.postponed, error=away, attempt=attempt, now=self.now())
        self.log.warning("outcome_unknown_after_crash", dispatch=entry.id)
        died = OutcomeUnknown("the process that was sending it ended before the answer came")
        conduct = self.plugins.conduct(entry.channel)
        return partial(progress.unresolved, error=died, attempt=attempt, now=self.now(), conduct=conduct)

    def _match_receipts(self, limit: int) -> None:
        """Apply what came before its letter was there: those that have one by now come first."""
        for receipt in self.outbox.unmatched(min(limit, _UNMATCHED)):
            conduct = self.plugins.conduct(receipt.channel)
            if self.outbox.receive(receipt, partial(progress.received, now=self.now(), conduct=conduct)) is None:
                return

    def _told(self, limit: int, within: timedelta | None) -> int:
        teller = Teller(self.outbox, self.plugins, self.now, self.log)
        return teller.run(limit) if within is None else self._apart.run(teller.tasks(limit), within)

    def _exported(self, goes_on: Callable[[], bool], within: timedelta | None) -> int:
        """Hand on what was used, for a while; where there is a limit to waiting nobody waits at all."""
        exporter = Exporter(self.outbox, self.plugins, self.now, self.log)
        if within is not None:
            return self._beside.run(exporter.tasks(), goes_on)
        until = time.monotonic() + _HANDED_ON_FOR
        return exporter.run(lambda: goes_on() and time.monotonic() < until)

    def _sources_read(self, goes_on: Callable[[], bool], within: timedelta | None) -> int:
        """Read hosts that cannot tell, first of all; where there is a limit to waiting nobody waits for them."""
        sources = Sources(self.outbox, self.plugins, self.policy_of, self.now, self.log)
        return sources.run(goes_on) if within is None else self._reading.run(sources.tasks(), goes_on)

    def _consequences(self) -> Consequences:
        return Consequences(self.outbox, self.plugins, self.policy_of, self.now, self.log)

    def _send_letters(self, shift: str, limit: int, threads: int, goes_on: Callable[[], bool]) -> int:
        self._handover.breaker.look(self.plugins.channels)
        send = partial(self._handover.send, self._handover.desk(shift), goes_on)
        if threads == 1:
            return send(limit)
        shares = [limit // threads + (at < limit % threads) for at in range(threads)]
        with ThreadPoolExecutor(threads, "esdh-connect") as pool:
            return sum(pool.map(send, shares))
