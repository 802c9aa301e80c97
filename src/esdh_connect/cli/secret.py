"""``esdh-connect secret``: the installation secret, exchanged for a new one."""

from __future__ import annotations

from pathlib import Path

import click

from esdh_connect.cli import talk
from esdh_connect.cli.danish import LetterlessGroup
from esdh_connect.cli.exits import Exit
from esdh_connect.cli.installation import opened
from esdh_connect.cli.options import by, found_settings, settings, verbose
from esdh_connect.renewal import exchange_secret
from esdh_connect.settings import Secrets, Settings

__all__ = ["secret"]


@click.group(cls=LetterlessGroup)
def secret() -> None:
    """Udskift installationens hemmelighed."""


@secret.command("rotate")
@settings
@by
@verbose
def rotate(settings: Path | None, by: str) -> int:
    """
    Lav en ny hemmelighed, og lås alle gemte nøgler med den.

    Programmer kan sende og modtage imens. Bliver kommandoen afbrudt, gør den samme kommando arbejdet færdigt. Den gamle
    hemmelighed ligger bagefter ved siden af den nye med endelsen .old; den åbner kun sikkerhedskopier fra før.
    """
    file = found_settings(settings)
    secrets, store = Settings.load(file).secrets, opened(file).outbox
    done = 0
    for keys in exchange_secret(secrets, store, by=by):
        done += keys
        talk.rewrite(f"Låst om: {done}")
    talk.data([f"Låst om: {done}"])
    talk.say(_next(secrets))
    return Exit.DONE


def _next(secrets: Secrets) -> str:
    path = secrets.installation.path
    if path is None:
        return "Hemmeligheden er udskiftet. Fjern »also« fra indstillingerne, når alle programmer er startet igen."
    return (
        f"Hemmeligheden er udskiftet. Tag en sikkerhedskopi af {path}.\n"
        f"Den gamle ligger i {path}.old og åbner intet i udbakken mere, kun sikkerhedskopier fra før: "
        "flyt den derhen, hvor de er, eller slet den."
    )
