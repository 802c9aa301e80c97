"""Forløb: what else people and the case system do on the day of a run, each act tried again by who got no answer."""

from __future__ import annotations

from contextlib import suppress
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from esdh_connect.dispatch import Entry, Remedy, Status
from esdh_connect.errors import TooLate
from esdh_connect.events import DocumentWithdrawn
from esdh_connect.model import Document, Party
from esdh_connect.testing.sweep.remote import named

if TYPE_CHECKING:
    from esdh_connect.testing.sweep.crew import Program
    from esdh_connect.testing.sweep.world import World

__all__ = ["Course", "follow_up", "second_act"]

_DEPARTMENT = "teknik"


class Course(Enum):
    """
    What else happens to letters: the second person does not approve them, the case system tells of its transaction.

    Or it says nothing for ever, or the letters' document is withdrawn before they leave. Or two caseworkers deal with
    one that failed at the same time: by sending it again, on paper, to somebody else, or each as he thinks best.
    """

    PLAIN = "nothing else"
    SENT_BACK = "sent back"
    RELEASED = "released by the host"
    TAKEN_BACK = "taken back by the host"
    SILENT = "the host says nothing"
    WITHDRAWN = "its document is withdrawn"
    AGAIN = "sent again"
    PRINTED = "sent as print"
    READDRESSED = "sent to another"
    DISAGREED = "sent again, and as print"


def second_act(world: World, title: str) -> None:
    """Do what this course has for a letter that was committed."""
    act = _ACTS.get(world.setting.course)
    if act is None or title not in world.promised:
        return
    name, do = act
    for _ in range(2):
        if world.act(name, partial(do, world, title)) is not None:
            return


def follow_up(world: World) -> None:
    """Have both caseworkers do what they think should be done about letters that failed."""
    for desk, remedy in zip(("desk", "second desk"), _REMEDIES.get(world.setting.course, ()), strict=False):
        world.act(desk, partial(_follow, world, remedy))


def _follow(world: World, remedy: Remedy, desk: Program) -> bool:
    party = Party("p2", "fake") if remedy is Remedy.CHANGE_RECIPIENT else None
    disagree = world.setting.course is Course.DISAGREED
    for entry in desk.post.entries():
        if entry.status is Status.FAILED and entry.parent is None:
            with suppress(*[TooLate] if disagree else []):  # told so where the other was quicker
                desk.post.resolve(entry.id, remedy, by="u1", why="fejlet", party=party)
            world.promised.add(f"{desk.post.cover(entry.id).title}, once more")
    return True


def _entry(program: Program, title: str) -> Entry:
    post = program.post
    return next(one for one in post.entries() if named(one, post.cover(one.id).title) == title)


def _send_back(world: World, title: str, boss: Program) -> bool:
    with suppress(TooLate):  # who asks again, after an answer that was lost, is told that it is done already
        boss.post.send_back(_entry(boss, title).id, by="u2", why="forkert")
    world.cancelled.add(title)
    return True


def _release(world: World, title: str, desk: Program) -> bool:
    world.archive.kept[title] = True
    with suppress(TooLate):  # as above
        desk.post.release(title, by="u1")
    return True


def _take_back(world: World, title: str, desk: Program) -> bool:
    world.archive.kept[title] = False
    desk.post.withdraw(title, by="u1")
    world.cancelled.add(title)
    return True


def _withdraw(world: World, title: str, desk: Program) -> bool:
    """Tell that the document is withdrawn; once that was answered, no attempt begins any more."""
    document = Document(title, "1", "brev.txt", "text/plain")
    desk.post.tell(DocumentWithdrawn(f"withdrawn/{title}", world.clock(), _DEPARTMENT, document))
    world.withdrawn.setdefault(title, len(_entry(desk, title).attempts))
    return True


_REMEDIES = {
    Course.AGAIN: (Remedy.SEND_AGAIN, Remedy.SEND_AGAIN),
    Course.PRINTED: (Remedy.SEND_AS_PRINT, Remedy.SEND_AS_PRINT),
    Course.READDRESSED: (Remedy.CHANGE_RECIPIENT, Remedy.CHANGE_RECIPIENT),
    Course.DISAGREED: (Remedy.SEND_AGAIN, Remedy.SEND_AS_PRINT),
}
_ACTS = {
    Course.SENT_BACK: ("boss", _send_back),
    Course.RELEASED: ("desk", _release),
    Course.TAKEN_BACK: ("desk", _take_back),
    Course.WITHDRAWN: ("desk", _withdraw),
}
