"""
``esdh-connect approvals``, ``approve``, ``send-back`` and ``pass-on``: what waits for a second person.

The command line has no case system to read documents from. So that *approved* still means *the same as was shown*,
whoever approves brings what the letter was made of: its files and its list, as ``send`` had them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from esdh_connect import wording
from esdh_connect.cli import report, show, talk, wish
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.installation import opened, opened_for
from esdh_connect.cli.options import as_json, by, dispatch, found_settings, one_line, refuse_cpr, settings, verbose, why
from esdh_connect.cli.resolve import named_in
from esdh_connect.connect import Connect
from esdh_connect.dispatch import Cover, Deed, Entry, Request
from esdh_connect.errors import NoRecipient, PlanChanged, UnreadableDocument
from esdh_connect.ids import mask

__all__ = ["approvals", "approve", "pass_on", "send_back"]

_NOTHING = "Der er ikke gjort noget"
_MISSING = (
    "Nævn de samme filer og den samme liste (--to) som ved »send«. Kommer brevet fra et ESDH-system, godkendes det dér"
)


@click.command(cls=Command)
@settings
@click.option("--limit", metavar="ANTAL", type=click.IntRange(1, 10_000), default=100, help="Ellers 100.")
@as_json
@verbose
def approvals(settings: Path | None, limit: int, *, as_json: bool) -> int:
    """Se de breve, der venter på godkendelse, det ældste først."""
    post = opened(found_settings(settings))
    waiting = [(entry, report.cover_of(post, entry.id)) for entry in post.approvals(limit)]
    if as_json:
        talk.json_data(report.dispatches(_row(*one) for one in waiting))
    elif waiting:
        talk.data(line for one in waiting for line in _lines(*one))
    else:
        talk.say("Ingen breve venter på godkendelse.")
    return Exit.DONE


@click.command(cls=Command)
@dispatch
@click.argument("files", metavar="[BREV [BILAG]...]", nargs=-1, type=click.Path(path_type=Path))
@settings
@by
@click.option("--to", metavar="FIL", help="Modtagerlisten, som »send« fik den (- er standard input).")
@verbose
def approve(dispatch: str, files: tuple[Path, ...], settings: Path | None, by: str, to: str | None) -> int:
    """
    Godkend forsendelsen ID, så den kan sendes.

    Brevet lægges til rette igen af BREV, BILAG og modtagerlisten, og kun hvis det bliver nøjagtigt det brev, der blev
    bestilt, er det godkendt. Nævn derfor de samme filer og den samme liste som ved »send«. Et brev, der er lavet efter
    et andet i fejlbakken, er gemt, som det er, og kræver ingen filer. Et brev fra et ESDH-system godkendes dér, eller
    her, hvis et plugin kan læse dets dokumenter.

    Den, der har bestilt brevet, kan ikke selv godkende det.
    """
    refuse_cpr({"--by": by, "--to": to or "", **{f"fil {at}": str(one) for at, one in enumerate(files, start=1)}})
    path = found_settings(settings)
    at_hand: dict[str, Path] = {}
    post, _ = opened_for(path, at_hand, named_in(to))
    wanted = post.outbox.wish(dispatch)
    if wanted is not None:
        _refuse_others(wanted, files)
        at_hand.update(wish.at_hand(wanted, files))
    try:
        entry = post.approve(dispatch, by=by)
    except (UnreadableDocument, NoRecipient, PlanChanged) as error:
        raise Stopped(Exit.FAILED, f"{wording.of(error)} {_MISSING}.") from error
    return _told(post, entry)


@click.command("send-back", cls=Command)
@dispatch
@settings
@by
@why
@verbose
def send_back(dispatch: str, settings: Path | None, by: str, why: str) -> int:
    """Godkend ikke forsendelsen ID: den bliver stoppet, og den, der bestilte den, kan se hvorfor."""
    refuse_cpr({"--by": by, "--why": why}, nothing=_NOTHING)
    post = opened(found_settings(settings))
    return _told(post, post.send_back(dispatch, by=by, why=why))


@click.command("pass-on", cls=Command)
@dispatch
@click.argument("to", metavar="NAVN")
@settings
@by
@click.option("--why", metavar="TEKST", default="", callback=one_line, help="Hvorfor. Det gemmes sammen med brevet.")
@verbose
def pass_on(dispatch: str, to: str, settings: Path | None, by: str, why: str) -> int:
    """Lad NAVN godkende forsendelsen ID."""
    refuse_cpr({"NAVN": to, "--by": by, "--why": why}, nothing=_NOTHING)
    post = opened(found_settings(settings))
    return _told(post, post.pass_on(dispatch, to, by=by, why=why.strip()))


def _refuse_others(wanted: Request, files: tuple[Path, ...]) -> None:
    """Refuse files that are not the letter's, all of them in its order: who names one more believes that it goes."""
    named = [document.version for document in wish.documents(files)]
    if files and named != [document.version for document in wanted.documents if not document.bundle]:
        raise Stopped(
            Exit.FAILED,
            f"Der er ikke sendt noget: brevet blev bestilt med andre filer, eller i en anden rækkefølge. {_MISSING}.",
        )


def _told(post: Connect, entry: Entry) -> Exit:
    talk.data(show.outcome(entry, report.cover_of(post, entry.id)))
    return Exit.DONE


def _lines(entry: Entry, cover: Cover) -> Iterator[str]:
    yield f"{entry.id}  {talk.on_one_line(report.who(cover.recipient))}: »{talk.on_one_line(cover.title)}«"
    yield f"    Bestilt {wording.when(entry.committed_at)} af {talk.on_one_line(entry.committed_by)}"
    yield f"    {wording.explain(entry)}"
    yield from (f"    {talk.on_one_line(wording.act(act))}" for act in entry.acts if act.deed is Deed.OVERRODE)


def _row(entry: Entry, cover: Cover) -> dict[str, Any]:
    passed_on = [act.to for act in entry.acts if act.deed is Deed.PASSED_ON]
    return {
        **report.line(entry),
        **report.sent(entry, cover),
        "committed_by": mask(entry.committed_by),
        "overridden": [report.act(act) for act in entry.acts if act.deed is Deed.OVERRODE],
        "passed_on_to": mask(passed_on[-1]) if passed_on else None,
        "explanation": wording.explain(entry),
    }
