"""``esdh-connect demo``."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit
from esdh_connect.cli.options import verbose

if TYPE_CHECKING:
    from esdh_connect_demo.folder import Folder
    from esdh_connect_demo.screen import Screen

__all__ = ["demo"]

_YES = frozenset({"", "j", "ja", "y", "yes"})


@click.command(cls=Command)
@click.option("--once", is_flag=True, help="Gå turen én gang uden at spørge, og slut.")
@click.option(
    "--dir", "directory", metavar="MAPPE", type=click.Path(path_type=Path),
    help="Hvor alt skal ligge: en tom eller ny mappe. Ellers »esdh-connect-demo« her; med --once en midlertidig.",
)  # fmt: skip
@verbose
def demo(directory: Path | None, *, once: bool) -> int:
    """
    Prøv det hele: en lille kommune, dens dokumenter, og breve, der bliver sendt.

    Alt foregår på denne maskine. Intet bliver sendt til nogen, og alle personer er opdigtede.
    """
    from esdh_connect_demo.folder import Folder
    from esdh_connect_demo.screen import Screen

    began = time.monotonic()
    screen = Screen(sys.stdout, plain=bool(os.environ.get("NO_COLOR")))
    alone = once or not sys.stdin.isatty()
    folder = Folder.fresh(directory, Path.cwd(), once=alone)
    screen.heading("Eksempel Kommune: en prøvetur med esdh_connect")
    screen.say("Alt foregår på denne maskine. Intet bliver sendt til nogen, og alle personer er opdigtede.")
    screen.say("Alt ligger i mappen")
    screen.copy(str(folder.path))
    return _visit(folder, screen, alone=alone, began=began)


def _visit(folder: Folder, screen: Screen, *, alone: bool, began: float) -> Exit:
    from esdh_connect_demo import ending, seed
    from esdh_connect_demo.host import EksempelEsdh
    from esdh_connect_demo.installation import running
    from esdh_connect_demo.municipality import Municipality
    from esdh_connect_demo.tour import Tour

    esdh = Municipality((seed.TECHNICAL, seed.SERVICE, seed.CULTURE), lambda: datetime.now(UTC))
    seed.furnish(esdh)
    with running(folder, EksempelEsdh(esdh)) as installation:
        tour = Tour(screen, esdh, installation, _agrees_alone if alone else _agrees)
        if not tour.run():
            screen.say("Der er ikke sendt noget.")
            return Exit.DONE
        ending.write_files(folder, tour)
        ending.show_files(screen, folder)
        ending.show_verdict(screen, tour.expectations, time.monotonic() - began)
        with suppress(KeyboardInterrupt):  # from here on it is the end, not an interruption
            ending.show_next_steps(screen, folder, running=not alone)
            while not alone:
                time.sleep(0.5)  # short: a Ctrl-C just before it is noticed just after it
    return Exit.DONE if tour.held else Exit.FAILED


def _agrees(question: str) -> bool:
    # Not input(): a Ctrl-C between its prompt and its reading is noticed only after the next key.
    click.echo(f"  {question} [J/n] ", nl=False)
    answer = sys.stdin.readline()
    return answer.endswith("\n") and answer.strip().casefold() in _YES


def _agrees_alone(question: str) -> bool:
    click.echo(f"  {question} Ja (der spørges ikke).")
    return True
