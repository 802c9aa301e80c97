"""``esdh-connect batch``: mailings in the outbox – seen, released, stopped."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from esdh_connect.cli import talk
from esdh_connect.cli.danish import Group
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.options import as_json, by, found_settings, refuse_cpr, settings, verbose, why
from esdh_connect.connect import Connect
from esdh_connect.outbox import Batch

__all__ = ["batch"]

_NOT_STOPPED = "Der er ikke stoppet noget"
_STOP_CODES = """\b
Slutkoder:
  0  alle breve i den er stoppet
  4  nogle af dem var afleveret, eller er det måske
"""


@click.group(cls=Group)
def batch() -> None:
    """Se, frigiv eller stop masseforsendelser."""


@batch.command("list")
@settings
@click.option("--limit", metavar="ANTAL", type=click.IntRange(1, 10_000), default=100, help="Ellers 100.")
@as_json
@verbose
def list_(settings: Path | None, limit: int, *, as_json: bool) -> int:
    """Se de nyeste masseforsendelser."""
    from esdh_connect.cli import mailings
    from esdh_connect.cli.installation import opened

    found = opened(found_settings(settings)).batches(limit=limit)
    if as_json:
        talk.json_data({"batches": [mailings.batch_json(one) for one in found]})
    elif found:
        talk.data(line for one in found for line in mailings.batch_lines(one))
    else:
        talk.say("Der er ingen masseforsendelser i udbakken.")
    return Exit.DONE


@batch.command("show")
@click.argument("name", metavar="NAVN")
@settings
@as_json
@verbose
def show_(name: str, settings: Path | None, *, as_json: bool) -> int:
    """Se, hvad der er blevet af masseforsendelsen NAVN."""
    from esdh_connect.cli import mailings
    from esdh_connect.cli.installation import opened

    found = _found(opened(found_settings(settings)), name)
    if as_json:
        talk.json_data(mailings.batch_json(found))
    else:
        talk.data(mailings.batch_lines(found))
    return Exit.DONE


@batch.command("release")
@click.argument("name", metavar="NAVN")
@settings
@click.option(
    "--count", metavar="ANTAL", type=click.IntRange(min=0), help="Så mange venter: spørg ikke. Ellers frigives ingen."
)
@by
@verbose
def release_(name: str, settings: Path | None, by: str, count: int | None) -> int:
    """Lad resten af masseforsendelsen NAVN gå; »worker« eller »drain« sender den."""
    from esdh_connect.cli.installation import opened
    from esdh_connect.cli.progress import bar

    post = opened(found_settings(settings))
    held = _found(post, name).held
    if held == 0:
        talk.say("Der er ingen breve, som venter på at blive frigivet.")
        return Exit.DONE
    expect = _confirmed(held, "frigive") if count is None else count
    with bar() as shown:
        released = post.release_batch(
            name, by=by, expect=expect, progress=lambda step: shown.at("Frigiver", step.done, step.of)
        )
    talk.data([f"Frigivet: {released}"])
    return Exit.DONE


@batch.command("stop", epilog=_STOP_CODES)
@click.argument("name", metavar="NAVN")
@settings
@by
@why
@click.option("--yes", is_flag=True, help="Spørg ikke.")
@verbose
def stop_(name: str, settings: Path | None, by: str, why: str, *, yes: bool) -> int:
    """Stop det, der endnu ikke er afleveret af masseforsendelsen NAVN. Resten kan ikke kaldes tilbage."""
    from esdh_connect.cli.installation import opened

    refuse_cpr({"--by": by, "--why": why}, nothing=_NOT_STOPPED)
    post = opened(found_settings(settings))
    letters = _found(post, name).letters
    if not yes:
        _agreed(name, letters)
    halted = post.stop_batch(name, by=by, why=why)
    talk.data([f"Stoppet: {halted.stopped}", f"Kan ikke stoppes mere: {halted.left}"])
    return Exit.PARTLY if halted.left else Exit.DONE


@batch.command("approve")
@click.argument("name", metavar="NAVN")
@click.argument("files", metavar="[BREV [BILAG]...]", nargs=-1, type=click.Path(path_type=Path))
@settings
@click.option("--list", "path", metavar="FIL", type=click.Path(path_type=Path), help="Listen, som »send-many« fik den.")
@click.option(
    "--count", metavar="ANTAL", type=click.IntRange(min=0), help="Så mange venter: spørg ikke. Ellers godkendes ingen."
)
@by
@verbose
def approve_(
    name: str, files: tuple[Path, ...], settings: Path | None, path: Path | None, by: str, *, count: int | None
) -> int:
    """
    Godkend alle de breve i masseforsendelsen NAVN, der venter på det.

    Hvert brev lægges til rette igen, og kun hvis alle bliver nøjagtigt de breve, der blev bestilt, bliver de godkendt.
    Nævn derfor de samme filer og den samme liste som ved »send-many«. Kommer de fra et ESDH-system, godkendes de dér.
    """
    from esdh_connect.cli import mailings

    refuse_cpr({"--by": by, "--list": str(path or ""), **{f"fil {at}": str(one) for at, one in enumerate(files, 1)}})
    post = mailings.opened_with(found_settings(settings), path, files)
    waiting = _found(post, name).approvals
    if not waiting:
        talk.say("Der er ingen breve, som venter på at blive godkendt.")
        return Exit.DONE
    expect = _confirmed(waiting, "godkende") if count is None else count
    talk.data([f"Godkendt: {post.approve_batch(name, by=by, expect=expect)}"])
    return Exit.DONE


@batch.command("send-back")
@click.argument("name", metavar="NAVN")
@settings
@click.option(
    "--count", metavar="ANTAL", type=click.IntRange(min=0), help="Så mange venter: spørg ikke. Ellers stoppes ingen."
)
@by
@why
@verbose
def send_back_(name: str, settings: Path | None, by: str, why: str, count: int | None) -> int:
    """Godkend ingen af de breve i masseforsendelsen NAVN, der venter på det: de bliver stoppet."""
    from esdh_connect.cli.installation import opened

    refuse_cpr({"--by": by, "--why": why}, nothing=_NOT_STOPPED)
    post = opened(found_settings(settings))
    waiting = _found(post, name).approvals
    expect = count if count is not None else _confirmed(waiting, "stoppe") if waiting else 0
    talk.data([f"Sendt tilbage: {post.send_back_batch(name, by=by, why=why, expect=expect)}"])
    return Exit.DONE


def _agreed(name: str, letters: int) -> None:
    with ExitStack() as stack:
        terminal = talk.Terminal.find(stack)
        if terminal is None:
            raise Stopped(Exit.USAGE, "Der er ikke stoppet noget: her er ingen terminal at spørge i. Skriv --yes")
        if not terminal.agrees(f"Stop »{talk.on_one_line(name)}« ({letters} breve)?"):
            raise Stopped(Exit.FAILED, "Der er ikke stoppet noget.")


def _found(post: Connect, name: str) -> Batch:
    found = post.batches(name)
    if not found:
        raise Stopped(Exit.FAILED, "Den masseforsendelse er ikke i udbakken. »esdh-connect batch list« viser dem.")
    return found[0]


def _confirmed(held: int, deed: str) -> int:
    with ExitStack() as stack:
        terminal = talk.Terminal.find(stack)
        if terminal is None:
            raise Stopped(Exit.USAGE, f"Der er ikke sendt noget: her er ingen terminal. Skriv --count {held}")
        if terminal.answer(f"{held} breve venter. Skriv antallet for at {deed} dem: ") != str(held):
            raise Stopped(Exit.FAILED, "Der er ikke sendt noget: antallet passer ikke.")
    return held
