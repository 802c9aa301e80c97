"""
Runder: deliver until nothing is due, with an eye on Ctrl-C.

The first Ctrl-C lets the letter under way come to its end, so that nobody has to ask whether it was sent; the second
stops on the spot, and leaves that question to the receipts.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from types import FrameType

import attrs

from esdh_connect.cli import talk
from esdh_connect.cli.exits import Exit
from esdh_connect.connect import Connect
from esdh_connect.dispatch import Entry, Outcome, Status, Work

__all__ = ["Stop", "code_of", "held_back", "patient", "pause", "run", "settle", "waits"]

_AT_ONCE = 20  # letters of a thread between two looks at how far it is; Ctrl-C is looked for before each letter
_PAUSE = 0.2
_BETWEEN_LOOKS = 1.0
_HUNDRED = 100
_WAITING = frozenset({Work.HELD, Work.READY, Work.SENDING})
_OVER = frozenset({Work.CLOSED, Work.CANCELLED, Work.SET_ASIDE})
_LAST_WORDS = "\nDet brev, der er på vej, sendes færdigt. Ctrl-C en gang til stopper straks.\n"


@attrs.define
class Stop:
    """Whether somebody pressed Ctrl-C."""

    asked: bool = False

    def here(self) -> None:
        """Stop here if somebody asked for it: nothing is under way. Raises KeyboardInterrupt."""
        if self.asked:
            raise KeyboardInterrupt


@contextmanager
def patient() -> Iterator[Stop]:
    """Take the first Ctrl-C as a wish to stop, and give Python's own handling of it back at the second."""
    stop = Stop()

    def noted(_number: int, _frame: FrameType | None) -> None:
        stop.asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, _LAST_WORDS.encode())

    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:  # nohup: whoever started us wants it so
        yield stop
        return
    signal.signal(signal.SIGINT, noted)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def run(
    post: Connect, stop: Stop, *, patience: float, goes_on: Callable[[], bool] = lambda: True, threads: int = 1
) -> int | None:
    """
    Deliver until a round finds nothing due, ``threads`` letters at a time; gives how many were taken up.

    None where another process has the outbox for longer than ``patience`` seconds; ``goes_on`` False ends the
    waiting for it. Raises KeyboardInterrupt between two rounds.
    """
    letters, last = 0, time.monotonic()
    while True:
        stop.here()
        done = post.deliver(threads * _AT_ONCE, threads=threads, goes_on=lambda: not stop.asked)
        if done.letters:
            letters += done.letters
            _progress(letters, done.letters)
        if done:
            last = time.monotonic()
        elif done.elected:
            stop.here()
            return letters
        elif time.monotonic() - last > patience or not goes_on():
            return None
        else:
            pause(stop, _PAUSE)


def settle(post: Connect, stop: Stop, entries: Callable[[], Iterable[Entry]], *, seconds: float) -> None:
    """Wait up to ``seconds`` for the last receipts of these letters, and send what falls due meanwhile."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0 and not all(map(_is_over, entries())):
        pause(stop, min(left, _BETWEEN_LOOKS))
        post.deliver(_AT_ONCE, goes_on=lambda: not stop.asked)


def pause(stop: Stop, seconds: float) -> None:
    """Sleep, but notice Ctrl-C soon."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, _PAUSE))
        stop.here()


def waits(entry: Entry) -> bool:
    """Tell whether the letter was not handed over yet, and may still be."""
    return entry.work in _WAITING


def held_back(entries: Iterable[Entry], now: datetime) -> tuple[Entry, ...]:
    """
    Give those that wait as they should: for their day, an approval, a release, or the letter they stand beside.

    One that was tried is late, whenever it is tried again.
    """
    waiting = {entry.id: entry for entry in entries if waits(entry)}
    held = {id_ for id_, one in waiting.items() if one.work is Work.HELD or _waits_for_its_day(one, now)}
    return tuple(one for id_, one in waiting.items() if id_ in held or one.beside in held)


def _waits_for_its_day(entry: Entry, now: datetime) -> bool:
    return entry.work is Work.READY and not entry.attempts and entry.due > now


def _is_over(entry: Entry) -> bool:
    """Tell whether nothing more is to be expected by itself."""
    return entry.work in _OVER


def code_of(entries: Iterable[Entry], now: datetime) -> Exit:
    """
    Give the exit code that these letters deserve; one that reached the provider is never *nothing was sent*.

    A letter that waits as it should is where it should be.
    """
    known = tuple(entries)
    if any(entry.status is Status.UNRESOLVED for entry in known):
        return Exit.UNKNOWN
    if sum(map(waits, known)) > len(held_back(known, now)):
        return Exit.TEMPORARY
    if not any(entry.status in (Status.FAILED, Status.CANCELLED) for entry in known):
        return Exit.DONE
    return Exit.PARTLY if any(_left_the_house(entry) for entry in known) else Exit.FAILED


def _left_the_house(entry: Entry) -> bool:
    return bool(entry.receipts) or any(attempt.outcome is Outcome.ACCEPTED for attempt in entry.attempts)


def _progress(letters: int, taken: int) -> None:
    """Count where somebody watches; elsewhere a line for every hundred."""
    if sys.stderr.isatty():
        talk.rewrite(f"Taget op i hele udbakken: {letters}")
    elif letters // _HUNDRED > (letters - taken) // _HUNDRED:
        talk.say(f"Taget op i hele udbakken: {letters}")
