"""
Verden: one installation as several processes, a provider, a case system, and a clock that only we move.

Processes act in turns, so that a run is the same every time. One that is killed is thrown away with everything it
had in memory, and its next act starts it anew. One that is frozen stands still in the middle of its call while the
others act; then it goes on with what it believed.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar
from uuid import UUID

from esdh_connect.connect import Committed
from esdh_connect.dispatch import Dispatch, Entry, Receipt, Request, Work
from esdh_connect.errors import StoreError, TooLate
from esdh_connect.events import Event
from esdh_connect.model import Case, Document, Options, Party
from esdh_connect.outbox import Outbox
from esdh_connect.testing.fakes import FakeClock
from esdh_connect.testing.sweep.case_system import Archive
from esdh_connect.testing.sweep.courses import Course, follow_up
from esdh_connect.testing.sweep.crew import Crew, Program
from esdh_connect.testing.sweep.points import Blow, Killed, Process, Stage
from esdh_connect.testing.sweep.remote import Remote, named
from esdh_connect.testing.sweep.setting import Setting

__all__ = ["OVER", "Place", "World"]

T = TypeVar("T")

#: How long the clock is moved between rounds until everything must have come to rest.
_LADDER = (1, 40, 300, 3600, 6 * 3600, 86_400, 2 * 86_400, 4 * 86_400, 8 * 86_400)


#: Between the last look and the case system's own write there is a gap that only the case system can close: who
#: loses the election right there and still writes cannot know that another has written meanwhile.
_ABOUT_TO_WRITE = {"outbox.take_duty.after", "host.find.after", "host.journalize.before"}
#: The same gap where a letter is handed over again: only the provider could close that.
_ABOUT_TO_SEND = "channel.send.before"
#: Work that nothing follows on.
OVER = (Work.CLOSED, Work.CANCELLED)


class Place(Protocol):
    """Where an outbox lies, and how processes come to it."""

    def open(self, at_commit: Callable[[], None]) -> Outbox:
        """Open it for one process; ``at_commit`` is called before each COMMIT, where there is such a thing."""

    def drop(self, outbox: Outbox) -> None:
        """Let go of what a dead process had open."""

    def look(self) -> Outbox:
        """Give it to who only looks."""


class World:
    """One run. ``problems`` is what went against the promises so far."""

    def __init__(self, setting: Setting, place: Place, crew: Crew) -> None:
        """Set it up; nobody has acted yet."""
        self.setting, self.place, self._crew = setting, place, crew
        self.clock = FakeClock()
        self.remote = Remote(self.clock, list(setting.answers), setting.idempotent, setting.fate, window=setting.window)
        self.remote.heard = self.push
        silent = setting.course is Course.SILENT
        self.archive = Archive(list(setting.writes), keeps=setting.kept is not False, silent=silent)
        self.heard: list[Event] = []
        self.stage = Stage(self._freeze)
        self.problems: list[str] = []
        #: Titles of the letters somebody was told are in the outbox, of those are stopped, and of those was approved.
        self.promised: set[str] = set()
        self.cancelled: set[str] = set()
        self.approved: set[str] = set()
        #: How many attempts there were when a letter's document was withdrawn.
        self.withdrawn: dict[str, int] = {}
        #: What watches over the run: called after every act, and at every blow.
        self.watch: Callable[..., None] = lambda *, closely: None  # noqa: ARG005
        self.wrote_blindly = self.sent_late = False
        self._holding = 0  # processes that stand still with the write lock of the whole file
        self._random = random.Random(17)  # noqa: S311 - the same ids in every run
        self._up: dict[str, Program] = {}
        self._acting: list[str] = []

    # --- what people and machines do

    def commit(self, title: str, desk: str = "desk") -> None:
        """Have a caseworker send a letter; who gets no answer tries once more."""
        wish = Request(
            title,
            Case("sag-1", "fake"),
            "teknik",
            title,
            (Document(title, "1", "brev.txt", "text/plain"),),
            (Party("p1", "fake"),),
            options=Options(reminder="Husk brevet" if self.setting.reminder else ""),
        )
        for _ in range(2):
            verb = _commit if self.setting.kept is None else _prepare
            if self.act(desk, partial(verb, wish)) is not None:
                self.promised |= {title, f"{title}, its reminder"} if self.setting.reminder else {title}
                return

    def cancel(self, title: str, desk: str = "desk") -> None:
        """Have a caseworker stop a letter, and remember what the answer was."""
        if title in self.promised and self.act(desk, partial(_cancel, title)):
            self.cancelled.add(title)

    def approve(self, desk: str = "second desk") -> None:
        """Have a second person approve whatever waits for that."""
        if self.setting.approval:
            self.act(desk, self._approve)

    def _approve(self, program: Program) -> None:
        for entry in program.post.approvals():
            self.approved.add(program.post.cover(entry.id).title)
            with suppress(TooLate):
                program.post.approve(entry.id, by="u2")

    def deliver(self, worker: str = "worker") -> bool:
        """Have a worker do a round; True where it did anything, or died of it."""
        done = self.act(worker, lambda program: program.post.deliver())
        return done is None or bool(done)

    def push(self) -> None:
        """Have the provider tell what it has to tell; what is not acknowledged stays with it."""
        for receipt in tuple(self.remote.waiting):
            self.act("endpoint", partial(self.take, receipt))

    def take(self, receipt: Receipt, endpoint: Program) -> None:
        """Have the endpoint store a receipt, and only then say so."""
        endpoint.post.receive(receipt)
        endpoint.process.at("receipt.acknowledge.before")
        self.remote.acknowledge(receipt)

    def settle(self) -> None:
        """Let time go by until everything has come to rest: every deadline passes, every receipt comes again."""
        stored = {receipt.id for entry in self.place.look().entries() for receipt in entry.receipts}
        self.remote.repeat(stored)
        for seconds in _LADDER:
            self.push()
            self.approve()
            follow_up(self)
            before = self.stage.strikes
            if not self.deliver() and self._is_at_rest() and self.stage.strikes == before:
                return
            self.clock.move(seconds=seconds)
        self.approve()
        follow_up(self)
        before = self.stage.strikes
        self.deliver()
        if self.stage.strikes != before:
            self.deliver()

    def _is_at_rest(self) -> bool:
        outbox = self.place.look()
        if any(entry.work not in OVER for entry in outbox.entries()) or self.remote.waiting:
            return False
        return not outbox.duties(self.clock() + timedelta(days=1))

    def rests(self, entry: Entry) -> bool:
        """Tell whether nothing follows, however long it waits for the case system or, beside a letter, for a person."""
        if entry.beside is not None and entry.work is Work.READY:
            return self.place.look().entry(entry.beside).needs_person
        return entry.work in OVER or (entry.work is Work.HELD and self.setting.course is Course.SILENT)

    # --- processes

    def act(self, name: str, what: Callable[[Program], T]) -> T | None:
        """Have a process do something; None where it died of it. Another does it while that one stands still."""
        while name in self._acting:
            name = f"other {name}"
        self._acting.append(name)
        answer, died = None, False
        try:
            answer = what(self._program(name))
        except Killed:
            died = True
            self._bury(name)
        except Exception as error:  # noqa: BLE001 - whatever it is, the run goes on and tells
            if not (self._holding and isinstance(error, StoreError)):
                self.problems.append(f"{name} raised {error!r}")
        self._acting.remove(name)
        if self.stage.has_struck:
            self.watch(closely=died)
        return answer

    def close(self) -> None:
        """End all of them."""
        for name in tuple(self._up):
            self._bury(name)

    def _freeze(self, process: Process, blow: Blow) -> None:
        away = blow.away or timedelta(0)
        if blow.loses_lock:
            process.let_go()
        place = self.stage.passed[-1].partition(": ")[2]
        self.wrote_blindly = self.wrote_blindly or (blow.loses_lock and self.stage.latest_edge in _ABOUT_TO_WRITE)
        self.sent_late = self.sent_late or (place == _ABOUT_TO_SEND and away > self.setting.window)
        holds = place.endswith(".inside")
        self._holding += holds
        self.watch(closely=True)
        if blow.regret:
            self.cancel("first")
            follow_up(self)
        self._meanwhile(away)
        self._holding -= holds

    def _meanwhile(self, away: timedelta) -> None:
        for _ in range(2):
            self.deliver()
            self.push()
            self.clock.time += away / 2
        self.deliver()

    def _program(self, name: str) -> Program:
        if name not in self._up:
            program = self._crew.member(name, blind=self.setting.blind, approval=self.setting.approval)
            process = Process(name, self.stage, self.place.look())
            process.outbox = self.place.open(process.at_commit)
            self._up[name] = program
            try:
                program.start(process, self)
            except StoreError:
                self._bury(name)
                raise
        return self._up[name]

    def _bury(self, name: str) -> None:
        process = self._up.pop(name).process
        process.let_go()
        self.place.drop(process.outbox)

    def now(self) -> datetime:
        """Give the time."""
        return self.clock()

    def new_uuid(self) -> UUID:
        """Give the next id."""
        return UUID(int=self._random.getrandbits(128), version=4)

    def witness(self, dispatch: Dispatch) -> None:
        """See to it that everything about a call was durable before it is made."""
        entry, title = self.place.look().entry(dispatch.id), named(dispatch.entry, dispatch.envelope.letter.title)
        if entry.message_uuid != dispatch.message_uuid:
            self.problems.append(f"{title}: sent under a message UUID nobody stored")
        if dispatch.transaction_id not in {one.transaction_id for one in entry.attempts}:
            self.problems.append(f"{title}: sent under a transaction id nobody stored")
        if entry.beside is not None and not self.remote.took(dispatch.envelope.letter.title):
            self.problems.append(f"{title}: it went without its letter")
        if len(entry.attempts) > self.withdrawn.get(title, len(entry.attempts)):
            self.problems.append(f"{title}: an attempt began after its document was withdrawn")


def _commit(wish: Request, desk: Program) -> Committed:
    return desk.post.commit(desk.post.plan(wish), by="u1")


def _prepare(wish: Request, desk: Program) -> Committed:
    return desk.post.prepare(desk.post.plan(wish), by="u1")


def _cancel(title: str, desk: Program) -> bool:
    found = (one for one in desk.post.entries() if named(one, desk.post.cover(one.id).title) == title)
    return desk.post.cancel(next(found).id, by="u1")
