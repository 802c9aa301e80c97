"""``esdh-connect proof``: what proves that a letter was sent, in one file."""

from __future__ import annotations

import os
from pathlib import Path

import click

from esdh_connect import wording
from esdh_connect.cli import talk
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.installation import opened
from esdh_connect.cli.options import dispatch, found_settings, settings, verbose
from esdh_connect.proof import Proof

__all__ = ["proof"]


@click.command(cls=Command)
@dispatch
@click.option("--out", metavar="FIL", type=click.Path(path_type=Path), required=True, help="Zipfilen, der skrives.")
@settings
@verbose
def proof(dispatch: str, out: Path, settings: Path | None) -> int:
    """
    Saml en bevispakke om forsendelsen ID: brev, følgeseddel, kvitteringer, hændelser og revisionslog i én zipfil.

    Den indeholder personoplysninger, kun ejeren kan læse den, og den overskriver aldrig noget. Slutter med 4, hvis
    noget i den mangler eller er beskadiget.
    """
    pack = opened(found_settings(settings)).proof(dispatch)
    damage = pack.damage
    _write(pack, out)
    talk.data([str(out)])
    talk.say("Filen indeholder personoplysninger. Pas på den som på brevet, og slet den, når den er brugt.")
    for line in damage:
        talk.say(f"Bemærk: {line}")
    return Exit.PARTLY if damage else Exit.DONE


def _write(pack: Proof, out: Path) -> None:
    try:
        opened_ = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError as error:
        raise Stopped(Exit.FAILED, f"{out} findes allerede og bliver ikke overskrevet.") from error
    except OSError as error:
        raise Stopped(Exit.FAILED, f"{out} kan ikke skrives ({wording.system(error)}).") from error
    try:
        with os.fdopen(opened_, "wb") as file:
            pack.write(file)
    except BaseException:
        out.unlink(missing_ok=True)  # half of it proves nothing
        raise
