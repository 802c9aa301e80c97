"""``rollout suggest``, ``import``, ``plan`` and ``change``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from esdh_connect import wording
from esdh_connect.cli import talk
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.options import as_json, by, settings, verbose
from esdh_connect.pipes import refuse_pipe
from esdh_connect_rollout.command import plain, showing
from esdh_connect_rollout.command.shared import FILE, day, door, findings, read_findings, said, wave, why
from esdh_connect_rollout.profiles import lists

__all__ = ["COMMANDS"]

_DATE = click.DateTime(["%Y-%m-%d"])


def _goal(_ctx: click.Context, _option: click.Parameter, text: str | None) -> int | None:
    """Read a number of letters as it is written in Denmark."""
    try:
        goal = None if text is None else lists.whole(text)
    except ValueError:
        goal = 0
    if goal == 0:
        raise click.BadParameter("skal være et helt tal fra 1 og op, som 1500 eller 1.500.")
    return goal


def _aim(command: Any) -> Any:  # noqa: ANN401 - a decorator
    """Add the options that say what a wave wants."""
    for option in (
        click.option("--department", "departments", metavar="ID", multiple=True, help="En afdeling; kan gentages."),
        click.option("--starts", metavar="DATO", type=_DATE, callback=day, help="Den dag, den begynder (2027-02-01)."),
        click.option("--owner", metavar="NAVN", help="Hvem der følger bølgen til dørs."),
        click.option("--plugin", "plugins", metavar="NAVN", multiple=True, help="Et plugin, den slår til."),
        click.option("--channel", "channels", metavar="NAVN", multiple=True, help="En kanal, den slår til."),
        click.option("--goal", metavar="ANTAL", callback=_goal, help="Målet: breve om måneden i alt (1.500)."),
        click.option("--purpose", metavar="TEKST", help="Hvad der skal opnås, i ord."),
    ):
        command = option(command)
    return command


@click.command("suggest", cls=Command)
@settings
@findings
@click.option("--all", "everyone", is_flag=True, help="Også dem, der allerede er i en bølge.")
@as_json
@verbose
def suggest(settings: Path | None, findings: Path | None, *, everyone: bool, as_json: bool) -> int:
    """
    Se afdelingerne i rækkefølge, de letteste først, og hvorfor.

    Det, der ikke er oplyst om en afdeling, tæller som gennemsnittet af de andre – ikke som nul.
    """
    waves = door(settings)
    places = waves.suggest(read_findings(findings), everyone=everyone)
    names = showing.names(waves)
    if not places and not as_json:
        talk.say("Alle afdelinger er i en bølge.")
    lines = (line for one in places for line in showing.place(one, names))
    return said(lines, {"places": [plain.place(one) for one in places]}, as_json=as_json)


@click.command("import", cls=Command)
@click.argument("file", metavar="FIL", type=FILE)
@settings
@by
@as_json
@verbose
def import_(file: Path, settings: Path | None, by: str, *, as_json: bool) -> int:
    """
    Indlæs, hvad der vides om afdelingerne, fra en CSV-fil.

    Første linje er overskrifter: afdeling, breve_pr_måned, andel_cpr_cvr, bilag_pr_brev, andel_gengangere,
    dokumenttyper, modul og kontaktperson. En tom celle betyder, at det ikke vides.
    """
    waves = door(settings, by=by, FIL=file)
    try:
        refuse_pipe(file)
        content = file.read_bytes()
    except OSError as error:
        raise Stopped(Exit.USAGE, f"{file} kan ikke læses: {wording.system(error)}") from error
    told = waves.learn(lists.read(content), by=by)
    many = f"{len(told)} {'afdeling' if len(told) == 1 else 'afdelinger'}"
    return said([f"Indlæst: {many}."], {"departments": [one.department for one in told]}, as_json=as_json)


@click.command("plan", cls=Command)
@click.argument("title", metavar="NAVN")
@_aim
@settings
@by
@why
@as_json
@verbose
def plan(title: str, settings: Path | None, *, as_json: bool, **told: Any) -> int:  # noqa: ANN401
    """
    Planlæg en bølge, der hedder NAVN. Der sker intet i afdelingerne, før den sættes i gang.

    Afdelingerne får de plugins og kanaler, der nævnes. Afdelinger under dem, som ikke selv er nævnt, kommer ikke med.
    """
    waves = door(settings, NAVN=title, **_texts(told))
    needed = {"starts": "--starts", "owner": "--owner", "departments": "--department"}
    missing = next((option for name, option in needed.items() if not told[name]), None)
    if missing:
        raise Stopped(Exit.USAGE, f"Der er ikke ændret noget: {missing} mangler.")
    what = _what(told.pop("plugins"), told.pop("channels"))
    told["purpose"] = told["purpose"] or ""
    made = waves.plan(title, told.pop("departments"), what=what, **told)
    return said(showing.wave(waves, made), plain.wave(waves, made), as_json=as_json)


@click.command("change", cls=Command)
@wave
@_aim
@settings
@by
@why
@as_json
@verbose
def change(wave: str, settings: Path | None, by: str, why: str, *, as_json: bool, **told: Any) -> int:  # noqa: ANN401
    """Planlæg BØLGE om, før den sættes i gang: det, der nævnes, gælder i stedet for det, der stod."""
    waves = door(settings, BØLGE=wave, by=by, why=why, **_texts(told))
    what = _what(told.pop("plugins"), told.pop("channels"))
    news = {name: value for name, value in told.items() if value} | ({"what": what} if what else {})
    if not news:
        raise Stopped(Exit.USAGE, "Der er ikke ændret noget: der står ikke, hvad der skal være anderledes.")
    made = waves.change(wave, by=by, why=why, **news)
    return said(showing.wave(waves, made), plain.wave(waves, made), as_json=as_json)


def _what(plugins: Sequence[str], channels: Sequence[str]) -> Mapping[str, list[str]]:
    lists_ = {"plugins": plugins, "channels": channels}
    return {name: [f"+{one}" for one in ones] for name, ones in lists_.items() if ones}


def _texts(told: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in told.items() if not isinstance(value, datetime | int)}


COMMANDS = (suggest, import_, plan, change)
