"""
Ændringer: SBSYS tells nobody what happens to documents, so cases that changed lately are searched for, ever again.

A pass begins a little before the newest change that was seen (*overlap*), for what became visible late, and goes
through the cases page by page. The cursor says how far it has come, so that another process can go on. What is read
twice has the same id, and does no harm.

A case that SBSYS fails for again and again is left out, and the cursor says since when: before the next pass it is read
from there, once an hour, until it can be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Self

import attrs

from esdh_connect.errors import DeliveryError, TemporaryFailure
from esdh_connect.events import DocumentChanged, DocumentEvent, DocumentFinalized, NewEvents
from esdh_connect.model import Case
from esdh_connect_sbsys import wire
from esdh_connect_sbsys.api import Api
from esdh_connect_sbsys.cases import Cases
from esdh_connect_sbsys.documents import Documents, files_of
from esdh_connect_sbsys.journal import is_ours
from esdh_connect_sbsys.patience import Patience

__all__ = ["Changes"]

#: How far back the very first pass begins.
_BEGINNING = timedelta(days=1)
_PAGE = 50
#: No more cases are looked at in one reading than fit in so long.
_LONGEST = timedelta(minutes=1)
#: Cases of the page before that are read again: those behind a case that changed meanwhile have moved up.
_AGAIN = 10
#: A pass that has read so many cases is about more than what changed: the search is not the one we think it is.
_MOST = 50_000
_CURSOR = re.compile(r"(?P<since>[^|]+)\|(?P<passed>[0-9]{1,6})\|(?P<newest>[^|]+)(\|(?P<left_out>[^|]+))?")


@attrs.frozen
class _Place:
    """
    Where a pass is: begun at ``since``, so many cases ``passed``, and ``newest`` is the latest change seen.

    ``left_out`` are the cases that could not be read, and since when.
    """

    since: datetime
    passed: int
    newest: datetime
    left_out: Mapping[int, datetime] = attrs.field(factory=dict)

    @classmethod
    def read(cls, cursor: str, now: datetime) -> Self:
        """Read a cursor; a new one begins a day ago. Raises ValueError for what is none of ours."""
        found = _CURSOR.fullmatch(cursor)
        if found:
            since, newest = (datetime.fromisoformat(found[name]) for name in ("since", "newest"))
            pairs = [one.split("@", 1) for one in (found["left_out"] or "").split(",") if one]
            left_out = {int(case): datetime.fromisoformat(at) for case, at in pairs}
            return cls(since, int(found["passed"]), newest, left_out)
        if cursor:
            raise ValueError("not a cursor of ours")
        return cls(now - _BEGINNING, 0, now - _BEGINNING)

    def __str__(self) -> str:
        """Write it down."""
        left_out = ",".join(f"{case}@{at.isoformat()}" for case, at in self.left_out.items())
        kept = f"{self.since.isoformat()}|{self.passed}|{self.newest.isoformat()}"
        return f"{kept}|{left_out}" if left_out else kept


@attrs.frozen(eq=False)
class Changes:
    """
    Reads what happened. ``departments`` maps the beginning of a KLE number to a department, "" is for all others.

    ``field`` is what SBSYS' search calls *changed since*.
    """

    api: Api
    cases: Cases
    documents: Documents
    departments: Mapping[str, str]
    field: str
    overlap: timedelta
    now: Callable[[], datetime]
    patience: Patience

    def read(self, cursor: str) -> NewEvents | None:
        """Read a page of cases from the cursor on. Raises TemporaryFailure."""
        if not self.departments:
            return None
        place = _Place.read(cursor, self.now())
        self.patience.remember(place.left_out)
        events, left_out = self._tried_again(place) if place.passed == 0 else ([], dict(place.left_out))
        rows = self._page(place)
        done = self._worked_through(rows, place.since, events, left_out)
        seen = [at for at in (wire.moment(row, *wire.CHANGED) for row in rows[:done]) if at is not None]
        newest = min(max([place.newest, *seen]), max(self.now(), place.newest))
        told = tuple(sorted(events, key=lambda event: (event.at, event.id)))
        if done < len(rows) or done == _PAGE:
            further = _Place(place.since, place.passed + max(done - _AGAIN, 1), newest, left_out)
            return NewEvents(str(further), told, more=True)
        return NewEvents(str(_Place(max(newest - self.overlap, place.since), 0, newest, left_out)), told)

    def _tried_again(self, place: _Place) -> tuple[list[DocumentEvent], dict[int, datetime]]:
        """Read the cases that were left out, from when they were; gives what happened, and which still are."""
        began, events, left_out = self.now(), list[DocumentEvent](), dict(place.left_out)
        for case, since in place.left_out.items():
            if not self.patience.is_due(case) or self.now() - began > _LONGEST:
                continue
            try:
                row = self.api.get(f"api/sag/{case}")
                events += list(self._of_case(row, since)) if isinstance(row, dict) else []
            except DeliveryError as error:
                if not self.patience.is_over(case, error):
                    raise
            else:
                self.patience.worked(case)
                del left_out[case]
        return events, left_out

    def _worked_through(
        self, rows: tuple[wire.Row, ...], since: datetime, events: list[DocumentEvent], left_out: dict[int, datetime]
    ) -> int:
        """Look at the cases of a page, as many as there is time for; gives how many. Adds to the last two."""
        began = self.now()
        for done, row in enumerate(rows, start=1):
            case = wire.number(row, *wire.ID)
            if case is not None and case not in left_out:
                try:
                    events += list(self._of_case(row, since))
                except DeliveryError as error:
                    if not self.patience.is_over(case, error):
                        raise
                    left_out[case] = since
                else:
                    self.patience.worked(case)
            if self.now() - began > _LONGEST:
                return done
        return len(rows)

    def _page(self, place: _Place) -> tuple[wire.Row, ...]:
        if place.passed > _MOST:
            raise TemporaryFailure(
                f"more than {_MOST} cases changed since {place.since}: does SBSYS know {self.field}?"
            )
        since = place.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        asked = {self.field: since, "Limit": _PAGE, "Skip": place.passed}
        rows = self.api.search("api/sag/search", asked)[:_PAGE]
        if any(self._is_older(row, place.since) for row in rows):
            raise TemporaryFailure(
                f"SBSYS' search gives cases that did not change since {since}: it does not know {self.field}",
                danish=f"SBSYS søger ikke efter {self.field}: ret changed_since i indstillingerne",
            )
        return rows

    def _is_older(self, row: wire.Row, since: datetime) -> bool:
        """A day of grace: whose clock and whose time zone it is that SBSYS compares is not known."""
        at = wire.moment(row, *wire.CHANGED)
        return at is not None and at < since - timedelta(days=1)

    def _of_case(self, row: wire.Row, since: datetime) -> Iterator[DocumentEvent]:
        department = self._department(wire.text(row, "Nummer"))
        number = wire.number(row, *wire.ID)
        if department is not None and number is not None:
            for listed in self.api.rows(f"api/sag/{number}/dokumenter"):
                yield from self._of_document(listed, since, department, self.cases.made(row))

    def _department(self, case_number: str) -> str | None:
        kle = wire.kle_of(case_number)
        fitting = [one for one in self.departments if (str(kle) if kle else "").startswith(one)]
        return self.departments[max(fitting, key=len)] if fitting else None

    def _of_document(self, listed: wire.Row, since: datetime, department: str, case: Case) -> Iterator[DocumentEvent]:
        stamp = _stamp(listed)
        number = wire.number(listed, *wire.ID)
        if number is None or (stamp is not None and stamp < since):
            return
        row = self.documents.row(number)
        if row is None or is_ours({**listed, **row}):
            return  # ours have been sent already
        at = _stamp(row) or stamp or self.now()
        registered = wire.moment(row, *wire.REGISTERED) or wire.moment(listed, *wire.REGISTERED)
        for document in files_of(row):
            id_ = f"sbsys-{document.id}-{document.version}"
            if registered is not None and at > registered:
                yield DocumentChanged(f"{id_}-changed", at, department, document, case)
            yield DocumentFinalized(id_, at, department, document, case)


def _stamp(row: wire.Row) -> datetime | None:
    """Give when a document last changed, or was registered; None where SBSYS does not say."""
    known = [wire.moment(row, *wire.CHANGED), wire.moment(row, *wire.REGISTERED)]
    return max((one for one in known if one is not None), default=None)
