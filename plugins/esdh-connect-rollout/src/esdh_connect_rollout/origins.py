"""
Ophav: which decisions about a department are whose – a wave's, or somebody's by hand – and which of them stand.

A wave that pauses, goes on or is rolled back says anew what a department is without it, or with it. That is no decision
of its own: said anew it would hold what another wave had decided, and outlive that one. So what stands is made up from
what people decided and from what the waves brought that are not taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import attrs

from esdh_connect.policy import WITHDRAWN, PolicyChange
from esdh_connect_rollout.hands import carried, touched, without
from esdh_connect_rollout.waves.acts import VERBS, Act, Kind
from esdh_connect_rollout.waves.states import State
from esdh_connect_rollout.waves.wave import Wave

__all__ = ["Origins", "reason"]

_DATED = frozenset({Kind.STARTED, Kind.PAUSED, Kind.RESUMED, Kind.ROLLED_BACK})
_Mark = tuple[str, datetime, str]


def reason(wave: Wave, why: str) -> str:
    """Give why a department is changed, as its history has it."""
    return f"{wave.aim.title}: {why}"


@attrs.frozen
class Origins:
    """
    Knows decisions of waves by their marks: who, when, and what stands as the reason.

    ``standing`` are the waves whose decisions stand.
    """

    marks: Mapping[_Mark, tuple[Wave, Act]]
    standing: tuple[Wave, ...]

    @classmethod
    def of(cls, known: Iterable[Wave], at: datetime) -> Origins:
        """Know all waves, as they are at a moment."""
        readable = [wave for wave in known if not wave.is_damaged]
        marks = {
            (act.by, act.at, reason(wave, act.why or VERBS[act.kind])): (wave, act)
            for wave in readable
            for act in wave.acts
            if act.kind in _DATED
        }
        taken_back = {State.PAUSED, State.ROLLED_BACK}
        return cls(marks, tuple(wave for wave in readable if wave.state(at) not in taken_back))

    def without(self, wave: Wave) -> Origins:
        """Give the same where this wave is taken back."""
        return attrs.evolve(self, standing=tuple(one for one in self.standing if one.name != wave.name))

    def along_with(self, wave: Wave) -> Origins:
        """Give the same where this wave stands."""
        return attrs.evolve(self, standing=(*self.without(wave).standing, wave))

    def made(self, change: PolicyChange, wave: Wave) -> bool:
        """Tell whether a wave decided this."""
        its = self._whose(change)
        return its is not None and its[0].name == wave.name

    def by_hand(self, history: Sequence[PolicyChange], wave: Wave) -> dict[tuple[str, str], tuple[PolicyChange, str]]:
        """
        Give what was decided last by anybody since a wave brought something to it, by attribute and name in its list.

        With each the change, and "+", "-" or "" (as above); the name is empty where it is no list, or the whole of it.
        """
        brought: set[str] = set()
        found: dict[tuple[str, str], tuple[PolicyChange, str]] = {}
        for change in history:
            if self.made(change, wave):
                brought |= change.what.keys()
            elif not self._is_said_anew(change, history):
                for name in brought & change.what.keys():
                    whole = [key for key in found if key[0] == name]
                    news = touched(history, change, name)
                    for key in whole if "" in news else ():  # all of it was said: what was said before of one is gone
                        del found[key]
                    found |= {(name, one): (change, sign) for one, sign in news.items()}
        return found

    def stand(self, history: Sequence[PolicyChange], *, over: Wave | None = None) -> list[PolicyChange]:
        """Give the decisions about a department that stand; what is said by hand of what ``over`` decided does not."""
        names = {wave.name for wave in self.standing}
        again = carried(history, lambda change: self._whose_words(change, history))
        found = []
        for change in self._heard(history, over):
            its = self._whose(change)
            if its is None:
                found.append(without(change, again, names))
            elif its[0].name in names and not self._is_said_anew(change, history):
                found.append(change)
            elif its[0].name in names and WITHDRAWN in change.what and not _begun(*its):
                found.append(attrs.evolve(change, what={WITHDRAWN: change.what[WITHDRAWN]}))
        for wave in self.standing:
            for act in wave.acts:
                if act.kind is Kind.RESUMED and _begun(wave, act):
                    found += self.said_over(history, wave, act)
        return found

    def said_over(self, history: Sequence[PolicyChange], wave: Wave, resumed: Act) -> Iterator[PolicyChange]:
        """Give what a wave says again as it goes on, because somebody said something of it while it was paused."""
        department = history[0].department
        paused = [one.at for one in wave.acts if one.kind is Kind.PAUSED and one.at <= resumed.at]
        hands = {
            name
            for one in history
            if paused and paused[-1] <= one.decided_at <= resumed.at
            if not self.made(one, wave) and not self._is_said_anew(one, history)
            for name in one.what
        }
        what = {name: said for name, said in wave.brings.items() if name in hands}
        if what and department.id in wave.aim.departments:  # those below were only kept from it
            why = reason(wave, resumed.why or VERBS[Kind.RESUMED])
            yield PolicyChange(department, what, resumed.by, resumed.at, resumed.in_force, why)

    # --- the parts of it

    def _whose(self, change: PolicyChange) -> tuple[Wave, Act] | None:
        return self.marks.get((change.by, change.decided_at, change.why))

    def _whose_words(self, change: PolicyChange, history: Sequence[PolicyChange]) -> tuple[str, bool]:
        its = self._whose(change)
        return ("", False) if its is None else (its[0].name, self._is_said_anew(change, history))

    def _is_said_anew(self, change: PolicyChange, history: Iterable[PolicyChange]) -> bool:
        """Tell whether a wave only said here what followed from decisions that were there."""
        its = self._whose(change)
        if its is None or its[1].kind is Kind.STARTED:
            return False
        wave, act = its
        if act.kind is not Kind.RESUMED:
            return True
        is_named = change.department.id in wave.aim.departments
        was_there = any(self.made(one, wave) and one.decided_at < change.decided_at for one in history)
        return was_there and (_begun(wave, act) or not is_named)

    def _heard(self, history: Sequence[PolicyChange], over: Wave | None) -> list[PolicyChange]:
        """Give the history without what was said by hand and taken back with a wave: of this one, or one before."""
        for wave, act in self.marks.values():
            if act.what.get("overwrite"):
                history = list(self._without_hands(history, wave, act.at))
        return list(history if over is None else self._without_hands(history, over, None))

    def _without_hands(
        self, history: Sequence[PolicyChange], wave: Wave, until: datetime | None
    ) -> Iterator[PolicyChange]:
        touched: set[str] = set()
        is_named = bool(history) and history[0].department.id in wave.aim.departments
        for change in history:
            is_late = until is not None and change.decided_at > until
            if self.made(change, wave):
                touched |= change.what.keys()
            if not is_named or is_late or self._whose(change) is not None:
                yield change
            else:
                yield attrs.evolve(change, what={name: it for name, it in change.what.items() if name not in touched})


def _begun(wave: Wave, act: Act) -> bool:
    """Tell whether a wave had begun when something was done to it."""
    before = attrs.evolve(wave, acts=tuple(one for one in wave.acts if one.number < act.number))
    return before.course(act.at).first is not None
