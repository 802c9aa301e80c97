"""What the commands have in common: the installation, days in Denmark, and what is asked before something is done."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from esdh_connect.cli import talk
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.installation import opened
from esdh_connect.cli.options import found_settings, refuse_cpr
from esdh_connect.pipes import refuse_pipe
from esdh_connect_rollout.desk import PLUGIN
from esdh_connect_rollout.door import Waves
from esdh_connect_rollout.suggestions.findings import findings_of
from esdh_connect_rollout.suggestions.ranking import Findings

__all__ = ["FILE", "agreed", "day", "door", "findings", "read_findings", "said", "wave", "why"]

FILE = click.Path(path_type=Path, dir_okay=False)
_HERE = ZoneInfo("Europe/Copenhagen")
_NOTHING = "Der er ikke ændret noget"


def day(_ctx: click.Context, _option: click.Parameter, when: datetime | None) -> datetime | None:
    """Give the beginning of a day in Denmark."""
    return None if when is None else when.replace(tzinfo=_HERE).astimezone(UTC)


wave = click.argument("wave", metavar="BØLGE")
why = click.option("--why", metavar="TEKST", default="", help="Hvorfor. Det gemmes sammen med beslutningen.")
findings = click.option(
    "--findings",
    metavar="FIL",
    type=FILE,
    help="Det, »esdh-connect doctor --json« har skrevet om afdelingerne.",
)


def door(settings: Path | None, **said: object) -> Waves:
    """Open the installation. Raises Stopped where it does not have the plugin, or an argument holds a CPR number."""
    named = {name if name.isupper() else f"--{name}": str(text) for name, text in said.items() if text}
    refuse_cpr(named, nothing="Der er ikke gjort noget")
    post = opened(found_settings(settings))
    if PLUGIN not in post.plugins.names:
        raise Stopped(Exit.SETTINGS, f"Bølger kræver pluginet »{PLUGIN}«: skriv [plugins.{PLUGIN}] i indstillingerne.")
    return Waves(post)


def read_findings(path: Path | None) -> Findings | None:
    """Read what ``doctor --json`` has written. Raises Stopped where the file is none of that."""
    if path is None:
        return None
    try:
        refuse_pipe(path)
        return findings_of(json.loads(path.read_bytes()))
    except OSError as error:
        from esdh_connect import wording

        raise Stopped(Exit.USAGE, f"{path} kan ikke læses: {wording.system(error)}") from error
    except ValueError as error:
        raise Stopped(
            Exit.USAGE, f"{path} er ikke fund fra doctor: gem det, »esdh-connect doctor --json« skriver"
        ) from error


def agreed(sentences: Iterable[str], question: str, *, yes: bool, dry: bool) -> bool:
    """
    Say what will happen, and ask; False where it is only to be said.

    Raises Stopped where the answer is no, or there is nobody to ask.
    """
    for sentence in sentences:
        talk.say(sentence)
    if yes or dry:
        return not dry
    with ExitStack() as stack:
        terminal = talk.Terminal.find(stack)
        if terminal is None:
            raise Stopped(
                Exit.USAGE, f"{_NOTHING}: her er ingen terminal at spørge i. Skriv --yes for at gøre det uden"
            )
        if not terminal.agrees(question):
            raise Stopped(Exit.FAILED, f"{_NOTHING}.")
    return True


def said(lines: Iterable[str], value: Any, *, as_json: bool) -> Exit:  # noqa: ANN401 - as JSON has it
    """Give the result, as lines or as JSON."""
    if as_json:
        talk.json_data(value)
    else:
        talk.data(lines)
    return Exit.DONE
