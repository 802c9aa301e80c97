"""``esdh-connect sandbox``."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from threading import Event

import click

from esdh_connect_sandbox.post import BadEndpoint
from esdh_connect_sandbox.sandbox import DELAY, FAST, Sandbox
from esdh_connect_sandbox.state import FolderInUse

__all__ = ["sandbox"]


@click.command()
@click.option(
    "--dir",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Its folder; made if needed.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Default: as before if free, else any.")
@click.option(
    "--push",
    metavar="URL",
    help="Push receipts there: https, http on this machine, or a queue: amqps://HOST:PORT/VHOST/QUEUE.",
)
@click.option("--fast", is_flag=True, help=f"Receipts {FAST} s apart.")
@click.option("--delay", type=click.FloatRange(0), help=f"Seconds between receipts, default {DELAY}.")
def sandbox(directory: Path, port: int, push: str | None, fast: bool, delay: float | None) -> None:  # noqa: FBT001 - click gives it so
    """
    Run an offline Serviceplatformen.

    Makes certificates and a settings file in the folder, prints one line of JSON when it is ready, and runs until
    it is told to stop (Ctrl-C, SIGTERM). It listens on this machine only.
    """
    if fast and delay is not None:
        raise click.UsageError("--fast or --delay, not both")
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
