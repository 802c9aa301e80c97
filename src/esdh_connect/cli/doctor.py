"""``esdh-connect doctor``: what is wrong with an installation, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import attrs
import click

from esdh_connect.cli import talk
from esdh_connect.cli.danish import LetterlessCommand
from esdh_connect.cli.exits import Exit
from esdh_connect.cli.options import as_json, found_settings, refuse_cpr, settings, verbose
from esdh_connect.diagnosis import Diagnosis, Level
from esdh_connect.doctor import Examination, examine
from esdh_connect.ids import mask

__all__ = ["doctor"]

_WORDS = {Level.FINE: "i orden ", Level.WARNING: "advarsel", Level.ERROR: "FEJL    "}


@click.command(cls=LetterlessCommand)
@settings
@as_json
@click.option("--department", metavar="ID", help="Undersøg kun denne afdeling; ellers dem alle.")
@click.option("--online", is_flag=True, help="Kald også tjenesterne, uden at sende noget.")
@verbose
def doctor(settings: Path | None, department: str | None, *, as_json: bool, online: bool) -> int:
    """
    Undersøg installationen: indstillinger, udbakke, plugins, afdelinger og – med --online – vejen til tjenesterne.

    Der sendes ikke noget. Slutkoden er 0, når intet står i vejen for breve (der kan være advarsler), og 6 ved fejl.
    """
    refuse_cpr({"--department": department or ""}, nothing="Der er ikke undersøgt noget")
    found = examine(found_settings(settings), department=department, online=online)
    if as_json:
        talk.json_data(_json(found))
    else:
        talk.data(_lines(found, online=online))
    return Exit.DONE if found.is_well else Exit.UNWELL


def _lines(found: Examination, *, online: bool) -> Iterator[str]:
    for one in found.diagnoses:
        yield f"{_WORDS[one.level]}  {one.id:9}  {one.text}"
        if one.hint:
            yield f"{'':21}→ {one.hint}"
    yield ""
    errors, warnings = len(found.of(Level.ERROR)), len(found.of(Level.WARNING))
    told = [_counted(errors, "fejl", "fejl"), _counted(warnings, "advarsel", "advarsler")]
    yield f"{', '.join(told)}, {len(found.of(Level.FINE))} i orden."
    if not online:
        yield "Tjenesterne blev ikke kaldt: det gør --online."


def _counted(number: int, one: str, more: str) -> str:
    return f"{number or 'Ingen'} {one if number == 1 else more}"


def _json(found: Examination) -> dict[str, Any]:
    return {
        "at": found.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "well": found.is_well,
        "checks": [{"level": one.level.name.lower(), **_masked(one)} for one in found.diagnoses],
    }


def _masked(one: Diagnosis) -> dict[str, str]:
    """Give it without numbers of persons; one that is about no department does not name any."""
    told = attrs.asdict(one, filter=lambda field, value: bool(value) or field.name != "department")
    return {name: mask(value) for name, value in told.items()}
