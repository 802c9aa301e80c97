"""``esdh-connect demo``."""

from __future__ import annotations

import os
import sys
import time
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.options import verbose

if TYPE_CHECKING:
    from socket import socket

    from esdh_connect_demo.folder import Folder
    from esdh_connect_demo.screen import Screen

__all__ = ["demo"]

_PORT = 8700
_YES = frozenset({"", "j", "ja", "y", "yes"})


@click.command(cls=Command)
@click.option("--once", is_flag=True, help="Gå turen i terminalen én gang uden at spørge, og slut.")
@click.option("--tour", is_flag=True, help="Gå turen i terminalen, og bliv spurgt undervejs.")
@click.option("--port", metavar="TAL", type=click.IntRange(0, 65535),
    help=f"Vis siderne her; ellers på {_PORT}, eller et andet sted, hvis den er optaget.",
)  # fmt: skip
@click.option("--no-browser", is_flag=True, help="Skriv kun adressen: åbn ingen browser.")
@click.option(
    "--dir", "directory", metavar="MAPPE", type=click.Path(path_type=Path),
    help="Hvor alt skal ligge: en tom eller ny mappe. Ellers en midlertidig; med --tour »esdh-connect-demo« her.",
)  # fmt: skip
@verbose
def demo(directory: Path | None, port: int | None, *, once: bool, tour: bool, no_browser: bool) -> int:
    """
    Prøv det hele i en browser: en lille kommune, dens sager, og breve, der bliver sendt.

    Med --tour eller --once i terminalen i stedet. Alt foregår på denne maskine. Intet bliver sendt til nogen, og alle
    personer er opdigtede.
    """
    if once or tour:
        return _tour(directory, once=once)
    return _serve(directory, port, browser=not no_browser)


def _listening(port: int | None) -> socket:
    """Take the port that is asked for, or the usual one; say so where that is taken. Raises Stopped."""
    from esdh_connect_demo.serving import listening

    try:
        return listening(_PORT if port is None else port)
    except OSError as error:
        if port is not None:
            told = f"Port {port} er optaget af et andet program. Vælg en anden med --port."
            raise Stopped(Exit.FAILED, told) from error
        click.echo(f"Port {_PORT} er optaget af et andet program, så siderne vises på en anden port.")
        return listening(0)


def _serve(directory: Path | None, port: int | None, *, browser: bool) -> int:
    """Serve the case system until Ctrl-C; without a folder of one's own nothing of it is left."""
    import signal

    from esdh_connect_demo.folder import Folder, lent
    from esdh_connect_demo.serving import open_browser, serve

    listener = _listening(port)
    place = nullcontext(Folder.fresh(directory, Path.cwd(), once=True)) if directory else lent()

    def ready(address: str) -> None:
        opened = browser and open_browser(address)
        click.echo(f"Eksempel Kommune er {'åbnet i din browser' if opened else 'klar'}: {address}")
        click.echo("Ctrl-C slutter. Alt foregår på denne maskine, og intet bliver sendt til nogen.")

    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with listener, suppress(KeyboardInterrupt), place as folder:
            click.echo("Eksempel Kommune gør klar …")
            serve(folder, listener, ready)
    finally:
        signal.signal(signal.SIGTERM, before)
    return Exit.DONE


def _tour(directory: Path | None, *, once: bool) -> int:
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
