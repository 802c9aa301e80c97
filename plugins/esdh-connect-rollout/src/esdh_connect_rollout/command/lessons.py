"""``rollout note``, ``tip``, ``tips``, ``take``, ``dismiss``, ``solve``, ``skip``, ``check`` and ``uncheck``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from esdh_connect.cli import talk
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit
from esdh_connect.cli.options import as_json, by, settings, verbose
from esdh_connect_rollout.command import plain, showing
from esdh_connect_rollout.command.shared import door, said, wave

__all__ = ["COMMANDS"]

_department = click.option("--department", metavar="ID", default="", help="Den afdeling, det kommer fra.")


@click.command("note", cls=Command)
@wave
@click.argument("text", metavar="TEKST")
@settings
@by
@_department
@click.option("--difficulty", is_flag=True, help="Det er en vanskelighed, og den er ikke løst.")
@click.option(
    "--type", "document_types", metavar="TYPE", multiple=True, help="En dokumenttype, det gælder (docx); kan gentages."
)
@click.option("--module", metavar="NAVN", default="", help="Den del af ESDH-systemet, det gælder.")
@as_json
@verbose
def note(wave: str, text: str, settings: Path | None, *, as_json: bool, **told: Any) -> int:  # noqa: ANN401
    """
    Skriv en erfaring fra BØLGE, med mindst fem ord, eller en vanskelighed.

    Den kommer igen på de næste bølgers tjekliste, hvor den passer.

    Den passer til afdelinger med samme dokumenttyper eller i samme del af ESDH-systemet; ellers til alle.
    """
    texts = {name: told[name] for name in ("by", "department", "module")}
    waves = door(settings, BØLGE=wave, TEKST=text, **texts)
    written = waves.note(wave, text, **told)
    if not waves.show(wave).is_learnt_from:
        talk.say("Den næste bølge venter stadig på en erfaring, der er skrevet, efter at denne begyndte.")
    return said([showing.note(written)], plain.note(written), as_json=as_json)


@click.command("tip", cls=Command)
@click.argument("text", metavar="TEKST")
@settings
@_department
@click.option("--wave", metavar="BØLGE", default="", help="Bølgen. Ellers afdelingens, eller ingen.")
@click.option("--sign", metavar="NAVN", default="", help="Skriv under. Ellers gemmes der intet navn.")
@as_json
@verbose
def tip(text: str, settings: Path | None, department: str, wave: str, sign: str, *, as_json: bool) -> int:
    """Giv et tip til dem, der kommer efter. Alle kan, og der gemmes intet navn, hvis det ikke er skrevet under."""
    waves = door(settings, TEKST=text, department=department, wave=wave, sign=sign)
    given = waves.tip(text, department=department, wave=wave, by=sign)
    return said(["Tak for tippet."], plain.note(given), as_json=as_json)


@click.command("tips", cls=Command)
@settings
@as_json
@verbose
def tips(settings: Path | None, *, as_json: bool) -> int:
    """Vis alle tip: dem, der venter, dem, der er taget med, og dem, der ikke er relevante."""
    given = door(settings).tips()
    return said(map(showing.note, given), [plain.note(one) for one in given], as_json=as_json)


@click.command("take", cls=Command)
@click.argument("number", metavar="NUMMER", type=click.IntRange(1))
@settings
@by
@as_json
@verbose
def take(number: int, settings: Path | None, by: str, *, as_json: bool) -> int:
    """Tag tippet NUMMER med på de næste bølgers tjekliste."""
    taken = door(settings, by=by).take(number, by=by)
    return said([showing.note(taken)], plain.note(taken), as_json=as_json)


@click.command("dismiss", cls=Command)
@click.argument("number", metavar="NUMMER", type=click.IntRange(1))
@click.option("--why", metavar="TEKST", required=True, help="Hvorfor. Det gemmes.")
@settings
@by
@as_json
@verbose
def dismiss(number: int, why: str, settings: Path | None, by: str, *, as_json: bool) -> int:
    """Sig, at tippet NUMMER ikke er relevant. Det bliver gemt, men kommer ikke på nogen tjekliste."""
    dismissed = door(settings, why=why, by=by).dismiss(number, by=by, why=why)
    return said([showing.note(dismissed)], plain.note(dismissed), as_json=as_json)


@click.command("solve", cls=Command)
@click.argument("number", metavar="NUMMER", type=click.IntRange(1))
@click.argument("how", metavar="TEKST")
@settings
@by
@as_json
@verbose
def solve(number: int, how: str, settings: Path | None, by: str, *, as_json: bool) -> int:
    """Fortæl, hvordan vanskeligheden NUMMER blev løst."""
    solved = door(settings, TEKST=how, by=by).solve(number, by=by, how=how)
    return said([showing.note(solved)], plain.note(solved), as_json=as_json)


@click.command("skip", cls=Command)
@wave
@click.option("--why", metavar="TEKST", required=True, help="Hvorfor. Det gemmes.")
@settings
@by
@verbose
def skip(wave: str, why: str, settings: Path | None, by: str) -> int:
    """Spring erfaringerne fra BØLGE over, så den næste kan begynde uden dem."""
    door(settings, BØLGE=wave, why=why, by=by).skip(wave, by=by, why=why)
    talk.say("Erfaringerne er sprunget over.")
    return Exit.DONE


@click.command("check", cls=Command)
@wave
@click.argument("item", metavar="PUNKT")
@settings
@by
@verbose
def check(wave: str, item: str, settings: Path | None, by: str) -> int:
    """Sæt flueben ved PUNKT på tjeklisten for BØLGE."""
    door(settings, BØLGE=wave, PUNKT=item, by=by).check(wave, item, by=by)
    talk.say("Der er sat flueben.")
    return Exit.DONE


@click.command("uncheck", cls=Command)
@wave
@click.argument("item", metavar="PUNKT")
@settings
@by
@verbose
def uncheck(wave: str, item: str, settings: Path | None, by: str) -> int:
    """Tag fluebenet ved PUNKT på tjeklisten for BØLGE af igen."""
    door(settings, BØLGE=wave, PUNKT=item, by=by).uncheck(wave, item, by=by)
    talk.say("Fluebenet er taget af.")
    return Exit.DONE


COMMANDS = (note, tip, tips, take, dismiss, solve, skip, check, uncheck)
