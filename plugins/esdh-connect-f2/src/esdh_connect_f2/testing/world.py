"""What the made-up F2 has in it: cases, parties, matters, documents, and the one-time addresses it has given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import RLock
from typing import Any
from zoneinfo import ZoneInfo

import attrs

__all__ = ["ACase", "ADocument", "AMatter", "ANote", "AParty", "Account", "OneTime", "World"]

_TYPES = {"pdf": "application/pdf", "txt": "text/plain", "html": "text/html", "docx": "application/msword"}


@attrs.define(eq=False)
class AParty:
    """A party of the register; ``number`` is what people see."""

    number: int
    name: str = attrs.field(repr=False)
    cvr_cpr: str = attrs.field(default="", repr=False)
    cvr_p: str = ""
    address1: str = attrs.field(default="", repr=False)
    address2: str = attrs.field(default="", repr=False)
    post_code: str = ""
    city: str = ""
    country: str = "DK"
    protected: bool = False
    active: bool = True
    contact: str = attrs.field(default="", repr=False)
    has_number: bool = True


@attrs.define(eq=False)
class ADocument:
    """A document of a matter. ``spoilt`` is answered with a web page."""

    id: int
    matter: int
    title: str = attrs.field(repr=False)
    file_type: str
    content: bytes = attrs.field(repr=False)
    modified: datetime
    description: str = ""
    spoilt: bool = False

    @property
    def content_type(self) -> str:
        """Give what F2 takes it for."""
        return _TYPES.get(self.file_type, "application/octet-stream")


@attrs.define(eq=False)
class ANote:
    """A note; ``about`` is the id of a matter or a case."""

    id: int
    about: int
    text: str = attrs.field(repr=False)


@attrs.define(eq=False)
class AMatter:
    """An akt on a case (0: on none)."""

    id: int
    number: int
    case: int
    title: str = attrs.field(repr=False)
    fields: dict[str, Any] = attrs.field(factory=dict, repr=False)
    alerts: list[dict[str, Any]] = attrs.field(factory=list)
    responsible: int = 0


@attrs.define(eq=False)
class ACase:
    """A case; ``parties`` maps the ids its parties have on it to the register's numbers."""

    id: int
    number: str
    title: str = attrs.field(repr=False)
    keyword: str = ""
    closed: bool = False
    parties: dict[int, int] = attrs.field(factory=dict)


@attrs.define(eq=False)
class OneTime:
    """An address for one write. ``made`` is the path of what was made there."""

    what: str
    target: int
    at: datetime
    made: str = ""


@attrs.define(eq=False)
class Account:
    """Who may come in, and how."""

    client_id: str = "esdh"
    client_secret: str = attrs.field(default="hemmelig-klient", repr=False)
    users: dict[str, str] = attrs.field(factory=lambda: {"esdh-bruger": "hemmelig-bruger"}, repr=False)
    sessions: set[str] = attrs.field(factory=lambda: {"session-1"}, repr=False)
    identities: set[str] = attrs.field(factory=lambda: {"identitet-1"}, repr=False)
    life: int = 3600
    organization: str = ""
    access: dict[str, str] = attrs.field(factory=dict, repr=False)
    refresh: dict[str, str] = attrs.field(factory=dict, repr=False)

    def revoke(self) -> None:
        """Let every token that was given end at once; those to renew them with stay."""
        self.access.clear()


def _utc_now() -> datetime:
    return datetime.now(UTC)


@attrs.define(eq=False)
class World:
    """
    The whole of it. ``lock`` is held while one request is answered; ``now`` is its clock.

    ``lists_lag`` is how many of the next lists do not have what is new yet, as where a search index comes after.
    """

    now: Callable[[], datetime] = _utc_now
    zone: ZoneInfo = attrs.field(factory=lambda: ZoneInfo("Europe/Copenhagen"))
    cases: dict[int, ACase] = attrs.field(factory=dict)
    parties: dict[int, AParty] = attrs.field(factory=dict)
    snapshots: dict[int, AParty] = attrs.field(factory=dict)
    matters: dict[int, AMatter] = attrs.field(factory=dict)
    documents: dict[int, ADocument] = attrs.field(factory=dict)
    notes: dict[int, ANote] = attrs.field(factory=dict)
    once: dict[str, OneTime] = attrs.field(factory=dict)
    events: list[dict[str, Any]] = attrs.field(factory=list)
    account: Account = attrs.field(factory=Account)
    once_life: timedelta = timedelta(hours=1)
    largest_upload: int = 50_000_000
    lists_lag: int = 0
    closed_status: int = 409
    lock: RLock = attrs.field(factory=RLock, repr=False)
    _ids: Iterator[int] = attrs.field(factory=lambda: count(500_001, 7), repr=False)
    _last: datetime | None = None

    def new_id(self) -> int:
        """Give a number that nothing else has."""
        return next(self._ids)

    def wall(self, at: datetime) -> str:
        """Write a time as F2 does: its own, without a zone, with as many digits as there happen to be."""
        text = at.astimezone(self.zone).replace(tzinfo=None).isoformat(timespec="milliseconds")
        return text.rstrip("0").rstrip(".") if "." in text else text

    def moment(self) -> datetime:
        """Give the time; never the same twice, as F2's are told apart by milliseconds."""
        least = timedelta(milliseconds=1)
        at = self.now()
        self._last = at if self._last is None or at >= self._last + least else self._last + least
        return self._last

    def add_case(self, title: str = "Byggetilladelse", keyword: str = "02.34.02") -> ACase:
        """Open a case."""
        with self.lock:
            id_ = self.new_id()
            self.cases[id_] = ACase(id_, f"2026 - {len(self.cases) + 1}", title, keyword)
            return self.cases[id_]

    def add_party(self, case: ACase, name: str = "Frida Mortensen", **fields: Any) -> AParty:  # noqa: ANN401
        """Put somebody into the register and on a case."""
        with self.lock:
            number = 39_000 + len(self.parties)
            defaults = {"address1": "Solsikkevej 12, 2. th", "post_code": "9999", "city": "Eksempelby"}
            party = AParty(number, name, **{"cvr_cpr": "121212-1212", **defaults, **fields})
            self.parties[number] = party
            snapshot = self.new_id()
            case.parties[snapshot], self.snapshots[snapshot] = number, attrs.evolve(party)
            return party

    def add_matter(self, case: int, title: str, fields: dict[str, Any] | None = None) -> AMatter:
        """Put an akt on a case."""
        with self.lock:
            id_ = self.new_id()
            self.matters[id_] = AMatter(id_, 13_000 + len(self.matters), case, title, fields or {})
            return self.matters[id_]

    def add_document(self, matter: AMatter, title: str, file_type: str, content: bytes) -> ADocument:
        """Put a document on an akt."""
        with self.lock:
            id_ = self.new_id()
            self.documents[id_] = ADocument(id_, matter.id, title, file_type, content, self.moment())
            return self.documents[id_]

    def change(self, document: ADocument, content: bytes) -> None:
        """Give a document new contents: F2 keeps no older ones."""
        with self.lock:
            document.content, document.modified = content, self.moment()

    def on(self, case: int) -> list[AMatter]:
        """Give the akter of a case."""
        with self.lock:
            return [one for one in self.matters.values() if one.case == case]

    def of(self, matter: int) -> list[ADocument]:
        """Give the documents of an akt."""
        with self.lock:
            return [one for one in self.documents.values() if one.matter == matter]

    def happened(self, document: ADocument, kind: str = "finalized", at: datetime | None = None) -> str:
        """Note that something happened to a document; gives the id of it."""
        with self.lock:
            matter = self.matters[document.matter]
            row = {
                "EventId": f"h{self.new_id()}", "At": at or self.moment(), "Kind": kind, "Department": "teknik",
                "DocumentId": document.id, "ModifiedDate": self.wall(document.modified),
                "FileSize": len(document.content), "Title": document.title, "FileType": document.file_type,
                "ContentType": document.content_type, "DocumentKind": "afgørelse", "CaseId": matter.case or "",
            }  # fmt: skip
            self.events.append(row)
            return str(row["EventId"])

    def is_behind(self) -> bool:
        """Tell whether this list is one that lags."""
        behind = self.lists_lag > 0
        self.lists_lag -= behind
        return behind

    def forget_once(self) -> None:
        """Let every one-time address expire now, as F2 does after some time."""
        with self.lock:
            self.once.clear()
