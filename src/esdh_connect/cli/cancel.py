"""``esdh-connect cancel``: stop a letter, or say honestly that it is too late."""

from __future__ import annotations

from pathlib import Path

import click

from esdh_connect import wording
from esdh_connect.cli import talk
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit
from esdh_connect.cli.installation import opened
from esdh_connect.cli.options import by, found_settings, refuse_cpr, settings, verbose, why
from esdh_connect.dispatch import Status

__all__ = ["cancel"]

_CODES = """\b
Slutkoder:
  0  brevet er stoppet; der er ikke sendt noget
  4  for sent: brevet er sendt, eller der er ikke noget at stoppe
  5  for sent, og det er uvist, om brevet er sendt
"""


@click.command(cls=Command, epilog=_CODES)
@click.argument("dispatch", metavar="ID")
@settings
@by
@why
@verbose
def cancel(dispatch: str, settings: Path | None, by: str, why: str) -> int:
    """Stop forsendelsen ID. Det, der er afleveret, kan ikke kaldes tilbage; så siges det."""
    refuse_cpr({"--by": by, "--why": why})
    post = opened(found_settings(settings))
    if post.cancel(dispatch, by=by, why=why):
        talk.data([wording.explain(post.entry(dispatch))])
        return Exit.DONE
    talk.say(post.stoppable(dispatch).text)
    return Exit.UNKNOWN if post.entry(dispatch).status is Status.UNRESOLVED else Exit.PARTLY
