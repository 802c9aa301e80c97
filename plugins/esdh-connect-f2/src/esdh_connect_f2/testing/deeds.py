"""What the made-up F2 lets itself be told: one-time addresses, what is made at them, and patches."""

from __future__ import annotations

import json
from collections.abc import Mapping
from email.parser import BytesParser
from email.policy import HTTP
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qs

from esdh_connect_f2.testing.answers import Answers, Reply, Request
from esdh_connect_f2.testing.world import ANote, OneTime

__all__ = ["Deeds"]

_TITLE = 255


class Deeds(Answers):
    """Reads and writes."""

    def factory(self, request: Request, target: int) -> Reply:
        """Give a one-time address. The text of the manual says 303, its examples 201; ``see_other`` is a fault."""
        name = token_hex(12)
        self.world.once[name] = OneTime(request.what, target, self.world.now())
        return Reply(201, headers={"Location": f"{self.at}/once/{name}"})

    def create(self, request: Request, name: str, *, virus: bool = False) -> Reply:
        """Make what an address is for; the second time it is there already."""
        once = self.world.once.get(name)
        if once is None or self.world.now() - once.at > self.world.once_life:
            self.world.once.pop(name, None)
            return self.error(404, "No such resource.")
        if once.made:
            return Reply(303, headers={"Location": self.at + once.made})
        made = self._made(request, once, virus=virus)
        if isinstance(made, Reply):
            return made
        once.made = made
        return Reply(201, headers={"Location": self.at + made})

    def patch(self, request: Request, matter_id: int) -> Reply:
        """Replace properties of an akt."""
        matter = self.world.matters.get(matter_id)
        if matter is None:
            return self.error(404, "Matter not found.", "DossierNotFound")
        try:
            changes = json.loads(request.body)
        except ValueError:
            return self.error(400, "The patch is no JSON.")
        if any(one.get("op") != "replace" for one in changes):
            return self.error(400, "Only replace is supported.")
        for one in changes:
            if one["path"] == "/Alerts":
                matter.alerts = one["value"]
            else:
                matter.fields[one["path"].lstrip("/")] = one["value"]
        return Reply(200, self.write.matter(matter))

    def _made(self, request: Request, once: OneTime, *, virus: bool) -> str | Reply:
        if self._is_closed(once):
            return self.error(self.world.closed_status, "The case is closed.", "DossierCaseClosed")
        if once.what == "document":
            return self._document(request, once.target, virus=virus)
        values = _values(request)
        if once.what == "note":
            note = ANote(self.world.new_id(), once.target, str(values.get("Text", "")))
            self.world.notes[note.id] = note
            return f"/notes/{note.id}"
        title = str(values.get("Title", ""))
        if not title or len(title) > _TITLE:
            return self.error(400, "Bad title.", "DossierBadTitle")
        matter = self.world.add_matter(once.target, title, dict(values))
        matter.responsible = 25
        return f"/matters/{matter.id}"

    def _is_closed(self, once: OneTime) -> bool:
        matter = self.world.matters.get(once.target)
        case = self.world.cases.get(matter.case if matter else once.target)
        return case is not None and case.closed

    def _document(self, request: Request, matter: int, *, virus: bool) -> str | Reply:
        parts = _parts(request)
        title, content = parts.get("Title", (b"", ""))[0].decode(), parts.get("File", (b"", ""))
        if not title or len(title) > _TITLE or not content[1]:
            return self.error(400, "Title and File are wanted.")
        ending = "docx" if virus else content[1].rpartition(".")[2]
        document = self.world.add_document(self.world.matters[matter], title, ending, content[0])
        document.description = parts.get("Description", (b"", ""))[0].decode()
        return f"/documents/{document.id}"


def _values(request: Request) -> Mapping[str, Any]:
    if request.headers.get("content-type", "").startswith("application/json"):
        said: Mapping[str, Any] = json.loads(request.body)
        return said
    return {name: values[0] for name, values in parse_qs(request.body.decode()).items()}


def _parts(request: Request) -> dict[str, tuple[bytes, str]]:
    """Give the parts of a form by name: their content, and the name of the file."""
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + request.body)
    found = {}
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        name = str(part.get_param("name", "", header="content-disposition"))
        found[name] = (content if isinstance(content, bytes) else b"", str(part.get_filename() or ""))
    return found
