"""
Mandskab: the programs that the processes of a run are made of.

Building an installation takes longer than a whole run, and it keeps nothing about letters. So it is built once for
each role, with loose ends, and a process that starts gets one with everything it has of the world put in anew.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID, uuid4

import attrs

from esdh_connect.departments import Departments
from esdh_connect.dispatch import Dispatch
from esdh_connect.events import Event
from esdh_connect.log import Log
from esdh_connect.testing.fakes import GENEROUS
from esdh_connect.testing.installation import installation
from esdh_connect.testing.memory import MemoryOutbox
from esdh_connect.testing.sweep.case_system import Archive, BlindHost, Host, Listener
from esdh_connect.testing.sweep.points import Process, Stage, tapped
from esdh_connect.testing.sweep.remote import Line, Remote

__all__ = ["Crew", "Outside", "Program"]


class Outside(Protocol):
    """What there is outside every process."""

    remote: Remote
    archive: Archive
    heard: list[Event]
    problems: list[str]

    def now(self) -> datetime:
        """Give the time."""

    def new_uuid(self) -> UUID:
        """Give the next id."""

    def witness(self, dispatch: Dispatch) -> None:
        """Look at a call as it arrives."""


_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
#: For letters that are printed after another failed, and for reminders; no other letter gets there.
_PAPER = attrs.evolve(GENEROUS, on_paper=True)
_TEXT = attrs.evolve(GENEROUS, max_files=0)
#: What a round goes on from, so that one thing stops no other.
_GONE_ON_FROM = frozenset({"stage_failed", "overdue_failed", "consequences_failed"})


@attrs.frozen
class _Overheard(Log):
    """What the machine says: a part of its round that goes wrong for no reason of the world's breaks a promise."""

    problems: list[str] = attrs.field(factory=list)

    def error(self, event: str, **values: object) -> None:
        """Note what nobody expected."""
        if event in _GONE_ON_FROM:
            self.problems.append(f"a round went wrong: {values}")
        super().error(event, **values)


class Program:
    """An installation with loose ends: whichever process runs it, in whichever world."""

    process: Process
    remote: Remote
    archive: Archive
    heard: list[Event]
    outside: Outside | None = None

    def __init__(self, *, blind: bool, approval: bool) -> None:
        """Build it, in a world of its own where nothing happens."""
        self.process = Process("built", Stage(lambda _process, _blow: None), MemoryOutbox())
        self.post = installation(
            host=(BlindHost if blind else Host)(self),
            channels=[Line(self), Line(self, "paper", "Papir", _PAPER), Line(self, "text", "Påmindelse", _TEXT)],
            now=self.now,
            outbox=tapped(lambda: self.process),
            more={"listener": Listener(self)},
            new_uuid=self.new_uuid,
            policy={"approval": approval},
        )
        self._decided = self.post.departments.history()

    def start(self, process: Process, outside: Outside) -> None:
        """Run as this process, and do what an installation does to its outbox when it starts."""
        self.process, self.outside = process, outside
        machine = self.post._delivery  # noqa: SLF001 - all it remembers is how its channels did lately
        self.post._delivery = attrs.evolve(machine, log=_Overheard(problems=outside.problems))  # noqa: SLF001
        self.remote, self.archive, self.heard = outside.remote, outside.archive, outside.heard
        self.post.departments = Departments(self.post.outbox, self.post.plugins, self.now)
        self.post.departments.begin(self._decided)
        for name in self.post.plugins.listeners:
            self.post.outbox.install(name)

    def now(self) -> datetime:
        """Give the time in whichever world it is; in none while it is built."""
        return self.outside.now() if self.outside else _NEVER

    def new_uuid(self) -> UUID:
        """Give the next id there."""
        return self.outside.new_uuid() if self.outside else uuid4()

    def witness(self, dispatch: Dispatch) -> None:
        """Look at a call as it arrives."""
        if self.outside:
            self.outside.witness(dispatch)


class Crew:
    """The programs, by role."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._members: dict[tuple[str, bool, bool], Program] = {}

    def member(self, role: str, *, blind: bool, approval: bool) -> Program:
        """Give the program of a role."""
        its = (role, blind, approval)
        if its not in self._members:
            self._members[its] = Program(blind=blind, approval=approval)
        return self._members[its]
