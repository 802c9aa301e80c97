"""``esdh-connect open-letters``: what keeps a case from being closed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from esdh_connect import wording
from esdh_connect.cli import report, show, talk
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit
from esdh_connect.cli.installation import opened
from esdh_connect.cli.options import as_json, found_settings, refuse_cpr, settings, verbose
from esdh_connect.connect import Connect
from esdh_connect.deadlines import OpenLetter

__all__ = ["open_letters"]

_CODES = """\b
Slutkoder:
  0  sagen har ingen åbne breve
  4  den har åbne breve: luk den ikke endnu
"""


@click.command("open-letters", cls=Command, epilog=_CODES)
@click.argument("case", metavar="SAG")
@settings
@click.option("--system", metavar="NAVN", help="Kun sager med dette id i det system, f.eks. sbsys; ellers i alle.")
@as_json
@verbose
def open_letters(case: str, settings: Path | None, system: str | None, *, as_json: bool) -> int:
    """
    Se de breve på SAG, der ikke er leveret: dem, der er undervejs, fejlet eller uafklarede, og hvorfor.

    Spørg, før sagen lukkes. Et brev, der er fejlet, står her, til nogen har gjort noget ved det.
    """
    refuse_cpr({"SAG": case}, nothing="Der er ikke set efter")
    post = opened(found_settings(settings))
    found = post.open_letters(case, system)
    if as_json:
        talk.json_data({"open_letters": [{**report.line(one.entry), "explanation": one.why} for one in found]})
    elif found:
        talk.data(line for one in found for line in _lines(post, one))
    else:
        talk.say("Sagen har ingen åbne breve.")
    return Exit.PARTLY if found else Exit.DONE


def _lines(post: Connect, one: OpenLetter) -> Iterator[str]:
    channel = show.label(one.entry, post.plugins.channels)
    yield f"{one.entry.id}  {wording.status(one.entry.status)}  {channel}"
    yield f"    {one.why}"
