"""``esdh-connect stats``: statistics of use, the page for a meeting, and who has not started."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from esdh_connect.cli import talk
from esdh_connect.cli.danish import LetterlessGroup
from esdh_connect.cli.exits import Exit, Stopped, did_you_mean
from esdh_connect.cli.options import found_settings, settings, verbose
from esdh_connect.settings import Settings
from esdh_connect_forbrug.figures import Month
from esdh_connect_forbrug.reports.door import Reports
from esdh_connect_forbrug.reports.errors import MonthsRefused
from esdh_connect_forbrug.reports.forms import Form, exported
from esdh_connect_forbrug.reports.opening import opened_post
from esdh_connect_forbrug.reports.overview import By
from esdh_connect_forbrug.reports.survey import Survey
from esdh_connect_forbrug.starting.command import not_started, reason, users

__all__ = ["stats"]


def _month(_ctx: click.Context, _option: click.Parameter, text: str | None) -> Month | None:
    """Read a month. Raises BadParameter."""
    try:
        return None if text is None else Month.parse(text)
    except ValueError:
        raise click.BadParameter("en måned skrives 2026-03") from None


_last = click.option(
    "--to", "last", metavar="MÅNED", callback=_month, help="Den sidste måned. Ellers den, der er slut."
)
_out = click.option(
    "--out", metavar="FIL", type=click.Path(path_type=Path), help="Skriv i en fil, i stedet for her på skærmen."
)


@click.group(cls=LetterlessGroup, invoke_without_command=True)
@settings
@click.option(
    "--from", "first", metavar="MÅNED", callback=_month, help="Den første måned (2026-03). Ellers 12 måneder i alt."
)
@_last
@click.option(
    "--by",
    metavar="HVAD",
    type=click.Choice([one.value for one in By]),
    default=By.DEPARTMENT.value,
    show_default=True,
    help="En linje for hver afdeling, måned, kanal eller hvert plugin: department, month, channel eller plugin.",
)
@click.option(
    "--format",
    "form",
    metavar="FORM",
    type=click.Choice(["table", *(one.value for one in Form)]),
    default="table",
    show_default=True,
    help="table, json, csv, xlsx, html eller pdf.",
)
@_out
@verbose
@click.pass_context
def stats(  # noqa: PLR0917 - click gives them by name
    ctx: click.Context, settings: Path | None, first: Month | None, last: Month | None, by: str, form: str,
    out: Path | None,
) -> int | None:  # fmt: skip
    """
    Se, hvor meget Send digitalt bliver brugt: afdeling for afdeling, aldrig person for person.

    Alle tal er summer af hele måneder, der er gjort op. En afdeling med færre end fem aktive brugere i en måned er lagt
    sammen med andre.
    """
    if ctx.invoked_subcommand is not None:
        return None
    if out is not None and form == "table":
        raise Stopped(
            Exit.USAGE, "Der er ikke skrevet noget: --out skal have --format csv, xlsx, html, pdf eller json."
        )
    reports = reports_of(settings)
    with _months():
        survey = reports.survey(first, last, by=By(by))
    if form == "table":
        _show(survey)
        return Exit.DONE
    chosen = Form(form)
    _write(exported(survey, chosen), chosen, out)
    return Exit.DONE


@stats.command("report")
@settings
@click.option("--department", metavar="ID", required=True, help="Afdelingen.")
@_last
@click.option(
    "--format",
    "form",
    metavar="FORM",
    type=click.Choice(["html", "pdf"]),
    default="html",
    show_default=True,
    help="html eller pdf.",
)
@_out
@verbose
def report(settings: Path | None, department: str, last: Month | None, form: str, out: Path | None) -> int:
    """
    Lav den side, en afdelingsleder tager med til et møde: ét A4 med et år.

    På siden står afdelingens udvikling, dens plads blandt de andre, hvad der er sparet, og én ting at prøve.
    """
    reports = reports_of(settings)
    known = [one.id for one in reports.post.departments]
    if department not in known:
        hint = did_you_mean(department, known) or f". Afdelingerne er {', '.join(known)}"
        raise Stopped(Exit.USAGE, f"Der er ingen afdeling »{department}«{hint}")
    chosen = Form(form)
    with _months():
        content = reports.meeting(department, last, form=chosen)
    _write(content, chosen, out)
    return Exit.DONE


def reports_of(given: Path | None) -> Reports:
    """Open the installation with its reports. Raises Stopped where it does not count use."""
    return Reports(opened_post(given), organisation=Settings.load(found_settings(given)).sender.name)


@contextmanager
def _months() -> Iterator[None]:
    """Tell what is wrong with months as of any other option. Raises Stopped."""
    try:
        yield
    except MonthsRefused as error:
        raise Stopped(Exit.USAGE, f"Der er ikke vist noget: {error.danish}.") from None


stats.add_command(not_started)
stats.add_command(reason)
stats.add_command(users)


def _show(survey: Survey) -> None:
    from esdh_connect_forbrug.reports.plain import as_text

    first, *more = survey.sheets
    talk.data([survey.title, "", *as_text(first.brief)])
    for sheet in more:
        talk.data(["", sheet.title, "", *as_text(sheet)])
    talk.say("\n".join(survey.notes))


def _write(content: bytes, form: Form, out: Path | None) -> None:
    """Write it to the file, or to stdout where that is a place for it. Raises Stopped where nothing can be written."""
    if out is None and not form.is_text and sys.stdout.isatty():
        raise Stopped(Exit.USAGE, f"--out mangler: en {form.value}-fil kan ikke vises her.")
    if out is None:
        click.echo(content, nl=False)
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        from esdh_connect import wording

        raise Stopped(Exit.FAILED, f"{out} kan ikke skrives: {wording.system(error)}") from error
    talk.say(f"Skrevet i {out}.")
