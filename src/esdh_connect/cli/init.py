"""``esdh-connect init``: a new installation."""

from __future__ import annotations

from pathlib import Path

import click

from esdh_connect.cli import talk
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit
from esdh_connect.cli.options import verbose

__all__ = ["EXAMPLE_CVR", "init"]

#: Stands in settings that nobody filled in; nothing is sent in its name.
EXAMPLE_CVR = "00000000"
_EXAMPLE_NAME = "UDFYLD: myndighedens navn"


@click.command(cls=Command)
@click.argument("folder", metavar="[MAPPE]", default=".", type=click.Path(path_type=Path))
@click.option("--cvr", metavar="CVR", help="Afsenderens CVR-nummer.")
@click.option("--name", metavar="NAVN", help="Afsenderens navn, som det skal stå på brevet.")
@verbose
def init(folder: Path, cvr: str | None, name: str | None) -> int:
    """
    Lav indstillinger og hemmelighed til en ny installation.

    Skriver esdh-connect.toml og installation.secret i MAPPE og overskriver aldrig noget.
    """
    from esdh_connect.ids import Cvr, InvalidId
    from esdh_connect.settings import initialize

    try:
        settings, secret = initialize(folder, cvr=Cvr.parse(cvr or EXAMPLE_CVR), name=name or _EXAMPLE_NAME)
    except InvalidId as error:
        raise click.UsageError("--cvr er ikke et CVR-nummer (otte cifre)") from error
    talk.data([str(settings)])
    talk.say(_next(settings, secret, filled=bool(cvr and name)))
    return Exit.DONE


def _next(settings: Path, secret: Path, *, filled: bool) -> str:
    steps = [
        f"Tag en sikkerhedskopi af {secret}: uden den kan gemte breve ikke åbnes, og den står ingen andre steder.",
        *([] if filled else [f"Udfyld [sender] i {settings}: cvr og navn."]),
        f"Skriv i {settings}, hvilke plugins der skal bruges, og hvilke afdelinger der sender.",
        f"Prøv uden at sende: esdh-connect send --settings {settings} --title … --to liste.jsonl --dry-run brev.pdf",
    ]
    return "\n".join(["Næste skridt:", *(f"{at}. {step}" for at, step in enumerate(steps, start=1))])
