"""``esdh-connect retention``: erase what has lain long enough, now."""

from __future__ import annotations

from pathlib import Path

import click

from esdh_connect.cli import talk
from esdh_connect.cli.danish import Group
from esdh_connect.cli.exits import Exit
from esdh_connect.cli.installation import opened
from esdh_connect.cli.options import found_settings, settings, verbose

__all__ = ["retention"]


@click.group(cls=Group)
def retention() -> None:
    """Opbevaring: slet det, der har ligget længe nok."""


@retention.command("run")
@settings
@verbose
def run(settings: Path | None) -> int:
    """
    Slet nu, hvad indstillingerne siger skal slettes: i udbakken, og det, plugins selv gemmer.

    En worker gør det af sig selv. Der bliver ikke sendt noget.
    """
    erased = opened(found_settings(settings)).erase_expired()
    if erased is None:
        talk.say("En anden proces er ved at tømme udbakken, og den sletter af sig selv.")
        return Exit.TEMPORARY
    talk.say(f"Slettet: {erased}." if erased else "Der er ikke noget, der har ligget længe nok.")
    return Exit.DONE
