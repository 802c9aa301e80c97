"""click in Danish: the headings of its help pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import click

from esdh_connect.cli.exits import Verbosity, did_you_mean

__all__ = ["Command", "Context", "Danish", "Group", "LetterlessCommand", "LetterlessGroup"]

_HEADINGS = MappingProxyType({"Options": "Valgmuligheder", "Commands": "Kommandoer"})
_PIECES = MappingProxyType(
    {"[OPTIONS]": "[VALGMULIGHEDER]", "COMMAND [ARGS]...": "KOMMANDO …", "[COMMAND] [ARGS]...": "[KOMMANDO …]"}
)
#: What click adds to the help of an option: ``[default: 1; x>=0; required]``.
_REMARK = re.compile(r"\[((?:[^][]*; )?(?:default: [^][]*|required|[^][]*\bx\b[<>=][^][]*))\]$")
_LONGEST = 200


def _remark(found: re.Match[str]) -> str:
    return f"[{'; '.join(map(_in_danish, found[1].split('; ')))}]"


def _in_danish(remark: str) -> str:
    if remark == "required":
        return "skal skrives"
    if remark.startswith("default: "):
        return f"ellers {remark.removeprefix('default: ')}"
    least, most = re.match(r"(-?[\d.]+)<", remark), re.search(r"x<=?(-?[\d.]+)$", remark)
    least = least or re.match(r"x>=?(-?[\d.]+)$", remark)
    if least and most:
        return f"{least[1]} til {most[1]}"
    return f"mindst {least[1]}" if least else f"højst {most[1]}" if most else remark


class _Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the first line."""
        super().write_usage(prog, args, prefix or "Brug: ")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write what options and commands are for, with click's own remarks in Danish."""
        super().write_dl([(name, _REMARK.sub(_remark, text)) for name, text in rows], col_max, col_spacing)

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

    def get_short_help_str(self, limit: int = 45) -> str:
        """Give the first sentence, whole: the list breaks its lines itself."""
        return super().get_short_help_str(max(limit, _LONGEST))


class Group(Danish, click.Group):
    """A group whose help is Danish, and its commands' too."""

    context_class = Context
    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was meant, or say which may have been."""
        known = self.list_commands(ctx)
        if args[0] not in known:
            hint = did_you_mean(args[0], known) or f". Der er: {', '.join(known)}"
            raise click.UsageError(f"»{args[0]}« er ikke en kommando{hint}", ctx)
        return super().resolve_command(ctx, args)


class _Letterless(Danish):
    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        """Do it, having said that it sends nothing."""
        ctx.ensure_object(Verbosity).sends = False
        return super().invoke(ctx)  # type: ignore[misc]


class LetterlessCommand(_Letterless, Command):
    """A command that sends nothing: what stops it is not told as if it were about a letter."""


class LetterlessGroup(_Letterless, Group):
    """A group of such commands."""
