"""``esdh-connect bundles``: shared bundles made, changed, retired and shown, and what could be one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from esdh_connect import wording
from esdh_connect.cli import talk
from esdh_connect.cli.danish import Group
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.installation import opened
from esdh_connect.cli.options import as_json, by, found_settings, one_line, refuse_cpr, settings, verbose
from esdh_connect.errors import PlanError
from esdh_connect_bilag.bundles import showing
from esdh_connect_bilag.bundles.door import PLUGIN, Bundles
from esdh_connect_bilag.bundles.values import Version

__all__ = ["bundles"]

_HERE = ZoneInfo("Europe/Copenhagen")
_FILE = click.Path(path_type=Path)
_NOT_SENT, _NOTHING = "Der er ikke sendt noget", "Der er ikke gjort noget"


class _Bundles(Group):
    """The commands, which send nothing: what stops one of them is told with other words than a letter's."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        """Do it. Raises Stopped."""
        try:
            return super().invoke(ctx)
        except PlanError as error:
            raise Stopped(Exit.FAILED, f"{_NOTHING}{wording.of(error).removeprefix(_NOT_SENT)}") from error


@click.group(cls=_Bundles)
def bundles() -> None:
    """Bilagspakker: bilag, som en afdeling sender igen og igen, i daterede versioner."""


def _moment(_ctx: click.Context, _option: click.Parameter, day: datetime | None) -> datetime | None:
    """Give the beginning of a day in Denmark; None, which is now, for today."""
    today = datetime.now(_HERE).date()
    return None if day is None or day.date() == today else day.replace(tzinfo=_HERE).astimezone(UTC)


_why = click.option(
    "--why", metavar="TEKST", default="", callback=one_line, help="Hvorfor. Det gemmes sammen med versionen."
)
_since = click.option(
    "--from", "since", metavar="DATO", type=click.DateTime(["%Y-%m-%d"]), callback=_moment,
    help="Den dag, det gælder fra (2026-12-24). Ellers nu.",
)  # fmt: skip
_department = click.option("--department", metavar="ID", help="Afdelingen; kan udelades, når der kun er én.")


# --- deciding


@bundles.command("make")
@click.argument("title", metavar="TITEL")
@click.argument("files", metavar="BILAG...", nargs=-1, required=True, type=_FILE)
@settings
@_department
@by
@_why
@_since
@as_json
@verbose
def make(
    title: str, files: tuple[Path, ...], settings: Path | None, department: str | None, *, as_json: bool,
    **said: Any,  # noqa: ANN401
) -> int:  # fmt: skip
    """
    Lav en bilagspakke af filerne BILAG, som afdelingen og dem under den kan bruge.

    Filerne bliver, hvor de er: bilagspakken husker, hvad der stod i dem, og en fil, der er ændret, bliver ikke sendt.
    """
    _refuse_cpr(files, **{"TITEL": title, **said})
    shared = _opened(settings)
    return _decided(shared.make(title, files, department=_owner(shared, department), **said), as_json=as_json)


@bundles.command("change")
@click.argument("name", metavar="NAVN")
@click.argument("files", metavar="BILAG...", nargs=-1, required=True, type=_FILE)
@settings
@click.option("--title", metavar="TEKST", default="", help="En ny titel. Navnet bliver det samme.")
@click.option("--department", metavar="ID", default="", help="En ny afdeling, der ejer den.")
@by
@_why
@_since
@as_json
@verbose
def change(name: str, files: tuple[Path, ...], settings: Path | None, *, as_json: bool, **said: Any) -> int:  # noqa: ANN401
    """
    Lav en ny version af bilagspakken NAVN: filerne BILAG i stedet for alt det, der var i den.

    Breve, der er bestilt, ændres ikke. Et brev, der er vist med den gamle version, bliver ikke bestilt, når den nye
    gælder: det vises igen.
    """
    _refuse_cpr(files, **said)
    return _decided(_opened(settings).change(name, files, **said), as_json=as_json)


@bundles.command("retire")
@click.argument("name", metavar="NAVN")
@settings
@by
@_why
@_since
@as_json
@verbose
def retire(name: str, settings: Path | None, *, as_json: bool, **said: Any) -> int:  # noqa: ANN401
    """Tag bilagspakken NAVN ud af brug, også det, der var planlagt. Det, der er sendt med den, står der stadig."""
    _refuse_cpr((), **said)
    return _decided(_opened(settings).retire(name, **said), as_json=as_json)


# --- showing


@bundles.command("list")
@settings
@click.option("--department", metavar="ID", help="Kun dem, afdelingen kan bruge.")
@click.option("--all", "everything", is_flag=True, help="Også dem, der er taget ud af brug.")
@as_json
@verbose
def list_(settings: Path | None, department: str | None, *, everything: bool, as_json: bool) -> int:
    """Se bilagspakkerne."""
    now = datetime.now(UTC)
    found = [(one, one.at(now)) for one in _opened(settings).list(department)]
    shown = [(one, at) for one, at in found if everything or at is None or not at.is_retired]
    if as_json:
        talk.json_data({"bundles": [showing.plain_bundle(one, at) for one, at in shown]})
    elif shown:
        talk.data(showing.line(one, at) for one, at in shown)
    else:
        talk.say(
            "Der er ingen bilagspakker i brug. »esdh-connect bundles make« laver en; --all viser også dem, der er "
            "taget ud af brug."
        )
    return Exit.DONE


@bundles.command("show")
@click.argument("name", metavar="NAVN")
@settings
@click.option(
    "--at", metavar="DATO", type=click.DateTime(["%Y-%m-%d"]), callback=_moment, help="Som den er den dag. Ellers nu."
)
@as_json
@verbose
def show(name: str, settings: Path | None, at: datetime | None, *, as_json: bool) -> int:
    """Se bilagspakken NAVN: hvad der er i den version, der gælder."""
    bundle = _opened(settings).show(name)
    moment = at or datetime.now(UTC)
    version = bundle.at(moment)
    if as_json:
        talk.json_data(showing.plain_bundle(bundle, version))
        return Exit.DONE
    talk.data([showing.line(bundle, version), *(showing.items(version) if version else [])])
    for later in bundle.planned(moment):
        talk.say(f"Version {later.number} gælder fra {wording.when(later.in_force)}.")
    return Exit.DONE


@bundles.command("history")
@click.argument("name", metavar="NAVN")
@settings
@as_json
@verbose
def history(name: str, settings: Path | None, *, as_json: bool) -> int:
    """Se alle versioner af bilagspakken NAVN: hvem der gjorde hvad, hvornår og hvorfor."""
    bundle = _opened(settings).show(name)
    if as_json:
        talk.json_data({"name": bundle.name, "versions": [showing.plain(one) for one in bundle.versions]})
    else:
        talk.data(line for one in bundle.versions for line in (showing.decision(one), *showing.items(one)))
    return Exit.DONE


# --- learning


@bundles.command("suggestions")
@settings
@click.option("--department", metavar="ID", help="Kun i den afdeling.")
@as_json
@verbose
def suggestions(settings: Path | None, department: str | None, *, as_json: bool) -> int:
    """
    Se, hvilke bilag der bliver sendt sammen så tit, at de burde være en pakke.

    Der læres af fingeraftryk alene: hverken indhold, navne eller personer gemmes. Det, der er sendt af færre end fem
    medarbejdere på en måned, vises ikke.
    """
    shared = _opened(settings)
    found = shared.suggestions(department)
    if as_json:
        talk.json_data({"suggestions": [showing.plain_suggestion(shared, one) for one in found]})
    elif found:
        talk.data(line for one in found for line in showing.suggested(shared, one))
    else:
        talk.say("Der er ingen forslag.")
    return Exit.DONE


@bundles.command("refuse")
@click.argument("suggestion", metavar="ID")
@settings
@by
@_why
@verbose
def refuse(suggestion: str, settings: Path | None, by: str, why: str) -> int:
    """Afvis forslaget ID: det kommer ikke igen, og heller ikke med færre eller flere af de samme bilag."""
    refuse_cpr({"--by": by, "--why": why}, nothing=_NOTHING)
    _opened(settings).refuse(suggestion, by=by, why=why)
    talk.say("Forslaget er afvist og kommer ikke igen.")
    return Exit.DONE


# --- the parts of it


def _opened(settings: Path | None) -> Bundles:
    post = opened(found_settings(settings))
    if PLUGIN not in post.plugins.names:
        raise Stopped(
            Exit.SETTINGS, f"Bilagspakker kræver pluginet »{PLUGIN}«: skriv [plugins.{PLUGIN}] i indstillingerne."
        )
    return Bundles(post)


def _owner(shared: Bundles, wanted: str | None) -> str:
    known = [one.id for one in shared.post.departments]
    if wanted is None and len(known) == 1:
        return known[0]
    if wanted not in known:
        told = f"der er ingen afdeling »{wanted}«" if wanted else "--department mangler"
        raise Stopped(Exit.USAGE, f"{_NOTHING}: {told}. Afdelingerne er {', '.join(known)}")
    return str(wanted)


def _refuse_cpr(files: tuple[Path, ...], **said: Any) -> None:  # noqa: ANN401
    named = {name if name.isupper() else f"--{name}": str(text) for name, text in said.items() if name != "since"}
    refuse_cpr(named | {f"fil {at}": str(path) for at, path in enumerate(files, start=1)}, nothing=_NOTHING)


def _decided(version: Version, *, as_json: bool) -> Exit:
    if as_json:
        talk.json_data(showing.plain(version))
    else:
        talk.data([showing.decision(version), *showing.items(version)])
    return Exit.DONE
