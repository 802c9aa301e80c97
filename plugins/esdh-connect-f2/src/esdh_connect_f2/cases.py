"""
Sager: what is read of F2 – cases, their parties, their documents – as one user may see it.

Whatever goes wrong here has happened before anything was sent, and is told to the caseworker: it becomes an
``UnreadableDocument`` or a ``NoRecipient`` in Danish.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from esdh_connect import media
from esdh_connect.errors import DeliveryError, NoRecipient, UnreadableDocument
from esdh_connect.ids import Kle, mask
from esdh_connect.model import PDF, Case, Document, Party, Recipient
from esdh_connect_f2.people import KINDS, SYSTEM, party_of, recipient_of
from esdh_connect_f2.refusal import Missing
from esdh_connect_f2.service import Service
from esdh_connect_f2.wire import Thing

if TYPE_CHECKING:
    from esdh_connect.http import Answer

__all__ = ["Cases", "document_of", "version_of"]

_MOST_PARTIES = 1000
_MOST_DOCUMENTS = 10_000


def version_of(thing: Thing) -> str:
    """Name the version a document has: when it was changed, and how large it is. F2 keeps no others."""
    size = _size(thing)
    return thing.text("ModifiedDate") + ("" if size is None else f"/{size}")


def _size(thing: Thing) -> int | None:
    """The manual's table calls it FileSize, its examples Size."""
    size = thing.number("FileSize")
    return thing.number("Size") if size is None else size


def document_of(thing: Thing) -> Document:
    """Name a document in its present version."""
    title, ending = thing.text("Title"), thing.text("FileType").casefold()
    named = not ending or title.casefold().endswith(f".{ending}")
    media_type = thing.text("ContentType") or media.OCTETS
    return Document(thing.text("Id"), version_of(thing), title if named else f"{title}.{ending}", media_type)


@attrs.frozen(eq=False)
class Cases:
    """
    What somebody may see: ``f2.cases`` our own user, ``f2.acting(session=…)`` the person who clicked.

    Of all that is looked up, nothing is kept.
    """

    service: Service

    def case(self, id: str) -> Case:  # noqa: A002 - the field's own word
        """Give a case by its number ("2026 - 17") or F2's inner id. Raises DeliveryError."""
        thing = self.thing(id)
        code = thing.parts("Keyword")
        kle = code[0].text("Code") if code else ""
        number = Kle.parse(kle) if re.fullmatch(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}", kle) else None
        return Case(thing.text("Id"), SYSTEM, thing.text("Title"), number)

    def thing(self, id: str) -> Thing:  # noqa: A002
        """Give the resource of a case. Raises DeliveryError."""
        if re.fullmatch(r"[0-9]{1,18}", id):
            return self.service.found("case-by-id", {"id": id}, "Case")
        return self.service.found("case-by-case-number", {"caseNumber": id}, "Case")

    def parties(self, case: Case) -> tuple[Party, ...]:
        """Give the parties of a case (sagens parter), not its caseworkers. Raises DeliveryError."""
        found = [party_of(item) for item in self._involved(self.thing(case.id))]
        return tuple(dict.fromkeys(one for one in found if one is not None))

    def documents(self, case: Case) -> tuple[Document, ...]:
        """Give the documents of a case in their present versions, in the order of its matters. Raises DeliveryError."""
        whole = self.service.thing(self.service.linked(self.thing(case.id), "structure"), "Case")
        return tuple(map(document_of, whole.parts("Matters", "Matter", "Documents", "Document")[:_MOST_DOCUMENTS]))

    def recipient(self, party: Party, case: Case) -> Recipient | None:
        """Tell who a party of the case is, as F2's register has them now; None for another's. Raises NoRecipient."""
        if party.system not in {"", SYSTEM}:
            return None
        try:
            return self._recipient(party, case)
        except Missing as error:
            failed = NoRecipient(str(error), danish="parten eller sagen findes ikke i F2 mere")
        except DeliveryError as error:
            failed = NoRecipient(str(error), danish=f"parten kunne ikke slås op i F2: {error.danish}")
        raise failed

    def _recipient(self, party: Party, case: Case) -> Recipient:
        item = next((one for one in self._involved(self.thing(case.id)) if party_of(one) == _ours(party)), None)
        if item is None:
            raise NoRecipient(
                f"party {mask(party.id)} is not on the case", danish="modtageren er ikke part på sagen i F2"
            )
        then = self.service.thing(self.service.linked(item, "self"), *KINDS)
        now = self.service.thing(self.service.linked(then, "registry"), *KINDS) if then.link("registry") else then
        return recipient_of(party, now)

    @staticmethod
    def _involved(case: Thing) -> tuple[Thing, ...]:
        return case.parts("InvolvedParties", "InvolvedParty")[:_MOST_PARTIES]

    def content(self, document: Document) -> bytes:
        """Give the bytes of a document in exactly the version asked for. Raises UnreadableDocument."""
        try:
            return self._content(document)
        except Missing as error:
            failed = _unreadable(document, str(error), "findes ikke i F2")
        except DeliveryError as error:
            failed = _unreadable(document, str(error), f"kunne ikke hentes fra F2: {error.danish}")
        raise failed

    def _content(self, document: Document) -> bytes:
        if not re.fullmatch(r"[0-9]{1,18}", document.id):
            raise _unreadable(document, "an id of F2 is a number", "findes ikke i F2")
        before = self._document(document)
        rendered = document.media_type == PDF and before.text("ContentType") != PDF
        size = None if rendered else _size(before)
        if size is not None and size > self.service.way.most_bytes:
            most = self.service.way.most_bytes // 1_000_000
            raise _unreadable(document, "larger than is fetched", f"fylder mere end {most} MB og kan ikke sendes")
        answer = self.service.file(self.service.linked(before, "pdf-content" if rendered else "content"))
        _refuse_page(document, before, answer)
        if size is not None and size != len(answer.content):
            raise _unreadable(
                document, f"{len(answer.content)} bytes instead of {size}", "blev ikke hentet helt fra F2"
            )
        self._document(document)  # it may have been changed while it was fetched
        return answer.content

    def _document(self, document: Document) -> Thing:
        thing = self.service.found("document-by-id", {"id": document.id}, "Document")
        if version_of(thing) != document.version:
            raise _unreadable(
                document,
                f"F2 has version {mask(version_of(thing))}, not {mask(document.version)}",
                "er ændret i F2 siden. Luk vinduet, og åbn dokumentet på ny",
            )
        return thing


def _ours(party: Party) -> Party:
    return attrs.evolve(party, system=SYSTEM)


def _refuse_page(document: Document, thing: Thing, answer: Answer) -> None:
    """An error page with status 200, as gateways make them; what it is otherwise, the library looks at."""
    said = answer.headers.get("content-type", "").split(";")[0].strip().casefold()
    is_page = said == "text/html" and thing.text("ContentType").casefold() != "text/html"
    if is_page or (document.media_type == PDF and media.recognized(answer.content, PDF, document.name) != PDF):
        raise _unreadable(document, "F2 answered with something else", "er ikke det, F2 gav: måske en fejlmeddelelse")


def _unreadable(document: Document, why: str, danish: str) -> UnreadableDocument:
    return UnreadableDocument(
        f"document {mask(document.id)}: {why}", document=document.id, danish=f"dokumentet »{document.name}« {danish}"
    )
