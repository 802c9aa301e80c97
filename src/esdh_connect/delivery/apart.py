"""
Hver for sig: several things at a time, each in a thread of its own, none of which can hold up the round for ever.

A thread cannot be stopped from outside. One that does not come back in time is left to itself: it begins nothing more,
and until it has come back nothing is begun in its name, so that whoever is told by it is told one thing at a time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from threading import Event, Thread

import attrs

from esdh_connect.log import Log

__all__ = ["Apart", "Beside", "Task"]

#: Does something until it is done, or until it is told not to go on; gives how much it did.
Task = Callable[[Callable[[], bool]], int]


@attrs.define(eq=False)
class _Errand:
    """One thread, and what came of it."""

    task: Task
    done: int = 0
    error: BaseException | None = None
    over: Event = attrs.field(factory=Event)
    late: Event = attrs.field(factory=Event)

    def run(self) -> None:
        """Do it, and keep what came of it for the one who waits."""
        try:
            self.done = self.task(lambda: not self.late.is_set())
        except BaseException as error:  # noqa: BLE001 - raised where somebody waits for it
            self.error = error
        finally:
            self.over.set()


@attrs.define(eq=False)
class Apart:
    """Runs tasks by name, and remembers from round to round which have not come back."""

    log: Log
    _away: dict[str, _Errand] = attrs.field(factory=dict, init=False)

    def run(self, tasks: Mapping[str, Task], within: timedelta) -> int:
        """
        Do them all at the same time, and wait for them no longer than this; gives how much was done.

        Raises what one of them raised; what the others did is in the log.
        """
        begun = {name: _begun(name, task) for name, task in tasks.items() if not self._is_away(name)}
        until = time.monotonic() + within.total_seconds()
        for name, errand in begun.items():
            if not errand.over.wait(max(0.0, until - time.monotonic())):
                errand.late.set()
                self._away[name] = errand
                self.log.error("does_not_come_back", name=name, seconds=within.total_seconds())
        failed = {name: errand.error for name, errand in begun.items() if errand.error is not None}
        for name, error in failed.items():
            self.log.error("did_not_end_well", name=name, error=repr(error))
        for error in failed.values():
            raise error
        return sum(errand.done for errand in begun.values())

    def _is_away(self, name: str) -> bool:
        errand = self._away.get(name)
        if errand is None:
            return False
        if errand.over.is_set():
            del self._away[name]
            self.log.warning("came_back", name=name, error=repr(errand.error) if errand.error else "")
            return False
        return True


@attrs.define(eq=False)
class Beside:
    """Runs tasks by name beside the rounds, each in a thread of its own that is waited for by nobody."""

    _under_way: dict[str, _Errand] = attrs.field(factory=dict, init=False)

    def run(self, tasks: Mapping[str, Task], goes_on: Callable[[], bool]) -> int:
        """
        Begin those that are not under way; gives how much those that ended since have done.

        Raises what one of them raised; the others are begun all the same.
        """
        ended = [self._under_way.pop(name) for name, one in list(self._under_way.items()) if one.over.is_set()]
        for name in tasks.keys() - self._under_way.keys():
            self._under_way[name] = _begun(name, partial(_while, tasks[name], goes_on))
        for errand in ended:
            if errand.error is not None:
                raise errand.error
        return sum(errand.done for errand in ended)


def _while(task: Task, goes_on: Callable[[], bool], in_time: Callable[[], bool]) -> int:
    return task(lambda: goes_on() and in_time())


def _begun(name: str, task: Task) -> _Errand:
    errand = _Errand(task)
    # Not waited for at the end of the process: one that hangs would keep it from ending.
    Thread(target=errand.run, name=f"esdh-connect {name}", daemon=True).start()
    return errand
