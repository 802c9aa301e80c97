"""Options that several commands share."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import click

from esdh_connect.cli.exits import Exit, Stopped, Verbosity

__all__ = [
    "as_json",
    "by",
    "deadline",
    "dispatch",
    "dispatch_if_any",
    "found_settings",
    "not_before",
    "one_line",
    "refuse_cpr",
    "settings",
    "threads",
    "user",
    "verbose",
    "why",
]

_MOST_THREADS = 64
_NAMES = ("esdh-connect.toml", "settings.toml")


def _louder(ctx: click.Context, _option: click.Parameter, count: int) -> None:
    """Count ``-v`` wherever it stands. Before a command's name the group sets up the log, behind it we do."""
    verbosity = ctx.ensure_object(Verbosity)
    verbosity.count += count
    if count and ctx.parent is not None:
        from esdh_connect.cli import logs

        logs.configure(verbosity.count)


verbose = click.option(
    "-v", "--verbose", count=True, expose_value=False, callback=_louder,
    help="Vis loggen; to gange for alt, også hvor en fejl kom fra.",
)  # fmt: skip
settings = click.option(
    "--settings", metavar="FIL", type=click.Path(path_type=Path),
    help=f"Indstillingerne. Ellers {' eller '.join(_NAMES)} her i mappen.",
)  # fmt: skip
threads = click.option(
    "--threads", metavar="ANTAL", type=click.IntRange(1, _MOST_THREADS), default=1, show_default=True,
    help="Aflever så mange breve på én gang.",
)  # fmt: skip
as_json = click.option("--json", "as_json", is_flag=True, help="Skriv resultatet som JSON.")


def user() -> str:
    """Give the name of whoever runs the program."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container whose user has no name; KeyError before Python 3.13
        return "esdh-connect"


def _said(_ctx: click.Context, option: click.Parameter, text: str) -> str:
    """Refuse an answer that says nothing: it is kept, and somebody will ask. Raises Stopped."""
    if not text.strip():
        raise Stopped(Exit.USAGE, f"Der er ikke gjort noget: {option.opts[0]} er tom. {_EMPTY[option.opts[0]]}")
    return one_line(_ctx, option, text)


def one_line(_ctx: click.Context, option: click.Parameter, text: str) -> str:
    """Refuse what would be more than one line where it is shown. Raises Stopped."""
    from esdh_connect.reasons import is_on_one_line

    if not is_on_one_line(text.strip()):
        raise Stopped(Exit.USAGE, f"Der er ikke gjort noget: {option.opts[0]} skal stå på én linje, uden styretegn")
    return text.strip()


_EMPTY = {"--by": "Skriv, hvem der gør det.", "--why": "Skriv hvorfor; det gemmes sammen med brevet."}


def _as_stored(_ctx: click.Context, _argument: click.Parameter, text: str | None) -> str | None:
    """Give an id as it is stored, also where it was typed in capitals or with a space too many."""
    return text and text.strip().casefold()


def _day(_ctx: click.Context, _option: click.Parameter, at: datetime | None) -> date | None:
    return at and at.date()


not_before = click.option(
    "--not-before", metavar="DATO", type=click.DateTime(["%Y-%m-%d"]), callback=_day,
    help="Digital Post afleverer tidligst denne dag (2026-12-24).",
)  # fmt: skip
deadline = click.option(
    "--deadline", metavar="DATO", type=click.DateTime(["%Y-%m-%d"]), callback=_day,
    help="Den dag, brevet senest skal være fremme: planen siger, om det når det.",
)  # fmt: skip
dispatch = click.argument("dispatch", metavar="ID", callback=_as_stored)
dispatch_if_any = click.argument("dispatch", metavar="[ID]", required=False, callback=_as_stored)
by = click.option(
    "--by", metavar="NAVN", default=user, callback=_said, help="Hvem der gør det. Ellers brugeren på maskinen."
)
why = click.option(
    "--why", metavar="TEKST", required=True, callback=_said, help="Hvorfor. Det gemmes sammen med brevet."
)


_NOT_SENT = "Der er ikke sendt noget"


def refuse_cpr(named: Mapping[str, str], *, nothing: str = _NOT_SENT) -> None:
    """
    Refuse an argument that looks like a CPR number, because others see arguments.

    ``nothing`` is what has not happened, which people are told first; what sends nothing says something of its own.
    Raises Stopped.
    """
    instead = (
        "Numre skrives i en fil, som --to peger på; filnavne må ikke have dem"
        if nothing == _NOT_SENT
        else "Skriv det uden nummeret"
    )
    from esdh_connect.ids import mask

    for where, text in named.items():
        if mask(text) != text:
            raise Stopped(
                Exit.USAGE,
                f"{nothing}: {where} indeholder noget, der ligner et CPR-nummer. Andre på maskinen "
                f"kan se kommandolinjen. {instead}",
            )


def found_settings(given: Path | None) -> Path:
    """Give the settings file to use. Raises Stopped where none was named and none is here."""
    if given is not None:
        return given
    for name in _NAMES:
        if Path(name).is_file():
            return Path(name)
    here = " eller ".join(_NAMES)
    raise Stopped(
        Exit.SETTINGS, f"Her er ingen indstillinger ({here}). »esdh-connect init« laver dem, --settings peger på andre."
    )
