"""Bølgers ord: what can be done to a wave as it is now, and what was done, as people call it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from esdh_connect_rollout import Kind, State
from esdh_connect_rollout.waves.acts import Act
from esdh_connect_rollout.waves.wave import Aim, Wave
from esdh_connect_web.call import Call
from esdh_connect_web.texts import N_, Language

__all__ = ["BUTTONS", "DONE", "STATES", "act_told", "buttons", "state_told"]

#: What states are called where English is read; in Danish they are called as the core has it.
STATES: Mapping[State, str] = MappingProxyType(
    {
        State.PLANNED: N_("Planned"),
        State.PREPARING: N_("Preparing"),
        State.RUNNING: N_("Under way"),
        State.HALFWAY: N_("Halfway"),
        State.FINISHED: N_("Finished"),
        State.PAUSED: N_("Paused"),
        State.ROLLED_BACK: N_("Rolled back"),
    }
)
#: The buttons of a wave, in the order they stand.
BUTTONS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.PREPARED: N_("Begin to prepare it"),
        Kind.STARTED: N_("Start it"),
        Kind.RESUMED: N_("Let it go on"),
        Kind.HALFWAY: N_("Hold the half-way review"),
        Kind.FINISHED: N_("Finish it"),
        Kind.CHANGED: N_("Put it off to another day"),
        Kind.PAUSED: N_("Pause it"),
        Kind.ROLLED_BACK: N_("Roll it back"),
    }
)
#: What they are called where the wave has not begun: there is nothing to take back from anybody.
_NOT_BEGUN: Mapping[Kind, str] = MappingProxyType(
    {Kind.PAUSED: N_("Stop it from beginning"), Kind.ROLLED_BACK: N_("Withdraw it")}
)
#: What was done to a wave, as its page tells it.
DONE: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.PLANNED: N_("planned"),
        Kind.CHANGED: N_("planned anew"),
        Kind.PREPARED: N_("is being prepared"),
        Kind.STARTED: N_("started"),
        Kind.PAUSED: N_("paused"),
        Kind.RESUMED: N_("goes on"),
        Kind.HALFWAY: N_("reviewed half-way"),
        Kind.FINISHED: N_("finished"),
        Kind.ROLLED_BACK: N_("rolled back"),
        Kind.SKIPPED: N_("goes on without experiences written down"),
        Kind.NOTED: N_("an experience is written down"),
        Kind.SOLVED: N_("a difficulty is solved"),
        Kind.CHECKED: N_("ticked on the checklist"),
        Kind.UNCHECKED: N_("a tick is taken off the checklist"),
    }
)
_BEGINS = N_("Let it begin on %(day)s")
_WILL_BEGIN = N_("is to begin on %(day)s")
_ANEW = N_("planned anew, for %(day)s")
_WITHDRAWN = N_("Withdrawn")
_WAS_WITHDRAWN = N_("withdrawn before it began")
_WAS_STOPPED = N_("stopped before it began")


def buttons(call: Call, wave: Wave, allowed: Collection[Kind]) -> dict[Kind, str]:
    """Give what may be done to a wave as it is now, in the reader's language."""
    say, course = call.language.gettext, wave.course(call.now)
    labels = {kind: say(text) for kind, text in BUTTONS.items() if kind in allowed}
    if course.first is not None:
        return labels
    labels |= {kind: say(text) for kind, text in _NOT_BEGUN.items() if kind in labels}
    if course.begins is None:  # nobody has decided that it begins, so there is nothing to stop
        labels.pop(Kind.PAUSED, None)
    if Kind.STARTED in labels and wave.aim.starts > call.now:
        labels[Kind.STARTED] = say(_BEGINS) % {"day": call.language.date(wave.aim.starts)}
    return labels


def state_told(call: Call, wave: Wave) -> str:
    """Give what it is, in the reader's language."""
    course = wave.course(call.now)
    is_withdrawn = course.state is State.ROLLED_BACK and course.first is None
    return call.language.gettext(_WITHDRAWN if is_withdrawn else STATES[course.state])


def act_told(spoken: Language, wave: Wave, act: Act) -> str:
    """Give what was done, in the reader's language: a day that lay ahead is named."""
    say = spoken.gettext
    if act.kind in (Kind.STARTED, Kind.RESUMED) and act.in_force > act.at:
        told = say(_WILL_BEGIN) % {"day": spoken.date(act.in_force)}
    elif act.kind is Kind.CHANGED and act.what:
        told = say(_ANEW) % {"day": spoken.date(Aim.read(act.what).starts)}
    elif act.kind in (Kind.PAUSED, Kind.ROLLED_BACK) and wave.course(act.at).first is None:
        told = say(_WAS_STOPPED if act.kind is Kind.PAUSED else _WAS_WITHDRAWN)
    else:
        told = say(DONE[act.kind])
    without = len(act.what.get("unchecked", ()))
    if not without:
        return told
    although = spoken.ngettext(
        "although %(num)s item of the checklist was not ticked",
        "although %(num)s items of the checklist were not ticked",
        without,
    )
    return f"{told}, {although % {'num': without}}"
