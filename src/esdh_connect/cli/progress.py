"""Fremdrift: a bar where somebody watches, elsewhere a line for every tenth, and nothing for what takes no time."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Protocol, Self

from esdh_connect.cli import talk

__all__ = ["Bar", "bar"]

_TENTHS = 10


class Bar(Protocol):
    """Shows how far something is, while its block runs."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""

    def at(self, what: str, done: int, of: int) -> None:
        """Show that so many of so many are done. ``what`` is Danish: what is being done."""


def bar() -> Bar:
    """Give the one that fits."""
    return _Drawn() if sys.stderr.isatty() else _Written()


class _Drawn:
    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._tasks: dict[str, int] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def at(self, what: str, done: int, of: int) -> None:
        from rich.progress import TaskID

        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=of)
        self._progress.update(TaskID(self._tasks[what]), completed=done)


class _Written:
    def __init__(self) -> None:
        self._tenths: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def at(self, what: str, done: int, of: int) -> None:
        tenth = done * _TENTHS // of if of else _TENTHS
        if tenth > self._tenths.get(what, 0):
            self._tenths[what] = tenth
            talk.say(f"{what}: {tenth * _TENTHS} % ({done} af {of})")
