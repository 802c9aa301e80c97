"""Bølger i bevægelse: what a button of a wave will do is said before it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs
from starlette.responses import Response

from esdh_connect.departments import Consequence
from esdh_connect.errors import PolicyError
from esdh_connect.policy import HERE
from esdh_connect_rollout import Kind, Waves
from esdh_connect_rollout.waves.wave import Wave
from esdh_connect_web.administration.deciding import Since, fit_reason, since_of
from esdh_connect_web.call import UNREADABLE, Call, Refused
from esdh_connect_web.rollout.showing import BUTTONS, findings, may_move, names, of, shown
from esdh_connect_web.texts import N_

__all__ = ["move"]

#: What changes departments: of these it is told what they will do in each.
_CHANGING = frozenset({Kind.STARTED, Kind.PAUSED, Kind.RESUMED, Kind.ROLLED_BACK})
_MUST_SAY_WHY = frozenset({Kind.PAUSED, Kind.ROLLED_BACK})
_LOOK_AGAIN = N_("Nothing has been done yet: see below what it does as things are now, and do it then.")


@attrs.frozen
class _Move:
    """What somebody wants to do to a wave."""

    wave: Wave
    kind: Kind
    since: Since
    why: str
    overwrite: bool

    @property
    def told(self) -> str:
        """Give what the reader was told the consequences of."""
        words = (self.kind.value, self.since.text or "now", str(self.overwrite), str(self.wave.acts[-1].number))
        return " ".join(words)

    def day(self, now: datetime) -> datetime | None:
        """Give the day it is to begin, where one was said."""
        return max(self.since.at, now) if self.since.text else None


def move(call: Call) -> Response:
    """Take the press of a button: say what it will do; or do it, where that was said."""
    wanted = _wanted(call)
    if not may_move(call, wanted.wave):
        call.refuse()
    first = not call.field("told")
    wrong = "" if first else _wrong(wanted)
    try:
        told = _foreseen(call, wanted)
        if first or wrong or wanted.since.error or call.field("told") != wanted.told:
            notice = "" if first or wrong or wanted.since.error else _LOOK_AGAIN
            return _asked(call, wanted, told, wrong, notice)
        done = _ACTS[wanted.kind](Waves(call.post), wanted, call)
    except PolicyError as error:
        return shown(call, of(call, wanted.wave.name), problem=error.danish)
    return call.go(call.address("wave", name=wanted.wave.name, done=done.acts[-1].number))


def _wanted(call: Call) -> _Move:
    try:
        kind = Kind(call.field("kind"))
    except ValueError:
        raise Refused(400, UNREADABLE) from None
    if kind not in BUTTONS:
        raise Refused(400, UNREADABLE)
    since = since_of(call, call.field("since"))
    return _Move(of(call, call.field("wave")), kind, since, call.reason("why"), call.field("overwrite") == "yes")


def _wrong(wanted: _Move) -> str:
    return fit_reason(wanted.why) if wanted.why or wanted.kind in _MUST_SAY_WHY else ""


def _foreseen(call: Call, wanted: _Move) -> Sequence[Consequence]:
    if wanted.kind not in _CHANGING:
        return ()
    since = None if wanted.since.error else wanted.day(call.now)
    return Waves(call.post).foresee(wanted.wave.name, wanted.kind, since=since, overwrite=wanted.overwrite)


def _asked(call: Call, wanted: _Move, told: Sequence[Consequence], wrong: str, notice: str) -> Response:
    wave, say, waves = wanted.wave, call.language.gettext, Waves(call.post)
    by_department: dict[str, list[Consequence]] = {}
    for one in told:
        by_department.setdefault(one.department, []).append(one)
    unchecked = [one for one in waves.checklist(wave.name, findings(call)) if not one.is_done]
    pairs = (("why", wrong), ("since", wanted.since.error))
    return call.answer(
        "waves/move.html",
        asks_day=wanted.kind in (Kind.STARTED, Kind.RESUMED) and wave.course(call.now).first is None,
        consequences=by_department,
        errors=[(field, say(text)) for field, text in pairs if text],
        here=call.address("wave", name=wave.name),
        is_changing=wanted.kind in _CHANGING,
        label=BUTTONS[wanted.kind],
        must=wanted.kind in _MUST_SAY_WHY,
        names=names(call),
        notice=say(notice) if notice else "",
        today=call.now.astimezone(HERE).date().isoformat(),
        unchecked=unchecked if wanted.kind is Kind.STARTED else [],
        wanted=wanted,
        wave=wave,
    )


def _said(wanted: _Move, call: Call) -> dict[str, Any]:
    return {"by": call.person.id, "why": wanted.why}


_ACTS: Mapping[Kind, Callable[[Waves, _Move, Call], Wave]] = {
    Kind.PREPARED: lambda waves, it, call: waves.prepare(it.wave.name, **_said(it, call)),
    Kind.STARTED: lambda waves, it, call: waves.start(it.wave.name, **_said(it, call), since=it.day(call.now)),
    Kind.RESUMED: lambda waves, it, call: waves.resume(it.wave.name, **_said(it, call), since=it.day(call.now)),
    Kind.HALFWAY: lambda waves, it, call: waves.halfway(it.wave.name, **_said(it, call)),
    Kind.FINISHED: lambda waves, it, call: waves.finish(it.wave.name, **_said(it, call)),
    Kind.PAUSED: lambda waves, it, call: waves.pause(it.wave.name, **_said(it, call)).wave,
    Kind.ROLLED_BACK: lambda waves, it, call: (
        waves.rollback(it.wave.name, **_said(it, call), overwrite=it.overwrite).wave
    ),
}
