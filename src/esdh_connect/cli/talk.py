"""
What the program says: talk to stderr, data to stdout; no CPR number in either.

A name or a file name comes from somebody else's data: control characters in it, which a terminal would obey, are
shown as a space.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import click

__all__ = ["Terminal", "data", "hush", "json_data", "on_one_line", "rewrite", "say", "shown"]

_BIDIRECTIONAL = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_YES = ("j", "ja", "y", "yes")


def shown(text: str) -> str:
    """Give ``text`` as it may be shown: CPR numbers masked, nothing a terminal would obey, lines kept."""
    from esdh_connect.ids import mask

    kept = (sign if sign == "\n" or (sign.isprintable() and sign not in _BIDIRECTIONAL) else " " for sign in text)
    return mask("".join(kept))


def on_one_line(text: str) -> str:
    """Give somebody else's text as part of a line of ours."""
    from esdh_connect import reasons

    return reasons.on_one_line(text)


def say(text: str) -> None:
    """Talk to whoever sits there: stderr."""
    _write(shown(text), err=True)


def rewrite(text: str) -> None:
    """Talk to a terminal so that the next words stand over these."""
    _write(f"{shown(text)}\r", err=True, end=False)


def data(lines: Iterable[str]) -> None:
    """Give what was asked for: stdout."""
    _write(shown("\n".join(lines)), err=False)


def json_data(value: object) -> None:
    """Give what was asked for as JSON, in UTF-8 whatever the terminal speaks – and days as text. Texts are masked."""
    import json

    _write(json.dumps(value, ensure_ascii=False, indent=2, default=str).encode(), err=False)


def _write(text: str | bytes, *, err: bool, end: bool = True) -> None:
    """Write, and go on where nobody reads any more: that a letter was sent stays true."""
    try:
        click.echo(text, err=err, nl=end)
    except BrokenPipeError:
        hush(sys.stderr if err else sys.stdout)


def hush(stream: IO[str]) -> None:
    """Let a stream whose reader left end in nothing, so that Python does not fail on it at exit either."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


class Terminal:
    """Where a question can be asked: standard input, or the terminal behind it where that is taken."""

    def __init__(self, answers: IO[str], questions: IO[str]) -> None:
        self._answers, self._questions = answers, questions

    @classmethod
    def find(cls, stack: ExitStack) -> Terminal | None:
        """Give the terminal, or None where there is nobody to ask. What had to be opened is closed with ``stack``."""
        if sys.stdin is not None and sys.stdin.isatty():
            return cls(sys.stdin, sys.stderr)
        keyboard, screen = map(Path, ("CONIN$", "CONOUT$") if os.name == "nt" else ("/dev/tty", "/dev/tty"))
        try:
            answers = stack.enter_context(keyboard.open(encoding="utf-8", errors="replace"))
            return cls(answers, stack.enter_context(screen.open("w", encoding="utf-8", errors="replace")))
        except OSError:
            return None

    def answer(self, question: str) -> str:
        """Ask for something to be typed."""
        self._questions.write(shown(question))
        self._questions.flush()
        return self._answers.readline().strip()

    def agrees(self, question: str) -> bool:
        """Ask; only a yes is one."""
        return self.answer(f"{question} [j/N] ").casefold() in _YES
