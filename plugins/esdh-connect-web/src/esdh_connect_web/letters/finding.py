"""Søgning: what somebody asked for, as it stands in an address, and the letters that are it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta

import attrs

from esdh_connect.dispatch import Act, Entry, Status
from esdh_connect.errors import OutboxError
from esdh_connect.ids import mask
from esdh_connect.outbox import Search
from esdh_connect_web.call import Call, whole
from esdh_connect_web.colleagues import passed_on
from esdh_connect_web.texts import HERE, N_

__all__ = ["FIELDS", "Line", "Listed", "Wanted", "line", "listed", "wanted"]

#: The words of the form, and of the address it leads to.
FIELDS = ("case", "status", "department", "since", "until")
_PAGE = 25
_LONGEST = 200
_CASE = N_("Write the number of the case. It is never a CPR number.")
_DAY = N_("Write the day as year, month and day.")
_ORDER = N_("The last day is before the first.")


@attrs.frozen
class Wanted:
    """What is asked for, as it was written; what cannot be meant is among the ``errors``, by its field."""

    said: Mapping[str, str]
    search: Search
    errors: tuple[tuple[str, str], ...] = ()


@attrs.frozen
class Line:
    """A letter in the list. ``name`` and ``title`` are "" where they are erased or damaged."""

    entry: Entry
    name: str = attrs.field(repr=False)
    title: str = attrs.field(repr=False)
    channel: str

    @property
    def passed_on(self) -> Act | None:
        """Give who was asked last to approve it instead, where somebody was."""
        return passed_on(self.entry)


@attrs.frozen
class Listed:
    """A page of what was found."""

    lines: tuple[Line, ...]
    total: int
    page: int
    pages: int


def wanted(call: Call, said: Mapping[str, str]) -> Wanted:
    """Read what is asked for, of letters the person may see."""
    since, until = _day(said["since"]), _day(said["until"])
    mine = call.department_ids
    one = said["department"]
    search = Search(
        departments=_under(call, one) if one else mine,
        case_part=said["case"] or None,
        statuses=[status for status in Status if status.value == said["status"]] or None,
        since=_beginning(since) if since else None,
        until=_beginning(until + timedelta(days=1)) if until else None,
    )
    return Wanted(said, search, tuple(_errors(said, since, until)))


def listed(call: Call, search: Search) -> Listed:
    """Give a page of what is found; the last one where so many there are not."""
    asked = max(whole(call.query("page")) or 1, 1)
    found = call.post.letters(search, limit=_PAGE, offset=(asked - 1) * _PAGE)
    pages = max(1, -(-found.total // _PAGE))
    if asked > pages:
        asked = pages
        found = call.post.letters(search, limit=_PAGE, offset=(asked - 1) * _PAGE)
    return Listed(tuple(line(call, entry) for entry in found.entries), found.total, asked, pages)


def line(call: Call, entry: Entry) -> Line:
    """Give a letter as it stands in a list."""
    channel = call.post.plugins.channels.get(entry.channel)
    label = channel.label if channel else entry.channel
    try:
        cover = call.post.cover(entry.id)
    except OutboxError:
        return Line(entry, "", "", label)
    return Line(entry, cover.recipient.name, cover.title, label)


def _under(call: Call, department: str) -> frozenset[str]:
    """Give a department with all below it, as far as the person works for them: nothing of any other."""
    post = call.post
    if department not in post.departments:
        return frozenset({department} if call.site.works_for(call.person, department) else ())
    return frozenset(one.id for one in call.departments if department in post.departments.lineage(one.id))


def _errors(said: Mapping[str, str], since: date | None, until: date | None) -> Iterator[tuple[str, str]]:
    if mask(said["case"]) != said["case"] or len(said["case"]) > _LONGEST:
        yield "case", _CASE
    if said["since"] and since is None:
        yield "since", _DAY
    if said["until"] and until is None:
        yield "until", _DAY
    if since and until and until < since:
        yield "until", _ORDER


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date.min < day < date(9999, 1, 1) else None


def _beginning(day: date) -> datetime:
    return datetime.combine(day, time(), HERE)
