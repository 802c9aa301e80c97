"""
Fakes that remember calls: a host, a channel and a clock that stand in for the real ones in a vendor's tests.

They are plugins and values like any other, so nothing of the library is replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

import attrs

from esdh_connect.channel import Channel, Conduct, Limits
from esdh_connect.converter import Converted, Converter, Original
from esdh_connect.dispatch import Dispatch, Receipt, ReceiptEvent
from esdh_connect.errors import DeliveryError, PlanError
from esdh_connect.hookspecs import hookimpl
from esdh_connect.ids import Cpr
from esdh_connect.model import PDF, Address, Case, Document, Envelope, Finding, Party, Recipient

__all__ = ["FakeChannel", "FakeClock", "FakeConverter", "FakeConverters", "FakeHost", "FakeLetters", "pdf_of"]

#: Limits that let nearly everything through, for tests that are about something else.
GENEROUS = Limits(
    source="esdh_connect.testing",
    dated=date(2026, 11, 1),
    max_files=10,
    max_bytes=100_000_000,
    media_types={PDF: (".pdf",), "text/plain": (".txt",)},
    forbidden_in_names='<>:"/\\|?*\r\n',
)


def pdf_of(*texts: str) -> bytes:
    """Write a small PDF with one page for each text (Latin-1)."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    kids = []
    for text in texts:
        safe = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        safe = safe.encode("latin-1", "replace").decode("latin-1")
        stream = f"BT /F1 24 Tf 72 720 Td ({safe}) Tj ET"
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {len(objects) + 2} 0 R >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>"
    return _with_cross_reference(objects)


def _with_cross_reference(objects: Iterable[str]) -> bytes:
    body, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    start = len(body)
    body += f"xref\n0 {len(offsets) + 1}\n0000000000 65535 f \n".encode()
    body += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    body += f"trailer << /Size {len(offsets) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(body)


@attrs.define
class FakeClock:
    """A clock that stands still until it is moved. Call it for the time."""

    time: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Give the time it stands at."""
        return self.time

    def move(self, **by: float) -> None:
        """Move it: ``clock.move(hours=3)``."""
        self.time += timedelta(**by)


@attrs.define(eq=False)
class FakeHost:
    """
    A case system in memory. ``calls`` holds (hook, argument) in the order they came.

    ``kept`` says by key what became of its own transactions.
    """

    contents: dict[tuple[str, str], bytes] = attrs.field(factory=dict)
    recipients: dict[Party, Recipient] = attrs.field(factory=dict)
    journal: dict[str, str] = attrs.field(factory=dict)
    calls: list[tuple[str, str]] = attrs.field(factory=list)
    journal_fails: int = 0
    kept: dict[str, bool] = attrs.field(factory=dict)

    def document(self, id: str, *pages: str, version: str = "1", name: str = "") -> Document:  # noqa: A002
        """Add a document with a page for each text, and give it."""
        document = Document(id, version, name or f"{id}.pdf")
        self.contents[id, version] = pdf_of(*(pages or (id,)))
        return document

    def person(self, id: str, cpr: str, name: str = "Ane Prøve") -> Party:  # noqa: A002
        """Add a person with an address, and give the party."""
        party = Party(id, "fake")
        address = Address(street="Prøvevej", number="7", post_code="8000", city="Aarhus C")
        self.recipients[party] = Recipient(party, name, Cpr.parse(cpr), address)
        return party

    @hookimpl
    def read_document(self, document: Document) -> bytes | None:
        """Give the bytes."""
        self.calls.append(("read_document", document.id))
        return self.contents.get((document.id, document.version))

    @hookimpl
    def resolve_recipient(self, party: Party, case: Case) -> Recipient | None:
        """Give the recipient."""
        self.calls.append(("resolve_recipient", f"{party.id}/{case.id}"))
        return self.recipients.get(party)

    @hookimpl
    def was_committed(self, key: str) -> bool | None:
        """Look into ``kept``."""
        self.calls.append(("was_committed", key))
        return self.kept.get(key)

    @hookimpl
    def find_journal_entry(self, mark: str) -> str | None:
        """Look for our mark."""
        self.calls.append(("find_journal_entry", mark))
        return next((entry for entry, known in self.journal.items() if known == mark), None)

    @hookimpl
    def journalize_dispatch(self, dispatch: Dispatch, mark: str) -> str:
        """Write an entry, then fail ``journal_fails`` times although it was written."""
        self.calls.append(("journalize_dispatch", dispatch.id))
        entry = f"note-{len(self.journal) + 1}"
        self.journal[entry] = mark
        if self.journal_fails:
            self.journal_fails -= 1
            raise TimeoutError("the host did not answer")
        return entry


@attrs.define(eq=False)
class FakeChannel:
    """
    A channel that keeps what it is given. ``sent`` holds every dispatch, ``fail_with`` what to raise next.

    ``reached`` tells whom it reaches by party id; one that maps to an error could not be found out.
    """

    name: str = "fake"
    label: str = "Prøvekanal"
    limits: Limits = GENEROUS
    conduct: Conduct = Conduct()
    reached: dict[str, bool | DeliveryError] = attrs.field(factory=dict)
    wrong: Callable[[Envelope], Iterable[PlanError]] = lambda _: ()
    sent: list[Dispatch] = attrs.field(factory=list)
    fail_with: list[Exception] = attrs.field(factory=list)

    def reaches(self, recipient: Recipient) -> bool:
        """Answer by the table; everybody else is reached."""
        answer = self.reached.get(recipient.party.id, True)
        if isinstance(answer, DeliveryError):
            raise answer
        return answer

    def problems(self, envelope: Envelope) -> Iterable[PlanError]:
        """Give what ``wrong`` says."""
        return self.wrong(envelope)

    def send(self, dispatch: Dispatch) -> Receipt:
        """Keep it and say yes, or raise."""
        self.sent.append(dispatch)
        if self.fail_with:
            raise self.fail_with.pop(0)
        return Receipt(
            id=f"technical/{dispatch.transaction_id}",
            event=ReceiptEvent.ACCEPTED,
            at=dispatch.entry.committed_at,
            message_uuid=dispatch.message_uuid,
            channel=self.name,
        )


@attrs.define(eq=False)
class FakeConverter:
    """
    A converter of text that never makes the same PDF twice, as office programs do.

    ``converted`` holds the name of everything it was asked for, ``fail_with`` what to raise next.
    """

    name: str = "fake"
    version: str = "1"
    takes: tuple[str, ...] = ("text/plain",)
    converted: list[str] = attrs.field(factory=list)
    fail_with: list[Exception] = attrs.field(factory=list)
    findings: tuple[Finding, ...] = ()

    def convert(self, original: Original) -> Converted:
        """Make a page of it, or raise."""
        self.converted.append(original.name)
        if self.fail_with:
            raise self.fail_with.pop(0)
        text = original.content.decode("utf-8", "replace")
        return Converted(pdf_of(f"{text} ({len(self.converted)})"), self.findings)


@attrs.define(eq=False)
class FakeConverters:
    """A plugin that brings converters."""

    converters: list[Converter] = attrs.field(factory=lambda: [FakeConverter()])

    @hookimpl
    def register_converters(self) -> list[Converter]:
        """Give them."""
        return self.converters


@attrs.define(eq=False)
class FakeLetters:
    """A plugin that brings channels."""

    channels: list[Channel] = attrs.field(factory=lambda: [FakeChannel()])

    def leads_outside(self) -> str:
        """Nothing does."""
        return ""

    @hookimpl
    def register_channels(self) -> list[Channel]:
        """Give them."""
        return self.channels
