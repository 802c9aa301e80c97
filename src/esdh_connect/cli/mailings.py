"""What is said of a mailing: its overview, and what became of it – as Danish text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from pathlib import Path
from typing import Any

import attrs

from esdh_connect import wording
from esdh_connect.channel import Channel
from esdh_connect.cli import talk, wish
from esdh_connect.cli.exits import Exit
from esdh_connect.cli.installation import opened
from esdh_connect.cli.letters import Common, Letters
from esdh_connect.cli.show import counted
from esdh_connect.connect import Connect
from esdh_connect.dispatch import Status, Work
from esdh_connect.ids import mask
from esdh_connect.mailing import Overview, Problem
from esdh_connect.outbox import Batch

__all__ = [
    "batch_json",
    "batch_lines",
    "code_of",
    "opened_with",
    "overridden_lines",
    "overview_json",
    "overview_lines",
    "problem_lines",
]

_WAITING = (Work.READY, Work.SENDING)


def opened_with(settings_file: Path, path: Path | None, files: tuple[Path, ...]) -> Connect:
    """Open the installation with the documents and recipients of a list at hand. Raises Stopped."""
    desk = wish.Desk({}, {})
    post = opened(settings_file, desk)
    if path is not None:
        letters = Letters(path, Common(batch="-", department="-", title="-", files=files), post.seal, desk)
        in_order = attrs.evolve(letters, without=frozenset(letters.checked().wrong))
        for _ in in_order:  # each letter that is given leaves its recipient and files on the desk
            continue
    return post


def overview_lines(found: Overview, channels: Mapping[str, Channel]) -> Iterator[str]:
    """Tell what a mailing is, before anything has happened."""
    yield f"{counted(found.count)} i listen; {wording.number(found.letters)} kan sendes"
    for name, letters in found.channels.items():
        yield f"    {channels[name].label if name in channels else name}: {wording.number(letters)}"
    if found.reminders:
        yield f"    Påmindelser ved siden af: {wording.number(found.reminders)}"
    yield f"    I alt {counted(found.pages, 'side', 'sider')}, {wording.size(found.size)}"
    if found.repeated:
        first = ", ".join(map(str, found.repeats))
        yield f"    Bemærk: {counted(found.repeated)} er magen til et tidligere i listen (fx nr. {first})"
    for text, letters in found.warnings.items():
        yield f"    Bemærk ({counted(letters)}): {talk.on_one_line(text)}"
    yield from overridden_lines(found.overridden)
    yield from problem_lines(found.problems)


def overridden_lines(overridden: Mapping[str, int]) -> Iterator[str]:
    """Tell how many letters go though a rule stopped them."""
    for id_, letters in overridden.items():
        yield f"    Tilsidesat ({counted(letters)}): {wording.rule(id_)} [{id_}]"


def problem_lines(problems: Iterable[Problem]) -> Iterator[str]:
    """Tell what cannot be sent, with the first of each kind."""
    for problem in problems:
        kind = (
            f"{wording.rule(problem.concern)} [{problem.concern}]" if problem.concern else wording.kind(problem.error)
        )
        yield f"{counted(problem.count)} kan ikke sendes ({kind}):"
        yield from (f"    Nr. {number}: {talk.on_one_line(text)}" for number, text in problem.examples)
        if problem.count > len(problem.examples):
            yield f"    … og {wording.number(problem.count - len(problem.examples))} til"
        if problem.concern:
            yield f'    Skal de sendes alligevel: --override {problem.concern}="hvorfor"'


def batch_lines(batch: Batch) -> Iterator[str]:
    """Tell what became of a mailing."""
    yield f"{talk.on_one_line(batch.name)}: {counted(batch.letters)}, bestilt {wording.when(batch.begun_at)}"
    for status in Status:
        if batch.status.get(status):
            yield f"    {wording.status(status)}: {wording.number(batch.status[status])}"
    if batch.held:
        yield f"    Venter på at blive frigivet: {wording.number(batch.held)}"
    if batch.approvals:
        yield f"    Venter på at blive godkendt: {wording.number(batch.approvals)}"
    if batch.troubles:
        yield f"    Kræver, at en person ser på dem: {wording.number(batch.troubles)}"


def overview_json(found: Overview) -> dict[str, Any]:
    """Give the overview as JSON has it."""
    return {
        "count": found.count,
        "letters": found.letters,
        "reminders": found.reminders,
        "channels": dict(found.channels),
        "pages": found.pages,
        "size": found.size,
        "repeated": found.repeated,
        "repeats": list(found.repeats),
        "warnings": {mask(text): letters for text, letters in found.warnings.items()},
        "concerns": dict(found.concerns),
        "overridden": dict(found.overridden),
        "fingerprint": found.fingerprint,
        "problems": problems_json(found.problems),
    }


def problems_json(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Give what cannot be sent as JSON has it."""
    return [
        {
            "error": one.error,
            "concern": one.concern or None,
            "count": one.count,
            "examples": [{"number": number, "text": text} for number, text in one.examples],
        }
        for one in problems
    ]


def batch_json(batch: Batch) -> dict[str, Any]:
    """Give a batch as JSON has it."""
    return {
        "name": batch.name,
        "begun_at": batch.begun_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "letters": batch.letters,
        "held": batch.held,
        "released": batch.released,
        "approvals": batch.approvals,
        "troubles": batch.troubles,
        "status": {status.value: batch.status[status] for status in Status if batch.status.get(status)},
        "work": {work.value: batch.work[work] for work in Work if batch.work.get(work)},
    }


def code_of(batch: Batch | None, problems: Iterable[Problem], *, waits: bool) -> Exit:
    """
    Give the exit code that a mailing deserves.

    ``waits`` says that what is ready is where it should be, as is what is held for its release.
    """
    wrong = sum(one.count for one in problems)
    if batch is None:
        return Exit.FAILED if wrong else Exit.DONE
    if batch.work.get(Work.UNKNOWN):
        return Exit.UNKNOWN
    if not waits and any(batch.work.get(work) for work in _WAITING):
        return Exit.TEMPORARY
    return Exit.PARTLY if wrong or batch.troubles else Exit.DONE
