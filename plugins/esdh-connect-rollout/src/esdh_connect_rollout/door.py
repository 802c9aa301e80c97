"""Bølger: the door for everybody who plans, runs and looks at waves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from esdh_connect.errors import UnknownDepartment
from esdh_connect.policy import checked, plain
from esdh_connect_forbrug.reports.since import Published
from esdh_connect_rollout.changes import Decision, brought
from esdh_connect_rollout.counting import day_of
from esdh_connect_rollout.desk import named, one_of, past, refuse_cpr
from esdh_connect_rollout.errors import WaveRefused
from esdh_connect_rollout.moves import Moves
from esdh_connect_rollout.profiles.profile import Profile
from esdh_connect_rollout.progress import Progress, WaveProgress, progress, since, wave_progress
from esdh_connect_rollout.suggestions.ranking import Facts, Findings, Place, ranked
from esdh_connect_rollout.tips import Tips
from esdh_connect_rollout.waves.acts import Act, Kind
from esdh_connect_rollout.waves.notes import Note
from esdh_connect_rollout.waves.states import ENDED, State
from esdh_connect_rollout.waves.wave import LONGEST, Aim, Wave, name_of, waves

__all__ = ["Review", "Waves"]


@attrs.frozen
class Review:
    """Halvvejs: how far a wave is, what was learnt, and what is still difficult."""

    progress: WaveProgress
    notes: tuple[Note, ...]
    difficulties: tuple[Note, ...]

    @property
    def is_due(self) -> bool:
        """Tell whether half of the departments have begun."""
        return 2 * self.progress.begun >= len(self.progress.standings)


class Waves(Moves, Tips):
    """
    Bølger of one installation.

    Everything that was done is kept, each with who, when and why; what a wave is at a moment follows from it.
    """

    # --- planning

    def plan(  # noqa: PLR0913 - what a wave is, each by name
        self,
        title: str,
        departments: Iterable[str],
        *,
        starts: datetime,
        owner: str,
        what: Mapping[str, Any],
        by: str,
        goal: int | None = None,
        purpose: str = "",
        why: str = "",
    ) -> Wave:
        """
        Plan a wave. Nothing changes in its departments before it is started. It begins today at the earliest.

        ``what`` maps attributes of a policy to what they become; lists are best relative: ``{"plugins": ["+bilag"]}``.
        ``goal`` is letters a month, ``purpose`` what is to be gained, in words. Raises WaveRefused, UnknownDepartment,
        and PolicyError where a department cannot be like that.
        """
        aim = Aim(title.strip(), tuple(departments), starts, owner.strip(), _plain(what), goal, purpose.strip())
        name = _name(title)

        def decide(known: Sequence[Wave]) -> str:
            if any(one.name == name for one in known):
                raise WaveRefused(f"there is a wave {name}", danish=f"der er allerede en bølge, der hedder »{title}«")
            return name

        self._refuse_past(starts)
        return self._planned(Kind.PLANNED, aim, named(by), why, decide)

    def change(self, name: str, *, by: str, why: str = "", **said: Any) -> Wave:  # noqa: ANN401 - parts of an aim
        """
        Plan a wave anew, before it is started: any of the arguments of :meth:`plan`. Its name stays.

        Raises UnknownWave and what :meth:`plan` does.
        """
        if strange := set(said) - {field.name for field in attrs.fields(Aim)}:
            raise TypeError(f"a wave has no {min(strange)}")
        if "what" in said:
            said["what"] = _plain(said["what"])
        if "departments" in said:
            said["departments"] = tuple(said["departments"])
        before = self.show(name).aim
        aim = attrs.evolve(before, **said)
        _name(aim.title)
        if aim.starts != before.starts:
            self._refuse_past(aim.starts)

        def decide(acts: Sequence[Wave]) -> str:
            wave = one_of(tuple(acts), name)
            self._allows(Kind.CHANGED)(wave)
            return wave.name

        return self._planned(Kind.CHANGED, aim, named(by), why, decide)

    def _planned(self, kind: Kind, aim: Aim, by: str, why: str, decide: Any) -> Wave:  # noqa: ANN401
        refuse_cpr(by, why, aim.owner, aim.purpose, str(aim.what))
        self._refuse_odd(aim)
        now = self.now

        def decided(acts: Sequence[Act], _connection: object) -> Act:
            known = waves(acts)
            name = decide(known)
            _refuse_taken(aim, [one for one in known if one.name != name], now)
            return Act(0, name, kind, now, now, by, why, aim.written())

        return self.show(self._logbook.write(decided).wave)

    def _refuse_odd(self, aim: Aim) -> None:
        departments = self.post.departments
        for id_ in aim.departments:
            departments.get(id_)
        if not aim.departments or len(set(aim.departments)) < len(aim.departments):
            raise WaveRefused("departments", danish="en bølge har mindst én afdeling, og hver kun én gang")
        if not aim.owner:
            raise WaveRefused("no owner", danish="en bølge har en ejer: den, der følger den til dørs")
        if not aim.what:
            raise WaveRefused("nothing to bring", danish="en bølge slår noget til: mindst et plugin eller en kanal")
        if aim.goal is not None and aim.goal < 1:
            raise WaveRefused("a goal below one", danish="målet er et antal breve om måneden, mindst 1")
        now = self.now
        draft = Wave("draft", (Act(0, "draft", Kind.PLANNED, now, now, what=aim.written()),))
        departments.foresee(brought(draft, departments, Decision("-", now, max(now, aim.starts))).changes)

    def _refuse_past(self, starts: datetime) -> None:
        if starts.tzinfo is None:
            raise ValueError("a time has a zone")
        if day_of(starts) < day_of(self.now):
            raise past(starts)

    # --- what is known, and who comes first

    def learn(self, told: Iterable[Profile], *, by: str) -> tuple[Profile, ...]:
        """
        Take in what is known of departments, from the host or a list; of each fact what was told last counts.

        Raises UnknownDepartment where there is no such department; nothing was taken in then.
        """
        profiles = tuple(told)
        strange = [one.department for one in profiles if one.department not in self.post.departments]
        if strange:
            raise UnknownDepartment(
                department=strange[0],
                danish=f"der er ingen afdeling, der hedder {', '.join(f'»{one}«' for one in strange[:10])}",
            )
        what = {"profiles": [one.written() for one in profiles]}
        refuse_cpr(by, *(one.contact or "" for one in profiles), *(one.module or "" for one in profiles))
        now = self.now
        self._logbook.write(lambda _acts, _connection: Act(0, "", Kind.PROFILED, now, now, named(by), "", what))
        return profiles

    def suggest(self, findings: Findings | None = None, *, everyone: bool = False) -> tuple[Place, ...]:
        """
        Put the departments that are in no wave yet in order, the easiest first; with ``everyone`` all of them.

        ``findings`` are what ``doctor`` found in each department it has examined, in Danish.
        """
        known, found, plugin = self.profiles(), findings or {}, self.plugin
        now = self.now
        taken = {
            id_
            for wave in self.list()
            if not wave.is_damaged and wave.state(now) is not State.ROLLED_BACK
            for id_ in wave.aim.departments
        }
        facts = [
            Facts(known.get(one.id, Profile(one.id)), tuple(found[one.id]) if one.id in found else None, plugin.clean)
            for one in self.post.departments
            if everyone or one.id not in taken
        ]
        return ranked(facts, plugin.weights)

    # --- how far it is

    def progress(self, name: str) -> WaveProgress:
        """Tell how far a wave is. Raises UnknownWave."""
        return self._progress(self.show(name), self.profiles())

    def review(self, name: str) -> Review:
        """Give what a half-way review looks at. Raises UnknownWave."""
        wave = self.show(name)
        return Review(self._progress(wave, self.profiles()), wave.notes, wave.open_difficulties)

    def leaves_open(self, name: str, findings: Findings | None = None) -> tuple[str, ...]:
        """
        Tell in Danish what is said before a wave is finished: that it is final, and what is not done by now.

        ``findings`` are what ``doctor`` found. Raises UnknownWave.
        """
        here = self.progress(name)
        names = {one.id: one.name or one.id for one in self.post.departments}
        waiting = [names.get(one.department, one.department) for one in here.standings if not one.has_begun]
        missing = [item.text.rstrip(".") for item in self.checklist(name, findings) if not item.is_done]
        said = ["Det er endeligt: bølgen kan bagefter ikke åbnes igen, sættes på pause eller rulles tilbage."]
        if waiting:
            many = f"{len(waiting)} af {len(here.standings)}"
            said.append(f"{many} afdelinger har ikke sendt et brev endnu: {', '.join(waiting)}.")
        if missing:
            said.append(f"På tjeklisten mangler {len(missing)}: {'; '.join(missing)}.")
        return tuple(said)

    def status(self) -> Progress:
        """Tell how far the organisation is."""
        known, post = self.profiles(), self.post
        its, shown = [one for one in self.list() if not one.is_damaged], Published.of(post)
        waves_ = [wave_progress(one, self.now, shown, known) for one in its]
        sent = (shown or Published()).sent(since(its, self.now))
        ids = [one.id for one in post.departments]
        able = {id_ for id_ in ids if post.plugins.channels_of(post.departments.policy(id_, self.now))}
        return progress(self.now, ids, waves_, known, sent, able=able, begun=self.plugin.counting.begun())

    def _progress(self, wave: Wave, known: Mapping[str, Profile]) -> WaveProgress:
        return wave_progress(wave, self.now, Published.of(self.post), known)


def _plain(what: Mapping[str, Any]) -> dict[str, Any]:
    return plain(checked(what))


def _name(title: str) -> str:
    try:
        return name_of(title)
    except ValueError as error:
        raise WaveRefused(
            str(error), danish=f"en bølges navn er på højst {LONGEST} tegn, med bogstaver eller tal og uden CPR-nummer"
        ) from error


def _refuse_taken(aim: Aim, others: Iterable[Wave], now: datetime) -> None:
    for other in others:
        if other.is_damaged or other.state(now) in ENDED:
            continue
        both = sorted(set(aim.departments).intersection(other.aim.departments))
        if both:
            raise WaveRefused(
                f"{both} are in {other.name}",
                danish=f"{_listed(both)} er allerede i bølgen »{other.aim.title}«. En afdeling er i én bølge ad gangen",
            )


def _listed(ids: Sequence[str]) -> str:
    *first, last = (f"»{one}«" for one in ids)
    return f"{', '.join(first)} og {last}" if first else last
