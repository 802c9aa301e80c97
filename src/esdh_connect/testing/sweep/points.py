"""
Brudsteder: the places where a process can be killed, or frozen and woken later, at the edges of all that lasts.

Nothing in the library knows of them. They lie in front of the outbox, the channel, the case system and whoever
listens: before and after each call that changes something, after each that reads, and, where a database allows it,
just before its COMMIT.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from functools import partial
from typing import Any, cast

import attrs

from esdh_connect.outbox import Outbox

__all__ = ["FREEZES", "KILL", "Blow", "Killed", "Process", "Stage", "is_edge", "tapped"]

#: What an outbox only answers. Everything else it can do is taken to change something.
_READS = frozenset(
    {
        "alone",
        "batches",
        "committed",
        "cover",
        "decided",
        "decisions",
        "dispatch",
        "document_state",
        "duties",
        "entries",
        "entry",
        "erasable",
        "figures",
        "gates",
        "held",
        "lasting",
        "identical",
        "in_batch",
        "known",
        "open_with",
        "orphaned",
        "overdue",
        "policy",
        "proposals",
        "recent",
        "stuck_duties",
        "troubles",
        "under_way",
        "unheard",
        "unmatched",
        "untreated",
        "usage",
        "wish",
    }
)


def is_edge(place: str) -> bool:
    """Tell whether something has just become lasting at a place that was passed, or is about to leave there."""
    what, _, side = place.partition(": ")[2].rpartition(".")
    return side != "before" if what.startswith("outbox.") and what[7:] not in _READS else not what.startswith("outbox.")


class Killed(BaseException):
    """The process is dead at this place: nothing of it goes on, and nobody catches it."""


@attrs.frozen
class Blow:
    """
    What befalls a process: it is killed, or it stands still for ``away`` while the world goes on.

    ``loses_lock``: its election is lost meanwhile, as when PostgreSQL drops a session. ``regret``: somebody tries
    to cancel the letter meanwhile.
    """

    name: str
    away: timedelta | None = None
    loses_lock: bool = False
    regret: bool = False

    @property
    def kills(self) -> bool:
        """Tell whether it never wakes up."""
        return self.away is None


KILL = Blow("kill")
#: Short and long (past every deadline), with the election kept and lost.
FREEZES = (
    Blow("freeze", timedelta(minutes=10), regret=True),
    Blow("freeze, election lost", timedelta(minutes=10), loses_lock=True),
    Blow("long freeze", timedelta(days=5)),
    Blow("long freeze, election lost", timedelta(days=5), loses_lock=True, regret=True),
)


@attrs.define(eq=False)
class Stage:
    """
    Where processes act, one at a time. ``passed`` names every place in the order it was passed.

    ``blows`` says at which passage (counted from 0) something befalls whoever passes.
    """

    freeze: Callable[[Process, Blow], None]
    blows: dict[int, Blow] = attrs.field(factory=dict)
    passed: list[str] = attrs.field(factory=list)

    def enter(self, process: Process, place: str) -> None:
        """Let a process pass a place; raises Killed where it does not survive that."""
        if process.dead:
            raise Killed(place)
        blow = self.blows.get(len(self.passed))
        self.passed.append(f"{process.name}: {place}")
        if blow is None:
            return
        if blow.kills:
            process.dead = True
            raise Killed(place)
        self.freeze(process, blow)

    @property
    def has_struck(self) -> bool:
        """Tell whether anything has befallen anybody yet."""
        return self.strikes > 0

    @property
    def strikes(self) -> int:
        """Count what has befallen anybody yet."""
        return sum(at < len(self.passed) for at in self.blows)

    @property
    def latest_edge(self) -> str:
        """Give the place of the latest edge that was passed."""
        return next((place.partition(": ")[2] for place in reversed(self.passed) if is_edge(place)), "")

    def label(self, at: int) -> str:
        """Name a passage so that people find it: the place, and the how-manieth time it is passed."""
        place = self.passed[at]
        return f"{place} ({Counter(self.passed[: at + 1])[place]}.)"


@attrs.define(eq=False)
class Process:
    """One process. ``doing`` is the call to the outbox it is in; ``outbox`` the outbox as it has it open."""

    name: str
    stage: Stage
    outbox: Outbox
    dead: bool = False
    doing: str = ""
    _election: AbstractContextManager[Any] | None = None

    def at(self, place: str) -> None:
        """Come to a place."""
        self.stage.enter(self, place)

    def at_commit(self) -> None:
        """Come to the COMMIT of what it is doing, with everything written and nothing durable."""
        self.at(f"outbox.{self.doing}.inside")

    def elected(self) -> Any:  # noqa: ANN401 - whatever the outbox gives
        """Stand for election and hold on to it."""
        self._election = self.outbox.dispatching()
        return self._election.__enter__()

    def let_go(self) -> None:
        """Let the election go, once: at its end, at its death, or because the connection to the server broke."""
        election, self._election = self._election, None
        if election is not None:
            election.__exit__(None, None, None)


class _Tapped:
    """The outbox of whichever process it is, with places before and after its methods."""

    def __init__(self, process: Callable[[], Process]) -> None:
        self._process = process

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - every method of the protocol, as it is
        if name in ("audit", "close", "file"):
            return getattr(self._process().outbox, name)
        return self._elected if name == "dispatching" else partial(self._call, name)

    def _call(self, name: str, *given: Any, **named: Any) -> Any:  # noqa: ANN401
        process = self._process()
        if name not in _READS:
            process.at(f"outbox.{name}.before")
        outer, process.doing = process.doing, name
        answer = getattr(process.outbox, name)(*given, **named)
        process.doing = outer
        process.at(f"outbox.{name}.after")
        return answer

    @contextmanager
    def _elected(self) -> Iterator[Any]:
        process = self._process()
        process.at("outbox.dispatching.before")
        elected = process.elected()
        try:
            process.at("outbox.dispatching.after")
            yield elected
        finally:
            process.let_go()


def tapped(process: Callable[[], Process]) -> Outbox:
    """Give an outbox that is always the one of this process."""
    return cast("Outbox", _Tapped(process))
