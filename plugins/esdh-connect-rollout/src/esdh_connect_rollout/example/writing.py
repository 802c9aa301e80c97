"""The year of the made-up municipality, written as it would have been lived: act by act, with a clock of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from esdh_connect.connect import Connect
from esdh_connect.policy import PolicyChange
from esdh_connect.testing.municipality import DEPARTMENTS, MADE_UP, MONTHS, Place, by_day, later
from esdh_connect_rollout.desk import PLUGIN
from esdh_connect_rollout.door import Waves
from esdh_connect_rollout.example.town import PROFILES, WAVES, Lesson, Story
from esdh_connect_rollout.logbook import Logbook
from esdh_connect_rollout.waves.acts import Act, Kind
from esdh_connect_rollout.waves.notes import Note
from esdh_connect_rollout.waves.wave import name_of

__all__ = ["written"]

_HERE = ZoneInfo("Europe/Copenhagen")
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_BRINGS = {
    "plugins": ("serviceplatformen", "bilag", "forbrug"),
    "channels": ("digital_post", "fysisk_post"),
}
_PLANNED, _PREPARED, _DECIDED = timedelta(days=40), timedelta(days=20), timedelta(days=5)
_HALFWAY, _FINISHED = timedelta(days=45), timedelta(days=80)
_WEEK = 7
_CHECKED = ("skabeloner", "oplæring", "prøvebrev", "doctor")


@attrs.define
class _Clock:
    """The time in the story."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


def written(post: Connect, *, before: date) -> None:
    """
    Write the year whose last whole month is the one before ``before``, and the days of that month until then.

    Departments that are not there are set up. Raises WaveRefused where the waves are there already.
    """
    first = later(before, -MONTHS)
    last = before - timedelta(days=1)
    _set_up(post)
    clock = _Clock(_noon(first - _PLANNED - timedelta(days=1)))
    waves = Waves(post, clock)
    waves.learn(PROFILES, by="Eva Holm")
    brings = _brings(post)
    todo = sorted(
        (step for story in WAVES for step in _steps(story, later(first, story.month), brings)), key=lambda one: one[0]
    )
    for at, do in todo:
        if at <= _noon(last):
            clock.at = at
            do(waves)
    _count(post, first, last)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), _HERE)


def _set_up(post: Connect) -> None:
    fresh = [one for one in DEPARTMENTS if one.id not in post.departments]
    post.departments.change([PolicyChange(one, {}, "eksemplet", _LONG_AGO, _LONG_AGO, MADE_UP) for one in fresh])


def _brings(post: Connect) -> dict[str, list[str]]:
    """Give what of the usual this installation has."""
    has = {"plugins": post.plugins.names, "channels": post.plugins.channels}
    found = {name: [f"+{one}" for one in ones if one in has[name]] for name, ones in _BRINGS.items()}
    return {name: ones for name, ones in found.items() if ones} or {"plugins": [f"+{PLUGIN}"]}


# --- what was done


_Step = tuple[datetime, Callable[[Waves], object]]


def _steps(story: Story, starts: date, brings: Mapping[str, list[str]]) -> Iterator[_Step]:
    """Give what was done to a wave, each with its moment; the same moment keeps this order."""
    noon, title, by = _noon(starts), story.title, story.owner
    midnight = datetime.combine(starts, time(), _HERE)
    aim: dict[str, Any] = {
        "starts": midnight, "owner": by, "what": brings, "goal": story.goal, "purpose": story.purpose, "by": by,
    }  # fmt: skip
    yield noon - _PLANNED, lambda waves: waves.plan(title, story.departments, **aim)
    yield noon - _PREPARED, lambda waves: waves.prepare(title, by=by)
    for at, item in enumerate(_CHECKED, start=1):
        yield noon - _PREPARED + timedelta(days=3 * at), partial(_checked, title=title, item=item, by=by)
    yield noon - _DECIDED, lambda waves: waves.start(title, by=by, why="afdelingerne er klar")
    for lesson in story.lessons:
        yield noon + timedelta(days=lesson.days), partial(_learnt, title=title, lesson=lesson, owner=by)
    if story.halfway:
        yield noon + _HALFWAY, lambda waves: waves.halfway(title, by=by, why="gjort op med teamlederne")
    if story.ended:
        yield noon + _FINISHED, lambda waves: waves.finish(title, by=by)


def _checked(waves: Waves, *, title: str, item: str, by: str) -> None:
    waves.check(title, item, by=by)


def _learnt(waves: Waves, *, title: str, lesson: Lesson, owner: str) -> Note:
    if not lesson.by:
        tip = waves.tip(lesson.text, wave=title)
        return waves.take(tip.number, by=owner) if lesson.is_taken else tip
    note = waves.note(
        title,
        lesson.text,
        by=lesson.by,
        document_types=lesson.types,
        module=lesson.module,
        difficulty=lesson.difficulty,
    )
    return waves.solve(note.number, by=owner, how=lesson.solved) if lesson.solved else note


# --- what was sent


def _count(post: Connect, first: date, last: date) -> None:
    """Write down the letters of each day, and what was heard of the departments by them."""
    from esdh_connect_rollout.tables import counts

    sent = {
        place.id: days
        for story in WAVES
        for place in story.places
        if (days := _days(place, later(first, story.month), last))
    }
    heard = [act for story in WAVES for act in _heard(post, story, sent)]
    logbook = Logbook(post.store)
    with post.store.transaction() as connection:
        counts.fill(connection, [(id_, str(day), many) for id_, days in sent.items() for day, many in days.items()])
        logbook.hear(connection, *sorted(heard, key=lambda one: one.at))


def _days(place: Place, starts: date, last: date) -> dict[date, int]:
    """Give the letters of each working day of a department, from its first to the last of the story."""
    found: dict[date, int] = {}
    for at in range(MONTHS + 1):
        found |= by_day(place, later(starts, at), at)
    return {day: many for day, many in found.items() if day <= last}


def _heard(post: Connect, story: Story, sent: Mapping[str, Mapping[date, int]]) -> Iterator[Act]:
    """Give each department's first letter, and the day on which it had found its way."""
    plugin = Waves(post).plugin
    for id_ in story.departments:
        days = sent.get(id_, {})
        weeks = (
            day for day in days if sum(days.get(day - timedelta(days=at), 0) for at in range(_WEEK)) >= plugin.routine
        )
        for kind, day in ((Kind.BEGAN, next(iter(days), None)), (Kind.ROUTINE, next(weeks, None))):
            if day is not None:
                at = _noon(day)
                yield Act(0, name_of(story.title), kind, at, at, what={"department": id_})
