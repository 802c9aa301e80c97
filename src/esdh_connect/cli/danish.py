"""click in Danish: the headings of its help pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType

import click

__all__ = ["Command", "Context", "Danish", "Group"]

_HEADINGS = MappingProxyType({"Options": "Valgmuligheder", "Commands": "Kommandoer"})
_PIECES = MappingProxyType({"[OPTIONS]": "[VALGMULIGHEDER]", "COMMAND [ARGS]...": "KOMMANDO …"})


class _Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the first line."""
        super().write_usage(prog, args, prefix or "Brug: ")

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Write a part with its heading."""
        with super().section(_HEADINGS.get(name, name)):
            yield


class Context(click.Context):
    """A context whose help is Danish."""

    formatter_class = _Formatter


class Danish:
    """What commands and groups have in common: the words of ``--help``."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Give what the first line is made of."""
        pieces: list[str] = super().collect_usage_pieces(ctx)  # type: ignore[misc]
        return [_PIECES.get(piece, piece) for piece in pieces]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Give ``--help``, explained in Danish."""
        option: click.Option | None = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "Vis denne hjælp."
        return option


class Command(Danish, click.Command):
    """A command whose help is Danish."""

    context_class = Context


class Group(Danish, click.Group):
    """A group whose help is Danish, and its commands' too."""

    context_class = Context
    command_class = Command
