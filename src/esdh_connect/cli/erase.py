"""``esdh-connect erase``: erase what one letter carried."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from esdh_connect.cli import talk
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.installation import opened
from esdh_connect.cli.options import by, dispatch, found_settings, refuse_cpr, settings, verbose, why
from esdh_connect.errors import TooLate

__all__ = ["erase"]

_NOTHING = "Der er ikke slettet noget"


@click.command(cls=Command)
@dispatch
@why
@by
@click.option("--yes", is_flag=True, help="Spørg ikke.")
@settings
@verbose
def erase(dispatch: str, why: str, by: str, settings: Path | None, *, yes: bool) -> int:
    """
    Slet for altid, hvad forsendelsen ID indeholder og fortæller om personer.

    Det gælder filer, modtager, kvitteringernes tekst og hvem der gjorde hvad; tider, tilstande og id'er bliver. Det kan
    kun gøres, når brevet er færdigt og journaliseret, og det kan ikke gøres om.
    """
    refuse_cpr({"--why": why, "--by": by}, nothing=_NOTHING)
    post = opened(found_settings(settings))
    post.entry(dispatch)
    if not yes:
        _agreed(dispatch)
    try:
        post.erase(dispatch, by=by, why=why)
    except TooLate as error:
        raise Stopped(Exit.FAILED, f"{_NOTHING}: {error.danish}.") from error
    talk.say("Slettet.")
    return Exit.DONE


def _agreed(dispatch: str) -> None:
    """Ask. Raises Stopped where the answer is no, or there is nobody to ask."""
    with ExitStack() as stack:
        terminal = talk.Terminal.find(stack)
        if terminal is None:
            raise Stopped(Exit.USAGE, f"{_NOTHING}: her er ingen terminal at spørge i. Skriv --yes for at slette uden")
        if not terminal.agrees(f"Slet indholdet af {dispatch} for altid?"):
            raise Stopped(Exit.FAILED, f"{_NOTHING}.")
