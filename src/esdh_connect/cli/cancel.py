"""``esdh-connect cancel``: stop a letter, or say honestly that it is too late."""

from __future__ import annotations

from pathlib import Path

import click

from esdh_connect import wording
from esdh_connect.cli import talk
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.installation import opened
from esdh_connect.cli.options import by, dispatch_if_any, found_settings, refuse_cpr, settings, verbose, why
from esdh_connect.connect import Connect
from esdh_connect.dispatch import Status

__all__ = ["cancel"]

_CODES = """\b
Slutkoder:
  0  stoppet; der er ikke sendt noget
  1  der er intet af det navn i udbakken
  4  for sent: det, eller noget af udsendelsen, er sendt, eller der er ikke noget at stoppe
  5  for sent, og det er uvist, om brevet er sendt
"""


@click.command(cls=Command, epilog=_CODES)
@dispatch_if_any
@settings
@by
@why
@click.option("--batch", metavar="NAVN", help="I stedet for ét brev: det af en udsendelse, der ikke er afleveret.")
@verbose
def cancel(dispatch: str | None, settings: Path | None, by: str, why: str, batch: str | None) -> int:
    """Stop forsendelsen ID. Det, der er afleveret, kan ikke kaldes tilbage; så siges det."""
    refuse_cpr({"--by": by, "--why": why}, nothing="Der er ikke stoppet noget")
    if bool(dispatch) is bool(batch):
        raise Stopped(Exit.USAGE, "Der er ikke stoppet noget: skriv enten ID eller --batch")
    post = opened(found_settings(settings))
    return _letter(post, dispatch, by, why) if dispatch else _mailing(post, batch or "", by, why)


def _letter(post: Connect, dispatch: str, by: str, why: str) -> Exit:
    if post.cancel(dispatch, by=by, why=why):
        talk.data([wording.explain(post.entry(dispatch))])
        return Exit.DONE
    talk.say(post.stoppable(dispatch).text)
    return Exit.UNKNOWN if post.entry(dispatch).status is Status.UNRESOLVED else Exit.PARTLY


def _mailing(post: Connect, batch: str, by: str, why: str) -> Exit:
    if not post.batches(batch):
        text = "Den masseforsendelse er ikke i udbakken. »esdh-connect batch list« viser dem."
        raise Stopped(Exit.FAILED, f"Der er ikke stoppet noget. {text}")
    halted = post.stop_batch(batch, by=by, why=why)
    talk.data([f"Stoppet: {wording.number(halted.stopped)}. Sendt eller på vej: {wording.number(halted.left)}."])
    return Exit.PARTLY if halted.left else Exit.DONE
