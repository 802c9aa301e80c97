"""Forløb: what else people and the case system do on the day of a run, each act tried again by who got no answer."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from esdh_connect.dispatch import Entry
from esdh_connect.errors import TooLate
from esdh_connect.events import DocumentWithdrawn
from esdh_connect.model import Document

if TYPE_CHECKING:
    from esdh_connect.testing.sweep.crew import Program
    from esdh_connect.testing.sweep.world import World

__all__ = ["Course", "second_act"]

_DEPARTMENT = "teknik"


class Course(Enum):
    """
    How a letter comes to leave, or not to.

    PLAIN: it is committed. Prepared, it waits for the case system's own transaction, of which the case system tells
    (RELEASED, TAKEN_BACK), or must be asked: it says yes, no, or nothing. WITHDRAWN: its document is, before it leaves.
    """

    PLAIN = "plain"
    APPROVED = "approved by a second person"
    SENT_BACK = "sent back"
    RELEASED = "prepared and released"
    TAKEN_BACK = "prepared and taken back"
    KEPT = "prepared, the host says yes"
    DROPPED = "prepared, the host says no"
    SILENT = "prepared, the host says nothing"
    WITHDRAWN = "its document is withdrawn"

    @property
    def approves(self) -> bool:
        """Tell whether a second person must look at the letters."""
        return self in (Course.APPROVED, Course.SENT_BACK)

    @property
    def prepares(self) -> bool:
        """Tell whether letters wait for the case system's own transaction."""
        return self in _PREPARED

    @property
    def asks_the_host(self) -> bool:
        """Tell whether the case system does not tell by itself."""
        return self in (Course.KEPT, Course.DROPPED, Course.SILENT)

    @property
    def host_says(self) -> bool | None:
        """Give what the case system answers when it is asked what became of its transaction."""
        return {Course.RELEASED: True, Course.KEPT: True, Course.TAKEN_BACK: False, Course.DROPPED: False}.get(self)

    @property
    def stops(self) -> bool:
        """Tell whether the letters are never to leave."""
        return self in (Course.SENT_BACK, Course.TAKEN_BACK, Course.DROPPED, Course.SILENT)


_PREPARED = (Course.RELEASED, Course.TAKEN_BACK, Course.KEPT, Course.DROPPED, Course.SILENT)


def second_act(world: World, title: str) -> None:
    """Do what this course has for a letter that was committed."""
    act = _ACTS.get(world.setting.course)
    if act is None or title not in world.promised:
        return
    name, do = act
    for _ in range(2):
        if world.act(name, partial(do, world, title)) is not None:
            return


def _entry(program: Program, title: str) -> Entry:
    return next(one for one in program.post.entries() if program.post.cover(one.id).title == title)


def _approve(world: World, title: str, boss: Program) -> bool:
    world.let_go.add(title)
    return _possible(lambda: boss.post.approve(_entry(boss, title).id, by="chefen"))


def _send_back(world: World, title: str, boss: Program) -> bool:
    _possible(lambda: boss.post.send_back(_entry(boss, title).id, by="chefen", why="forkert"))
    world.cancelled.add(title)
    return True


def _release(world: World, title: str, desk: Program) -> bool:
    world.let_go.add(title)
    desk.post.release(title, by="u1")
    return True


def _take_back(world: World, title: str, desk: Program) -> bool:
    desk.post.withdraw(title, by="u1")
    world.cancelled.add(title)
    return True


def _withdraw(world: World, title: str, desk: Program) -> bool:
    """Tell that the document is withdrawn; once that was answered, no attempt begins any more."""
    document = Document(title, "1", "brev.txt", "text/plain")
    desk.post.tell(DocumentWithdrawn(f"withdrawn/{title}", world.clock(), _DEPARTMENT, document))
    world.withdrawn.setdefault(title, len(_entry(desk, title).attempts))
    return True


def _possible(do: Callable[[], object]) -> bool:
    """Do it; who asks again, after an answer that was lost, may be told that it is done already."""
    try:
        do()
    except TooLate:
        return False
    return True


_ACTS = {
    Course.APPROVED: ("boss", _approve),
    Course.SENT_BACK: ("boss", _send_back),
    Course.RELEASED: ("desk", _release),
    Course.TAKEN_BACK: ("desk", _take_back),
    Course.WITHDRAWN: ("desk", _withdraw),
}
