"""Svar: the requests that the SBSYS to test with knows, and what it answers. It knows nothing of esdh-connect."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from urllib.parse import parse_qs

import attrs

from esdh_connect_sbsys.testing.archive import ARTS, REMINDERS, Archive, Record
from esdh_connect_sbsys.testing.tokens import TOKEN_PATH, Issued

__all__ = ["Call", "Reply", "Routes"]

_BOUNDARY = re.compile(r"multipart/form-data; boundary=(?P<boundary>\S+)")
_MOST = 2000


@attrs.frozen
class Call:
    """One request as it came."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = attrs.field(repr=False)


@attrs.frozen
class Reply:
    """What is answered."""

    status: int
    body: bytes = b""
    kind: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = attrs.field(factory=dict)

    @classmethod
    def of(cls, said: object, status: int = 200) -> Reply:
        """Make one of a JSON value."""
        return cls(status, json.dumps(said, ensure_ascii=False).encode())


_NOT_FOUND = Reply.of({"Message": "Findes ikke"}, 404)
_CLOSED = Reply.of({"Message": "Sagen er afsluttet"}, 409)


@attrs.frozen(eq=False)
class Routes:
    """What there is to ask, and what it is called in a script of faults."""

    archive: Archive
    issued: Issued

    def found(self, call: Call) -> tuple[str, Callable[[Call], Reply]] | None:
        """Give the kind of a request, and what answers it; None for what there is not."""
        for method, pattern, kind, answer in self._table():
            match = re.fullmatch(pattern, call.path)
            if match and method == call.method:
                numbers = [int(one) for one in match.groups()]
                return kind, partial(_numbered, answer, numbers)
        return None

    def _table(self) -> tuple[tuple[str, str, str, Callable[..., Reply]], ...]:
        return (
            ("POST", TOKEN_PATH, "token", self._token),
            ("GET", r"/api/sag/(\d+)", "case", self._case),
            ("PUT", r"/api/sag/(\d+)", "update", self._update),
            ("POST", "/api/sag/search", "search", self._search),
            ("GET", r"/api/sag/(\d+)/part", "parties", self._parties),
            ("POST", "/api/person/search", "person", self._person),
            ("POST", "/api/firma/search", "firm", self._firm),
            ("GET", r"/api/sag/(\d+)/dokumenter", "list", self._list),
            ("GET", r"/api/dokument/(\d+)", "document", self._document),
            ("GET", r"/api/fil/(\d+)", "file", self._file),
            ("POST", "/api/dokument/journaliser", "journalize", self._journalize),
            ("GET", "/api/dokumentart", "arts", lambda _: Reply.of(ARTS)),
            ("POST", "/api/journalarknote/create", "note", self._note),
            ("GET", r"/api/sag/(\d+)/journalarknotes", "notes", self._notes),
            ("POST", "/api/erindring", "remind", self._remind),
            ("GET", r"/api/erindring/sag/(\d+)", "reminders", self._reminders),
            ("GET", "/api/erindring/typer", "types", lambda _: Reply.of(REMINDERS)),
            ("GET", "/api/bruger/me", "me", lambda _: Reply.of({"Brugernavn": "esdh-connect", "Navn": "Robot A"})),
            ("GET", "/swagger/docs/v10", "swagger", self._swagger),
        )

    def _token(self, call: Call) -> Reply:
        status, said = self.issued.answer(parse_qs(call.body.decode()))
        return Reply.of(said, status)

    def _case(self, _call: Call, case: int) -> Reply:
        return Reply.of(self.archive.cases[case]) if case in self.archive.cases else _NOT_FOUND

    def _update(self, call: Call, case: int) -> Reply:
        """What is left out becomes null, as in SBSYS."""
        given = json.loads(call.body)
        self.archive.cases[case] = {name: given.get(name) for name in self.archive.cases[case]}
        return Reply.of(self.archive.cases[case])

    def _search(self, call: Call) -> Reply:
        asked = json.loads(call.body)
        found = sorted(self.archive.cases.values(), key=lambda case: (_at(case["SidstAendret"]), case["Id"]))
        since = asked.get("SidstAendretFra") if self.archive.searches_changes else None
        if since:
            found = [case for case in found if _at(case["SidstAendret"]) >= _at(since)]
        skip, limit = asked.get("Skip", 0), min(asked.get("Limit", 100), _MOST)
        return Reply.of({"Results": found[skip : skip + limit], "TotalNumberOfResults": len(found)})

    def _parties(self, _call: Call, case: int) -> Reply:
        return Reply.of(self.archive.parties[case]) if case in self.archive.parties else _NOT_FOUND

    def _person(self, call: Call) -> Reply:
        """Ten digits without their hyphen find nobody, as in SBSYS."""
        return self._registered("CprNummer", json.loads(call.body)["CprNummer"])

    def _firm(self, call: Call) -> Reply:
        return self._registered("CvrNummer", json.loads(call.body)["CvrNummer"])

    def _registered(self, field: str, wanted: str) -> Reply:
        return Reply.of([one for one in self.archive.people.values() if one.get(field) == wanted])

    def _list(self, _call: Call, case: int) -> Reply:
        if case not in self.archive.cases:
            return _NOT_FOUND
        if case in self.archive.troubled:
            return Reply.of({"Message": "An error has occurred."}, 500)
        now, left_out = self.archive.now(), set() if self.archive.described else {"Beskrivelse", "Eksternid"}
        shown = [
            {name: value for name, value in one.record.items() if name not in left_out | {"Filer", "Navn"}}
            for one in self.archive.documents.values()
            if one.record["SagID"] == case and one.shows_at <= now
        ]
        return Reply.of(shown * (2 if self.archive.repeats else 1))

    def _document(self, _call: Call, number: int) -> Reply:
        stored = self.archive.documents.get(number)
        return Reply.of(stored.record) if stored else _NOT_FOUND

    def _file(self, _call: Call, file: int) -> Reply:
        stored = next((one for one in self.archive.documents.values() if file in one.files), None)
        if stored is None:
            return _NOT_FOUND
        if stored.spoilt:
            return Reply(200, b"<html><body>503 Service Unavailable</body></html>", "text/html")
        return Reply(200, stored.files[file], "application/octet-stream")

    def _journalize(self, call: Call) -> Reply:
        parts = _parts(call)
        said = json.loads(parts["json"][0])
        if said["SagID"] in self.archive.closed:
            return _CLOSED
        if said["SagID"] not in self.archive.cases or said["DokumentArt"]["Id"] not in {one["Id"] for one in ARTS}:
            return Reply.of({"Message": "Ugyldig"}, 400)
        content, name = parts["file"]
        kept: Record = {key: value for key, value in said.items() if key != "SagID"}
        number = self.archive.add_document(said["SagID"], name, content, **kept)
        return Reply.of(self.archive.documents[number].record)

    def _note(self, call: Call) -> Reply:
        said = json.loads(call.body)
        if said["SagID"] in self.archive.closed:
            return _CLOSED
        return Reply.of(self.archive.told(self.archive.notes, said))

    def _notes(self, _call: Call, case: int) -> Reply:
        return Reply.of(self.archive.shown(self.archive.notes, SagID=case))

    def _remind(self, call: Call) -> Reply:
        said = json.loads(call.body)
        if said["ErindringType"]["Id"] not in {one["Id"] for one in REMINDERS}:
            return Reply.of({"Message": "Ukendt type"}, 400)
        return Reply.of(self.archive.told(self.archive.reminders, said))

    def _reminders(self, _call: Call, case: int) -> Reply:
        return Reply.of(self.archive.shown(self.archive.reminders, SagId=case))

    def _swagger(self, _call: Call) -> Reply:
        named: dict[str, object] = {
            pattern.replace(r"(\d+)", "{id}"): {method.lower(): {}} for method, pattern, _, _ in self._table()
        }
        fields = ("Nummer", "SidstAendretFra") if self.archive.searches_changes else ("Nummer",)
        searched = {"properties": dict.fromkeys(fields, "string")}
        info = {"title": "SBSYS WebApi (fake)", "version": "v10"}
        return Reply.of({"swagger": "2.0", "info": info, "paths": named, "definitions": {"SagSearch": searched}})


def _numbered(answer: Callable[..., Reply], numbers: list[int], call: Call) -> Reply:
    return answer(call, *numbers)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _parts(call: Call) -> dict[str, tuple[bytes, str]]:
    """Take multipart/form-data apart: name → contents and file name."""
    found = _BOUNDARY.fullmatch(call.headers["content-type"])
    if not found:
        raise ValueError("no multipart/form-data")
    parts: dict[str, tuple[bytes, str]] = {}
    for piece in call.body.split(f"--{found['boundary']}".encode())[1:-1]:
        head, _, content = piece.removeprefix(b"\r\n").removesuffix(b"\r\n").partition(b"\r\n\r\n")
        name = re.search(r'name="(?P<name>[^"]*)"(?:; filename="(?P<file>[^"]*)")?', head.decode())
        if name:
            parts[name["name"]] = (content, name["file"] or "")
    return parts
