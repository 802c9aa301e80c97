"""``esdh-connect audit``: the audit log, checked and shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from esdh_connect import wording
from esdh_connect.cli import report, talk
from esdh_connect.cli.danish import LetterlessGroup
from esdh_connect.cli.exits import Exit
from esdh_connect.cli.installation import opened
from esdh_connect.cli.options import as_json, dispatch, found_settings, settings, verbose
from esdh_connect.outbox import Checked, Fault, FaultKind, Head, Line

__all__ = ["audit"]

_FAULTS = {
    FaultKind.MISSING: "mangler",
    FaultKind.CHANGED: "er ændret eller forfalsket",
    FaultKind.MOVED: "er flyttet eller byttet om",
    FaultKind.CUT_OFF: "mangler: loggen er kortere, end den har været",
    FaultKind.OTHER_STATE: "passer ikke med forsendelsens tilstand, som er ændret uden om programmet",
}


def _head(_ctx: click.Context, _option: click.Parameter, text: str | None) -> Head | None:
    """Read a head as it is printed."""
    try:
        return None if text is None else Head.parse(text)
    except ValueError as error:
        raise click.BadParameter("et hoved er PLADS:LED, som »audit verify« skriver det") from error


@click.group(cls=LetterlessGroup)
def audit() -> None:
    """Kontrollér og læs revisionsloggen."""


@audit.command("verify")
@settings
@click.option("--expect", metavar="PLADS:LED", callback=_head, help="Et hoved, der er gemt et andet sted.")
@as_json
@verbose
def verify(settings: Path | None, expect: Head | None, *, as_json: bool) -> int:
    """
    Kontrollér, at ingen linje i revisionsloggen er ændret, flyttet eller fjernet.

    Skriver kædens hoved. Gem det et andet sted, for eksempel hver dag: med --expect kan det senere vises, at intet er
    skåret af enden. Slutter med 1, hvis noget er galt.
    """
    checked = opened(found_settings(settings)).audit.verify(expect)
    if as_json:
        talk.json_data(_as_data(checked))
    else:
        if checked.fault is None:
            talk.data([f"Hoved: {checked.head}"])
        talk.say(_told(checked))
    return Exit.DONE if checked.is_whole else Exit.FAILED


def _told(checked: Checked) -> str:
    if checked.fault is not None:
        return f"{_where(checked.fault)} {_FAULTS[checked.fault.kind]}."
    waiting = f"; {checked.waiting} venter på deres plads i kæden" if checked.waiting else ""
    return f"Revisionsloggen er hel: {checked.linked} linjer i kæden{waiting}."


def _where(fault: Fault) -> str:
    place = f"Plads {fault.position}" if fault.position is not None else "En linje uden plads i kæden"
    letter = f" (forsendelse {fault.dispatch}, linje {fault.number})" if fault.dispatch else ""
    return f"{place}{letter}"


def _as_data(checked: Checked) -> dict[str, Any]:
    fault = checked.fault
    return {
        "whole": checked.is_whole,
        "head": str(checked.head),
        "linked": checked.linked,
        "waiting": checked.waiting,
        "fault": None
        if fault is None
        else {
            "kind": fault.kind.value,
            "position": fault.position,
            "dispatch": fault.dispatch,
            "number": fault.number,
        },
    }


@audit.command("show")
@dispatch
@settings
@as_json
@verbose
def show(dispatch: str, settings: Path | None, *, as_json: bool) -> int:
    """Se revisionsloggens linjer om forsendelsen ID: hvad der skete, hvornår, og hvem der gjorde hvad."""
    post = opened(found_settings(settings))
    post.entry(dispatch)
    lines = post.audit.of(dispatch)
    if as_json:
        talk.json_data({"lines": [report.audited(line) for line in lines]})
    else:
        talk.data(_line(line) for line in lines)
    return Exit.DONE


def _line(line: Line) -> str:
    said = "; ".join(filter(None, [line.by, line.to and f"til {line.to}", talk.on_one_line(line.why)]))
    wrong = "" if line.is_sound else "  ÆNDRET"
    told = wording.logged(line.what)
    code = f"[{' '.join(filter(None, [line.what, line.about]))}]"
    return f"{report.moment(line.at)}  {f'{told} ' if told else ''}{code}{f' ({said})' if said else ''}{wrong}"
