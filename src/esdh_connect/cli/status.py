"""``esdh-connect status``: everything known of one letter."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from esdh_connect import wording
from esdh_connect.cli import following, report, show, talk
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit
from esdh_connect.cli.installation import opened
from esdh_connect.cli.options import as_json, dispatch, found_settings, settings, verbose
from esdh_connect.dispatch import Status

__all__ = ["status", "tell"]

#: What is looked through for a duty that is still owed.
_DUTIES = 10_000


@click.command(cls=Command)
@dispatch
@settings
@as_json
@verbose
def status(dispatch: str, settings: Path | None, *, as_json: bool) -> int:
    """Se, hvad der er sket med forsendelsen ID: forsøg, kvitteringer og hvem der nu skal gøre noget."""
    return tell(found_settings(settings), dispatch, as_json=as_json)


def tell(settings_file: Path, dispatch: str, *, as_json: bool) -> int:
    """Print it. Raises UnknownDispatch."""
    post = opened(settings_file)
    entry, cover = post.entry(dispatch), report.cover_of(post, dispatch)
    owed = post.outbox.duties(datetime.max.replace(tzinfo=UTC), _DUTIES)
    duty = next((one for one in owed if one.dispatch == entry.id), None)
    stoppable, child, period = post.stoppable(dispatch), following.after(post, entry), post.complaint_period(dispatch)
    if as_json:
        more = {"followed_by": child.id if child else None, "stoppable": report.stoppable(stoppable)}
        more["complaint_period"] = report.complaint(period, entry)
        talk.json_data(report.detailed(entry, cover, duty) | more)
    else:
        has_failed = entry.status is Status.FAILED and entry.beside is None  # a reminder has no period
        told = show.detail(entry, cover, duty, channel=show.label(entry, post.plugins.channels), child=child)
        more_told = [
            *([stoppable.text] if stoppable else []),
            *([wording.complaint(period, entry)] if period or has_failed else []),
        ]
        talk.data([*told, *(f"    {line}" for line in more_told)])
    return Exit.DONE
