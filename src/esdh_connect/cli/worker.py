"""``esdh-connect worker``: deliver until told to stop, woken by the bell that the settings name."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event
from types import FrameType

import click

from esdh_connect.bell import LETTERS
from esdh_connect.cli import talk
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit
from esdh_connect.cli.installation import opened
from esdh_connect.cli.options import found_settings, settings, threads, verbose
from esdh_connect.connect import Connect
from esdh_connect.errors import StoreError
from esdh_connect.log import Log

__all__ = ["worker"]

_AGAIN = 1.0
#: A subscriber that takes longer is left to itself, and the letters go on.
_TOLD_WITHIN = timedelta(seconds=30)


@click.command(cls=Command)
@settings
@threads
@verbose
def worker(settings: Path | None, threads: int) -> int:
    """
    Aflever breve, efterhånden som de kommer, til programmet bliver bedt om at stoppe.

    SIGTERM eller Ctrl-C lader de breve, der er på vej, blive sendt færdigt. Start så mange, du vil: på PostgreSQL
    arbejder de alle, på en SQLite-fil én ad gangen.
    """
    post = opened(found_settings(settings))
    with _told_to_stop() as stop:
        talk.say(f"Arbejder. Klokke: {post.bell.name}. Ctrl-C stopper, når de breve, der er på vej, er sendt færdigt.")
        post.bell.run(_round(post, threads, stop), stop)
    talk.say("Stoppet. Det, der ikke er afleveret, ligger i udbakken.")
    return Exit.DONE


def _round(post: Connect, threads: int, stop: Event) -> Callable[[], bool]:
    """Give what the bell calls: it does what is due, and outlives an outbox that is away for a while."""
    log = Log()

    def deliver() -> bool:
        try:
            done = post.deliver(LETTERS, threads=threads, goes_on=lambda: not stop.is_set(), tell_within=_TOLD_WITHIN)
            return bool(done)
        except StoreError as error:
            log.error("outbox_away", error=str(error))
            stop.wait(_AGAIN)
            return False

    return deliver


@contextmanager
def _told_to_stop() -> Iterator[Event]:
    """Take the first SIGTERM or Ctrl-C as a wish to stop, and give the system's own handling back for the second."""
    stop = Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def noted(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        for number in before:
            signal.signal(number, signal.SIG_DFL)

    for number in before:
        signal.signal(number, noted)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
