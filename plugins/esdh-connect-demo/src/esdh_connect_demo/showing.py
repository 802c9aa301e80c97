"""Fremvisning: a plan, an outcome, a journal and figures as lines on the screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from esdh_connect import wording
from esdh_connect.dispatch import Cover, Entry, Plan, Row, Status
from esdh_connect.hookspecs import Action
from esdh_connect.model import Place
from esdh_connect.policy import Department
from esdh_connect.usage import UsageKind
from esdh_connect_demo.host import CHANNELS
from esdh_connect_demo.municipality import Filed, Note
from esdh_connect_demo.screen import Screen

__all__ = [
    "channel",
    "counted",
    "show_actions",
    "show_journal",
    "show_outcomes",
    "show_plan",
    "show_receipts",
    "show_usage",
]

_USED = {
    UsageKind.SENT: "afsendt",
    UsageKind.DELIVERED: "leveret",
    UsageKind.FAILED: "fejlet",
    UsageKind.CANCELLED: "standset",
    UsageKind.PRINTED: "printet lokalt",
}
_ORDER = list(_USED)


def show_actions(screen: Screen, rows: Iterable[tuple[Department, Filed, Sequence[Action]]]) -> None:
    """Show what can be done with each document."""
    screen.table([(_offered(actions), department.name, _stem(filed.name)) for department, filed, actions in rows])


def _offered(actions: Sequence[Action]) -> str:
    return ", ".join(f"[{one.label}]" for one in actions if one.enabled) or "ingen handling"


def show_plan(screen: Screen, plan: Plan) -> None:
    """Show who gets what, how and why."""
    for row in plan.rows:
        screen.say(f"{_who(row)} · sag {plan.request.case.id}")
        for reason in row.reasons:
            screen.say(f"{reason.why}.", indent=4)
        if row.error is not None:
            screen.bad(wording.of(row.error), indent=4)
        if row.manifest is not None:
            _show_manifest(screen, row)
        for warning in row.warnings:
            screen.quiet(f"Bemærk: {warning}.", indent=4)


def _who(row: Row) -> str:
    return row.recipient.name if row.recipient else row.party.id


def _show_manifest(screen: Screen, row: Row) -> None:
    if row.manifest is None or row.envelope is None:
        return
    extent = row.manifest.extent
    screen.say(
        f"{counted(extent.documents, 'dokument', 'dokumenter')}, {counted(extent.pages, 'side', 'sider')}, "
        f"{wording.size(extent.size)}:",
        indent=4,
    )
    names = [_stem(one.name) for one in row.manifest.documents]
    places = [place for file in row.envelope.letter.files for place in file.places]
    screen.table([(_pages(one.first_page, one.pages), _called(one, names)) for one in places], indent=6)


def _called(place: Place, names: Sequence[str]) -> str:
    """Give the document's name; what was added is called what it is."""
    return f"({', '.join(place.changes)})" if place.document is None else names[place.document]


def _pages(first: int | None, pages: int | None) -> str:
    if first is None or pages is None:
        return "hele filen"
    return f"side {first}" if pages == 1 else f"side {first}–{first + pages - 1}"


def show_receipts(screen: Screen, letters: Iterable[tuple[Cover, Entry]]) -> None:
    """Show what each letter's receipts said, in the order of their own times."""
    for cover, entry in letters:
        receipts = sorted(entry.receipts, key=lambda one: one.at)
        screen.say(f"{cover.recipient.name} · {channel(entry)}")
        screen.say(", ".join(wording.receipt(one.event) for one in receipts), indent=4)
        screen.quiet(wording.when(receipts[-1].at) if receipts else "ingen kvitteringer endnu", indent=4)


def show_outcomes(screen: Screen, letters: Sequence[tuple[Cover, Entry]]) -> None:
    """Show what became of each letter, and why where it was not delivered."""
    screen.table(
        [(entry.case.id, cover.recipient.name, channel(entry), wording.standing(entry)) for cover, entry in letters]
    )
    told = {wording.explain(entry): None for _, entry in letters if entry.status is not Status.DELIVERED}
    for explanation in told:
        screen.quiet(explanation, indent=4)


def show_journal(screen: Screen, notes: Iterable[Note]) -> None:
    """Show the notes as they stand on the cases."""
    for note in notes:
        screen.say(f"{note.id} på sag {note.case}: {note.lines[0]}")
        for line in note.lines[1:]:
            screen.quiet(line, indent=4)


def show_usage(screen: Screen, departments: Iterable[Department], counts: Counter[tuple[str, UsageKind, str]]) -> None:
    """Show the figures of each department; no person is in them."""
    rows = []
    for department in departments:
        said = [
            f"{number} {_USED[kind]} ({CHANNELS.get(name, name)})"
            for (where, kind, name), number in sorted(
                counts.items(), key=lambda item: (_ORDER.index(item[0][1]), item[0][2])
            )
            if where == department.id
        ]
        rows.append((department.name, ", ".join(said) or "ikke begyndt: ingen kanal er slået til"))
    screen.table(rows)


def channel(entry: Entry) -> str:
    """Give the Danish name of an entry's channel."""
    return CHANNELS.get(entry.channel, entry.channel)


def counted(number: int, one: str, more: str) -> str:
    """Give a number with its word."""
    return f"{number} {one if number == 1 else more}"


def _stem(name: str) -> str:
    return name.removesuffix(".pdf")
