"""Arkivet: what the SBSYS to test with has in it – cases, parties, documents, notes and reminders, in memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import RLock
from typing import Any

import attrs

__all__ = ["Archive", "Record", "Stored", "utc_now"]

#: As SBSYS has them: numbers that mean something in one installation only.
ARTS = ({"Id": 1, "Navn": "Indgående"}, {"Id": 7, "Navn": "Udgående"}, {"Id": 9, "Navn": "Internt"})
REMINDERS = ({"Id": 31, "Navn": "Opfølgning"}, {"Id": 44, "Navn": "Digital post fejlet"})

Record = dict[str, Any]


def utc_now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


@attrs.define(eq=False)
class Stored:
    """A document: its record, the bytes of each of its files, and from when it shows in lists."""

    record: Record
    files: dict[int, bytes]
    shows_at: datetime
    spoilt: bool = False


@attrs.define(eq=False)
class Archive:
    """
    Everything there is. ``lag`` is how long what is new is missing from lists.

    ``described`` says whether lists have descriptions, ``searches_changes`` whether a search knows *changed since*.
    ``troubled`` are cases whose documents it cannot list: an error of the server, each time.
    """

    now: Callable[[], datetime] = utc_now
    lag: timedelta = timedelta()
    described: bool = True
    repeats: bool = False
    searches_changes: bool = True
    cases: dict[int, Record] = attrs.field(factory=dict)
    closed: set[int] = attrs.field(factory=set)
    troubled: set[int] = attrs.field(factory=set)
    people: dict[int, Record] = attrs.field(factory=dict)
    parties: dict[int, list[Record]] = attrs.field(factory=dict)
    documents: dict[int, Stored] = attrs.field(factory=dict)
    notes: list[Record] = attrs.field(factory=list)
    reminders: list[Record] = attrs.field(factory=list)
    #: From when a note or reminder shows in lists, by its number.
    shows: dict[int, datetime] = attrs.field(factory=dict)
    lock: Any = attrs.field(factory=RLock)
    _numbers: count[int] = attrs.field(factory=lambda: count(1001))

    def number(self) -> int:
        """Give a number that nothing has."""
        return next(self._numbers)

    def add_case(self, title: str = "Byggesag", number: str = "02.34.02-P19-1-26") -> int:
        """Make an open case; gives its number."""
        id_, at = self.number(), self.now().isoformat()
        with self.lock:
            self.cases[id_] = {
                "Id": id_,
                "SagIdentity": f"00000000-0000-0000-0000-{id_:012d}",
                "Nummer": number,
                "SagsTitel": title,
                "SagsStatus": {"Id": 6, "Navn": "Aktiv"},
                "Sagsbehandler": {"Id": 501, "Navn": "Bo Sagsbehandler", "LogonId": "bo"},
                "Oprettet": at,
                "SidstAendret": at,
                "EtFeltIngenKender": {"Dybt": [1, 2, 3]},
            }
            self.parties[id_] = []
        return id_

    def add_person(self, case: int, name: str, cpr: str, address: str = "") -> int:
        """Put a person on a case; ``cpr`` has ten digits. Gives the party's number."""
        id_, hyphened = self.number(), f"{cpr[:6]}-{cpr[6:]}"
        with self.lock:
            self.people[id_] = {"Id": id_, "Navn": name, "CprNummer": hyphened, "Adresse": address, "Ukendt": None}
            party = {"Id": id_, "PartType": "Person", "Navn": name, "CPRnummer": hyphened, "Rolle": "Ansøger"}
            self.parties[case].append(party)
        return id_

    def add_firm(self, case: int, name: str, cvr: str, address: str = "") -> int:
        """Put a company on a case. Gives the party's number."""
        id_ = self.number()
        with self.lock:
            self.people[id_] = {"Id": id_, "Navn": name, "CvrNummer": cvr, "Adresse": address}
            self.parties[case].append({"Id": id_, "PartType": "Firma", "Navn": name, "CVRnummer": cvr})
        return id_

    def add_document(self, case: int, name: str, content: bytes, **said: Any) -> int:  # noqa: ANN401 - what JSON holds
        """Put a document with one file on a case; gives its number. ``said`` is what is said of it besides."""
        id_, file, at = self.number(), self.number(), self.now()
        stem, _, ending = name.rpartition(".")
        record = {
            "Id": id_,
            "SagID": case,
            "DokumentNavn": stem or name,
            "Navn": stem or name,
            "RegistreringsDato": at.isoformat(),
            "SidstAendret": at.isoformat(),
            "DokumentArt": dict(ARTS[1]),
            "Filer": [{"Id": file, "Navn": stem or name, "Filendelse": ending, "Size": len(content), "Hash": None}],
            **said,
        }
        with self.lock:
            self.documents[id_] = Stored(record, {file: content}, at + self.lag)
            self._touched(case, at)
        return id_

    def change_document(self, number: int, content: bytes) -> None:
        """Give the first file of a document other contents."""
        with self.lock:
            stored, at = self.documents[number], self.now()
            file = stored.record["Filer"][0]
            stored.files[file["Id"]] = content
            file["Size"] = len(content)
            stored.record["SidstAendret"] = at.isoformat()
            self._touched(stored.record["SagID"], at)

    def stamp(self, number: int, at: datetime) -> None:
        """Let a document have been registered at this time, and its case changed then."""
        with self.lock:
            record = self.documents[number].record
            record["RegistreringsDato"] = record["SidstAendret"] = at.isoformat()
            self._touched(record["SagID"], at)

    def told(self, kept: list[Record], said: Record) -> Record:
        """Keep a note or a reminder; gives it with its number."""
        with self.lock:
            kept.append({"Id": self.number(), **said})
            self.shows[kept[-1]["Id"]] = self.now() + self.lag
            return kept[-1]

    def shown(self, kept: list[Record], **where: int) -> list[Record]:
        """Give those of a case that show by now."""
        with self.lock:
            now = self.now()
            return [one for one in kept if where.items() <= one.items() and self.shows[one["Id"]] <= now]

    def on_case(self, case: int) -> list[Record]:
        """Give the documents of a case as they are, those too that do not show yet."""
        with self.lock:
            return [one.record for one in self.documents.values() if one.record["SagID"] == case]

    def _touched(self, case: int, at: datetime) -> None:
        if case in self.cases:
            self.cases[case]["SidstAendret"] = at.isoformat()
