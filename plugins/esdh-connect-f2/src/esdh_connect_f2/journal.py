"""
Journal: what was sent becomes a matter (akt) on the case, with the files as they went out.

The matter's title ends with our mark and how many files belong to it, so that whoever looks – we, or a person – can
tell whether it is whole. Each write is looked for before it is made, and made by *Post Once Exactly*: killed at any
place, the next try goes on there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from html import escape
from typing import Literal

import attrs

from esdh_connect.dispatch import Dispatch
from esdh_connect.errors import Rejected
from esdh_connect.ids import mask
from esdh_connect.log import Log
from esdh_connect.model import PDF, Case, File
from esdh_connect_f2.cases import Cases
from esdh_connect_f2.index import filled
from esdh_connect_f2.once import Expired, Once
from esdh_connect_f2.wire import Thing, Upload, form, wall

__all__ = ["Journal"]

_TITLE = 255
_CHANNELS = {"digital_post": "Digital Post", "fysisk_post": "Fysisk Post", "nemsms": "NemSMS"}
#: What F2 makes of a file in which it finds a virus.
_WARNING = frozenset({"doc", "docx", "docm", "rtf"})
_ENDINGS = {PDF: ".pdf", "text/plain": ".txt", "text/html": ".html"}


@attrs.frozen(eq=False)
class Journal:
    """Puts entries on cases. ``kind`` is the type of the matter; ``zone`` is where F2's clock stands."""

    cases: Cases
    once: Once
    zone: tzinfo
    kind: Literal["Outbound", "Internal"] = "Outbound"
    log: Log = Log()

    def written(self, dispatch: Dispatch, mark: str) -> str:
        """Write the entry, or what is missing of it, and give F2's id of the matter. Raises DeliveryError."""
        case = self.cases.thing(dispatch.envelope.case.id)
        matter = self._matter(case, dispatch, mark)
        files = dispatch.envelope.letter.files
        there = self._titles(matter)
        for at, file in enumerate(files, start=1):
            known, upload = _numbered(at, there), _upload(file, mark, at)
            made = self.cases.service.linked(known, "self") if known else self._file(matter, mark, at, upload)
            self._refuse_warning(self.cases.service.thing(made, "Document"), upload, mark)
        return matter.text("Id") or mark

    def found(self, mark: str, case: Case) -> str | None:
        """
        Give F2's id of the matter with our mark, where it is there and whole; None where it is not, or not clearly.

        A Word file may be what was sent or a warning in its place: who writes again looks closer.
        """
        service = self.cases.service
        for item, many in self._marked(self.cases.thing(case.id), mark):
            matter = service.thing(service.linked(item, "self"), "Matter")
            titles = self._titles(matter)
            files = [one for at in range(1, many + 1) if (one := _numbered(at, titles)) is not None]
            kept = [service.thing(service.linked(one, "self"), "Document") for one in files]
            if len(files) == many and not any(one.text("FileType").casefold() in _WARNING for one in kept):
                return matter.text("Id")
        return None

    def matter(self, mark: str, case: Thing) -> Thing | None:
        """Give the matter with our mark, whole or not; None where there is none."""
        found = next(self._marked(case, mark), None)
        return (
            None if found is None else self.cases.service.thing(self.cases.service.linked(found[0], "self"), "Matter")
        )

    def _marked(self, case: Thing, mark: str) -> Iterator[tuple[Thing, int]]:
        """Give what the case has with our mark, and how many files each should have; the oldest first."""
        wanted = re.compile(rf"\[{re.escape(mark)}/([0-9]{{1,4}})\]")
        listed = self.cases.service.thing(self.cases.service.linked(case, "down"), "Collection")
        items = sorted(listed.parts("Items", "Item"), key=lambda item: item.number("Id") or 0)
        for item in items:
            told = wanted.search(item.text("Title"))
            if told:
                yield item, int(told[1])

    def _matter(self, case: Thing, dispatch: Dispatch, mark: str) -> Thing:
        service, payload = self.cases.service, form(self._described(dispatch, mark))
        there = None if self.once.is_begun(mark, "matter") else self.matter(mark, case)
        for _ in range(2):
            if there is not None:
                return there
            try:
                made = self.once.made(mark, "matter", service.linked(case, "create-matter"), payload)
            except Expired as error:
                expired, there = error, self.matter(mark, case)
            else:
                return service.thing(made, "Matter")
        if there is None:
            raise expired
        return there

    def _described(self, dispatch: Dispatch, mark: str) -> dict[str, object]:
        letter = dispatch.envelope.letter
        end = f" [{mark}/{len(letter.files)}]"
        title = mask(" ".join(f"Sendt: {letter.title}".split()))
        values: dict[str, object] = {
            "Title": title[: _TITLE - len(end)] + end,
            "Type": self.kind,
            "DeliveryType": "None",  # it is sent: F2 must not send it too
            "SentDate": wall(dispatch.entry.committed_at, self.zone),
            "Text": _text(dispatch, mark, self.zone),
        }
        number = re.fullmatch(r"nr([0-9]+)", dispatch.envelope.recipient.party.id)
        if number:
            values["InvolvedParties"] = [{"PartyNo": int(number[1]), "PickFirstMatch": True}]
        return values

    def _titles(self, matter: Thing) -> Sequence[Thing]:
        service = self.cases.service
        return service.thing(service.linked(matter, "down"), "Collection").parts("Items", "Item")

    def _file(self, matter: Thing, mark: str, at: int, upload: Upload) -> str:
        """Put a file on the matter, and give its address."""
        service = self.cases.service
        self._refuse_invalid(matter, upload)
        factory, step = service.linked(matter, "create-document"), f"file {at}"
        try:
            return self.once.made(mark, step, factory, upload)
        except Expired:
            there = _numbered(at, self._titles(matter))
            return service.linked(there, "self") if there else self.once.made(mark, step, factory, upload)

    def _refuse_warning(self, kept: Thing, upload: Upload, mark: str) -> None:
        if upload.ending == ".pdf" and kept.text("FileType").casefold() in _WARNING:
            self.log.error("f2_keeps_another_file", dispatch=mark, document=kept.text("Id"))
            raise Rejected(
                "F2 keeps a warning in place of the file", danish="F2 gemte en advarsel i stedet for filen: virus?"
            )

    def _refuse_invalid(self, matter: Thing, upload: Upload) -> None:
        """Ask F2 whether it takes such a file. Where it does not say, the upload itself will tell."""
        template = matter.link("upload-validation")
        if not template:
            return
        service = self.cases.service
        url = service.index.mine(filled(template, {"filename": upload.file_name, "size": str(len(upload.content))}))
        said = service.thing(url, "UploadValidation")
        if said.text("Result") == "Invalid":
            why = "; ".join(one.text("") or (one.element.text or "") for one in said.parts("Messages", "Message"))
            raise Rejected(
                "F2 takes no such file", danish=f"F2 tager ikke imod filen: {mask(why)[:200] or 'uden grund'}"
            )


def _numbered(at: int, titles: Sequence[Thing]) -> Thing | None:
    """Give the document that is the file of this number; None where it is not there."""
    return next((one for one in titles if one.text("Title").startswith(f"{at}. ")), None)


def _upload(file: File, mark: str, at: int) -> Upload:
    stem, dot, ending = file.name.rpartition(".")
    title = mask(" ".join((stem if dot else file.name).split()))
    known = _ENDINGS.get(file.media_type, f".{ending.casefold()}" if dot else ".bin")
    return Upload(f"{at}. {title}"[:_TITLE], f"{mark} fil {at} SHA-256 {file.sha256}", file.content, known)


def _text(dispatch: Dispatch, mark: str, zone: tzinfo) -> str:
    """Write what the matter says, as HTML. Nobody's CPR number is in it."""
    entry, envelope = dispatch.entry, dispatch.envelope
    channel = _CHANNELS.get(entry.channel, entry.channel)
    when = entry.committed_at.astimezone(zone)
    files = "".join(
        f"<li>{escape(mask(file.name))} ({file.size} bytes, SHA-256 {file.sha256})</li>"
        for file in envelope.letter.files
    )
    return (
        f"<p>Sendt til {escape(mask(envelope.recipient.name))} med {escape(channel)}. "
        f"Bestilt {when:%d.%m.%Y kl. %H.%M}.</p><ol>{files}</ol><p>Forsendelse {escape(mark)}</p>"
    )
