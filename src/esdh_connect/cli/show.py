"""What people read: a plan, what became of letters, the outbox – as lines of Danish text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from esdh_connect import wording
from esdh_connect.channel import Channel
from esdh_connect.cli import overriding, talk
from esdh_connect.cli.report import who
from esdh_connect.dispatch import Attempt, Cover, Entry, Manifest, ManifestDocument, Plan, Row, Status
from esdh_connect.model import Finding
from esdh_connect.outbox import Duty

__all__ = ["counted", "detail", "label", "outbox", "outcome", "plan", "standing"]


def counted(number: int, one: str = "brev", several: str = "breve") -> str:
    """Give ``1 brev`` or ``3 breve``."""
    return f"{wording.number(number)} {one if number == 1 else several}"


def plan(planned: Plan, channels: Mapping[str, Channel]) -> Iterator[str]:
    """Tell who gets what and how, and what is wrong."""
    documents = counted(len(planned.request.documents), "dokument", "dokumenter")
    yield f"»{talk.on_one_line(planned.request.title)}« – {documents}"
    before: Manifest | None = None
    for row in planned.rows:
        yield from _row(row, channels, before)
        before = row.manifest


def _row(row: Row, channels: Mapping[str, Channel], before: Manifest | None) -> Iterator[str]:
    name = talk.on_one_line(who(row.recipient)) or "Ukendt modtager"
    how = channels[row.channel].label if row.channel in channels else "ingen kanal"
    extent = row.manifest.extent if row.manifest else None
    many = f", {_pages(extent.pages)}{wording.size(extent.size)}" if extent and extent.files else ""
    yield f"{'  + påmindelse til ' if row.reminder else ''}{name}: {how}{many}"
    yield from (f"    {reason.why}" for reason in row.reasons)
    if row.manifest is not None:
        yield from ["    De samme filer"] if row.manifest == before else _files(row.manifest)
    if row.timing and row.timing.casefold() not in map(str.casefold, row.warnings):
        yield f"    {row.timing}"
    yield from (f"    Bemærk: {talk.on_one_line(warning)}" for warning in row.warnings)
    if row.envelope is not None and row.manifest is not None and row.manifest != before:
        yield from (_finding(one, row.manifest) for one in row.envelope.letter.findings)
    if row.error and not overriding.is_told(row.error):
        yield f"    {talk.on_one_line(wording.of(row.error))}"
    yield from overriding.concern_lines(row)


def _finding(found: Finding, manifest: Manifest) -> str:
    about = "" if found.document is None else f"»{manifest.documents[found.document].name}«: "
    return (
        f"    {wording.for_whom(found)}: {talk.on_one_line(about + found.text + (found.done and f' – {found.done}'))}"
    )


def _files(manifest: Manifest) -> Iterator[str]:
    for at, file in enumerate(manifest.files):
        within = [one for one in manifest.documents if one.file == at]
        yield f"    Fil {at + 1}: {talk.on_one_line(file.name)}, {_pages(file.pages)}{wording.size(file.size)}"
        if len(within) > 1 or any(one.changes or one.bundle for one in within):
            yield from (f"        {_place(one)}" for one in within)
        if file.front_matter:
            pages = counted(file.front_matter, "side", "sider")
            yield f"        {pages} er lagt til: bilagsoversigt eller blanke sider"


def _pages(pages: int | None) -> str:
    return f"{counted(pages, 'side', 'sider')}, " if pages else ""


def _place(document: ManifestDocument) -> str:
    where = ""
    if document.first_page is not None and document.placed_pages:
        last = document.first_page + document.placed_pages - 1
        where = f": side {document.first_page}" + (f"–{last}" if last > document.first_page else "")
    remarks = [*map(wording.change, document.changes), *([f"af pakken {document.bundle}"] if document.bundle else [])]
    return f"{talk.on_one_line(document.name)}{where}" + (f" ({', '.join(remarks)})" if remarks else "")


def outcome(entry: Entry, cover: Cover) -> Iterator[str]:
    """Tell what became of one letter."""
    yield f"{_to(entry, cover)}: {wording.standing(entry)}"
    yield f"    {wording.explain(entry, datetime.now(UTC))}"
    yield f"    {entry.id}"


def _to(entry: Entry, cover: Cover) -> str:
    name = talk.on_one_line(who(cover.recipient))
    return name if entry.beside is None else f"Påmindelse til {name}"


def standing(entries: Iterable[Entry]) -> str:
    """Count letters by their status: ``Behandles 2, Afventer 1``."""
    counts = Counter(entry.status for entry in entries)
    return ", ".join(f"{wording.status(status)} {counts[status]}" for status in Status if counts[status])


def label(entry: Entry, channels: Mapping[str, Channel]) -> str:
    """Give a letter's channel as people know it, or its id where it is not installed here."""
    return channels[entry.channel].label if entry.channel in channels else entry.channel


def detail(entry: Entry, cover: Cover, duty: Duty | None, *, channel: str, child: Entry | None) -> Iterator[str]:
    """Tell everything of one letter; ``channel`` is its label, ``child`` the letter that was made after it."""
    yield from outcome(entry, cover)
    title = f"»{talk.on_one_line(cover.title)}« " if cover.title else ""
    yield f"    {title}ad {channel}, bestilt {wording.when(entry.committed_at)}"
    yield f"    Afdeling {entry.department}" + (f", sag {talk.on_one_line(entry.case.id)}" if entry.case.id else "")
    if cover.options.deadline is not None:
        yield f"    Skulle være fremme senest {wording.day(cover.options.deadline)}"
    yield f"    {wording.work(entry.work)}; brevets id hos leverandøren er {entry.message_uuid}"
    yield from _files(cover.manifest)
    for attempt in entry.attempts:
        yield f"    Forsøg {wording.when(attempt.started_at)}: {_ended(attempt)}"
    for receipt in entry.receipts:
        text = f" – {talk.on_one_line(receipt.text)}" if receipt.text else ""
        yield f"    Kvittering {wording.when(receipt.at)}: {wording.receipt(receipt.event)}{text}"
    for act in entry.acts:
        yield f"    {wording.when(act.at)}: {talk.on_one_line(wording.act(act))}"
    if child is not None:
        yield f"    Det nye brev er {child.id} ({wording.standing(child)})"
    if entry.parent is not None:
        yield f"    Det er bestilt i stedet for {entry.parent}"
    if duty is not None:
        yield f"    Journalisering udestår ({counted(duty.tries, 'forsøg', 'forsøg')}), næste {wording.when(duty.due)}"


def _ended(attempt: Attempt) -> str:
    if attempt.outcome is None:
        return "ikke afsluttet"
    return f"{wording.outcome(attempt.outcome)}{f' (kode {attempt.providers_code})' if attempt.code else ''}"


def outbox(entries: Sequence[Entry], channels: Mapping[str, Channel]) -> Iterable[str]:
    """Tell of the newest lines, one a line."""
    return [
        f"{entry.id}  {wording.status(entry.status):<10}  {wording.when(entry.committed_at):<32}  "
        f"{entry.department}  {label(entry, channels)}  {talk.on_one_line(entry.case.id)}".rstrip()
        for entry in entries
    ]
