"""``rollout list``, ``show``, ``history`` and ``status``."""

from __future__ import annotations

from pathlib import Path

import click

from esdh_connect.cli import talk
from esdh_connect.cli.danish import Command
from esdh_connect.cli.options import as_json, settings, verbose
from esdh_connect_rollout.command import plain, showing
from esdh_connect_rollout.command.shared import door, findings, read_findings, said, wave
from esdh_connect_rollout.waves.acts import HEARD

__all__ = ["COMMANDS"]


@click.command("status", cls=Command)
@settings
@as_json
@verbose
def status(settings: Path | None, *, as_json: bool) -> int:
    """
    Se, hvor langt organisationen er: afdelinger, breve og andel, bølge for bølge.

    Brevtallene er statistikkens: af måneder, der er gjort op, og uden det, der kun vises sammen med andre afdelinger.
    Hvem der er begyndt, står der samme dag; rutine, når måneden er gjort op.
    """
    waves = door(settings)
    here = waves.status()
    if not here.waves and not as_json:
        talk.say("Der er ingen bølger endnu. »rollout suggest« viser, hvor det er lettest at begynde.")
    names = showing.names(waves)
    return said(showing.status(here, names), plain.status(here), as_json=as_json)


@click.command("show", cls=Command)
@wave
@settings
@findings
@as_json
@verbose
def show(wave: str, settings: Path | None, findings: Path | None, *, as_json: bool) -> int:
    """Se BØLGE: hvad den vil, hvor langt den er, tjeklisten og erfaringerne."""
    waves = door(settings, BØLGE=wave)
    found, told = waves.show(wave), read_findings(findings)
    return said(showing.wave(waves, found, told), plain.wave(waves, found, told), as_json=as_json)


@click.command("history", cls=Command)
@wave
@settings
@as_json
@verbose
def history(wave: str, settings: Path | None, *, as_json: bool) -> int:
    """Se alt, hvad der er besluttet om BØLGE: af hvem, hvornår og hvorfor."""
    found = door(settings, BØLGE=wave).show(wave)
    decided = [one for one in found.acts if one.kind not in HEARD]  # what was heard is told where it may be: by show
    value = {"wave": found.name, "acts": [plain.act(one) for one in decided]}
    return said(map(showing.act, decided), value, as_json=as_json)


COMMANDS = (status, show, history)
