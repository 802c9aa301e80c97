"""Sager: what lies in the host for testing – cases, parties, documents in their versions, entries and events."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from threading import RLock
from typing import Any

import attrs

__all__ = ["No", "Records"]

Record = dict[str, Any]
_PAGE = 50


class No(Exception):
    """A person must look; the text is Danish."""


@attrs.define(eq=False)
class Records:
    """Everything in it, made up. ``kept`` are the old versions of documents too, ``told`` what became of letters."""

    cases: dict[str, list[str]] = attrs.field(factory=dict)
    people: dict[str, Record] = attrs.field(factory=dict)
    documents: dict[tuple[str, str], tuple[Record, bytes]] = attrs.field(factory=dict)
    bundles: dict[str, list[Record]] = attrs.field(factory=dict)
    entries: dict[str, Record] = attrs.field(factory=dict)
    events: list[Record] = attrs.field(factory=list)
    approvers: list[Record] = attrs.field(factory=list)
    told: dict[str, Record] = attrs.field(factory=dict)
    closed: set[str] = attrs.field(factory=set)
    lock: Any = attrs.field(factory=RLock)
    _numbers: count[int] = attrs.field(factory=lambda: count(1001))

    def add_case(self) -> str:
        """Make an open case; gives its id."""
        id_ = f"sag-{next(self._numbers)}"
        self.cases[id_] = []
        return id_

    def add_party(self, case: str, **who: Any) -> str:  # noqa: ANN401 - what JSON holds
        """Put somebody on a case; ``who`` is a recipient as the contract has it. Gives the party's id."""
        id_ = f"part-{next(self._numbers)}"
        self.people[id_] = who
        self.cases[case].append(id_)
        return id_

    def add_document(self, content: bytes, name: str = "Afgørelse.pdf") -> Record:
        """Keep a document; gives it in its first version."""
        return self._kept({"id": f"dok-{next(self._numbers)}", "version": "1", "name": name}, content)

    def change(self, id_: str, content: bytes) -> Record:
        """Give a document other contents; gives it in its new version. The old ones are kept."""
        newest = max((one for one in self.documents if one[0] == id_), key=lambda one: int(one[1]))
        return self._kept({**self.documents[newest][0], "version": str(int(newest[1]) + 1)}, content)

    def happen(self, kind: str, document: Record, department: str = "teknik") -> str:
        """Let something happen to a document; gives the event's id."""
        with self.lock:
            id_, at = f"h-{next(self._numbers)}", datetime.now(UTC).isoformat()
            self.events.append({"id": id_, "type": kind, "at": at, "department": department, "document": document})
            return id_

    def _kept(self, document: Record, content: bytes) -> Record:
        with self.lock:
            self.documents[document["id"], document["version"]] = document, content
        return document

    # --- what the contract asks for: None where there is no such thing

    def document(self, said: Record) -> bytes | None:
        """Read one."""
        found = self.documents.get((said["document"]["id"], said["document"]["version"]))
        return None if found is None else found[1]

    def recipient(self, said: Record) -> Record | None:
        """Find a party of a case."""
        id_ = said["party"]["id"]
        return self.people[id_] if id_ in self.cases.get(said["case"]["id"], []) else None

    def parties(self, said: Record) -> Record | None:
        """Find all of them."""
        found = self.cases.get(said["case"]["id"])
        return None if found is None else {"parties": [{"id": one, "system": said["case"]["system"]} for one in found]}

    def find(self, said: Record) -> Record | None:
        """Find the entry that carries a mark."""
        found = self.entries.get(said["mark"])
        return {"id": found["id"]} if found and found["case"]["id"] == said["case"]["id"] else None

    def journalize(self, said: Record) -> Record | None:
        """Put an entry on its case, once for each mark. Raises No."""
        with self.lock:
            if said["case"]["id"] not in self.cases:
                return None
            if said["mark"] not in self.entries:
                if said["case"]["id"] in self.closed:
                    raise No("sagen er lukket; åbn den igen")
                self.entries[said["mark"]] = {**said, "id": f"akt-{next(self._numbers)}"}
            return {"id": self.entries[said["mark"]]["id"]}

    def may_approve(self, said: Record) -> Record | None:
        """Find who can approve: the same in every department."""
        return {"approvers": self.approvers} if said["case"]["id"] in self.cases else None

    def bundle(self, said: Record) -> Record | None:
        """Find a bundle."""
        found = self.bundles.get(said["name"])
        return None if found is None else {"documents": found}

    def happened(self, said: Record) -> Record:
        """Give what happened since a cursor: here the number of events that were read."""
        since = int(said["cursor"] or 0)
        page = self.events[since : since + _PAGE]
        return {"cursor": str(since + len(page)), "events": page, "more": since + _PAGE < len(self.events)}

    def hear(self, said: Record) -> Record:
        """Take in what became of a letter, once."""
        self.told.setdefault(said["id"], said)
        return {}
