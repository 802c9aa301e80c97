"""
Bestilling af en masseforsendelse: in chunks, each one transaction, that may be killed at any instant and begun again.

The same call again looks its keys up and commits only what is missing. Every letter is held until the whole list
was read and its count is right; then they are released in chunks, the first of the list first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal, TypeVar

import attrs

from esdh_connect import deeds
from esdh_connect.commitment import Commitment
from esdh_connect.dispatch import Act, Deed, Entry, Override, Plan, Request, everywhere
from esdh_connect.errors import BatchDiffers
from esdh_connect.ids import mask
from esdh_connect.mailing.overview import Problem
from esdh_connect.mailing.run import Run
from esdh_connect.outbox import Batch, Change, Outbox
from esdh_connect.plan_cache import PlanCache
from esdh_connect.planning import Planner
from esdh_connect.policy import Policy

__all__ = ["CHUNK", "Mailed", "Mailing", "Order", "Step"]

#: Letters in one transaction: at this size the write lock is held for some 20 ms, on a busy machine for 100.
CHUNK = 250
#: Between two transactions, so that a process that waits for the lock – with an urgent letter – gets it: SQLite lets
#: nobody queue, it has those who wait look again every few milliseconds.
_BREATH = 0.025
_LONGEST_NAME = 100
T = TypeVar("T")


@attrs.frozen
class Step:
    """How far a mailing is: so many letters of so many are ``committed``, or ``released``."""

    what: Literal["committed", "released"]
    done: int
    of: int


#: Is told how far it is.
Watch = Callable[[Step], None]


@attrs.frozen
class Mailed:
    """
    What became of a mailing: ``batch`` as it lies in the outbox, and what could not be sent.

    ``fresh`` letters were committed by this call, ``known`` ones were there before, ``released`` may leave since, or
    wait for a second person to approve them. ``overridden`` counts the fresh ones that go though a rule of the gate
    stopped them, by rule.
    """

    batch: Batch | None
    fresh: int
    known: int
    released: int
    problems: tuple[Problem, ...] = ()
    overridden: Mapping[str, int] = attrs.field(factory=dict)


def _name(_order: object, _field: object, name: str) -> None:
    """Refuse a name that is none, or that may name a person: it stands in logs and figures."""
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise ValueError(f"a batch has a name of at most {_LONGEST_NAME} printable characters")
    if mask(name) != name:
        raise ValueError("the name of a batch holds no CPR number")


@attrs.frozen
class Order:
    """
    What was confirmed: how many letters, and by whom; ``fingerprint`` that of their overview.

    ``first`` is how many may leave before somebody releases the rest, ``None`` all of them; ``hold`` how long after
    their release they can be regretted. ``supplement`` says that the list is not all of the batch: the rest of it
    was released before. ``overrides`` is what was said to concerns, each once and for all the letters it is about.
    """

    batch: str = attrs.field(validator=_name)
    by: str = attrs.field(repr=False)
    expect: int
    fingerprint: str = ""
    first: int | None = None
    hold: timedelta = timedelta(0)
    supplement: bool = False
    overrides: tuple[Override, ...] = attrs.field(default=(), converter=tuple[Override, ...], repr=False)


@attrs.frozen
class Mailing:
    """Plans, commits and releases mailings of one installation."""

    outbox: Outbox
    planner: Planner
    commitment: Commitment
    policy_of: Callable[[str], Policy]
    now: Callable[[], datetime]
    pause: Callable[[float], None] = time.sleep

    def plans(self, requests: Iterable[Request], overrides: Sequence[Override] = (), batch: str = "") -> Iterator[Plan]:
        """Plan one request after the other; what equal letters share is read and laid together once."""
        cache, policies = PlanCache(batch=batch), dict[str, Policy]()
        for at, request in enumerate(requests):
            if at % CHUNK == 0:
                cache.look_again()
                policies.clear()
            if request.department not in policies:
                policies[request.department] = self.policy_of(request.department)
            policy, said = policies[request.department], everywhere(overrides, request.parties)
            yield self.planner.plan(request, policy, self.now(), cache=cache, overrides=said)

    def commit(self, requests: Iterable[Request], order: Order, chunk: int, watch: Watch | None) -> Mailed:
        """Commit what is missing, and release it where all is as confirmed. Raises BatchDiffers where it is not."""
        if isinstance(requests, Collection):
            self._refuse_miscounted(sum(len(one.parties) for one in requests), order)
        run = Run(self.outbox, self.planner, self.commitment, self.policy_of, order.batch, order.by, order.overrides)
        for some in _chunks(requests, chunk):
            if run.given + sum(len(one.parties) for one in some) > order.expect:
                self._refuse_miscounted(run.given + sum(len(one.parties) for one in some), order)
            run.take(some, self.now())
            _told(watch, "committed", run.given, order.expect)
        self._refuse_miscounted(run.given, order)
        self._refuse_differing(run, order)
        released = self.release(order.batch, order.by, order.first, chunk=chunk, hold=order.hold, watch=watch)
        there, problems = self._batch(order.batch), run.problems.found()
        return Mailed(there, run.fresh, run.known, released, problems, dict(run.overridden))

    def release(
        self,
        batch: str,
        by: str,
        first: int | None,
        *,
        expect: int | None = None,
        chunk: int = CHUNK,
        hold: timedelta = timedelta(0),
        watch: Watch | None = None,
    ) -> int:
        """Let the letters of a batch go; gives how many. May be killed, and called again."""
        found = self._batch(batch)
        if expect is not None and expect != (found.held if found else 0):
            raise _differing(found, f"{expect} letters were to be released", f"der er sagt {expect}")
        wanted = _wanted(found, first)
        done = 0
        while done < wanted:
            act = Act(Deed.RELEASED, by, self.now())
            some = min(chunk, wanted - done)
            released = self.outbox.release_next(batch, _releasing(act, hold), some, ring=self.commitment.ring)
            done += released
            _told(watch, "released", done, wanted)
            if not released:
                break
            self.pause(_BREATH)
        return done

    def _batch(self, name: str) -> Batch | None:
        return next(iter(self.outbox.batches(name)), None)

    def _refuse_miscounted(self, given: int, order: Order) -> None:
        if given != order.expect:
            more = "at least " if given > order.expect else ""
            raise _differing(
                self._batch(order.batch),
                f"{more}{given} letters were given, {order.expect} confirmed",
                f"listen har {'flere' if more else given} breve, og der blev bekræftet {order.expect}",
            )

    def _refuse_differing(self, run: Run, order: Order) -> None:
        if order.fingerprint and order.fingerprint != run.chain.value:
            raise _differing(
                self._batch(order.batch),
                "what would be sent is not what the overview showed",
                "breve, modtagere eller kanaler er ændret, siden overblikket blev vist",
            )
        found = self._batch(order.batch)
        strangers = _strangers(found, run, order) if found else 0
        if strangers:
            raise _differing(
                found,
                f"{strangers} letters of the batch are not in the list",
                f"{strangers} breve er bestilt tidligere i samme udsendelse og står ikke i listen",
            )


def _chunks(requests: Iterable[T], size: int) -> Iterator[list[T]]:
    left = iter(requests)
    while some := list(islice(left, size)):
        yield some


def _strangers(batch: Batch, run: Run, order: Order) -> int:
    """Count the letters of the batch that are not in the list and would go with it."""
    return batch.held - run.held if order.supplement else batch.letters - run.fresh - run.ours


def _wanted(batch: Batch | None, first: int | None) -> int:
    if batch is None:
        return 0
    return batch.held if first is None else max(0, min(batch.held, first - batch.released))


def _releasing(act: Act, hold: timedelta) -> Callable[[Entry], Change | None]:
    return lambda entry: deeds.released(entry, act, max(entry.due, act.at + hold), undo=hold)


def _told(watch: Watch | None, what: Literal["committed", "released"], done: int, of: int) -> None:
    if watch is not None:
        watch(Step(what, done, of))


def _differing(batch: Batch | None, why: str, danish: str) -> BatchDiffers:
    letters, held = (batch.letters, batch.held) if batch else (0, 0)
    lie = f"{letters} af dem ligger i udbakken, og {held} af dem venter på at blive frigivet"
    return BatchDiffers(
        f"{why}; {letters} are in the outbox, {held} of them held",
        letters=letters,
        held=held,
        danish=f"{danish}. {lie}" if letters else danish,
    )
