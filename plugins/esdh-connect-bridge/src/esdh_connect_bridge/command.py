"""``esdh-connect bridge``: what a host in another language answers, and whether it does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

import click

from esdh_connect.cli import talk
from esdh_connect.cli.danish import LetterlessGroup
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.installation import opened
from esdh_connect.cli.options import as_json, found_settings, refuse_cpr, settings, verbose
from esdh_connect.diagnosis import Diagnosis, Level
from esdh_connect.model import Case, Document, Party
from esdh_connect_bridge import Bridge
from esdh_connect_bridge.checking import Check, Trial

__all__ = ["bridge"]

_WORDS = {Level.FINE: "i orden ", Level.WARNING: "advarsel", Level.ERROR: "FEJL    "}


@click.group(cls=LetterlessGroup)
def bridge() -> None:
    """Bro: et sagssystem i et andet sprog, over HTTPS."""


@bridge.command("openapi")
@verbose
def openapi() -> int:
    """Skriv beskrivelsen (OpenAPI 3.1) af det, sagssystemet svarer på."""
    talk.data([files("esdh_connect_bridge").joinpath("openapi.json").read_text(encoding="utf-8").rstrip()])
    return Exit.DONE


@bridge.command("check")
@settings
@click.option("--case", metavar="ID", required=True, help="En åben sag at prøve med.")
@click.option("--party", metavar="ID", required=True, help="En part på sagen.")
@click.option("--document", metavar="ID", required=True, help="Et dokument.")
@click.option("--document-version", metavar="VERSION", default="1", show_default=True, help="Dokumentets version.")
@click.option("--bundle", metavar="NAVN", default="", help="En bilagspakke, hvis sagssystemet har sådan nogle.")
@click.option("--closed-case", metavar="ID", default="", help="En lukket sag; kun med --write.")
@click.option("--write", is_flag=True, help="Skriv også på sagen: to journalnotater, der siger, at de er en prøve.")
@as_json
@verbose
def check(  # noqa: PLR0913, PLR0917 - the command line's own options
    settings: Path | None,
    case: str,
    party: str,
    document: str,
    document_version: str,
    bundle: str,
    closed_case: str,
    *,
    write: bool,
    as_json: bool,
) -> int:
    """
    Prøv, om sagssystemet svarer som aftalt: hvert punkt for sig, i ord.

    Der sendes ikke noget, og uden --write bliver der heller ikke skrevet noget. Slutkoden er 0, når alt holder, og 6,
    når noget ikke gør.
    """
    given = {"--case": case, "--party": party, "--document": document, "--closed-case": closed_case}
    refuse_cpr(given, nothing="Der er ikke prøvet noget")
    plugin = opened(found_settings(settings)).plugins.get("bridge")
    if not isinstance(plugin, Bridge):
        raise Stopped(Exit.SETTINGS, "Der er ikke prøvet noget: [plugins.bridge] mangler i indstillingerne.")
    trial = Trial(
        Case(case, plugin.system),
        Party(party, plugin.system),
        Document(document, document_version),
        bundle,
        Case(closed_case, plugin.system) if closed_case else None,
        write,
    )
    found = tuple(Check(plugin, trial).made())
    is_well = all(one.level is Level.FINE for one in found)
    if as_json:
        checks = [{"id": one.id, "level": one.level.name.lower(), "text": one.text, "hint": one.hint} for one in found]
        talk.json_data({"well": is_well, "wrote": write, "checks": checks})
    else:
        talk.data(_lines(found, write=write))
    return Exit.DONE if is_well else Exit.UNWELL


def _lines(found: Sequence[Diagnosis], *, write: bool) -> Iterator[str]:
    for one in found:
        yield f"{_WORDS[one.level]}  {one.id}  {one.text}"
        if one.hint:
            yield f"{'':19}→ {one.hint}"
    wrong = sum(one.level is Level.ERROR for one in found)
    yield ""
    yield f"{wrong or 'Ingen'} fejl, {len(found) - wrong} i orden."
    if not write:
        yield "Der blev ikke skrevet noget: det gør --write."
