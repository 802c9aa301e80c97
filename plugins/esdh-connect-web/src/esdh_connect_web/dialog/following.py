"""Opfølgning i dialogen: what became of the letters, *Fortryd*, and the second person's approval."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress

from starlette.responses import Response

from esdh_connect import wording
from esdh_connect.dispatch import Cover, Entry, Status, Work
from esdh_connect.errors import DamagedPayload, PlanError, PolicyError
from esdh_connect.ids import mask
from esdh_connect.model import Party
from esdh_connect.outbox import UnknownDispatch
from esdh_connect_rollout import Waves
from esdh_connect_rollout.desk import PLUGIN as WAVES
from esdh_connect_web.approving import refuse_unseen
from esdh_connect_web.call import Call, Refused, whole
from esdh_connect_web.colleagues import Approvers, is_for, passed_on
from esdh_connect_web.dialog import mending
from esdh_connect_web.dialog.files import as_file
from esdh_connect_web.dialog.history import sent
from esdh_connect_web.rollout.tips import THANKS, reaches_somebody, wrong
from esdh_connect_web.texts import N_

__all__ = ["approve", "copy", "covers", "entries", "mend", "pass_on", "send_back", "show", "stop", "tip"]

_WHY = N_("Write why, without any CPR number.")
_WHO = N_("Choose who is to approve it instead.")
_STOPPED = N_("Nothing has been sent: the letter is stopped.")
_ONE_STOPPED = N_("Nothing has been sent to %(name)s: that letter is stopped. The other letters go on.")
_ALL_STOPPED = N_("Nothing has been sent: all the letters are stopped.")
_SOME_TOO_LATE = N_("Some of the letters are stopped. For others it was too late: it is shown below what can be done.")
_NAMELESS = N_("A recipient whose name is erased")
_TOO_LATE = N_("It was too late: the letter had already left. It is shown below what can be done.")
_APPROVED = N_("The letter is approved, and leaves by itself.")
_SENT_BACK = N_("Nothing has been sent: the letter is sent back, and its caseworker can see why.")
_PASSED_ON = N_("Nothing has been sent yet: somebody else is asked to approve it.")


def entries(call: Call) -> tuple[Entry, ...]:
    """
    Give the letters the dialog is about, as they are now.

    A key may have been used in another department, by mistake or by somebody who guessed it. Raises Refused then.
    """
    errand = call.errand
    if errand.request is not None:
        known = call.post.committed(errand.request.key)
        for department in {one.department for one in known}:
            call.require(department)
        return known
    return (call.post.entry(errand.letter),) if errand.letter else ()


def covers(call: Call) -> list[Cover]:
    """Give what those letters carry that a person chose; of one that is erased nothing is known."""
    return [cover for _, cover in _carried(call)]


def stopped(call: Call) -> list[Party]:
    """Give the parties whose letter was ordered here, and stopped."""
    return [cover.recipient.party for entry, cover in _carried(call) if entry.status is Status.CANCELLED]


def _carried(call: Call) -> Iterator[tuple[Entry, Cover]]:
    for entry in entries(call):
        if entry.beside is None:
            with suppress(DamagedPayload):
                yield entry, call.post.cover(entry.id)


def show(
    call: Call,
    *,
    problem: str = "",
    notice: str = "",
    about: str = "",
    result: str = "status",
    errors: object = (),
    too_late: Collection[str] = (),
) -> Response:
    """
    Show what became of the letters. ``about`` is whom a ``notice`` names, who is "" where none does.

    ``too_late`` are those that somebody wanted to stop just now: what can be done instead is said.
    """
    known = entries(call)
    for entry in known:
        call.saw(entry.id)
    letters = sent(call.post, known, call.now, call.who)
    request = call.errand.request
    ordered = sum(1 for one in known if one.beside is None)
    return call.answer(
        "dialog/after.html",
        errors=errors or {},
        letters=letters,
        may_insist=reaches_somebody(call.reason("tip")),
        missing=request is not None and len(request.parties) > ordered,
        notice=_said(call, notice, about),
        problem=problem,
        asked=passed_on,
        is_theirs=lambda entry: not is_for(call.post, entry, call.person.id),
        passing_to=lambda entry: Approvers.of(call.post, entry, call.person.id),
        regrettable=[one for one in letters if one.stoppable and one.entry.beside is None],
        result=result,
        takes_tips=_takes_tips(call),
        ways={one.id: mending.ways(call, one.id) for one in known},
        too_late=too_late,
        to_approve=any(one.waits_for_approval and one.entry.committed_by != call.person.id for one in letters),
    )


def copy(call: Call) -> Response:
    """Give one file of a letter, as it went or will go."""
    id_, _, at = call.field("file").rpartition(".")
    entry = _mine(call, id_)
    files = call.post.dispatch(entry.id).envelope.letter.files
    place = whole(at)
    if place is None or place >= len(files):
        raise Refused(404, N_("The address is wrong, or the page is not there any more."))
    call.saw(entry.id)
    return as_file(files[place])


def mend(call: Call) -> Response:
    """Go on to what can be done about a letter that failed: one of these, or another on the case."""
    other = mending.on_case(call, call.field("letter"))
    return mending.opened(call, other or _mine(call, call.field("letter")))


def stop(call: Call) -> Response:
    """Fortryd: stop one letter, or all of them that have not left."""
    letters = [one for one in entries(call) if one.beside is None]
    wanted = [_mine(call, call.field("letter"))] if call.field("letter") else letters
    late = [one.id for one in wanted if one.beside is None and not call.post.cancel(one.id, by=call.person.id)]
    if late:
        return show(call, notice=_TOO_LATE if len(late) == len(wanted) else _SOME_TOO_LATE, too_late=late)
    left = any(one.work is not Work.CANCELLED for one in letters if one not in wanted)
    if len(wanted) == 1 and left:
        return show(call, notice=_ONE_STOPPED, about=_name(call, wanted[0]), result="stopped")
    return show(call, notice=_ALL_STOPPED if len(letters) > 1 else _STOPPED, result="stopped")


def _name(call: Call, entry: Entry) -> str:
    try:
        return call.post.cover(entry.id).recipient.name
    except DamagedPayload:
        return call.language.gettext(_NAMELESS)


def _said(call: Call, notice: str, about: str) -> str:
    said = call.language.gettext(notice) if notice else ""
    return said % {"name": about} if about else said


def approve(call: Call) -> Response:
    """Godkend: let the letter go that was shown, and no other."""
    return _act(call, lambda entry: call.post.approve(entry.id, by=call.person.id), _APPROVED)


def send_back(call: Call) -> Response:
    """Tilbagesend: stop it, and say why."""
    why = call.reason("why")
    if not why or mask(why) != why:
        return show(call, errors={f"why-{call.field('letter')}": call.language.gettext(_WHY)})
    return _act(call, lambda entry: call.post.send_back(entry.id, by=call.person.id, why=why), _SENT_BACK)


def pass_on(call: Call) -> Response:
    """Send videre: note who is to approve it instead."""
    to, why = call.field("to"), call.reason("why")
    if not to:
        return show(call, errors={f"to-{call.field('letter')}": call.language.gettext(_WHO)})
    if mask(why) != why:
        return show(call, errors={f"to-{call.field('letter')}": call.language.gettext(_WHY)})
    return _act(call, lambda entry: call.post.pass_on(entry.id, to, by=call.person.id, why=why), _PASSED_ON)


def tip(call: Call) -> Response:
    """Take a tip about the department of the letter. Nobody's name is kept, and the letter stands nowhere beside it."""
    text = call.reason("tip")
    if told := wrong(text, is_nobodys=call.field("nobody") == "yes"):
        return show(call, errors={"tip": call.language.gettext(told)})
    try:
        Waves(call.post).tip(text, department=_department(call))
    except PolicyError as error:
        return show(call, problem=error.danish)
    return show(call, notice=THANKS)


def _takes_tips(call: Call) -> bool:
    return call.post.plugins.get(WAVES) is not None and Waves(call.post).takes_tips(_department(call))


def _department(call: Call) -> str:
    """Give the department the dialog is about."""
    request = call.errand.request
    return request.department if request is not None else call.post.entry(call.errand.letter).department


def _act(call: Call, act: Callable[[Entry], object], done: str) -> Response:
    """Do what a second person decides about the very letter that was shown."""
    entry = _mine(call, call.field("letter"))
    refuse_unseen(call.post, entry, call.who, call.field("shown"))
    try:
        act(entry)
    except PlanError as error:
        return show(call, problem=wording.of(error))
    return show(call, notice=done, result="decided")


def _mine(call: Call, id_: str) -> Entry:
    """Give a letter of this dialog. Raises UnknownDispatch for any other, whether there is such a one or not."""
    for entry in entries(call):
        if entry.id == id_:
            return entry
    raise UnknownDispatch("a letter that this dialog is not about")
