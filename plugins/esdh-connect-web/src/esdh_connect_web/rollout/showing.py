"""Visning af bølger: the board, and one wave with its departments, checklist and experiences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

import attrs
from starlette.responses import Response

from esdh_connect_rollout import Kind, State, Waves, found
from esdh_connect_rollout.checklist import Item
from esdh_connect_rollout.progress import WaveProgress
from esdh_connect_rollout.suggestions.ranking import Findings
from esdh_connect_rollout.waves.acts import Act
from esdh_connect_rollout.waves.wave import Wave
from esdh_connect_web.administration.tree import called
from esdh_connect_web.call import Call, Refused
from esdh_connect_web.rollout.words import DONE, STATES, act_told, buttons, state_told
from esdh_connect_web.texts import N_

__all__ = ["board", "findings", "may_move", "may_see", "names", "of", "one", "shown"]

#: The columns of the board, in the order a wave goes through them.
_COLUMNS = (State.PLANNED, State.PREPARING, State.RUNNING, State.HALFWAY, State.FINISHED)
_APART = (State.PAUSED, State.ROLLED_BACK)


@attrs.frozen
class Column:
    """Waves in one state."""

    state: State
    waves: tuple[WaveProgress, ...]

    @property
    def label(self) -> str:
        """Give what it is called: an English text."""
        return STATES[self.state]


def names(call: Call) -> dict[str, str]:
    """Give what departments are called, by id."""
    return {one.id: called(one) for one in call.post.departments}


def findings(call: Call) -> Findings:
    """Give what the doctor finds in each department."""
    return found(call.site.watching.examination.diagnoses)


def may_see(call: Call, wave: Wave) -> bool:
    """Tell whether somebody works for one of a wave's departments."""
    return wave.is_damaged or any(call.site.works_for(call.person, id_) for id_ in wave.aim.departments)


def may_move(call: Call, wave: Wave) -> bool:
    """Tell whether somebody may decide for all of a wave's departments."""
    works = (call.site.works_for(call.person, id_) for id_ in wave.aim.departments)
    return call.is_administrator and not wave.is_damaged and all(works)


def of(call: Call, name: str) -> Wave:
    """Give the wave of this name. Raises Refused where it is none, or not theirs to see."""
    wave = next((one for one in Waves(call.post).list() if one.name == name), None)
    if wave is None:
        raise Refused(404, N_("There is no such wave."))
    if not may_see(call, wave):
        call.refuse()
    call.saw(f"wave {wave.name}")
    return wave


def board(call: Call) -> Response:
    """Show all waves, by how far they are."""
    status = Waves(call.post).status()
    seen = [one for one in status.waves if may_see(call, one.wave)]
    everything = len(call.departments) == len(call.post.departments)
    return call.answer(
        "waves/board.html",
        columns=[Column(state, _in(seen, state)) for state in _COLUMNS],
        apart=[column for state in _APART if (column := Column(state, _in(seen, state))).waves],
        overall=status if everything else None,
        waves=seen,
    )


def _in(waves: Iterable[WaveProgress], state: State) -> tuple[WaveProgress, ...]:
    return tuple(one for one in waves if one.state is state)


def one(call: Call) -> Response:
    """Show a wave."""
    return shown(call, of(call, call.query("name")))


def shown(call: Call, wave: Wave, *, problem: str = "", written: str = "") -> Response:
    """Show a wave; ``problem`` is why something could not be done, in Danish, and ``written`` what was written."""
    waves = Waves(call.post)
    if wave.is_damaged:
        raise Refused(409, N_("What the wave is to be cannot be read any more."))
    named = names(call)
    progress, allowed = waves.progress(wave.name), waves.allowed(wave.name)
    done = [act for act in wave.acts if act.kind in DONE]
    items = waves.checklist(wave.name, findings(call))
    return call.answer(
        "waves/wave.html",
        acts=list(reversed(done)),
        brings=_brings(call, wave),
        begins=_begins_by_itself(call, wave),
        buttons=buttons(call, wave, allowed).items(),
        department_choices=[(id_, named.get(id_, id_)) for id_ in wave.aim.departments],
        checklist=_by_wave(items),
        here=call.address("wave", name=wave.name),
        item_texts={one.key: one.text for one in items},
        just=_just(call, done),
        may_move=may_move(call, wave),
        may_skip=not wave.is_learnt_from and wave.course(call.now).first is not None,
        names=named,
        problem=problem,
        progress=progress,
        state=state_told(call, wave),
        told=lambda act: act_told(call.language, wave, act),
        steps=_steps(call, progress.state),
        waits_for=waves.waits_for(wave.name) if Kind.STARTED in allowed else None,
        wave=wave,
        written=written,
    )


def _brings(call: Call, wave: Wave) -> list[str]:
    """Give the plugins and channels a wave switches on, as people call them."""
    labels = {name: one.label for name, one in call.post.plugins.channels.items()}
    said = [*wave.brings.get("plugins", ()), *wave.brings.get("channels", ())]
    return [labels.get(name.lstrip("+"), name.lstrip("+")) for name in said]


def _begins_by_itself(call: Call, wave: Wave) -> datetime | None:
    """Give the day a wave begins with nobody doing anything, where that is decided and lies ahead."""
    course = wave.course(call.now)
    return course.begins if course.state is State.PREPARING else None


def _by_wave(items: Sequence[Item]) -> list[tuple[str, list[Item]]]:
    """Give a checklist in parts: the usual things under "", what each earlier wave has learnt, and tips about none."""
    parts = groupby(items, key=lambda one: (one.wave, one.note is None))
    return [(wave, list(its)) for (wave, _), its in parts]


def _just(call: Call, done: list[Act]) -> Act | None:
    """Give what was just done, where the page is shown after it."""
    return done[-1] if done and call.query("done") == str(done[-1].number) else None


def _steps(call: Call, state: State) -> list[dict[str, str]]:
    """Give how far it is; one that is paused or rolled back is nowhere on the way."""
    say = call.language.gettext
    at = _COLUMNS.index(state) if state in _COLUMNS else -1
    told = [("done" if place < at else "current" if place == at else "ahead") for place in range(len(_COLUMNS))]
    if state is State.FINISHED:
        told[-1] = "done"
    return [{"text": say(STATES[one]), "state": how, "more": ""} for one, how in zip(_COLUMNS, told, strict=True)]
