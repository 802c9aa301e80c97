"""
Hændelser: what happened to documents, read from a query that F2's administrator has installed.

F2 tells nobody anything by itself, and its searches know no dates; a *custom query* does. Ours is asked for what is at
or after a time (``since``), in order of time and id, a page at a time (``count``, going on after ``after``). Each round
begins a little before where the last one ended, because what took long becomes visible late, with its own earlier time;
whatever comes twice has the same id and counts once.

F2's times have no zone. In the hour that October has twice, the clock goes back behind what was read, and so do we.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta, tzinfo
from types import MappingProxyType
from typing import Any
from urllib.parse import urljoin

import attrs

from esdh_connect.errors import TemporaryFailure
from esdh_connect.events import DOCUMENT_EVENTS, DocumentEvent, NewEvents
from esdh_connect.log import Log
from esdh_connect.model import Case, Document
from esdh_connect_f2.people import SYSTEM
from esdh_connect_f2.refusal import problem
from esdh_connect_f2.service import Service
from esdh_connect_f2.wire import JSON, instant, json_of, listed

__all__ = ["COLUMNS", "Happenings"]

#: What the query must answer with, beside ``Department`` and ``DocumentKind``, which may be missing.
COLUMNS = (
    "EventId",
    "At",
    "Kind",
    "DocumentId",
    "ModifiedDate",
    "FileSize",
    "Title",
    "FileType",
    "ContentType",
    "CaseId",
)
_KINDS: Mapping[str, type[DocumentEvent]] = MappingProxyType(
    {kind.__name__.removeprefix("Document").casefold(): kind for kind in DOCUMENT_EVENTS}
)
_LONGEST = 1000


@attrs.frozen
class _Cursor:
    """Where to go on. ``top`` is the latest time seen; ``at`` and ``after`` the last row, while pages go on."""

    top: str = ""
    at: str = ""
    after: str = ""

    def written(self) -> str:
        return json.dumps(attrs.asdict(self, filter=lambda _, value: bool(value)))


@attrs.frozen(eq=False)
class Happenings:
    """
    Reads the query called ``query``. ``department`` is whose documents they are where a row does not say.

    ``overlap`` is how late something may become visible, ``reach`` how far back the first round looks.
    """

    service: Service
    query: str
    zone: tzinfo
    department: str = ""
    overlap: timedelta = timedelta(minutes=10)
    reach: timedelta = timedelta(days=1)
    page: int = 200
    log: Log = Log()

    def read(self, text: str) -> NewEvents:
        """Read a page from where ``text`` says. Raises DeliveryError."""
        cursor = self._cursor(text)
        since, after = (cursor.at, cursor.after) if cursor.at else (self._begin(cursor.top), "")
        rows = self._rows(since, after)
        keys = [key for row in rows if (key := _key(row, self.zone))]
        more = len(rows) >= self.page
        if more and not keys:
            raise TemporaryFailure(
                f"the query {self.query} answers without At and EventId", danish="forespørgslen i F2 svarer forkert"
            )
        if more and keys[-1] <= (since, after):
            raise TemporaryFailure(
                f"the query {self.query} does not go on after {since}", danish="forespørgslen i F2 går ikke videre"
            )
        top = max([cursor.top, *(at for at, _ in keys)])
        goes_on = _Cursor(top, *keys[-1]) if more else _Cursor(top)
        return NewEvents(goes_on.written() if top else text, self._events(rows), more=more)

    def _events(self, rows: Sequence[Mapping[str, Any]]) -> tuple[DocumentEvent, ...]:
        made = [_event(row, self.zone, self.department) for row in rows]
        left_out = made.count(None)
        if left_out:
            self.log.warning("f2_events_left_out", query=self.query, rows=left_out)
        return tuple(one for one in made if one is not None)

    def _cursor(self, text: str) -> _Cursor:
        if not text:
            return _Cursor()
        try:
            return _Cursor(**{str(name): str(value) for name, value in json.loads(text).items()})
        except (ValueError, TypeError, AttributeError):
            self.log.warning("f2_cursor_not_ours", query=self.query)
            return _Cursor()

    def _begin(self, top: str) -> str:
        """Give the server's time to begin at: before everything that may have become visible since."""
        now = self.service.now()
        last = instant(top, self.zone)
        start = (now - self.reach if last is None else last - self.overlap).astimezone(self.zone)
        back = (start.utcoffset() or timedelta()) - (now.astimezone(self.zone).utcoffset() or timedelta())
        return (start.replace(tzinfo=None) - max(back, timedelta())).isoformat(timespec="milliseconds")

    def _rows(self, since: str, after: str) -> Sequence[Mapping[str, Any]]:
        query = {"since": since, "after": after, "count": str(self.page)}
        answer = self.service.get(self._address(), JSON, query)
        refusal = problem(answer)
        if refusal is not None:
            raise refusal
        rows = listed(json_of(answer))
        if rows is None:
            raise answer.unreadable("no list of rows")
        return rows[: self.page]

    def _address(self) -> str:
        """Give where the query is: its name behind where the index of queries lies."""
        index = self.service.address("custom-query-index", {})
        return self.service.index.mine(urljoin(index.rstrip("/") + "/", self.query))


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text.strip() if len(text) <= _LONGEST else ""


def _key(row: Mapping[str, Any], zone: tzinfo) -> tuple[str, str] | None:
    """Give the server's time of a row, as a query compares it, and its id; None where it lacks one."""
    at, id_ = instant(_text(row, "At"), zone), _text(row, "EventId")
    return (at.astimezone(zone).replace(tzinfo=None).isoformat(), id_) if at and id_ else None


def _event(row: Mapping[str, Any], zone: tzinfo, department: str) -> DocumentEvent | None:
    """Make the event of a row; None where it lacks what an event is made of."""
    kind, at = _KINDS.get(_text(row, "Kind").casefold()), instant(_text(row, "At"), zone)
    id_, document, modified = (_text(row, name) for name in ("EventId", "DocumentId", "ModifiedDate"))
    whose = _text(row, "Department") or department
    if kind is None or at is None or not all((id_, document, modified, whose)):
        return None
    size, ending, title = _text(row, "FileSize"), _text(row, "FileType").casefold(), _text(row, "Title")
    named = not ending or title.casefold().endswith(f".{ending}")
    told_of = Document(
        document,
        f"{modified}/{size}" if size else modified,
        title if named else f"{title}.{ending}",
        _text(row, "ContentType") or "application/octet-stream",
        _text(row, "DocumentKind"),
    )
    case = _text(row, "CaseId")
    return kind(f"f2:{id_}", at, whose, told_of, Case(case, SYSTEM) if case else None)
