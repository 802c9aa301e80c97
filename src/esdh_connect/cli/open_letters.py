"""``esdh-connect open-letters``: what keeps a case from being closed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from esdh_connect import wording
from esdh_connect.cli import report, show, talk
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.installation import opened
from esdh_connect.cli.options import as_json, found_settings, refuse_cpr, settings, verbose
from esdh_connect.connect import Connect
from esdh_connect.deadlines import OpenLetter

__all__ = ["open_letters"]

#: No case has more letters.
_ALL = 10_000

_CODES = """\b
Slutkoder:
  0  sagen har ingen åbne breve, eller der har aldrig været et på den
  2  kommandoen er skrevet forkert
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
    case = case.strip()
    if not case:
        raise Stopped(Exit.USAGE, "Der er ikke set efter: SAG er tom. Skriv sagens id")
    refuse_cpr({"SAG": case}, nothing="Der er ikke set efter")
    post = opened(found_settings(settings))
    found = post.open_letters(case, system)
    if as_json:
        talk.json_data({"open_letters": [{**report.line(one.entry), "explanation": one.why} for one in found]})
    elif found:
        talk.data(line for one in found for line in _lines(post, one))
    else:
        talk.say(_NONE if _had_any(post, case, system) else _NEVER)
    return Exit.PARTLY if found else Exit.DONE


_NONE = "Sagen har ingen åbne breve."
_NEVER = "Der har aldrig været et brev på en sag med det id. Er det skrevet, som ESDH-systemet skriver det?"


def _had_any(post: Connect, case: str, system: str | None) -> bool:
    """Tell whether there was ever a letter on the case."""
    return any(system in (None, one.case.system) for one in post.entries(case=case, limit=_ALL))


def _lines(post: Connect, one: OpenLetter) -> Iterator[str]:
    channel = show.label(one.entry, post.plugins.channels)
    yield f"{one.entry.id}  {wording.status(one.entry.status)}  {channel}"
    yield f"    {one.why}"
