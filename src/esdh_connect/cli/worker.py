"""``esdh-connect worker``: deliver until told to stop, woken by the bell that the settings name."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from types import FrameType

import click

from esdh_connect.bell import LETTERS
from esdh_connect.cli import talk
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit, Verbosity
from esdh_connect.cli.foreman import Foreman
from esdh_connect.cli.installation import opened
from esdh_connect.cli.options import found_settings, settings, threads, verbose
from esdh_connect.connect import Connect
from esdh_connect.errors import ProgramOutdated, StoreError
from esdh_connect.log import Log

__all__ = ["worker"]

_MOST_PROCESSES = 64
_AGAIN = 1.0
#: A subscriber that takes longer is left to itself, and the letters go on.
_TOLD_WITHIN = timedelta(seconds=30)


@click.command(cls=Command)
@settings
@threads
@click.option(
    "--processes", metavar="ANTAL", type=click.IntRange(1, _MOST_PROCESSES), default=1, show_default=True,
    help="Hold så mange workere i gang; en, der standser, får en afløser.",
)  # fmt: skip
@click.option("--of-foreman", is_flag=True, hidden=True)
@verbose
@click.pass_context
def worker(context: click.Context, settings: Path | None, threads: int, processes: int, *, of_foreman: bool) -> int:
    """
    Aflever breve, efterhånden som de kommer, til programmet bliver bedt om at stoppe.

    SIGTERM eller Ctrl-C lader de breve, der er på vej, blive sendt færdigt. Start så mange, du vil: på PostgreSQL
    arbejder de alle, på en SQLite-fil én ad gangen.
    """
    path = found_settings(settings)
    if processes > 1:
        talk.say(
            f"Holder {processes} workere i gang. Ctrl-C stopper dem, når de breve, der er på vej, er sendt færdigt."
        )
        return Foreman(_of_foreman(path, threads, context.ensure_object(Verbosity).count), processes).run()
    return _worked(path, threads, of_foreman=of_foreman)


def _of_foreman(path: Path, threads: int, verbosity: int) -> list[str]:
    """Give the command of one worker among several."""
    options = ["--settings", str(path), "--threads", str(threads), "--of-foreman", *["-v"] * verbosity]
    return [sys.executable, "-m", "esdh_connect.cli", "worker", *options]


def _worked(path: Path, threads: int, *, of_foreman: bool) -> int:
    post = opened(path)
    with _told_to_stop() as stop:
        if of_foreman:
            Thread(target=_outlived, args=(stop,), daemon=True).start()
        talk.say(f"Arbejder. Klokke: {post.bell.name}. Ctrl-C stopper, når de breve, der er på vej, er sendt færdigt.")
        outdated: list[ProgramOutdated] = []
        post.bell.run(_round(post, threads, stop, outdated), stop)
    if outdated:  # whoever started this one starts the next, and that is of the new version
        raise outdated[0]
    talk.say("Stoppet. Det, der ikke er afleveret, ligger i udbakken.")
    return Exit.DONE


def _outlived(stop: Event) -> None:
    """Stop when the foreman is gone, who holds the other end of our standard input."""
    while sys.stdin.buffer.read(1):
        continue
    stop.set()


def _round(post: Connect, threads: int, stop: Event, outdated: list[ProgramOutdated]) -> Callable[[], bool]:
    """Give what the bell calls: it does what is due, and outlives an outbox that is away, but none that is newer."""
    log = Log()

    def deliver() -> bool:
        try:
            done = post.deliver(LETTERS, threads=threads, goes_on=lambda: not stop.is_set(), tell_within=_TOLD_WITHIN)
            return bool(done)
        except ProgramOutdated as error:
            outdated.append(error)
            stop.set()
            return False
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
