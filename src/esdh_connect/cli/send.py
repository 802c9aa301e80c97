"""``esdh-connect send``: show who gets what and how, ask, send, and tell what became of it."""

from __future__ import annotations

import gc
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import click

from esdh_connect import wording
from esdh_connect.cli import overriding, report, rounds, show, talk, waiting
from esdh_connect.cli.danish import Command
from esdh_connect.cli.errand import Errand, Said
from esdh_connect.cli.exits import Exit, Stopped, Verbosity, told
from esdh_connect.cli.options import as_json, deadline, found_settings, not_before, settings, user, verbose
from esdh_connect.cli.overriding import overrides_of
from esdh_connect.cli.recipients import STANDARD_INPUT
from esdh_connect.dispatch import Cover, Entry
from esdh_connect.errors import EsdhConnectError, StoreError

__all__ = ["send"]

#: How long another process may have the outbox before we leave our letters to it.
_PATIENCE = 60.0
_MUCH = 10_000_000
_NOTHING = "Der er ikke sendt noget"


@attrs.frozen
class _Shown:
    """What is left of a plan when it was shown: everything but the bytes, which may be many."""

    fingerprint: str
    letters: int
    wrong: int
    lines: tuple[str, ...] = attrs.field(repr=False)
    rows: list[dict[str, Any]] = attrs.field(repr=False)


@attrs.frozen
class _How:
    """The options of ``send`` that say nothing of the letter."""

    as_json: bool
    yes: bool
    again: bool
    wait: float


_CODES = """\b
Slutkoder:
  0  færdig: leverandøren har taget imod det, eller det venter på sin dag eller på godkendelse
  1  der er ikke sendt noget
  2  kommandoen er skrevet forkert
  3  indstillingerne kan ikke bruges
  4  noget er sendt, noget er ikke nået frem
  5  uvist, om noget er sendt: send ikke igen
 75  noget, der skulle have været sendt nu, venter i udbakken; den samme kommando igen er ufarlig
130  afbrudt med Ctrl-C
"""


@click.command(cls=Command, epilog=_CODES)
@click.argument("files", metavar="BREV [BILAG]...", nargs=-1, required=True, type=click.Path(path_type=Path))
@settings
@click.option("--department", metavar="ID", help="Afdelingen; kan udelades, når der kun er én.")
@click.option("--title", metavar="TEKST", required=True, help="Brevets titel, som modtageren ser den.")
@click.option(
    "--to", metavar="FIL", default=STANDARD_INPUT,
    help='Modtagerne, én pr. linje: {"cpr": "…", "name": "…", "address": {…}}. Ellers læses de fra standard input (-).',
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Vis, hvem der får hvad og hvordan, og send ikke noget.")
@as_json
@click.option("--yes", is_flag=True, help="Spørg ikke.")
@overriding.option
@click.option("--again", is_flag=True, help="Send også, når det samme er sendt før.")
@click.option(
    "--bundle", metavar="NAVN", multiple=True,
    help="En bilagspakke efter filerne, i den version, der gælder nu. Kan skrives flere gange.",
)  # fmt: skip
@click.option("--case", metavar="ID", default="", help="Sagens id.")
@not_before
@deadline
@click.option("--reminder", metavar="TEKST", default="", help="En NemSMS ved siden af brevet.")
@click.option(
    "--wait", metavar="SEKUNDER", type=click.FloatRange(min=0), default=0,
    help="Vent så længe på de endelige kvitteringer.",
)  # fmt: skip
@verbose
def send(
    files: tuple[Path, ...], settings: Path | None, *,
    dry_run: bool, as_json: bool, yes: bool, again: bool, wait: float, **said: Any,  # noqa: ANN401
) -> int:  # fmt: skip
    """
    Send BREV med BILAG til modtagerne.

    Viser først, hvem der får hvad og hvordan, og spørger. Den samme kommando igen sender ikke noget nyt, men viser,
    hvad der er blevet af det første.
    """
    how = _How(as_json, yes, again, wait)
    try:
        overrides, wanted = overrides_of(said.pop("override")), Said(files=files, **said)
        errand = Errand.of(found_settings(settings), wanted, again=again, overrides=overrides)
        if dry_run:
            return _tried(errand, how)
        shown = None if _came_before(errand) else _agreed(errand, how)
    except KeyboardInterrupt:
        raise Stopped(Exit.INTERRUPTED, f"Afbrudt. {_NOTHING}.") from None
    with rounds.patient() as stop:
        if shown is not None:
            _commit(errand, shown, how)
        return _delivered(errand, stop, how)


# --- before the commit: nothing has happened


def _came_before(errand: Errand) -> bool:
    before = errand.entries()
    if before:
        talk.say(
            f"Det samme er bestilt {wording.when(before[0].committed_at)}: der sendes ikke noget nyt. "
            "(--again sender det en gang til.)"
        )
        kept = {(act.concern, act.why) for entry in before for act in entry.acts}
        said = [one for one in errand.overrides if one.party is None]
        for line in overriding.unused(said, [one.concern for one in said if (one.concern, one.why) in kept]):
            talk.say(line)
    return bool(before)


def _tried(errand: Errand, how: _How) -> Exit:
    _came_before(errand)
    shown = _planned(errand)
    if how.as_json:
        talk.json_data(report.dispatches(shown.rows))
    else:
        talk.data(shown.lines)
    talk.say(_refusal(shown) if shown.wrong else f"{_NOTHING} (--dry-run).")
    return Exit.FAILED if shown.wrong else Exit.DONE


def _planned(errand: Errand) -> _Shown:
    """Plan, and keep what can be shown: the plan itself goes out of sight here."""
    plan = errand.post.plan(errand.request, errand.overrides)
    said = [one for one in errand.overrides if one.party is None]
    for line in overriding.idle(said, overriding.raised(plan)):
        talk.say(line)
    return _Shown(
        fingerprint=plan.fingerprint,
        letters=sum(1 for row in plan.rows if not row.reminder),
        wrong=sum(1 for row in plan.rows if row.error),
        lines=tuple(show.plan(plan, errand.post.plugins.channels)),
        rows=report.planned(plan),
    )


def _agreed(errand: Errand, how: _How) -> _Shown:
    """Show the plan and ask. Raises Stopped where something is wrong with it or the answer is no."""
    with ExitStack() as stack:
        terminal = None if how.yes else talk.Terminal.find(stack)
        if terminal is None and not how.yes:
            raise Stopped(Exit.USAGE, f"{_NOTHING}: her er ingen terminal at spørge i. Skriv --yes for at sende uden")
        shown = _planned(errand)
        talk.say("\n".join(shown.lines))
        if shown.wrong:
            raise _refused(shown, _refusal(shown), how)
        if terminal and not terminal.agrees(f"Send {show.counted(shown.letters)}?"):
            raise _refused(shown, f"{_NOTHING}.", how)
    return shown


def _refusal(shown: _Shown) -> str:
    return f"{_NOTHING}: {shown.wrong} af {len(shown.rows)} forsendelser kan ikke sendes, som de er."


def _refused(shown: _Shown, why: str, how: _How) -> Stopped:
    if how.as_json:
        talk.json_data(report.dispatches(report.refused(shown.rows, why)))
    return Stopped(Exit.FAILED, why)


def _commit(errand: Errand, shown: _Shown, how: _How) -> None:
    """
    Put the letters into the outbox.

    Raises Stopped where they are no longer what was shown. Whatever else goes wrong: if they are in the outbox, they
    are committed, perhaps by the same command in another window.
    """
    _forget(errand)
    try:
        errand.post.commit(errand.request, by=user(), expect=shown.fingerprint, overrides=errand.overrides)
    except KeyboardInterrupt:
        text = f"Afbrudt. {_NOTHING} endnu; »esdh-connect outbox list« viser, om det nåede i udbakken."
        raise Stopped(Exit.INTERRUPTED, text) from None
    except Exception as error:
        if errand.entries():
            return
        if isinstance(error, EsdhConnectError):
            raise _refused(shown, wording.of(error), how) from error
        raise


def _forget(errand: Errand) -> None:
    """Let go of the bytes that were planned with, before they are needed again."""
    if errand.size > _MUCH:
        gc.collect()  # what pypdf has read points at itself, so it stays until somebody looks


# --- after it: whatever happens, say what is known


def _delivered(errand: Errand, stop: rounds.Stop, how: _How) -> Exit:
    code: Exit | None = None
    _forget(errand)
    try:
        _deliver(errand, stop, how.wait)
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - told, and then what the outbox knows is told too
        told(error, click.get_current_context().ensure_object(Verbosity))
    try:
        letters = tuple(errand.letters())
    except StoreError as error:
        told(error, click.get_current_context().ensure_object(Verbosity))
        return code or Exit.UNKNOWN
    return _ended(letters, code, how)


def _ended(letters: tuple[tuple[Entry, Cover], ...], code: Exit | None, how: _How) -> Exit:
    entries = tuple(entry for entry, _ in letters)
    if how.as_json:
        talk.json_data(report.dispatches(report.sent(*letter) for letter in letters))
    else:
        talk.data(line for letter in letters for line in show.outcome(*letter))
    code = code or rounds.code_of(entries, datetime.now(UTC))
    if text := _last_words(code, entries):
        talk.say(text)
    return code


def _deliver(errand: Errand, stop: rounds.Stop, wait: float) -> None:
    def unfinished() -> bool:
        return any(rounds.waits(entry) for entry in errand.entries())

    if unfinished():
        taken = rounds.run(errand.post, stop, patience=_PATIENCE, goes_on=unfinished)
        if taken is None and unfinished():
            talk.say("En anden proces er ved at tømme udbakken.")
    rounds.settle(errand.post, stop, errand.entries, seconds=wait)


def _last_words(code: Exit, entries: tuple[Entry, ...]) -> str:
    if code is Exit.UNKNOWN:
        return "Det er uvist, om alt er sendt. Send det ikke igen; »esdh-connect status« viser, når der er vished."
    return " ".join([*([_ENDS[code]] if code in _ENDS else []), *waiting.told(entries, datetime.now(UTC))])


_ENDS = {
    Exit.INTERRUPTED: "Afbrudt.",
    Exit.PARTLY: "Noget er sendt, og noget er ikke nået frem: se hver modtager.",
}
