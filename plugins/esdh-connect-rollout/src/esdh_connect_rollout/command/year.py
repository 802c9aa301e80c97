"""``rollout year``: the made-up municipality's waves, to try it with."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from esdh_connect.cli import talk
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.options import settings, verbose
from esdh_connect.testing.municipality import DEPARTMENTS
from esdh_connect_rollout.command.shared import agreed, door
from esdh_connect_rollout.example import WAVES, written

__all__ = ["COMMANDS"]

_USED = "Der er ikke ændret noget: her er allerede bølger eller breve. Et opdigtet år ville blande sig i det."


@click.command("year", cls=Command)
@settings
@click.option(
    "--before", metavar="DATO", type=click.DateTime(["%Y-%m-%d"]),
    help="Året går til dagen før denne. Ellers til i går.",
)  # fmt: skip
@click.option("--yes", is_flag=True, help="Spørg ikke.")
@verbose
def year(settings: Path | None, before: datetime | None, *, yes: bool) -> int:
    """
    Skriv et opdigtet år: 24 afdelinger, der kom med i fire bølger. Det er til en prøve alene.

    Det er den samme kommune som i »esdh-connect forbrug year«, der skriver brevtallene: bølgerne viser statistikkens.
    """
    waves = door(settings)
    if waves.list() or waves.plugin.counting.begun() or waves.post.entries(limit=1):
        raise Stopped(Exit.FAILED, _USED)
    told = f"{len(DEPARTMENTS)} opdigtede afdelinger og {len(WAVES)} bølger bliver skrevet ind i denne udbakke."
    agreed([told], "Er den kun til prøve?", yes=yes, dry=False)
    written(waves.post, before=(before or waves.now).date())
    talk.say("Skrevet. Se det med »esdh-connect rollout status«.")
    return Exit.DONE


COMMANDS = (year,)
