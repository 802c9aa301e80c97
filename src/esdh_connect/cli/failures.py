"""``esdh-connect failures``: everything that goes no further until a person has looked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from esdh_connect import wording
from esdh_connect.cli import report, talk
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit
from esdh_connect.cli.installation import opened
from esdh_connect.cli.options import as_json, found_settings, settings, verbose
from esdh_connect.cli.resolve import said
from esdh_connect.inbox import Trouble

__all__ = ["failures"]

_CODES = """\b
Slutkoder:
  0  fejlbakken er tom
  4  der ligger noget i den
"""


@click.command(cls=Command, epilog=_CODES)
@settings
@click.option("--limit", metavar="ANTAL", type=click.IntRange(1, 10_000), default=100, help="Ellers 100.")
@as_json
@verbose
def failures(settings: Path | None, limit: int, *, as_json: bool) -> int:
    """
    Se fejlbakken: kun det, der ikke kommer videre af sig selv.

    For hvert brev står der, om noget er sendt, hvad der er galt, hvem der skal gøre noget, og hvad der kan gøres, det
    bedste først. »esdh-connect resolve« gør det.
    """
    found = opened(found_settings(settings)).failures(limit)
    if as_json:
        talk.json_data({"failures": [_row(trouble) for trouble in found]})
    elif found:
        talk.data(line for trouble in found for line in _lines(trouble))
    else:
        talk.say("Fejlbakken er tom.")
    return Exit.PARTLY if found else Exit.DONE


def _lines(trouble: Trouble) -> Iterator[str]:
    entry = trouble.entry
    case = f", sag {talk.on_one_line(entry.case.id)}" if entry.case.id else ""
    yield f"{entry.id}  {trouble.cause}"
    yield f"    {trouble.text}"
    yield f"    Bestilt {wording.when(entry.committed_at)}, afdeling {entry.department}{case}"
    yield f"    Hvem: {wording.owner(trouble.owner)}"
    for remedy in trouble.remedies:
        yield f"    {said(remedy):<18}{wording.remedy(remedy, trouble.kind)}"


def _row(trouble: Trouble) -> dict[str, Any]:
    duty = trouble.duty
    return {
        **report.line(trouble.entry),
        "cause": trouble.kind.value,
        "owner": trouble.owner.value,
        "next": said(trouble.next),
        "remedies": [said(remedy) for remedy in trouble.remedies],
        "explanation": trouble.text,
        "again": trouble.again.id if trouble.again else None,
        "journaling": {"tries": duty.tries, "due": report.moment(duty.due)} if duty else None,
    }
