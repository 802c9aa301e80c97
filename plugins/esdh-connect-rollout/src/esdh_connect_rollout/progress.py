"""
Fremdrift: how far a wave is, and the whole organisation; what was hoped for against what came.

How many letters were sent is a sum of what the statistics publish. A day is told where they show its month of the
department alone. Of fewer than five people nothing is told but the month in which their department began.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from math import fsum

import attrs

from esdh_connect_forbrug.months import Month
from esdh_connect_forbrug.reports.since import Published, Sent, Since
from esdh_connect_rollout.counting import day_of
from esdh_connect_rollout.profiles.profile import Profile
from esdh_connect_rollout.waves.acts import Kind
from esdh_connect_rollout.waves.states import LIVE, State
from esdh_connect_rollout.waves.wave import Wave

__all__ = [
    "Forecast",
    "Progress",
    "Standing",
    "WaveProgress",
    "forecast",
    "progress",
    "since",
    "verdict",
    "wave_progress",
]

#: At least so much of what was hoped for, what is told of it, and the same where the rest is not known: it is no less.
_VERDICTS = (
    (1.5, "langt mere end forventet", "langt mere end forventet"),
    (1.1, "mere end forventet", "mere end forventet"),
    (0.9, "som forventet", "mindst som forventet"),
    (0.5, "mindre end forventet", ""),
    (0.0, "langt mindre end forventet", ""),
)


@attrs.frozen
class Forecast:
    """Prognose: letters a month that can go digitally, and the departments whose figures are missing in it."""

    letters: int | None
    missing: tuple[str, ...] = ()


@attrs.frozen
class Standing:
    """
    Where one department is: the month and the day of its first letter, and the month by which it had found its way.

    Days are told where the statistics show their month of the department alone. ``settled`` is the first such month in
    which it has its routine, and ``routine`` the day where it found it in that one.
    """

    department: str
    month: Month | None = None
    began: date | None = None
    settled: Month | None = None
    routine: date | None = None

    @property
    def has_begun(self) -> bool:
        """Tell whether it has sent its first letter."""
        return self.month is not None

    @property
    def days(self) -> int | None:
        """Give how many days it took from the first letter until it had found its way."""
        return (self.routine - self.began).days if self.began and self.routine else None


@attrs.frozen
class WaveProgress:
    """
    How far a wave is.

    ``sent`` are the letters its departments sent, from the month it began: what is published of them. ``first`` is the
    day it began, and ``is_counted`` whether the statistics count at all.
    """

    wave: Wave
    state: State
    begins: datetime
    standings: tuple[Standing, ...]
    forecast: Forecast
    sent: Sent = attrs.field(factory=Sent)
    first: date | None = None
    is_counted: bool = True

    @property
    def letters(self) -> int | None:
        """Give the letters since the month it began, to the end of ``sent.until``; None where nothing may be shown."""
        return self.sent.total

    @property
    def pace(self) -> int | None:
        """Give those of the last month that is closed; None where nothing may be shown of it."""
        return self.sent.latest

    @property
    def begun(self) -> int:
        """Count the departments that have sent their first letter."""
        return sum(one.has_begun for one in self.standings)

    @property
    def in_routine(self) -> int:
        """Count the departments of which it is told that they have found their way."""
        return sum(one.settled is not None for one in self.standings)

    @property
    def expected(self) -> int | None:
        """Give what was hoped for, letters a month: the goal, or where there is none what was forecast."""
        return self.wave.aim.goal or self.forecast.letters

    @property
    def verdict(self) -> str:
        """Tell how it goes against what was hoped for; nothing where that cannot be told."""
        month = self.sent.last
        if month is None or self.first is None:
            return ""
        is_whole = self.first <= month.first_day and month not in self.sent.apart
        return verdict(self.pace, self.expected, is_whole=is_whole)


@attrs.frozen
class Progress:
    """
    How far the organisation is: ``departments`` is how many there are.

    ``on`` is how many of them can send, or are in a wave that has begun, and ``begun`` how many have sent a letter.
    ``sent`` is what is published of the departments of all waves together; ``all_letters`` is what all departments send
    in a month, digitally or not, as far as it is known, and ``missing`` those of whom it is not.
    """

    at: datetime
    departments: int
    on: int
    begun: int
    waves: tuple[WaveProgress, ...]
    all_letters: int | None = None
    missing: tuple[str, ...] = ()
    sent: Sent = attrs.field(factory=Sent)

    @property
    def in_routine(self) -> int:
        """Count the departments of which it is told that they have found their way."""
        return len({one.department for wave in self.waves for one in wave.standings if one.settled})

    @property
    def letters(self) -> int | None:
        """Give the letters of all waves, each department's from the month its wave began."""
        return self.sent.total

    @property
    def pace(self) -> int | None:
        """Give those of the last month that is closed."""
        return self.sent.latest

    @property
    def share(self) -> float | None:
        """Give the share of all letters that go this way; None where it is not known of most departments."""
        if self.pace is None or not self.all_letters or 2 * len(self.missing) > self.departments:
            return None
        return min(1.0, self.pace / self.all_letters)


def verdict(actual: int | None, expected: int | None, *, is_whole: bool = True) -> str:
    """
    Tell in words how what came is against what was hoped for; nothing where either is not known.

    Where it ``is_whole`` not, what is missing can only be more: then it is told how much it is at least.
    """
    if actual is None or not expected:
        return ""
    return next(words if is_whole else least for bound, words, least in _VERDICTS if actual / expected >= bound)


def forecast(departments: Sequence[str], known: Mapping[str, Profile]) -> Forecast:
    """Add up what departments can send digitally in a month; those of whom it is not known are named."""
    figures = {id_: known[id_].digital if id_ in known else None for id_ in departments}
    told = [figure for figure in figures.values() if figure is not None]
    missing = tuple(id_ for id_, figure in figures.items() if figure is None)
    return Forecast(round(fsum(told)) if told else None, missing)


def wave_progress(wave: Wave, at: datetime, published: Published | None, known: Mapping[str, Profile]) -> WaveProgress:
    """Tell how far a wave is; ``published`` is what the statistics have, None where they count nothing."""
    course = wave.course(at)
    shown = published or Published()
    return WaveProgress(
        wave,
        course.state,
        course.begins or wave.aim.starts,
        tuple(_standing(wave, id_, shown) for id_ in wave.aim.departments),
        forecast(wave.aim.departments, known),
        shown.sent(since([wave], at)),
        day_of(course.first) if course.first else None,
        published is not None,
    )


def since(waves: Iterable[Wave], at: datetime) -> Since:
    """Give the month from which on the letters of each department of waves count: that in which its first one began."""
    found: dict[str, Month] = {}
    for wave in waves:
        if first := wave.course(at).first:
            for id_ in wave.aim.departments:
                found[id_] = min(found.get(id_, Month.of(first)), Month.of(first))
    return found


def _standing(wave: Wave, department: str, shown: Published) -> Standing:
    began = wave.heard(Kind.BEGAN).get(department)
    if began is None:
        return Standing(department)
    month, routine = Month.of(began), wave.heard(Kind.ROUTINE).get(department)
    settled = shown.alone(department, Month.of(routine)) if routine else None
    return Standing(
        department,
        month,
        day_of(began) if shown.alone(department, month) == month else None,
        settled,
        day_of(routine) if routine and settled == Month.of(routine) else None,
    )


def progress(
    at: datetime,
    departments: Sequence[str],
    waves: Sequence[WaveProgress],
    known: Mapping[str, Profile],
    sent: Sent,
    *,
    able: AbstractSet[str],
    begun: AbstractSet[str],
) -> Progress:
    """Tell how far the organisation is; ``able`` are the departments that can send, ``begun`` those that have."""
    told = {id_: its for id_ in departments if id_ in known and (its := known[id_].letters) is not None}
    missing = tuple(id_ for id_ in departments if id_ not in told)
    live = {one.department for wave in waves if wave.state in LIVE for one in wave.standings}
    first = {one.department for wave in waves for one in wave.standings if one.has_begun}
    there = frozenset(departments)
    on, begun = there & (able | live), there & (begun | first)
    all_letters = sum(told.values()) if told else None
    return Progress(at, len(departments), len(on), len(begun), tuple(waves), all_letters, missing, sent)
