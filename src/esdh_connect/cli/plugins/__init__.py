"""``esdh-connect plugins``: what is installed, what it can do, and a new one to begin with."""

from __future__ import annotations

import keyword
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import click

from esdh_connect.catalogue import Card, capabilities, condition, described, installed
from esdh_connect.cli import talk
from esdh_connect.cli.danish import Command, LetterlessGroup
from esdh_connect.cli.exits import Exit, Stopped, did_you_mean
from esdh_connect.cli.installation import opened
from esdh_connect.cli.options import as_json, found_settings, settings, verbose
from esdh_connect.cli.plugins.writing import KINDS, LONGEST, NAME, is_taken, write
from esdh_connect.connect import Connect

__all__ = ["plugins"]


@click.group(cls=LetterlessGroup)
def plugins() -> None:
    """Se de plugins, der er installeret, eller begynd på et nyt."""


@plugins.command("list", cls=Command)
@settings
@as_json
@verbose
def list_(settings: Path | None, *, as_json: bool) -> int:
    """Se, hvilke plugins der er installeret, om de er indlæst, og hvor mange afdelinger der har dem slået til."""
    post = opened(found_settings(settings))
    cards = described(post)
    if as_json:
        talk.json_data({"plugins": [_told(card, post) for card in cards]})
    else:
        talk.data(_table(cards) if cards else ["Ingen plugins er installeret."])
    return Exit.DONE


@plugins.command("show", cls=Command)
@click.argument("name", metavar="NAVN")
@settings
@as_json
@verbose
def show(name: str, settings: Path | None, *, as_json: bool) -> int:
    """Se alt om ét plugin: udgave, licens, hvad det kan, og hvordan det har det."""
    post = opened(found_settings(settings))
    cards = {card.name: card for card in described(post)}
    if name not in cards:
        raise Stopped(Exit.USAGE, f"Der er intet plugin »{name}«{did_you_mean(name, cards)}")
    if as_json:
        told = _told(cards[name], post)
        talk.json_data(told | {"channels": told["capabilities"]})
    else:
        talk.data(_lines(cards[name], condition(cards[name], post)))
    return Exit.DONE


def _told(card: Card, post: Connect) -> dict[str, Any]:
    """Give all of a plugin for programs; ``capabilities`` is what each of its channels takes."""
    its = [capabilities(post.plugins.channels[channel]) for channel in card.channels]
    return attrs.asdict(card) | {"capabilities": its, "health": condition(card, post) if card.loaded else ()}


@plugins.command("new", cls=Command)
@click.argument("name", metavar="NAVN")
@click.option("--kind", metavar="SLAGS", type=click.Choice(sorted(KINDS)), default="channel", show_default=True,
              help="channel: en kanal. converter: laver noget om til PDF. emitter: fortæller om forbrug.")  # fmt: skip
@click.option("--folder", metavar="MAPPE", type=click.Path(path_type=Path), help="Ellers esdh-connect-NAVN her.")
@verbose
def new(name: str, kind: str, folder: Path | None) -> int:
    """
    Skriv et nyt plugin, som virker og består sine egne prøver, at gå ud fra.

    NAVN er det, indstillingerne kalder det: små bogstaver, tal og _. Ingen fil bliver overskrevet.
    """
    if len(name) > LONGEST:
        raise Stopped(Exit.USAGE, f"Navnet er for langt: {len(name)} tegn, og det må højst have {LONGEST}")
    if not NAME.fullmatch(name):
        raise Stopped(Exit.USAGE, f"»{name}« kan ikke være et navn: små bogstaver a–z, tal og _, og et bogstav først")
    if keyword.iskeyword(name) or keyword.issoftkeyword(name) or name in sys.stdlib_module_names:
        raise Stopped(Exit.USAGE, f"»{name}« kan ikke være et navn: Python bruger det selv")
    if is_taken(name):
        raise Stopped(
            Exit.USAGE, f"»{name}« kan ikke være et navn: det betyder noget andet for Windows, pip eller pytest"
        )
    if name in {card.name for card in installed()}:
        raise Stopped(Exit.USAGE, f"Der er allerede installeret et plugin, der hedder »{name}«")
    place = folder or Path(f"esdh-connect-{name.replace('_', '-')}")
    try:
        written = write(name, kind, place)
    except FileExistsError as error:
        raise Stopped(Exit.FAILED, f"Der er ikke skrevet noget: {error.filename} findes i forvejen") from error
    talk.data(map(str, written))
    talk.say(f'Prøv det: cd {place} && pip install -e ".[test]" && python -m pytest')
    return Exit.DONE


def _table(cards: tuple[Card, ...]) -> Iterator[str]:
    width = max(len(card.name) for card in cards)
    for card in cards:
        yield f"{card.name:{width}}  {card.version:8}  {card.licence:12}  {card.support or '–':10}  {_state(card)}"


def _state(card: Card) -> str:
    if card.problem:
        return "kan ikke bruges"
    if not card.loaded:
        return "ikke i indstillingerne"
    number = len(card.departments)
    return f"slået til i {number} {'afdeling' if number == 1 else 'afdelinger'}"


def _lines(card: Card, wrong: tuple[str, ...]) -> Iterator[str]:
    yield f"{card.name} – {card.summary}"
    told = {
        "Pakke": f"{card.distribution} {card.version}",
        "Licens": card.licence,
        "Modenhed": card.support,
        "Tilstand": _state(card),
        "Kan ikke bruges": card.problem,
        "Afdelinger": ", ".join(card.departments),
        "Kanaler": ", ".join(card.channels),
        "Konvertere": ", ".join(card.converters),
        "Hooks": ", ".join(card.hooks),
        "Kommandoer": ", ".join(card.commands),
        "Øvelse": {True: "kan bruges", False: "bliver udeladt", None: ""}[card.training],
        "Se på dette": "; ".join(wrong),
    }
    yield from (f"    {what}: {text}" for what, text in told.items() if text)
