"""``esdh-connect stats not-started``, ``reason`` and ``users``: who has not started, why, and what helps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from esdh_connect import wording
from esdh_connect.cli import talk
from esdh_connect.cli.danish import LetterlessCommand, LetterlessGroup
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.options import as_json, by, refuse_cpr, settings, verbose
from esdh_connect.pipes import refuse_pipe
from esdh_connect_forbrug.reports.danish import day
from esdh_connect_forbrug.reports.opening import opened_post
from esdh_connect_forbrug.starting.door import NotStarted
from esdh_connect_forbrug.starting.showing import lines, plain
from esdh_connect_forbrug.starting.values import Hurdle, Reason, Step

__all__ = ["not_started", "reason", "users"]

_NOT_CHANGED = "Der er ikke ændret noget"
_NOT_NOTED = "Der er ikke noteret noget"
_WEEK = timedelta(days=7)
_DAY = click.DateTime(["%Y-%m-%d"])
_ROSTER = click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True)


@click.command("not-started", cls=LetterlessCommand)
@settings
@click.option("--all", "everything", is_flag=True, help="Også dem, der ikke har behov, og dem, der er planlagt senere.")
@click.option(
    "--roster",
    metavar="FIL",
    type=_ROSTER,
    help="Brugere, ét id på hver linje (- er stdin): vis dem, der ikke er begyndt. Kun hvor det er slået til.",
)
@as_json
@verbose
def not_started(
    settings: Path | None, roster: Path | None, *, everything: bool, as_json: bool
) -> int:  # fmt: skip
    """
    Se, hvilke afdelinger der ikke er begyndt, hvorfor, og hvad der skal ske.

    Det er dem, der kan sende, og ikke har sendt noget i 30 arbejdsdage. Listen bliver gjort op hver mandag. Årsagen er
    den, de selv har oplyst.
    """
    door = NotStarted(opened_post(settings))
    waiting, excused = door.departments(), door.excused() if everything else ()
    people = door.users(_names(roster)) if roster else ()
    if as_json:
        told = {"made_up": str(door.made_up)} | {
            "departments": [plain(one) for one in waiting],
            "excused": [plain(one) for one in excused],
        }
        talk.json_data(told | ({"users": list(people)} if roster else {}))
        return Exit.DONE
    talk.data(line for one in (*waiting, *excused) for line in lines(one, door.today))
    if not waiting:
        talk.say("Alle, der kan sende, har sendt noget, har ikke behov eller er planlagt senere.")
    talk.say(f"Gjort op mandag den {day(door.made_up)}; næste gang mandag den {day(door.made_up + _WEEK)}.")
    if roster:
        _say_users(door, people)
    return Exit.DONE


@click.command("reason", cls=LetterlessCommand)
@click.argument("department", metavar="AFDELING")
@settings
@click.option(
    "--reason",
    "why",
    metavar="ÅRSAG",
    required=True,
    type=click.Choice([one.value for one in Reason]),
    help="startup (opstartsvanskeligheder), no-need (intet behov i jobfunktionen), later (planlagt senere), other "
    "(andet) eller untold (ikke oplyst).",
)
@click.option(
    "--hurdle",
    metavar="ART",
    type=click.Choice([one.value for one in Hurdle]),
    help="Hvad der er svært: certificate (certifikat), templates (skabeloner), time (tid), training (oplæring) eller "
    "attachments (bilag).",
)
@click.option("--note", metavar="TEKST", default="", help="Et par ord mere, uden oplysninger om borgere.")
@click.option("--until", metavar="DATO", type=_DAY, help="Den dag, det er planlagt til (2027-02-01).")
@click.option("--next", "step", metavar="TEKST", default="", help="Det næste skridt, f.eks. »konsulenten ringer«.")
@click.option("--owner", metavar="NAVN", default="", help="Hvem der gør det.")
@click.option("--due", metavar="DATO", type=_DAY, help="Hvornår det skal være gjort.")
@click.option("--user", metavar="ID", default="", help="Den bruger, svaret er fra. Kun hvor det er slået til.")
@by
@verbose
def reason(  # noqa: PLR0913, PLR0917 - click gives them by name
    department: str, settings: Path | None, why: str, hurdle: str | None, note: str, until: datetime | None, step: str,
    owner: str, due: datetime | None, user: str, by: str,
) -> int:  # fmt: skip
    """
    Notér, hvorfor AFDELING ikke er begyndt, som dens kontaktperson selv siger det.

    En afdeling uden behov går af listen; en, der er planlagt senere, kommer på den igen på sin dag.
    """
    refuse_cpr({"--note": note, "--next": step, "--owner": owner, "--user": user, "--by": by}, nothing=_NOT_NOTED)
    door = NotStarted(opened_post(settings))
    given = door.answer(
        department, Reason(why), by=by, hurdle=Hurdle(hurdle) if hurdle else None, note=note,
        step=_step(step, owner, due), until=_day(until), user=user,
    )  # fmt: skip
    talk.say(f"Noteret: {given.danish}.")
    return Exit.DONE


@click.group("users", cls=LetterlessGroup)
def users() -> None:
    """Se også, hvilke brugere der ikke er begyndt: slås til, når medarbejderne har fået det at vide."""


@users.command("on")
@settings
@click.option("--told", metavar="DATO", required=True, type=_DAY, help="Den dag, medarbejderne fik det at vide.")
@by
@verbose
def on(settings: Path | None, told: datetime, by: str) -> int:
    """
    Slå det til. Fra nu af huskes det, hvem der har sendt deres første brev: uden dato, uden antal og uden navn.

    I vejledningen er der en oplysningstekst til medarbejderne.
    """
    refuse_cpr({"--by": by}, nothing=_NOT_CHANGED)
    door = NotStarted(opened_post(settings))
    watch = door.starters.switch_on(told=told.date(), by=by)
    talk.say(f"Det er slået til. Medarbejderne fik det at vide den {day(watch.told)}. Listen kan bruges {_when(door)}.")
    return Exit.DONE


@users.command("off")
@settings
@by
@verbose
def off(settings: Path | None, by: str) -> int:
    """Slå det fra. Det, der er husket om brugere, bliver slettet for altid, og nøglen til det med."""
    refuse_cpr({"--by": by}, nothing=_NOT_CHANGED)
    door = NotStarted(opened_post(settings))
    was_on = door.starters.switch_off(by=by)
    talk.say("Det er slået fra, og alt om brugere er slettet." if was_on else "Det var ikke slået til.")
    return Exit.DONE


def _when(door: NotStarted) -> str:
    ready = door.ready_on()
    return f"fra {day(ready)}" if ready else "nu"


def _names(roster: Path) -> Iterator[str]:
    try:
        refuse_pipe(roster)
        with click.open_file(str(roster), encoding="utf-8-sig") as file:
            yield from file
    except OSError as error:
        raise Stopped(Exit.USAGE, f"{roster} kan ikke læses: {wording.system(error)}") from error


def _say_users(door: NotStarted, people: tuple[str, ...]) -> None:
    ready = door.ready_on()
    if ready is None:
        raise Stopped(Exit.SETTINGS, "Der ses ikke på enkelte brugere her. »esdh-connect stats users on« slår det til.")
    if ready > door.today:
        talk.say(f"Hvem der ikke er begyndt, kan ses fra {day(ready)}.")
        return
    talk.data(["", "Brugere, der ikke er begyndt", *people])


def _step(what: str, owner: str, due: datetime | None) -> Step | None:
    """Give the next step. Raises Stopped where half of it is missing."""
    if not (what or owner or due):
        return None
    if not (what and owner and due):
        raise Stopped(Exit.USAGE, "Der er ikke gjort noget: et næste skridt har --next, --owner og --due.")
    return Step(what, owner, due.date())


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
