"""
Besked på sagen: a note when a letter is delivered or has failed, and a reminder to the caseworker who must act.

Neither is idempotent in SBSYS, and a fact may be told twice. So each carries the fact's id, and the case is searched
for it first. What can never be written (a closed case) is logged and left, so that it holds up nothing behind it.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import attrs

from esdh_connect import wording
from esdh_connect.errors import DeliveryError, OutcomeUnknown, TemporaryFailure
from esdh_connect.events import DispatchDelivered, DispatchEvent, DispatchFailed, DispatchUnresolved
from esdh_connect.ids import mask
from esdh_connect.log import Log
from esdh_connect_sbsys import wire
from esdh_connect_sbsys.api import Api, Refused
from esdh_connect_sbsys.cases import Cases, case_number
from esdh_connect_sbsys.journal import CHANNELS, Journal, Settling
from esdh_connect_sbsys.lookups import Lookups
from esdh_connect_sbsys.recent import Recent

__all__ = ["Notices"]

#: A notice that could not be put on its case for so long never will be, and holds up others.
_GIVEN_UP = timedelta(days=3)
#: After a failure SBSYS is left alone for so long, however often we are told.
_PAUSE = timedelta(seconds=30)
_SMS = "nemsms"
_LONGEST, _REMEMBERED = 4000, 1000
_JSON = "application/json; charset=utf-8"


@attrs.frozen
class _Json:
    """What is to be written, as JSON: the same bytes each time."""

    content: bytes = attrs.field(repr=False)

    @classmethod
    def of(cls, said: wire.Row) -> _Json:
        return cls(json.dumps(said, ensure_ascii=False).encode())

    def __len__(self) -> int:
        return len(self.content)

    def __iter__(self) -> Iterator[bytes]:
        yield self.content


@attrs.frozen
class _Notice:
    """Something to be put on a case: where those that are there are listed, and where it is written."""

    mark: str
    listed: str
    written: str
    said: Callable[[], wire.Row]


@attrs.define(eq=False)
class _Memory:
    """Until when SBSYS is left alone, and what it has confirmed: a list may not show it yet when we are told again."""

    until: datetime | None = None
    written: Recent[datetime] = attrs.field(factory=lambda: Recent(_REMEMBERED))
    lock: Any = attrs.field(factory=Lock)


@attrs.frozen(eq=False)
class Notices:
    """Tells cases what became of their letters. ``settling`` says whether what is not there may only be late."""

    api: Api
    cases: Cases
    journal: Journal
    lookups: Lookups
    settling: Settling
    now: Callable[[], datetime]
    log: Log = Log()
    _memory: _Memory = attrs.field(factory=_Memory, init=False, repr=False)

    def tell(self, event: DispatchEvent) -> None:
        """Put what follows from a fact on its case. Raises DeliveryError where it must be told again."""
        case = case_number(event.case)
        if case is None or event.case.system not in {"", self.cases.system}:
            return
        self._wait()
        for notice in self._notices(event, case):
            try:
                self._put(notice)
            except Refused as refusal:  # a closed case: it is not opened for this
                self.log.warning("sbsys_refused_notice", fact=event.id, case=event.case.id, error=str(refusal))
            except DeliveryError as error:
                if self.now() - event.at > _GIVEN_UP:
                    self.log.error("sbsys_notice_given_up", fact=event.id, case=event.case.id, error=str(error))
                    continue
                with self._memory.lock:
                    self._memory.until = self.now() + _PAUSE
                raise

    def _wait(self) -> None:
        with self._memory.lock:
            left = self._memory.until - self.now() if self._memory.until else timedelta()
        if timedelta() < left <= _PAUSE:
            raise TemporaryFailure("SBSYS did not take a notice a moment ago", retry_after=left)

    def _notices(self, event: DispatchEvent, case: int) -> Iterator[_Notice]:
        """Give the note of a fact, and the reminder where somebody must act."""
        mark = f"[esdh-connect {event.id}]"
        if isinstance(event, DispatchDelivered):
            yield self._note(event, case, mark, "leveret", f"er leveret {wording.when(event.at)}")
        elif isinstance(event, DispatchFailed):
            what = f"er ikke kommet frem: {event.why or 'ingen årsag er oplyst'}"
            yield self._note(event, case, mark, "ikke kommet frem", what)
            yield self._reminder(event, case, mark, f"Brevet {what}. Se fejlbakken.")
        elif isinstance(event, DispatchUnresolved) and event.why:
            yield self._reminder(event, case, mark, f"Ingen ved, om brevet er kommet frem: {event.why}. Se fejlbakken.")

    def _note(self, event: DispatchEvent, case: int, mark: str, head: str, what: str) -> _Notice:
        def said() -> wire.Row:
            text = mask(f"{self._named(event)} {what}.")[:_LONGEST]
            return {
                "SagID": case,
                "Overskrift": f"NemSMS {head}" if event.channel == _SMS else f"Brev {head} ({_channel(event)})",
                "Note": f"<p>{html.escape(text)}</p><p>{html.escape(mark)}</p>",
                "KontaktTidspunkt": event.at.isoformat(),
            }

        return _Notice(mark, f"api/sag/{case}/journalarknotes", "api/journalarknote/create", said)

    def _reminder(self, event: DispatchEvent, case: int, mark: str, what: str) -> _Notice:
        def said() -> wire.Row:
            row = self.cases.row(case) or {}
            responsible = wire.number(wire.inner(row, "Sagsbehandler", "Behandler"), *wire.ID)
            return {
                "SagId": case,
                "Navn": mask(f"{self._named(event)} skal ses efter")[:200],
                "Beskrivelse": f"{mask(what)[:_LONGEST]} {mark}",
                "HarDeadline": True,
                "Deadline": event.at.date().isoformat(),
                "ErindringType": {"Id": self.lookups.reminder()["Id"]},
                **({} if responsible is None else {"Ansvarlig": {"Id": responsible}}),
            }

        return _Notice(mark, f"api/erindring/sag/{case}", "api/erindring", said)

    def _named(self, event: DispatchEvent) -> str:
        if event.channel == _SMS:
            return "En NemSMS"  # it lies on no case
        name = self.journal.name_of(event.dispatch, event.case)
        return f"Brevet »{name}«" if name else "Brevet"

    def _put(self, notice: _Notice) -> None:
        what = f"{notice.written} {notice.mark}"
        if self._memory.written.get(what):
            return
        if any(notice.mark in _words(row) for row in self.api.rows(notice.listed)):
            self.settling.forget(what)
            return
        if self.settling.is_waiting(what) and (left := self.settling.left(what)):
            raise TemporaryFailure(f"{notice.mark} may have been written and show up late", retry_after=left)
        self.settling.forget(what)
        try:
            self.api.write(notice.written, _Json.of(notice.said()), _JSON)
        except OutcomeUnknown:
            self.settling.left(what)
            raise
        self._memory.written.keep(what, self.now())


def _channel(event: DispatchEvent) -> str:
    return CHANNELS.get(event.channel, event.channel)


def _words(row: wire.Row) -> str:
    """Give what of a note or reminder may carry our mark; HTML as it was written, or as text."""
    said = " ".join(wire.text(row, name) for name in ("Note", "Indhold", "Notat", "Beskrivelse", "Navn", "Overskrift"))
    return html.unescape(said)
