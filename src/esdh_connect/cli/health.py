"""``esdh-connect health``: how the installation is, for people, programs and Prometheus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import click

from esdh_connect import metrics, wording
from esdh_connect.cli import talk
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit
from esdh_connect.cli.installation import opened
from esdh_connect.cli.options import as_json, found_settings, settings, verbose
from esdh_connect.dispatch import Lane
from esdh_connect.health import Health
from esdh_connect.ids import mask

__all__ = ["health"]

_LANES = {Lane.SINGLE: "Enkelte breve, der er klar", Lane.MAILING: "Breve i masseforsendelser, der er klar"}
_HELD = {
    "approval": "Breve, der venter på godkendelse",
    "batch": "Breve, der venter på, at deres udsendelse frigives",
    "host": "Breve, der venter på ESDH-systemet",
}


@click.command(cls=Command)
@settings
@as_json
@click.option("--metrics", "as_metrics", is_flag=True, help="Skriv målinger, som Prometheus læser dem (OpenMetrics).")
@verbose
def health(settings: Path | None, *, as_json: bool, as_metrics: bool) -> int:
    """
    Se, hvordan udbakken har det: hvad der venter, hvad der er forsinket, og hvad nogen bør se på.

    Slutkoden er 0, når alt er i orden, og 6, når nogen bør se på noget. Der står intet om personer.
    """
    post = opened(found_settings(settings))
    found, labels = post.health(), {name: one.label for name, one in post.plugins.channels.items()}
    if as_metrics:
        talk.data([metrics.written(found).rstrip()])
    elif as_json:
        talk.json_data(_json(found))
    else:
        talk.data([*_findings(found), *_lines(found, labels)])
    return Exit.DONE if found.is_well else Exit.UNWELL


def _findings(found: Health) -> Iterator[str]:
    if found.is_well:
        yield "Alt er i orden."
    yield from (f"Se på dette: {one.text}" for one in found.findings)


def _lines(found: Health, labels: Mapping[str, str]) -> Iterator[str]:
    figures = found.figures
    for lane, letters in sorted(figures.ready.items()):
        since = wording.when(figures.oldest[lane])
        yield f"    {_LANES[lane]}: {wording.number(letters)} (siden {since})"
    for reason, letters in figures.held.items():
        yield f"    {_HELD[reason.value]}: {wording.number(letters)}"
    counts = {
        "Breve, der er ved at blive sendt": figures.sending,
        "Breve, der venter på kvittering": figures.handed_over,
        "Breve, hvis skæbne er uvis": figures.unknown,
        "Breve, som en person skal se på": figures.troubles,
        "Breve, der står beskadiget i udbakken": figures.damaged,
        "Kvitteringer på breve, der ikke er her": figures.unmatched,
        "Journaliseringer, der udestår": figures.duties,
    }
    yield from (f"    {what}: {wording.number(count)}" for what, count in counts.items() if count)
    for name, channel in found.channels.items():
        if channel.certificate_ends is not None:
            yield f"    Certifikatet til {labels.get(name, name)} gælder til {wording.when(channel.certificate_ends)}"
    if found.disk is not None:
        yield f"    Plads på disken: {wording.size(found.disk.free)}"


def _json(found: Health) -> dict[str, Any]:
    figures = attrs.asdict(found.figures, recurse=False)
    figures["ready"] = {str(lane.value): letters for lane, letters in found.figures.ready.items()}
    figures["oldest"] = {str(lane.value): _moment(since) for lane, since in found.figures.oldest.items()}
    figures["held"] = {reason.value: letters for reason, letters in found.figures.held.items()}
    figures["oldest_duty"] = _moment(found.figures.oldest_duty)
    channels = {
        name: {"certificate_ends": _moment(one.certificate_ends), "problem": one.problem}
        for name, one in found.channels.items()
    }
    return {
        "at": _moment(found.at),
        "well": found.is_well,
        "training": found.training,
        "findings": [attrs.asdict(one) for one in found.findings],
        "figures": figures,
        "shut": [
            {"channel": name, "opens_at": _moment(gate.opens_at), "why": mask(gate.why)}
            for name, gate in found.shut.items()
        ],
        "channels": channels,
        "disk": attrs.asdict(found.disk) if found.disk else None,
        "bell": attrs.asdict(found.bell) if found.bell else None,
    }


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
