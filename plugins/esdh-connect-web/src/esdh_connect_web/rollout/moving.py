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
from esdh_connect_rollout.checklist import Item
from esdh_connect_rollout.waves.wave import Wave
from esdh_connect_web.administration.deciding import Since, fit_reason, since_of
from esdh_connect_web.call import UNREADABLE, Call, Refused
from esdh_connect_web.rollout.showing import findings, may_move, names, of, shown
from esdh_connect_web.rollout.words import BUTTONS, buttons
from esdh_connect_web.texts import N_

__all__ = ["move"]

#: What changes departments: of these it is told what they will do in each.
_CHANGING = frozenset({Kind.STARTED, Kind.PAUSED, Kind.RESUMED, Kind.ROLLED_BACK})
_MUST_SAY_WHY = frozenset({Kind.CHANGED, Kind.PAUSED, Kind.ROLLED_BACK})
_WHICH_DAY = N_("Write which day it is put off to.")
_ANYWAY = N_("Tick the rest of the checklist first, or say that it is to start anyway.")
_BEGINS = N_("Let it begin on %(day)s")
_MOVED = N_("Plan it for %(day)s instead")
_LOOK_AGAIN = N_("Nothing has been done yet: see below what it does as things are now, and do it then.")


@attrs.frozen
class _Move:
    """What somebody wants to do to a wave."""

    wave: Wave
    kind: Kind
    since: Since
    why: str
    overwrite: bool
    anyway: bool
    unchecked: tuple[Item, ...] = ()

    @property
    def told(self) -> str:
        """Give what the reader was told the consequences of."""
        keys = (one.key for one in self.unchecked)
        number = str(self.wave.acts[-1].number)
        return " ".join((self.kind.value, self.since.text or "now", str(self.overwrite), number, *keys))

    @property
    def wrong(self) -> list[tuple[str, str]]:
        """Give what must be put right before it is done, by the field it is in: English texts."""
        must = self.kind in _MUST_SAY_WHY or self.unchecked
        day = _WHICH_DAY if self.kind is Kind.CHANGED and not self.since.text else self.since.error
        found = (
            ("anyway", _ANYWAY if self.unchecked and not self.anyway else ""),
            ("why", fit_reason(self.why) if self.why or must else ""),
            ("since", day),
        )
        return [(field, text) for field, text in found if text]

    @property
    def moves(self) -> bool:
        """Tell whether a day was said that it is planned for instead."""
        return self.kind is Kind.CHANGED and bool(self.since.text) and not self.since.error

    def day(self, now: datetime) -> datetime | None:
        """Give the day it is to begin, where one was said."""
        return max(self.since.at, now) if self.since.text else None


def move(call: Call) -> Response:
    """Take the press of a button: say what it will do; or do it, where that was said."""
    wanted = _wanted(call)
    if not may_move(call, wanted.wave):
        call.refuse()
    first = not call.field("told")
    wrong = [] if first else wanted.wrong
    try:
        told = _foreseen(call, wanted)
        if first or wrong or call.field("told") != wanted.told:
            return _asked(call, wanted, told, wrong, "" if first or wrong else _LOOK_AGAIN)
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
    wave = of(call, call.field("wave"))
    items = Waves(call.post).checklist(wave.name, findings(call)) if kind is Kind.STARTED else ()
    return _Move(
        wave,
        kind,
        since_of(call, call.field("since")),
        call.reason("why"),
        overwrite=call.field("overwrite") == "yes",
        anyway=call.field("anyway") == "yes",
        unchecked=tuple(one for one in items if not one.is_done),
    )


def _foreseen(call: Call, wanted: _Move) -> Sequence[Consequence]:
    if wanted.kind not in _CHANGING:
        return ()
    since = None if wanted.since.error else wanted.day(call.now)
    return Waves(call.post).foresee(wanted.wave.name, wanted.kind, since=since, overwrite=wanted.overwrite)


def _asked(
    call: Call, wanted: _Move, told: Sequence[Consequence], wrong: Sequence[tuple[str, str]], notice: str
) -> Response:
    wave, say = wanted.wave, call.language.gettext
    by_department: dict[str, list[Consequence]] = {}
    for one in told:
        by_department.setdefault(one.department, []).append(one)
    has_begun, begins = wave.course(call.now).first is not None, _begins(call, wanted)
    return call.answer(
        "waves/move.html",
        asks_day=wanted.kind in (Kind.STARTED, Kind.RESUMED, Kind.CHANGED) and not has_begun,
        begins=begins,
        consequences=by_department,
        errors=[(field, say(text)) for field, text in wrong],
        has_begun=has_begun,
        here=call.address("wave", name=wave.name),
        is_changing=wanted.kind in _CHANGING,
        label=_label(call, wanted, begins),
        leaves_open=_leaves_open(call, wanted),
        must=wanted.kind in _MUST_SAY_WHY or wanted.unchecked,
        names=names(call),
        notice=say(notice) if notice else "",
        today=call.now.astimezone(HERE).date().isoformat(),
        wanted=wanted,
        wave=wave,
    )


def _label(call: Call, wanted: _Move, begins: datetime | None) -> str:
    """Give what the button is called that does it: with the day that counts, where there is one."""
    say = call.language.gettext
    if begins is not None:
        return say(_BEGINS) % {"day": call.language.date(begins)}
    if wanted.moves:
        return say(_MOVED) % {"day": call.language.date(wanted.since.at)}
    if wanted.kind is Kind.STARTED:
        return say(BUTTONS[wanted.kind])
    return buttons(call, wanted.wave, [wanted.kind]).get(wanted.kind) or say(BUTTONS[wanted.kind])


def _leaves_open(call: Call, wanted: _Move) -> Sequence[str]:
    """Give what is said before a wave is finished, in Danish; the first is that it is final."""
    if wanted.kind is not Kind.FINISHED or Kind.FINISHED not in Waves(call.post).allowed(wanted.wave.name):
        return ()
    return Waves(call.post).leaves_open(wanted.wave.name, findings(call))


def _begins(call: Call, wanted: _Move) -> datetime | None:
    """Give the day it begins by itself; None where it does so at once, or this is no beginning."""
    course = wanted.wave.course(call.now)
    planned = {Kind.STARTED: wanted.wave.aim.starts, Kind.RESUMED: course.begins}.get(wanted.kind)
    if planned is None or course.first is not None:
        return None
    begins = planned if wanted.since.error else wanted.day(call.now) or planned
    return begins if begins > call.now else None


def _said(wanted: _Move, call: Call) -> dict[str, Any]:
    return {"by": call.person.id, "why": wanted.why}


_ACTS: Mapping[Kind, Callable[[Waves, _Move, Call], Wave]] = {
    Kind.PREPARED: lambda waves, it, call: waves.prepare(it.wave.name, **_said(it, call)),
    Kind.CHANGED: lambda waves, it, call: waves.change(it.wave.name, **_said(it, call), starts=it.since.at),
    Kind.STARTED: lambda waves, it, call: waves.start(
        it.wave.name, **_said(it, call), since=it.day(call.now), unchecked=[one.key for one in it.unchecked]
    ),
    Kind.RESUMED: lambda waves, it, call: waves.resume(it.wave.name, **_said(it, call), since=it.day(call.now)),
    Kind.HALFWAY: lambda waves, it, call: waves.halfway(it.wave.name, **_said(it, call)),
    Kind.FINISHED: lambda waves, it, call: waves.finish(it.wave.name, **_said(it, call)),
    Kind.PAUSED: lambda waves, it, call: waves.pause(it.wave.name, **_said(it, call)).wave,
    Kind.ROLLED_BACK: lambda waves, it, call: (
        waves.rollback(it.wave.name, **_said(it, call), overwrite=it.overwrite).wave
    ),
}
