"""Fremdrift: how far a wave is, and the whole organisation; what was hoped for against what came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from math import fsum

import attrs

from esdh_connect_rollout.counting import Letters, day_of
from esdh_connect_rollout.profiles.profile import Profile
from esdh_connect_rollout.waves.acts import Kind
from esdh_connect_rollout.waves.states import LIVE, State
from esdh_connect_rollout.waves.wave import Wave

__all__ = ["Forecast", "Progress", "Standing", "WaveProgress", "forecast", "progress", "verdict", "wave_progress"]

#: How many days of a month it takes to tell a pace from it.
_FEWEST_DAYS = 14
_VERDICTS = (
    (1.5, "langt mere end forventet"),
    (1.1, "mere end forventet"),
    (0.9, "som forventet"),
    (0.5, "mindre end forventet"),
    (0.0, "langt mindre end forventet"),
)


@attrs.frozen
class Forecast:
    """Prognose: letters a month that can go digitally, and the departments whose figures are missing in it."""

    letters: int | None
    missing: tuple[str, ...] = ()


@attrs.frozen
class Standing:
    """Where one department is: when it had its first letter, and when it had found its way."""

    department: str
    began: date | None = None
    routine: date | None = None

    @property
    def days(self) -> int | None:
        """Give how many days it took from the first letter until it had found its way."""
        return (self.routine - self.began).days if self.began and self.routine else None


@attrs.frozen
class WaveProgress:
    """
    How far a wave is.

    ``letters`` since it began, to the end of the month ``until`` (``2026-10``), and ``pace``, letters a month in the
    last one that is over, are None where they may not be shown, or it is too early to tell.
    """

    wave: Wave
    state: State
    begins: datetime
    standings: tuple[Standing, ...]
    forecast: Forecast
    letters: int | None = None
    pace: int | None = None
    until: str | None = None

    @property
    def begun(self) -> int:
        """Count the departments that have sent their first letter."""
        return sum(one.began is not None for one in self.standings)

    @property
    def in_routine(self) -> int:
        """Count the departments that have found their way."""
        return sum(one.routine is not None for one in self.standings)

    @property
    def expected(self) -> int | None:
        """Give what was hoped for, letters a month: the goal, or where there is none what was forecast."""
        return self.wave.aim.goal or self.forecast.letters

    @property
    def verdict(self) -> str:
        """Tell how it goes against what was hoped for; nothing where that cannot be told."""
        return verdict(self.pace, self.expected)


@attrs.frozen
class Progress:
    """
    How far the organisation is: ``departments`` is how many there are.

    ``on`` is how many of them can send, or are in a wave that has begun, and ``begun`` how many have sent a letter.
    ``letters`` and ``pace`` count what may be shown, to the end of the month ``until``; ``all_letters`` is what all
    departments send in a month, digitally or not, as far as it is known, and ``missing`` those of whom it is not.
    """

    at: datetime
    departments: int
    on: int
    begun: int
    waves: tuple[WaveProgress, ...]
    all_letters: int | None = None
    missing: tuple[str, ...] = ()

    @property
    def in_routine(self) -> int:
        """Count the departments that have found their way."""
        return len({one.department for wave in self.waves for one in wave.standings if one.routine})

    @property
    def letters(self) -> int | None:
        """Count the letters of all waves."""
        return _sum(one.letters for one in self.waves)

    @property
    def until(self) -> str | None:
        """Give the last month that is in the figures."""
        return max((one.until for one in self.waves if one.until), default=None)

    @property
    def pace(self) -> int | None:
        """Give letters a month, in the last one that is over."""
        return _sum(one.pace for one in self.waves)

    @property
    def share(self) -> float | None:
        """Give the share of all letters that go this way; None where it is not known of most departments."""
        if self.pace is None or not self.all_letters or 2 * len(self.missing) > self.departments:
            return None
        return min(1.0, self.pace / self.all_letters)


def _sum(figures: Iterable[int | None]) -> int | None:
    known = [one for one in figures if one is not None]
    return sum(known) if known else None


def verdict(actual: int | None, expected: int | None) -> str:
    """Tell in words how what came is against what was hoped for; nothing where either is not known."""
    if actual is None or not expected:
        return ""
    return next(words for least, words in _VERDICTS if actual / expected >= least)


def forecast(departments: Sequence[str], known: Mapping[str, Profile]) -> Forecast:
    """Add up what departments can send digitally in a month; those of whom it is not known are named."""
    figures = {id_: known[id_].digital if id_ in known else None for id_ in departments}
    told = [figure for figure in figures.values() if figure is not None]
    missing = tuple(id_ for id_, figure in figures.items() if figure is None)
    return Forecast(round(fsum(told)) if told else None, missing)


def wave_progress(wave: Wave, at: datetime, letters: Letters, known: Mapping[str, Profile]) -> WaveProgress:
    """Tell how far a wave is."""
    course = wave.course(at)
    began, routine = wave.heard(Kind.BEGAN), wave.heard(Kind.ROUTINE)
    standings = tuple(
        Standing(id_, day_of(began[id_]) if id_ in began else None, day_of(routine[id_]) if id_ in routine else None)
        for id_ in wave.aim.departments
    )
    first, today = day_of(course.first) if course.first else None, day_of(at)
    total = letters.total(first, today) if first else None
    return WaveProgress(
        wave,
        course.state,
        course.begins or wave.aim.starts,
        standings,
        forecast(wave.aim.departments, known),
        total,
        _pace(letters, first, today) if first else None,
        None if total is None else letters.until,
    )


def _pace(letters: Letters, first: date, today: date) -> int | None:
    """Give letters a month, from the last one that is over: whole, or from the wave's first day on."""
    last = today.replace(day=1) - timedelta(days=1)
    days = (last - max(first, last.replace(day=1))).days + 1
    total = letters.total(max(first, last.replace(day=1)), last) if days >= _FEWEST_DAYS else None
    return None if total is None else round(total * last.day / days)


def progress(
    at: datetime,
    departments: Sequence[str],
    waves: Sequence[WaveProgress],
    known: Mapping[str, Profile],
    *,
    able: AbstractSet[str],
    begun: AbstractSet[str],
) -> Progress:
    """Tell how far the organisation is; ``able`` are the departments that can send, ``begun`` those that have."""
    told = {id_: known[id_].letters for id_ in departments if id_ in known}
    missing = tuple(id_ for id_ in departments if told.get(id_) is None)
    live = {one.department for wave in waves if wave.state in LIVE for one in wave.standings}
    first = {one.department for wave in waves for one in wave.standings if one.began}
    there = frozenset(departments)
    on, sent = len(there & (able | live)), len(there & (begun | first))
    return Progress(at, len(departments), on, sent, tuple(waves), _sum(told.values()), missing)
