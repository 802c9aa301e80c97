"""``esdh-connect erase``: erase what one letter carried."""

from __future__ import annotations

from pathlib import Path

import click

from esdh_connect.cli import talk
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit
from esdh_connect.cli.installation import opened
from esdh_connect.cli.options import by, found_settings, refuse_cpr, settings, verbose, why

__all__ = ["erase"]


@click.command(cls=Command)
@click.argument("dispatch", metavar="ID")
@why
@by
@settings
@verbose
def erase(dispatch: str, why: str, by: str, settings: Path | None) -> int:
    """
    Slet for altid, hvad forsendelsen ID indeholder og fortæller om personer.

    Det gælder filer, modtager, kvitteringernes tekst og hvem der gjorde hvad; tider, tilstande og id'er bliver. Det kan
    kun gøres, når brevet er færdigt og journaliseret, og det kan ikke gøres om.
    """
    refuse_cpr({"--why": why, "--by": by})
    opened(found_settings(settings)).erase(dispatch, by=by, why=why)
    talk.say("Slettet.")
    return Exit.DONE
