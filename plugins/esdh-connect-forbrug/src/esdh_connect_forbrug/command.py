"""``esdh-connect usage``: erasing what was counted. ``esdh-connect forbrug``: a made-up year to try it with."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import click

from esdh_connect.cli import talk
from esdh_connect.cli.danish import Group
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.installation import opened
from esdh_connect.cli.options import by, found_settings, one_line, refuse_cpr, settings, verbose
from esdh_connect.connect import Connect
from esdh_connect_forbrug import year as made_up
from esdh_connect_forbrug.closing import Closing
from esdh_connect_forbrug.figures import Use
from esdh_connect_forbrug.plugin import Forbrug
from esdh_connect_forbrug.year import trial

__all__ = ["forbrug", "usage"]

_NAME = "forbrug"
_NOT_DONE = "Der er ikke gjort noget"
_USED = f"{_NOT_DONE}: her er der talt forbrug allerede. Et opdigtet år ville blande sig i det"
_REAL = f"{_NOT_DONE}: her er breve i udbakken. Et opdigtet år er til en udbakke for sig"
_TRIAL = (
    "24 opdigtede afdelinger og et års tal bliver skrevet ind i denne udbakke. Tallene kan slettes igen, afdelingerne "
    "kan ikke. Er den kun til prøve?"
)
_REMOVE = "Slet alt om forbrug i denne udbakke, og kald de opdigtede afdelinger opdigtede?"
_NOT_ERASED = "Der er ikke slettet noget"
_ALL = "Slet for altid alle tal, også dem, der er vist, hændelserne i udbakken, og hvem der ikke er begyndt og hvorfor?"
_why = click.option(
    "--why", metavar="TEKST", default="", callback=one_line, help="Hvorfor. Det står i revisionsloggen."
)


@click.group(cls=Group)
def usage() -> None:
    """Forbrug: det, der er talt, og hvor længe det gemmes."""


@usage.command("erase")
@settings
@click.option("--all", "everything", is_flag=True, help="Slet alt om forbrug, også de viste tal.")
@_why
@by
@click.option("--yes", is_flag=True, help="Spørg ikke.")
@verbose
def erase(settings: Path | None, by: str, why: str, *, everything: bool, yes: bool) -> int:
    """
    Luk de måneder, der er slut, og slet det, der har ligget længe nok.

    En worker gør det af sig selv en gang i timen. Hvor længe tallene gemmes, står i indstillingerne.

    Med --all bliver alt om forbrug slettet: tallene, også de viste, hændelserne i udbakken, og hvem der ikke er begyndt
    og hvorfor. Det kan ikke gøres om. Det, der er afleveret til andre systemer, er der stadig.
    """
    refuse_cpr({"--why": why, "--by": by}, nothing=_NOT_ERASED)
    post = opened(found_settings(settings))
    closing = Closing(post.store, _plugin(post).kept)
    if everything:
        _agreed(_ALL, _NOT_ERASED, yes=yes)
        gone = Use(post).erase_all(by=by, why=why)
    else:
        closed = closing.close()
        if closed:
            talk.say(f"Lukket: {', '.join(map(str, closed))}.")
        gone = closing.erase()
        post.store.forget_deleted()
    talk.say(f"Slettet: {gone} {'linje' if gone == 1 else 'linjer'}.")
    return Exit.DONE


@click.group(cls=Group)
def forbrug() -> None:
    """Forbrug: et opdigtet år at prøve statistikken på."""


@forbrug.command("year")
@settings
@click.option(
    "--before", metavar="DATO", type=click.DateTime(["%Y-%m-%d"]),
    help="Den sidste måned er den før denne dag. Ellers før i dag.",
)  # fmt: skip
@click.option(
    "--events", metavar="N", type=click.IntRange(min=1),
    help="Tæl N hændelser, som i virkeligheden. Ellers skrives månederne på én gang.",
)  # fmt: skip
@click.option("--remove", is_flag=True, help="Slet tallene igen, og lad afdelingernes navne sige, at de er opdigtede.")
@by
@click.option("--yes", is_flag=True, help="Spørg ikke.")
@verbose
def year(
    settings: Path | None, before: datetime | None, events: int | None, by: str, *, remove: bool, yes: bool
) -> int:
    """
    Skriv et opdigtet år: 24 afdelinger, der kom i gang i fire bølger.

    Det er til en prøve alene: hvor der er talt forbrug, hvor der er breve i udbakken, og hvor kommunen selv har en
    afdeling af samme navn, bliver det afvist. »esdh-connect rollout year« skriver den samme kommunes bølger.
    """
    refuse_cpr({"--by": by}, nothing=_NOT_DONE)
    post = opened(found_settings(settings))
    _plugin(post)
    if post.entries(limit=1):
        raise Stopped(Exit.FAILED, _REAL)
    if remove:
        return _removed(post, by=by, yes=yes)
    if taken := trial.own(post):
        raise Stopped(Exit.FAILED, f"{_NOT_DONE}: her er afdelinger af samme id i forvejen: {', '.join(taken)}")
    _agreed(_TRIAL, _NOT_DONE, yes=yes)
    day = (before or post.store.now()).date()
    try:
        months = made_up.lived(post, before=day, events=events) if events else made_up.written(post, before=day)
    except ValueError:
        raise Stopped(Exit.FAILED, _USED) from None
    made = trial.set_up(post, months[0])
    talk.say(f"Skrevet: {months[0]} til {months[-1]}, og {made} opdigtede afdelinger, hvor intet er slået til.")
    talk.say("Se det med »esdh-connect stats«. »esdh-connect forbrug year --remove« fjerner det igen.")
    return Exit.DONE


def _removed(post: Connect, *, by: str, yes: bool) -> int:
    """Erase the figures, and mark the departments: one that letters may have been sent from is never deleted."""
    if not trial.made_up(post):
        raise Stopped(Exit.FAILED, f"{_NOT_DONE}: her er intet opdigtet år")
    _agreed(_REMOVE, _NOT_DONE, yes=yes)
    gone = Use(post).erase_all(by=by, why="opdigtet år fjernet")
    marked = trial.mark(post, by=by)
    talk.say(f"Slettet: {gone} linjer. {marked} afdelinger hedder nu »… (opdigtet)«; en afdeling kan ikke slettes.")
    return Exit.DONE


def _plugin(post: Connect) -> Forbrug:
    found = post.plugins.get(_NAME)
    if not isinstance(found, Forbrug):
        raise Stopped(Exit.SETTINGS, f"Forbrug kræver pluginet »{_NAME}«: skriv [plugins.{_NAME}] i indstillingerne.")
    return found


def _agreed(question: str, nothing: str, *, yes: bool) -> None:
    """Ask. Raises Stopped where the answer is no, or there is nobody to ask."""
    if yes:
        return
    with ExitStack() as stack:
        terminal = talk.Terminal.find(stack)
        if terminal is None:
            raise Stopped(Exit.USAGE, f"{nothing}: her er ingen terminal at spørge i. Skriv --yes")
        if not terminal.agrees(question):
            raise Stopped(Exit.FAILED, f"{nothing}.")
