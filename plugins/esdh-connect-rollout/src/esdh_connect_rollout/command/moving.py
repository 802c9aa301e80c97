"""``rollout prepare``, ``start``, ``pause``, ``resume``, ``halfway``, ``finish`` and ``rollback``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from esdh_connect.cli import talk
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit
from esdh_connect.cli.options import as_json, by, settings, verbose
from esdh_connect_rollout.command import plain, showing
from esdh_connect_rollout.command.shared import agreed, day, door, findings, read_findings, said, wave, why
from esdh_connect_rollout.door import Waves
from esdh_connect_rollout.moves import Moved
from esdh_connect_rollout.waves.acts import Kind
from esdh_connect_rollout.waves.wave import Wave

__all__ = ["COMMANDS"]

_yes = click.option("--yes", is_flag=True, help="Spørg ikke.")
_dry = click.option("--dry-run", "dry", is_flag=True, help="Vis kun, hvad der ville ske.")
_reason = click.option("--why", metavar="TEKST", required=True, help="Hvorfor. Det gemmes sammen med beslutningen.")
_since = click.option(
    "--from", "since", metavar="DATO", type=click.DateTime(["%Y-%m-%d"]), callback=day,
    help="Den dag, det gælder fra. Ellers den planlagte, og er den gået, nu.",
)  # fmt: skip


@click.command("prepare", cls=Command)
@wave
@settings
@by
@why
@as_json
@verbose
def prepare(wave: str, settings: Path | None, by: str, why: str, *, as_json: bool) -> int:
    """Begynd klargøringen af BØLGE. »rollout show« viser tjeklisten."""
    waves = door(settings, BØLGE=wave, by=by, why=why)
    return _shown(waves, Moved(waves.prepare(wave, by=by, why=why)), as_json=as_json)


@click.command("start", cls=Command)
@wave
@settings
@by
@why
@_since
@findings
@_yes
@_dry
@as_json
@verbose
def start(
    wave: str, settings: Path | None, *, findings: Path | None, yes: bool, dry: bool, as_json: bool, **told: Any,  # noqa: ANN401
) -> int:  # fmt: skip
    """
    Sæt BØLGE i gang: på dens dag, helt af sig selv, eller straks, hvis dagen er kommet.

    Først bliver det vist, hvad der vil ske, og hvad der mangler på tjeklisten. En bølge kan ikke begynde, før
    erfaringerne fra den forrige er skrevet eller sprunget over med en begrundelse.
    """
    waves = door(settings, BØLGE=wave, by=told["by"], why=told["why"])
    wave = waves.show(wave).name  # what is asked about is what is done
    if waves.waits_for(wave):
        talk.say("Erfaringer bliver skrevet med »rollout note« og sprunget over med »rollout skip«.")
    foreseen = _foreseen(waves, wave, Kind.STARTED, told["since"])
    missing = [one for one in waves.checklist(wave, read_findings(findings)) if not one.is_done]
    points = [f"Mangler på tjeklisten: {one.text}" for one in missing]
    if not agreed([*foreseen, *points], f"Sæt »{waves.show(wave).aim.title}« i gang?", yes=yes, dry=dry):
        return Exit.DONE
    return _shown(waves, Moved(waves.start(wave, **told, unchecked=[one.key for one in missing])), as_json=as_json)


@click.command("pause", cls=Command)
@wave
@settings
@by
@_reason
@_yes
@_dry
@as_json
@verbose
def pause(wave: str, settings: Path | None, by: str, why: str, *, yes: bool, dry: bool, as_json: bool) -> int:
    """Sæt BØLGE på pause: det, den slog til, bliver slået fra så længe. Det, der er undervejs, bliver sendt."""
    waves = door(settings, BØLGE=wave, by=by, why=why)
    wave = waves.show(wave).name  # what is asked about is what is done
    if not agreed(
        _foreseen(waves, wave, Kind.PAUSED), f"Sæt »{waves.show(wave).aim.title}« på pause?", yes=yes, dry=dry
    ):
        return Exit.DONE
    return _shown(waves, waves.pause(wave, by=by, why=why), as_json=as_json)


@click.command("resume", cls=Command)
@wave
@settings
@by
@why
@_since
@_yes
@_dry
@as_json
@verbose
def resume(wave: str, settings: Path | None, *, yes: bool, dry: bool, as_json: bool, **told: Any) -> int:  # noqa: ANN401
    """Genoptag BØLGE, der er på pause."""
    waves = door(settings, BØLGE=wave, by=told["by"], why=told["why"])
    wave = waves.show(wave).name  # what is asked about is what is done
    foreseen = _foreseen(waves, wave, Kind.RESUMED, told["since"])
    if not agreed(foreseen, f"Genoptag »{waves.show(wave).aim.title}«?", yes=yes, dry=dry):
        return Exit.DONE
    return _shown(waves, Moved(waves.resume(wave, **told)), as_json=as_json)


@click.command("halfway", cls=Command)
@wave
@settings
@by
@why
@click.option("--look", is_flag=True, help="Se kun, hvordan det står til.")
@as_json
@verbose
def halfway(wave: str, settings: Path | None, by: str, why: str, *, look: bool, as_json: bool) -> int:
    """
    Gør BØLGE op halvvejs: erfaringer og uløste vanskeligheder. Det sker, når halvdelen af afdelingerne er begyndt.

    Med en begrundelse (--why) kan det gøres før.
    """
    waves = door(settings, BØLGE=wave, by=by, why=why)
    wave = waves.show(wave).name  # what is asked about is what is done
    if not look:
        waves.halfway(wave, by=by, why=why)
    review = waves.review(wave)
    names = showing.names(waves)
    return said(showing.review(review, names), plain.review(review), as_json=as_json)


@click.command("finish", cls=Command)
@wave
@settings
@by
@why
@findings
@_yes
@_dry
@as_json
@verbose
def finish(
    wave: str, settings: Path | None, *, findings: Path | None, yes: bool, dry: bool, as_json: bool, **told: str
) -> int:
    """
    Afslut BØLGE for altid. Det, den slog til, bliver ved med at være slået til.

    Først bliver det vist, hvem der ikke har sendt et brev endnu, og hvad der mangler på tjeklisten.
    """
    waves = door(settings, BØLGE=wave, **told)
    wave = waves.show(wave).name  # what is asked about is what is done
    open_ = waves.leaves_open(wave, read_findings(findings)) if Kind.FINISHED in waves.allowed(wave) else ()
    if open_ and not agreed(open_, f"Afslut »{waves.show(wave).aim.title}«?", yes=yes, dry=dry):
        return Exit.DONE
    done = waves.finish(wave, **told)
    if not done.is_learnt_from:
        talk.say("Skriv, hvad den har lært jer (rollout note): den næste bølge kan først begynde bagefter.")
    return _shown(waves, Moved(done), as_json=as_json)


@click.command("rollback", cls=Command)
@wave
@settings
@by
@_reason
@click.option("--overwrite", is_flag=True, help="Også det, nogen siden har ændret i hånden i afdelingerne.")
@_yes
@_dry
@as_json
@verbose
def rollback(
    wave: str, settings: Path | None, *, overwrite: bool, yes: bool, dry: bool, as_json: bool, **told: str
) -> int:
    """
    Rul hele BØLGE tilbage: afdelingerne bliver, som de var. Det, der er undervejs, bliver sendt.

    Det, nogen siden har ændret i hånden, bliver nævnt og står ved magt.
    """
    waves = door(settings, BØLGE=wave, **told)
    wave = waves.show(wave).name  # what is asked about is what is done
    foreseen = _foreseen(waves, wave, Kind.ROLLED_BACK, overwrite=overwrite)
    if not agreed(foreseen, f"Rul »{waves.show(wave).aim.title}« tilbage?", yes=yes, dry=dry):
        return Exit.DONE
    return _shown(waves, waves.rollback(wave, overwrite=overwrite, **told), as_json=as_json)


# --- the parts of it


def _foreseen(
    waves: Waves, name: str, kind: Kind, since: datetime | None = None, *, overwrite: bool = False
) -> Iterator[str]:
    names = showing.names(waves)
    for one in waves.foresee(name, kind, since=since, overwrite=overwrite):
        yield f"{'Bemærk – ' if one.warns else ''}{names.get(one.department, one.department)}: {one.text}"


def _shown(waves: Waves, moved: Moved, *, as_json: bool) -> Exit:
    kept = [{"department": one.department, "attribute": one.attribute, "text": one.text} for one in moved.kept]
    return said(_lines(waves, moved.wave), plain.wave(waves, moved.wave) | {"kept": kept}, as_json=as_json)


def _lines(waves: Waves, wave: Wave) -> Iterator[str]:
    yield showing.headline(waves.progress(wave.name))


COMMANDS = (prepare, start, pause, resume, halfway, finish, rollback)
