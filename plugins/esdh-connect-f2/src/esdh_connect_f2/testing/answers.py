"""What the made-up F2 answers: one function for each thing that can be asked for."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qs

import attrs

from esdh_connect.testing.fakes import pdf_of
from esdh_connect_f2.testing.world import World
from esdh_connect_f2.testing.writing import Writing

__all__ = ["JSON", "XML", "Answers", "Reply", "Request"]

XML = "application/vnd.cbrain.casefile+xml"
JSON = "application/json"
_REL = "http://cbrain.com/casefile/rel/"
_GRANTS = "http://cbrain.com/casefile/"


@attrs.frozen
class Request:
    """One request. ``on`` and ``what`` say what is asked for, in the words of faults."""

    method: str
    path: str
    query: Mapping[str, list[str]] = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)
    on: str = ""
    what: str = ""

    def one(self, name: str) -> str:
        """Give a value of the query."""
        return self.query.get(name, [""])[0]

    def form(self) -> dict[str, str]:
        """Give the fields of a form."""
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@attrs.frozen
class Reply:
    """One answer."""

    status: int
    content: bytes = attrs.field(default=b"", repr=False)
    content_type: str = XML
    headers: Mapping[str, str] = attrs.field(factory=dict)


class Answers:
    """Reads of ``world``; ``at`` is where it is served. What writes is in ``deeds``."""

    def __init__(self, world: World, at: str) -> None:
        self.world, self.at = world, at
        self.write = Writing(world, at)

    def error(self, status: int, message: str, reason: str = "") -> Reply:
        """Refuse, as F2 does."""
        return Reply(status, self.write.error(message, reason))

    def index(self) -> Reply:
        """Give the service index."""
        templates = {
            "case-by-id": "/find/case/{id}",
            "case-by-case-number": "/find/case-number/{caseNumber}",
            "document-by-id": "/find/document/{id}",
            "matter-by-id": "/find/matter/{id}",
            "oauth2-token": "/oauth2/token",
            "custom-query-index": "/custom-queries/",
        }
        said = {f"{_REL}{name}": {"href": self.at + path, "title": name} for name, path in templates.items()}
        return Reply(200, json.dumps(said).encode(), JSON)

    # --- tokens

    def token(self, request: Request) -> Reply:
        """Give a token, by any of the grants."""
        account, form = self.world.account, request.form()
        basic = f"{account.client_id}:{account.client_secret}"
        shown = request.headers.get("authorization", "").removeprefix("Basic ")
        if b64decode(shown or "eA==").decode() != basic:
            return Reply(401, b'{"error":"invalid_client"}', JSON)
        who = self._granted(form)
        if not who:
            return Reply(400, b'{"error":"invalid_grant","error_description":"No such user"}', JSON)
        access, refresh = token_hex(16), token_hex(16)
        account.access[access], account.refresh[refresh] = who, who
        said = {
            "access_token": access,
            "token_type": "bearer",
            "expires_in": account.life,
            "refresh_token": refresh,
        }
        return Reply(200, json.dumps(said).encode(), JSON)

    def _granted(self, form: Mapping[str, str]) -> str:
        account = self.world.account
        match form.get("grant_type"):
            case "password":
                user = form.get("username", "")
                right = user in account.users and form.get("password", account.users[user]) == account.users[user]
                return user if right and form.get("organization_partyno", "") == account.organization else ""
            case "refresh_token":
                return account.refresh.pop(form.get("refresh_token", ""), "")
            case grant if grant == f"{_GRANTS}f2session-grant/":
                return "klikker" if form.get("f2session_id") in account.sessions else ""
            case grant if grant == f"{_GRANTS}identitytoken-grant/":
                return "identificeret" if form.get("id_token") in account.identities else ""
        return ""

    def is_let_in(self, request: Request) -> bool:
        """Tell whether the request shows a token that holds."""
        return request.headers.get("authorization", "").removeprefix("Bearer ") in self.world.account.access

    # --- what is there

    def found(self, kind: str, id_: str) -> Reply:
        """Show on to a thing: a template never leads to it directly."""
        if kind == "case-number":
            number = next((str(one.id) for one in self.world.cases.values() if one.number == id_), "")
            return self._shown("cases", self.world.cases, number, "Case")
        things: Mapping[str, tuple[str, Mapping[int, object]]] = {
            "case": ("cases", self.world.cases),
            "document": ("documents", self.world.documents),
            "matter": ("matters", self.world.matters),
        }
        return self._shown(*things[kind], id_, kind)

    def _shown(self, folder: str, there: Mapping[int, object], id_: str, kind: str) -> Reply:
        if not id_.isdecimal() or int(id_) not in there:
            return self.error(404, f"{kind} not found.", "DossierNotFound" if kind == "matter" else "")
        return Reply(303, headers={"Location": f"{self.at}/{folder}/{id_}"})

    def of_case(self, id_: int, part: str) -> Reply:
        """Give a case, or something of it."""
        case = self.world.cases.get(id_)
        if case is None:
            return self.error(404, "Case not found.", "DossierCaseNotFound")
        if part == "matters":
            there = [] if self.world.is_behind() else self.world.on(id_)
            rows = [(one.id, one.title, f"/matters/{one.id}") for one in there]
            return Reply(200, self.write.listed("Matters", rows))
        if part == "notes":
            return self._notes(id_)
        return Reply(200, self.write.structure(case) if part == "structure" else self.write.case(case))

    def of_matter(self, id_: int, part: str, request: Request) -> Reply:
        """Give a matter, or something of it."""
        matter = self.world.matters.get(id_)
        if matter is None:
            return self.error(404, "Matter not found.", "DossierNotFound")
        if part == "documents":
            there = [] if self.world.is_behind() else self.world.of(id_)
            rows = [(one.id, one.title, f"/documents/{one.id}") for one in there]
            return Reply(200, self.write.listed("Documents", [(id_ + 1, "DossierDocument", "/documents/0"), *rows]))
        if part == "notes":
            return self._notes(id_)
        if part == "upload-validation":
            size = int(request.one("size") or 0)
            is_program = request.one("filename").endswith(".exe")
            result = "Invalid" if is_program or size > self.world.largest_upload else "Valid"
            return Reply(200, self.write.validation(result, "" if result == "Valid" else "Filen er for stor"))
        return Reply(200, self.write.matter(matter))

    def _notes(self, about: int) -> Reply:
        return Reply(200, self.write.noted([one for one in self.world.notes.values() if one.about == about]))

    def of_document(self, id_: int, part: str) -> Reply:
        """Give a document, or its content."""
        document = self.world.documents.get(id_)
        if document is None:
            return self.error(404, "Document not found.", "DossierDocumentNotFound")
        if part and document.spoilt:
            return Reply(200, b"<html><body>503 Service Unavailable</body></html>", "text/html")
        if part == "pdf":
            return Reply(200, pdf_of(document.title), "application/pdf")
        if part == "content":
            return Reply(200, document.content, document.content_type)
        return Reply(200, self.write.document(document))

    def party(self, id_: int, *, registry: bool) -> Reply:
        """Give a party: of a case as it was then, or of the register as it is now."""
        there = self.world.parties if registry else self.world.snapshots
        party = there.get(id_)
        if party is None:
            return self.error(404, f"Party with ID {id_} not found.")
        return Reply(200, self.write.party(id_, party, registry=registry))

    # --- the query

    def query(self, request: Request) -> Reply:
        """Give rows of the query for events, as its SQL would: by time and id, from a time, behind an id."""
        since, after = request.one("since"), request.one("after")
        rows = sorted((self._at(row), row["EventId"], row) for row in self.world.events)
        begin = datetime.fromisoformat(since)
        wanted = [row for at, id_, row in rows if (at > begin or (at == begin and id_ > after))]
        page = wanted[: int(request.one("count") or 100)]
        said = {"value": [{**row, "At": row["At"].astimezone(self.world.zone).isoformat()} for row in page]}
        return Reply(200, json.dumps(said).encode(), JSON)

    def _at(self, row: Mapping[str, Any]) -> datetime:
        wall: datetime = row["At"].astimezone(self.world.zone).replace(tzinfo=None)
        return wall
