"""
Skærmen: calm Danish text for whoever watches the demo.

Colour only on a terminal, and not where ``NO_COLOR`` is set; anywhere else plain lines. No CPR number passes.
"""

from __future__ import annotations

import os
import textwrap
from collections.abc import Sequence
from typing import TextIO

from rich.console import Console
from rich.text import Text

from esdh_connect.ids import mask

__all__ = ["Screen"]

_WIDEST = 96
_NARROWEST = 40
_HEADING, _GOOD, _BAD, _QUIET = "bold", "green", "bold red", "dim"


class Screen:
    """Where the tour is told. ``plain`` asks for no colour on a terminal either."""

    def __init__(self, stream: TextIO, *, plain: bool = False) -> None:
        self._stream = stream
        self._encoding = stream.encoding or "utf-8"
        self._console = _console(stream) if stream.isatty() and not plain else None
        # A terminal that does not know its size says 0.
        columns = os.get_terminal_size(stream.fileno()).columns if stream.isatty() else 0
        self._width = max(_NARROWEST, min(_WIDEST, columns - 1)) if columns else _WIDEST

    def heading(self, text: str) -> None:
        """Begin a part."""
        self._write("")
        self._write(text, _HEADING)

    def say(self, text: str, indent: int = 2) -> None:
        """Say something, wrapped to the width of the screen."""
        self._wrapped(text, indent, "")

    def quiet(self, text: str, indent: int = 2) -> None:
        """Say something that need not be read."""
        self._wrapped(text, indent, _QUIET)

    def good(self, text: str, indent: int = 2) -> None:
        """Say that something went as it should."""
        self._wrapped(text, indent, _GOOD)

    def bad(self, text: str, indent: int = 2) -> None:
        """Say that something did not."""
        self._wrapped(text, indent, _BAD)

    def copy(self, line: str, indent: int = 4) -> None:
        """Show a line to copy: never wrapped."""
        self._write(" " * indent + line)

    def table(self, rows: Sequence[Sequence[str]], indent: int = 4) -> None:
        """Show rows in columns; the last column is wrapped within its own width."""
        widths = [max(map(len, column)) for column in zip(*(row[:-1] for row in rows), strict=True)]
        for row in rows:
            left = "".join(f"{cell:<{width}}  " for cell, width in zip(row[:-1], widths, strict=True))
            room = max(_NARROWEST, self._width - indent - len(left))
            first, *more = textwrap.wrap(row[-1], room) or [""]
            self._write(f"{' ' * indent}{left}{first}".rstrip())
            for line in more:
                self._write(" " * (indent + len(left)) + line)

    def _wrapped(self, text: str, indent: int, style: str) -> None:
        margin = " " * indent
        for line in textwrap.wrap(
            text, self._width, initial_indent=margin, subsequent_indent=margin, break_long_words=False
        ) or [""]:
            self._write(line, style)

    def _write(self, line: str, style: str = "") -> None:
        # A sign that the stream cannot take becomes a question mark, not an error.
        shown = mask(line).encode(self._encoding, "replace").decode(self._encoding)
        if self._console:
            self._console.print(Text(shown, style=style), soft_wrap=True)
        else:
            self._stream.write(f"{shown}\n")
            self._stream.flush()


def _console(stream: TextIO) -> Console:
    return Console(file=stream, highlight=False, emoji=False, markup=False)
