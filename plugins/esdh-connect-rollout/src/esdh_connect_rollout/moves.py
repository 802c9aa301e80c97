"""Bevægelser: a wave is prepared, started, paused, resumed, reviewed, finished, or rolled back whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

import attrs

from esdh_connect import wording
from esdh_connect.departments import Consequence
from esdh_connect.policy import PolicyChange
from esdh_connect_rollout.changes import Decision, Kept, again, brought, taken_back
from esdh_connect_rollout.counting import day_of
from esdh_connect_rollout.desk import Desk, named, one_of, past, reasoned, refuse_cpr
from esdh_connect_rollout.errors import WaveRefused
from esdh_connect_rollout.origins import Origins, reason
from esdh_connect_rollout.shielding import Spared, told
from esdh_connect_rollout.waves.acts import VERBS, Act, Kind
from esdh_connect_rollout.waves.notes import ENOUGH
from esdh_connect_rollout.waves.states import State
from esdh_connect_rollout.waves.wave import Wave, previous, waves

__all__ = ["Moved", "Moves"]

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@attrs.frozen
class Moved:
    """A wave after it was moved on. ``kept`` is what was decided by hand meanwhile, and stands."""

    wave: Wave
    kept: tuple[Kept, ...] = ()


@attrs.frozen
class _Decided:
    """What a dated act says, and what it changes."""

    act: Act
    changes: tuple[PolicyChange, ...]
    kept: tuple[Kept, ...] = ()
    spared: tuple[Spared, ...] = ()


class Moves(Desk):
    """The part of the door that moves waves on. What is under way is never dropped."""

    def foresee(
        self, name: str, kind: Kind = Kind.STARTED, *, since: datetime | None = None, overwrite: bool = False
    ) -> tuple[Consequence, ...]:
        """
        Tell in Danish what starting, pausing, resuming or rolling back would do. Changes nothing.

        Raises what the act itself would.
        """
        decided = self._decided(self.acts(), name, kind, ("-", ""), since, what=_overwriting(overwrite=overwrite))
        wave, departments = self.show(name), self.post.departments
        about: set[str] = set(wave.aim.departments)
        below: Iterable[Consequence] = ()
        if kind in {Kind.STARTED, Kind.RESUMED}:
            below = told(decided.changes, decided.spared, wave, departments, decided.act.in_force)
        else:
            about |= self._altered(decided.changes)
        return (
            *(one for one in departments.foresee(decided.changes) if one.department in about),
            *below,
            *(Consequence(one.department, one.text, warns=True) for one in decided.kept),
        )

    def _altered(self, changes: Sequence[PolicyChange]) -> set[str]:
        """Give the departments that are otherwise after the changes, and not as they are because one above them is."""
        before = self.post.departments
        after = before.supposing(changes)
        return {
            one.department.id
            for one in changes
            if after.policy(one.department.id, one.in_force) != before.policy(one.department.id, one.in_force)
        }

    def allowed(self, name: str) -> frozenset[Kind]:
        """Give what may be done to a wave now: the buttons of its page. Raises UnknownWave."""
        wave, now = self.show(name), self.now
        return frozenset() if wave.is_damaged else frozenset(kind for kind in VERBS if wave.course(now).allows(kind))

    def waits_for(self, name: str) -> Wave | None:
        """Give the wave whose experiences must be written or skipped before this one can start. Raises UnknownWave."""
        before = previous(self.list(), self.show(name), self.now)
        return None if before is None or before.is_learnt_from else before

    def prepare(self, name: str, *, by: str, why: str = "") -> Wave:
        """Begin to prepare a wave (klargøring). Raises UnknownWave or WaveRefused."""
        return self._after(self._act(name, Kind.PREPARED, named(by), why, check=self._allows(Kind.PREPARED)))

    def start(
        self, name: str, *, by: str, why: str = "", since: datetime | None = None, unchecked: Iterable[str] = ()
    ) -> Wave:
        """
        Decide that a wave begins: on its day or ``since``, with nobody doing anything then; at once where it has come.

        ``unchecked`` are the keys on its checklist that it begins without: they are kept with the decision.
        Raises WaveRefused where the experiences of the wave before it are neither written nor skipped with a reason.
        """
        without = {"unchecked": list(unchecked)} if unchecked else {}
        return self._moved(name, Kind.STARTED, (named(by), why), since, without).wave

    def pause(self, name: str, *, by: str, why: str) -> Moved:
        """Take back for now what a wave brought, or stop it from beginning. Raises UnknownWave or WaveRefused."""
        return self._moved(name, Kind.PAUSED, (named(by), reasoned(why)))

    def resume(self, name: str, *, by: str, why: str = "", since: datetime | None = None) -> Wave:
        """Bring it again; where it had not begun, on its day or ``since``. Raises UnknownWave or WaveRefused."""
        return self._moved(name, Kind.RESUMED, (named(by), why), since).wave

    def rollback(self, name: str, *, by: str, why: str, overwrite: bool = False) -> Moved:
        """
        Take back all a wave brought, for good.

        What somebody decided by hand in its departments meanwhile stands, and is named – unless ``overwrite``.
        """
        return self._moved(name, Kind.ROLLED_BACK, (named(by), reasoned(why)), what=_overwriting(overwrite=overwrite))

    def halfway(self, name: str, *, by: str, why: str = "") -> Wave:
        """
        Note that the half-way review was held. Raises WaveRefused where half of the departments have not begun.

        With a reason it may be held before that.
        """

        def check(wave: Wave) -> None:
            self._allows(Kind.HALFWAY)(wave)
            begun, many = len(wave.heard(Kind.BEGAN)), len(wave.aim.departments)
            if 2 * begun < many and not why.strip():
                raise WaveRefused(
                    f"{begun} of {many} departments have begun",
                    danish=f"{begun} af {many} afdelinger er begyndt, og halvvejs er ved halvdelen. Skriv hvorfor, "
                    "hvis bølgen skal gøres op nu",
                )

        return self._after(self._act(name, Kind.HALFWAY, named(by), why, check=check))

    def finish(self, name: str, *, by: str, why: str = "") -> Wave:
        """End a wave: what it brought stays. Raises UnknownWave or WaveRefused."""
        return self._after(self._act(name, Kind.FINISHED, named(by), why, check=self._allows(Kind.FINISHED)))

    # --- the parts of it

    def _moved(
        self,
        name: str,
        kind: Kind,
        said: tuple[str, str],
        since: datetime | None = None,
        what: Mapping[str, Any] = _NOTHING,
    ) -> Moved:
        refuse_cpr(*said)
        kept: tuple[Kept, ...] = ()

        def decide(acts: Sequence[Act], connection: object) -> Act:
            nonlocal kept
            decided = self._decided(acts, name, kind, said, since, what=what)
            self.post.departments.change(decided.changes, connection=connection)
            kept = decided.kept
            return decided.act

        return Moved(self.show(self._logbook.write(decide).wave), kept)

    def _decided(
        self,
        acts: Iterable[Act],
        name: str,
        kind: Kind,
        said: tuple[str, str],
        since: datetime | None,
        *,
        what: Mapping[str, Any],
    ) -> _Decided:
        known = waves(acts)
        wave, now = one_of(known, name), self.now
        self._allows(kind)(wave)
        if kind is Kind.STARTED:
            _refuse_unlearnt(known, wave, now)
        by, why = said
        in_force = self._in_force(wave, kind, since, now)
        decision = Decision(by, now, in_force, reason(wave, why or VERBS[kind]))
        act = Act(0, wave.name, kind, now, in_force, by, why, dict(what))
        departments = self.post.departments
        if kind is Kind.STARTED:
            fresh = brought(wave, departments, decision)
            return _Decided(act, fresh.changes, spared=fresh.spared)
        origins = Origins.of(known, now)
        if kind is Kind.RESUMED:
            if wave.course(now).begins is None:
                return _Decided(act, ())
            anew = again(wave, origins, departments, decision, act)
            return _Decided(act, anew.changes, spared=anew.spared)
        return _Decided(act, *taken_back(wave, origins, departments, decision, overwrite="overwrite" in what))

    def _in_force(self, wave: Wave, kind: Kind, since: datetime | None, now: datetime) -> datetime:
        """Give the moment from which it counts: never before now; what is taken back is so at once."""
        course = wave.course(now)
        if since is not None and (course.first is not None or kind not in {Kind.STARTED, Kind.RESUMED}):
            raise WaveRefused("it has begun", danish="bølgen er begyndt, så det gælder med det samme")
        if since is not None and day_of(since) < day_of(now):
            raise past(since)
        planned = {Kind.STARTED: wave.aim.starts, Kind.RESUMED: course.begins}.get(kind)
        return max(now, since or planned or now)

    def _allows(self, kind: Kind) -> Callable[[Wave], None]:
        def check(wave: Wave) -> None:
            course = wave.course(self.now)
            if wave.is_damaged:
                raise WaveRefused(
                    "what the wave wants does not open", danish="bølgen er beskadiget i lageret og kan ikke læses"
                )
            if course.allows(kind):
                return
            if course.state is State.PREPARING and course.begins is not None:
                raise WaveRefused(
                    f"{wave.name} begins by itself",
                    danish=f"bølgen »{wave.aim.title}« begynder af sig selv {wording.when(course.begins)}. Sæt den på "
                    "pause først, hvis det skal være anderledes",
                )
            raise WaveRefused(
                f"{wave.name} is {course.state.name}",
                danish=f"bølgen »{wave.aim.title}« kan ikke {VERBS[kind]}: den er »{course.state.value}«",
            )

        return check


def _overwriting(*, overwrite: bool) -> Mapping[str, Any]:
    return {"overwrite": True} if overwrite else _NOTHING


def _refuse_unlearnt(known: Sequence[Wave], wave: Wave, now: datetime) -> None:
    before = previous(known, wave, now)
    if before is not None and not before.is_learnt_from:
        title = before.name if before.is_damaged else before.aim.title
        raise WaveRefused(
            f"the experiences of {before.name} are not written",
            danish=f"erfaringerne fra bølgen »{title}« er ikke skrevet: hvad der skete, efter den begyndte, med mindst "
            f"{ENOUGH} ord. Skriv dem, eller spring dem over med en begrundelse",
        )
