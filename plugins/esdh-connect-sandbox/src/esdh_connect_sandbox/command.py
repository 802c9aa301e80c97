"""``esdh-connect sandbox``."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from threading import Event

import click

from esdh_connect.cli.danish import Command
from esdh_connect_sandbox.post import BadEndpoint
from esdh_connect_sandbox.sandbox import DELAY, FAST, Sandbox
from esdh_connect_sandbox.state import FolderInUse

__all__ = ["sandbox"]


@click.command(cls=Command)
@click.option(
    "--dir", "directory", metavar="MAPPE", type=click.Path(file_okay=False, path_type=Path), required=True,
    help="Hvor alt ligger; den bliver lavet, hvis den ikke er der.",
)  # fmt: skip
@click.option(
    "--port", metavar="NUMMER", type=click.IntRange(0, 65535), default=0,
    help="Ellers den samme som sidst, hvis den er fri, og ellers en anden.",
)  # fmt: skip
@click.option(
    "--push", metavar="URL",
    help="Send kvitteringerne dertil: https, http på denne maskine, eller en kø: amqps://VÆRT:PORT/VHOST/KØ.",
)  # fmt: skip
@click.option("--fast", is_flag=True, help=f"Kvitteringer med {FAST} s imellem.")
@click.option(
    "--delay", metavar="SEKUNDER", type=click.FloatRange(0), help=f"Så længe mellem kvitteringerne; ellers {DELAY}."
)
def sandbox(directory: Path, port: int, push: str | None, fast: bool, delay: float | None) -> None:  # noqa: FBT001 - click gives it so
    """
    Kør en Serviceplatform på denne maskine, til prøver uden net.

    Laver certifikater og indstillinger i mappen, skriver én linje JSON, når den er klar, og kører, til den bliver
    stoppet (Ctrl-C, SIGTERM). Kun denne maskine kan nå den.
    """
    if fast and delay is not None:
        raise click.UsageError("--fast eller --delay, ikke begge")
    wait = FAST if fast else DELAY if delay is None else delay
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        running = Sandbox(directory, port=port, push_url=push, delay=wait)
    except (FolderInUse, BadEndpoint, OSError) as error:
        raise click.ClickException(str(error)) from error
    with running:
        click.echo(json.dumps({"url": running.url, "settings": str(running.settings)}))
        # A wait without end cannot be interrupted everywhere.
        while not stop.wait(1.0):
            pass
