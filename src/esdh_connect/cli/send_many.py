"""``esdh-connect send-many``: show what a mailing is, have its exact count confirmed, and send it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import click

from esdh_connect import wording
from esdh_connect.cli import bad_lines, mailings, overriding, rounds, talk, wish
from esdh_connect.cli.danish import Command
from esdh_connect.cli.errand import Said, department_of, refuse_example
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.installation import opened
from esdh_connect.cli.letters import Common, Letters, Window
from esdh_connect.cli.options import as_json, deadline, found_settings, not_before, settings, threads, user, verbose
from esdh_connect.cli.overriding import overrides_of
from esdh_connect.cli.progress import Bar, bar
from esdh_connect.cli.show import counted
from esdh_connect.connect import Connect
from esdh_connect.dispatch import Entry, Override, Plan, Work
from esdh_connect.errors import BatchDiffers
from esdh_connect.mailing import Mailed, Order, Overview, Step
from esdh_connect.settings import Settings

__all__ = ["send_many"]

_PATIENCE = 60.0
_NOTHING = "Der er ikke sendt noget"
_DOING = {"committed": "Bestiller", "released": "Frigiver"}
_MENDED = "Ret dem dér, og send dem som --list med samme --batch og --supplement."
_AGAIN = "Den samme kommando igen fortsætter, hvor den slap; ingen får det to gange."


@attrs.frozen
class _How:
    """The options that say nothing of the letters."""

    count: int | None
    first: int | None
    later: bool
    threads: int
    as_json: bool
    dry_run: bool
    bad_lines: Path | None
    supplement: bool
    override: tuple[Override, ...] = attrs.field(converter=overrides_of)


@click.command("send-many", cls=Command)
@click.argument("files", metavar="[BREV [BILAG]...]", nargs=-1, type=click.Path(path_type=Path))
@settings
@click.option(
    "--list", "path", metavar="FIL", required=True, type=click.Path(path_type=Path),
    help='Brevene, ét pr. linje: {"cpr": "…", "name": "…", "title": "…", "files": ["…"]}.',
)  # fmt: skip
@click.option("--batch", metavar="NAVN", required=True, help="Udsendelsens navn. Det samme navn fortsætter den.")
@click.option("--department", metavar="ID", help="Afdelingen; kan udelades, når der kun er én.")
@click.option("--title", metavar="TEKST", default="", help="Titlen på de breve, hvis linje ikke har en.")
@click.option("--case", metavar="ID", default="", help="Sagens id for de breve, hvis linje ikke har et.")
@not_before
@deadline
@click.option("--reminder", metavar="TEKST", default="", help="En NemSMS ved siden af hvert brev.")
@click.option(
    "--bad-lines", metavar="FIL", type=click.Path(path_type=Path),
    help="Send resten, når noget i listen er forkert, og læg de forkerte linjer i FIL, så de kan rettes.",
)  # fmt: skip
@click.option("--supplement", is_flag=True, help="Listen er rettede eller nye linjer til en udsendelse, der er sendt.")
@click.option("--dry-run", is_flag=True, help="Vis overblikket, og send ikke noget.")
@click.option(
    "--count", metavar="ANTAL", type=click.IntRange(min=1),
    help="Så mange breve er der i listen: spørg ikke. Er der flere eller færre, sendes ingen.",
)  # fmt: skip
@click.option("--first", metavar="ANTAL", type=click.IntRange(min=0), help="Send kun så mange; resten venter.")
@click.option("--later", is_flag=True, help="Læg dem kun i udbakken; »worker« eller »drain« sender dem.")
@overriding.option
@threads
@as_json
@verbose
def send_many(
    settings: Path | None, path: Path, batch: str, *, department: str | None, **given: Any,  # noqa: ANN401
) -> int:  # fmt: skip
    """
    Send en masseforsendelse: hvert brev i en liste, eller BREV med BILAG til alle i listen.

    Viser først overblikket og spørger om det nøjagtige antal. Intet sendes, før hele listen er bestilt, og antallet
    passer. Breve, der ikke kan sendes, standser kun sig selv.
    """
    how = _How(**{field.name: given.pop(field.name) for field in attrs.fields(_How)})
    try:
        said = Said(to=str(path), **given)
        post, letters = _opened(settings, path, _named(batch), department, said)
        expect, letters = _in_order(letters, how)
        shown = None if how.count is not None and not how.dry_run else _overview(post, letters, expect, how)
        if how.dry_run:
            return _tried(shown, post, letters, how)
        _agreed(post, shown, expect, how)
        if letters.without and how.bad_lines:
            bad_lines.write(how.bad_lines, letters)
    except KeyboardInterrupt:
        raise Stopped(Exit.INTERRUPTED, f"Afbrudt. {_NOTHING}.") from None
    done = _committed(post, letters, expect, shown, how)
    return _ended(post, letters, done, how)


def _named(batch: str) -> str:
    """Refuse a name that is none, or that may name a person. Raises Stopped."""
    try:
        Order(batch, "", 0)
    except ValueError:
        text = "--batch er et navn på højst 100 tegn, uden noget, der ligner et CPR-nummer"
        raise Stopped(Exit.USAGE, f"{_NOTHING}: {text}") from None
    return batch


def _opened(
    settings_file: Path | None, path: Path, batch: str, department: str | None, said: Said
) -> tuple[Connect, Letters]:
    found = found_settings(settings_file)
    known = Settings.load(found)
    refuse_example(known)
    common = Common(
        batch=batch,
        department=department_of(known.departments, department),
        title=said.title,
        files=said.files,
        case=said.case,
        options=said.options,
    )
    desk = wish.Desk(Window(), Window())
    post = opened(found, desk)
    return post, Letters(path, common, post.seal, desk)


# --- before the commit: nothing has happened


def _in_order(letters: Letters, how: _How) -> tuple[int, Letters]:
    """Count the letters that are in order, and leave the others out where that is wished. Raises Stopped."""
    checked = letters.checked()
    if how.bad_lines is None:
        bad_lines.refuse(checked)
    if not checked.good:
        found = [f"{_NOTHING}: der er ingen breve i listen", *bad_lines.named(checked.wrong)]
        raise Stopped(Exit.USAGE, "\n".join(found))
    letters = attrs.evolve(letters, without=frozenset(checked.wrong))
    if how.bad_lines is not None:
        bad_lines.refuse_place(how.bad_lines, letters)
    for line in bad_lines.named(checked.wrong):
        talk.say(f"Sendes ikke: {line}")
    return checked.good, letters


def _overview(post: Connect, letters: Letters, expect: int, how: _How) -> Overview:
    plans = post.plan_many(letters, how.override, batch=letters.common.batch)
    with bar() as shown:
        found = post.overview(_watched(plans, shown, expect))
    for line in overriding.idle(how.override, {*found.concerns, *found.overridden}):
        talk.say(line)
    return found


def _watched(plans: Iterator[Plan], shown: Bar, expect: int) -> Iterator[Plan]:
    for done, plan in enumerate(plans, start=1):
        yield plan
        shown.at("Planlægger", done, expect)


def _tried(shown: Overview | None, post: Connect, letters: Letters, how: _How) -> Exit:
    assert shown is not None  # noqa: S101 - a dry run has one
    if how.as_json:
        talk.json_data(mailings.overview_json(shown))
    else:
        talk.data(mailings.overview_lines(shown, post.plugins.channels))
    talk.say(f"{_NOTHING} (--dry-run).")
    if not shown.letters:
        return Exit.FAILED
    return Exit.PARTLY if shown.problems or letters.without else Exit.DONE


def _agreed(post: Connect, shown: Overview | None, expect: int, how: _How) -> None:
    """Have the exact count confirmed. Raises Stopped where it is not."""
    if how.count is not None:
        if how.count != expect:
            number = wording.number(how.count)
            raise Stopped(Exit.FAILED, f"{_NOTHING}: der er {counted(expect)} i listen, og --count siger {number}.")
        return
    with ExitStack() as stack:
        terminal = talk.Terminal.find(stack)
        if terminal is None or shown is None:
            raise Stopped(Exit.USAGE, f"{_NOTHING}: her er ingen terminal at spørge i. Skriv --count {expect}")
        talk.say("\n".join(mailings.overview_lines(shown, post.plugins.channels)))
        if terminal.answer("Skriv antallet af breve i listen for at sende dem: ") != str(expect):
            raise Stopped(Exit.FAILED, f"{_NOTHING}: antallet passer ikke.")


# --- the commit, which may be cut off anywhere, and what comes after it


def _committed(post: Connect, letters: Letters, expect: int, shown: Overview | None, how: _How) -> Mailed:
    def watch(step: Step) -> None:
        progress.at(_DOING[step.what], step.done, step.of)

    try:
        with bar() as progress:
            return post.commit_many(
                letters,
                batch=letters.common.batch,
                expect=expect,
                by=user(),
                fingerprint=shown.fingerprint if shown else "",
                first=how.first,
                supplement=how.supplement,
                progress=watch,
                overrides=how.override,
            )
    except KeyboardInterrupt:
        raise Stopped(Exit.INTERRUPTED, f"Afbrudt. Hvad der nåede i udbakken, ligger der. {_AGAIN}") from None
    except BatchDiffers as error:
        raise Stopped(Exit.FAILED, wording.of(error)) from None


def _ended(post: Connect, letters: Letters, done: Mailed, how: _How) -> Exit:
    code, name = None, letters.common.batch
    if not how.later and done.batch is not None:
        code = _delivered(post, how)
    batch = next(iter(post.batches(name)), None)
    if how.as_json:
        found = mailings.batch_json(batch) if batch else None
        problems = mailings.problems_json(done.problems)
        talk.json_data({"batch": found, "overridden": dict(done.overridden), "problems": problems})
    else:
        told = [*(mailings.batch_lines(batch) if batch else ()), *mailings.overridden_lines(done.overridden)]
        talk.data([*told, *mailings.problem_lines(done.problems)])
    for line in overriding.unused(how.override, done.overridden) if done.known else ():
        talk.say(line)
    back = _held_back(post, name)
    code = code or mailings.code_of(batch, done.problems, waits=how.later or bool(back))
    if letters.without:
        left = counted(len(letters.without), "linje", "linjer")
        talk.say(f"{left} ligger i {how.bad_lines} og er ikke sendt. {_MENDED}")
        code = Exit.PARTLY if code is Exit.DONE else code
    if code in (Exit.TEMPORARY, Exit.INTERRUPTED):
        talk.say(f"Noget venter i udbakken. {_AGAIN}")
    elif back:
        talk.say(f"De sendes tidligst {wording.when(back[0].due)}: »drain« eller en worker gør det derefter.")
    return code


def _held_back(post: Connect, name: str) -> tuple[Entry, ...]:
    """Give the first of what lies ready where it waits for its day, as the whole mailing then does."""
    return rounds.held_back(post.outbox.in_batch(name, (Work.READY, Work.SENDING), 1), datetime.now(UTC))


def _delivered(post: Connect, how: _How) -> Exit | None:
    try:
        with rounds.patient() as stop:
            if rounds.run(post, stop, patience=_PATIENCE, threads=how.threads) is None:
                talk.say("En anden proces er ved at tømme udbakken; den sender dem.")
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    return None
