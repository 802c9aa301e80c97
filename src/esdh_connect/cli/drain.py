"""``esdh-connect drain``: deliver what is due."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import click

from esdh_connect.cli import rounds, show, talk, waiting
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit
from esdh_connect.cli.installation import opened
from esdh_connect.cli.options import found_settings, settings, threads, verbose
from esdh_connect.connect import Connect

__all__ = ["drain"]

_PATIENCE = 10.0
_BETWEEN_LOOKS = 1.0
_NEWEST = 10_000


_CODES = """\b
Slutkoder:
  0  intet, der skulle være sendt, venter; det, der venter på sin dag, godkendelse eller frigivelse, bliver liggende
  4  noget er sendt, noget er ikke nået frem
  1  intet af det, der ventede, blev sendt
  5  uvist, om noget er sendt: send ikke igen
 75  noget, der skulle have været sendt nu, kunne ikke afleveres; prøv igen
"""


@click.command(cls=Command, epilog=_CODES)
@settings
@click.option(
    "--until-idle", metavar="SEKUNDER", type=click.FloatRange(min=0), default=0,
    help="Bliv ved, til der i så lang tid ikke har været noget at gøre.",
)  # fmt: skip
@threads
@verbose
def drain(settings: Path | None, until_idle: float, threads: int) -> int:
    """
    Aflever alt, hvad der ligger klar i udbakken, og fortæl det videre.

    Det, et ESDH-system skal journalisere eller høre om, venter, til systemet selv tømmer udbakken.
    """
    post = opened(found_settings(settings))
    before = [entry.id for entry in post.entries(limit=_NEWEST) if rounds.waits(entry)]
    try:
        with rounds.patient() as stop:
            letters = _until_idle(post, stop, until_idle, threads)
    except KeyboardInterrupt:
        talk.say("Afbrudt. Det, der ikke er afleveret, ligger i udbakken; »esdh-connect outbox list« viser det.")
        return Exit.INTERRUPTED
    if letters is None:
        talk.say("En anden proces er ved at tømme udbakken.")
        return Exit.TEMPORARY
    entries = [post.entry(id_) for id_ in before]
    talk.data(["; ".join(filter(None, [f"Taget op: {letters}", show.standing(entries)]))])
    now = datetime.now(UTC)
    for line in waiting.held(rounds.held_back(entries, now)):
        talk.say(line)
    return rounds.code_of(entries, now)


def _until_idle(post: Connect, stop: rounds.Stop, seconds: float, threads: int) -> int | None:
    """Give the number of letters that were taken up, or None where another process has the outbox."""
    letters, busy = 0, time.monotonic()
    while (taken := rounds.run(post, stop, patience=_PATIENCE, threads=threads)) is not None:
        letters += taken
        busy = time.monotonic() if taken else busy
        if time.monotonic() - busy >= seconds:
            return letters
        rounds.pause(stop, min(_BETWEEN_LOOKS, seconds))
    return None
