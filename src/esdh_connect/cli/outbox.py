"""``esdh-connect outbox``: the outbox as it is now."""

from __future__ import annotations

from pathlib import Path

import click

from esdh_connect.cli import talk
from esdh_connect.cli.danish import Group
from esdh_connect.cli.exits import Exit
from esdh_connect.cli.options import as_json, dispatch, found_settings, settings, verbose

__all__ = ["outbox"]


@click.group(cls=Group)
def outbox() -> None:
    """Se udbakken."""


@outbox.command("list")
@settings
@click.option("--department", metavar="ID", help="Kun denne afdeling.")
@click.option("--limit", metavar="ANTAL", type=click.IntRange(1, 10_000), default=100, help="Ellers 100.")
@as_json
@verbose
def list_(settings: Path | None, department: str | None, limit: int, *, as_json: bool) -> int:
    """Se de nyeste forsendelser, én pr. linje."""
    from esdh_connect.cli import report, show
    from esdh_connect.cli.installation import opened

    post = opened(found_settings(settings))
    entries = post.entries(department=department, limit=limit)
    if as_json:
        talk.json_data(report.dispatches(report.line(entry) for entry in entries))
    elif entries:
        talk.data(show.outbox(entries, post.plugins.channels))
    elif department is not None:
        talk.say(f"Udbakken har ingen breve fra en afdeling »{talk.on_one_line(department)}«.")
    else:
        talk.say("Udbakken er tom.")
    return Exit.DONE


@outbox.command("show")
@dispatch
@settings
@as_json
@verbose
def show_(dispatch: str, settings: Path | None, *, as_json: bool) -> int:
    """Se alt om forsendelsen ID; det samme som »status«."""
    from esdh_connect.cli.status import tell

    return tell(found_settings(settings), dispatch, as_json=as_json)
