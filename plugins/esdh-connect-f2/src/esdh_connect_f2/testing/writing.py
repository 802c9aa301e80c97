"""Resources of the made-up F2, as XML: written after the examples of the manual, not after what the adapter reads."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from esdh_connect_f2.testing.world import ACase, ADocument, AMatter, ANote, AParty, World

__all__ = ["Writing"]

_REL = "http://cbrain.com/casefile/rel/"
_SCHEMA = "http://cbrain.com/casefile/schema/"


def _e(name: str, value: object) -> str:
    if isinstance(value, bool):
        value = str(value).lower()
    return f"<{name}>{escape(str(value))}</{name}>" if value != "" else f"<{name} />"


class Writing:
    """Writes what is in ``world``; ``at`` is where it is served."""

    def __init__(self, world: World, at: str) -> None:
        self.world, self.at = world, at

    def _link(self, path: str, rel: str) -> str:
        full = rel if rel in {"self", "up", "down", "alternate"} else _REL + rel
        return f'<Link href="{escape(self.at + path)}" rel="{full}" title="…" />'

    @staticmethod
    def _whole(name: str, inner: str) -> bytes:
        return f'<?xml version="1.0" encoding="utf-8"?>\n<{name} xmlns="{_SCHEMA}" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{inner}</{name}>'.encode()

    def _item(self, name: str, snapshot: int, party: AParty) -> str:
        number = _e("PartyNumber", party.number) if party.has_number else ""
        inner = _e("Name", party.name) + _e("EMail", "") + self._link(f"/parties/{snapshot}", "self")
        inner += _e("Type", "External") + _e("Id", snapshot) + number + _e("CPRCVR", party.cvr_cpr)
        return f"<{name}>{inner}{_e('CVR_P', party.cvr_p)}</{name}>"

    def case(self, case: ACase) -> bytes:
        """A case."""
        here = f"/cases/{case.id}"
        inner = _e("Id", case.id) + _e("CaseNumber", case.number) + _e("Title", case.title)
        inner += _e("CreatedDate", self.world.wall(self.world.now())) + '<Deadline xsi:nil="true" />'
        keyword = _e("Title", f"{case.keyword} – Byggeri") + _e("Code", case.keyword)
        inner += f"<Keyword>{keyword}</Keyword><Keywords><Keyword>{keyword}</Keyword></Keywords>"
        inner += _e("Closed", case.closed) + self._link(here, "self") + self._link(f"{here}/matters", "down")
        inner += self._link(f"{here}/create-matter", "create-matter") + self._link(f"{here}/structure", "structure")
        inner += self._link(f"{here}/create-note", "create-note") + self._link(f"{here}/notes", "notes")
        people = [(snapshot, self.world.parties[number]) for snapshot, number in case.parties.items()]
        items = "".join(self._item("InvolvedParty", *one) for one in people)
        return self._whole("Case", f"{inner}<InvolvedParties>{items}</InvolvedParties><ExtensionData />")

    def structure(self, case: ACase) -> bytes:
        """A case with all its akter and documents, a part of what each has."""
        matters = "".join(
            f"<Matter>{_e('Id', one.id)}{_e('Title', one.title)}<Documents>"
            + "".join(f"<Document>{self._document(each)}</Document>" for each in self.world.of(one.id))
            + f"</Documents>{self._link(f'/matters/{one.id}', 'self')}</Matter>"
            for one in self.world.on(case.id)
        )
        return self._whole("Case", f"{_e('Id', case.id)}<Matters>{matters}</Matters>")

    def listed(self, title: str, items: Iterable[tuple[int, str, str]]) -> bytes:
        """A collection: id, title and path of each."""
        rows = "".join(f"<Item>{_e('Id', i)}{_e('Title', t)}{self._link(path, 'self')}</Item>" for i, t, path in items)
        return self._whole("Collection", f"{_e('Title', title)}<Items>{rows}</Items>")

    def matter(self, matter: AMatter) -> bytes:
        """An akt."""
        here = f"/matters/{matter.id}"
        inner = _e("Id", matter.id) + _e("MatterNumber", matter.number) + _e("VersionNumber", 1)
        inner += _e("Title", matter.title) + _e("Type", matter.fields.get("Type", "Internal"))
        if matter.responsible:
            person = _e("Name", "Sagsbehandler") + _e("PartyNumber", matter.responsible)
            inner += f"<Responsible>{person}</Responsible>"
        inner += self._link(here, "self") + self._link(f"{here}/documents", "down")
        inner += self._link(f"{here}/create-document", "create-document")
        inner += self._link(f"{here}/create-note", "create-note") + self._link(f"{here}/notes", "notes")
        inner += self._link(f"{here}/upload-validation?filename={{filename}}&size={{size}}", "upload-validation")
        alerts = "".join(
            f"<Alert>{_e('Type', one['Type'])}{_e('Description', one['Description'])}"
            f"<User>{_e('Name', 'Sagsbehandler')}{_e('PartyNumber', one['User']['PartyNo'])}</User></Alert>"
            for one in matter.alerts
        )
        return self._whole("Matter", f"{inner}<Alerts>{alerts}</Alerts>")

    def _document(self, one: ADocument) -> str:
        inner = _e("Id", one.id) + _e("Title", one.title) + _e("ModifiedDate", self.world.wall(one.modified))
        inner += _e("Description", one.description) + _e("FileType", one.file_type)
        return (
            inner
            + _e("ContentType", one.content_type)
            + _e("Size", len(one.content))
            + self._link(f"/documents/{one.id}", "self")
        )

    def document(self, one: ADocument) -> bytes:
        """What is known of a document."""
        here = f"/documents/{one.id}"
        links = self._link(f"/matters/{one.matter}", "up") + self._link(f"{here}/content", "content")
        return self._whole("Document", self._document(one) + links + self._link(f"{here}/pdf", "pdf-content"))

    def party(self, snapshot: int, party: AParty, *, registry: bool) -> bytes:
        """A party, as it is now (``registry``) or as it was when it came on the case."""
        inner = _e("Id", snapshot) + _e("Name", party.name)
        if party.has_number:
            inner += _e("PartyNumber", party.number)
        inner += _e("Active", party.active) + _e("Address1", party.address1) + _e("Address2", party.address2)
        inner += _e("City", party.city) + _e("CountryCode", party.country) + _e("CVRCPR", party.cvr_cpr)
        inner += _e("CVR_P", party.cvr_p) + _e("ContactPerson", party.contact) + _e("PostalCode", party.post_code)
        inner += _e("ProtectedAddress", party.protected) + self._link(f"/parties/{snapshot}", "self")
        inner += "" if registry else self._link(f"/registry/{party.number}", "registry")
        return self._whole("External", inner)

    def note(self, note: ANote) -> bytes:
        """A note."""
        entry = f"<Entries><Entry>{_e('Id', note.id)}{_e('Text', note.text)}</Entry></Entries>"
        return self._whole("Note", _e("Id", note.id) + entry + self._link(f"/notes/{note.id}", "self"))

    def noted(self, notes: Iterable[ANote]) -> bytes:
        """The notes of something, with what each ends with."""
        rows = "".join(
            f"<Note>{_e('Id', one.id)}<LastEntry>{_e('Text', one.text)}</LastEntry>"
            f"{self._link(f'/notes/{one.id}', 'self')}</Note>"
            for one in notes
        )
        return self._whole("Notes", rows)

    def validation(self, result: str, message: str) -> bytes:
        """What F2 thinks of an upload."""
        messages = f"<Messages>{_e('Message', message)}</Messages>" if message else "<Messages />"
        return self._whole("UploadValidation", _e("Result", result) + messages)

    def error(self, message: str, reason: str = "") -> bytes:
        """An error."""
        return self._whole("Error", _e("Message", message) + (_e("ReasonCode", reason) if reason else ""))
