"""Handling på et brev: *Fortryd* while it can be, and what a second person decides about the very letter shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from esdh_connect import wording
from esdh_connect.dispatch import Deed, Entry, Standing, Status
from esdh_connect.errors import TooLate
from esdh_connect.ids import mask
from esdh_connect_web.approving import refuse_unseen
from esdh_connect_web.call import Call, Refused
from esdh_connect_web.failing.asking import ORDERED
from esdh_connect_web.texts import N_

__all__ = ["Unsaid", "act", "done"]

_LONGEST = 500
_WHY = N_("Write why, in at most 500 characters and without any CPR number.")
_WHO = N_("Choose who is to approve it instead.")
_UNREADABLE = N_("What was sent to the page could not be read.")
#: What is told afterwards: what was done, and nothing of what becomes of the letter then.
_DONE: Mapping[str, str] = {
    "stop": N_("Nothing has been sent: the letter is stopped."),
    "approve": N_("The letter is approved."),
    "back": N_("Nothing has been sent: the letter is sent back, and its caseworker can see why."),
    "on": N_("Somebody else is asked to approve the letter."),
}
#: While it is told: an address can be looked at again whenever somebody likes.
_STANDS: Mapping[str, Callable[[Entry], bool]] = {
    "stop": lambda entry: entry.status is Status.CANCELLED and not (entry.has_proof or entry.standing),
    "approve": lambda entry: _last(entry) is Deed.APPROVED and entry.status not in (Status.CANCELLED, Status.FAILED),
    "back": lambda entry: entry.standing is Standing.SENT_BACK,
    "on": lambda entry: _last(entry) is Deed.PASSED_ON and entry.standing is Standing.TO_APPROVE,
}


class Unsaid(Exception):
    """Something was not said that has to be, or not as it can be."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(field)
        self.field = field
        self.text = text


def done(entry: Entry, what: str) -> str:
    """Give what is told of something that was done, by its word in the address; "" where it is not so any more."""
    if what in ORDERED:
        is_so = entry.parent is not None and entry.status is not Status.CANCELLED
        return ORDERED[what] if is_so else ""
    return _DONE[what] if what in _DONE and _STANDS[what](entry) else ""


def act(call: Call, entry: Entry) -> str:
    """Do what the form asks for; gives what was done. Raises Unsaid, or what the core does."""
    what = call.field("do")
    if what not in _ACTS:
        raise Refused(400, _UNREADABLE)
    _ACTS[what](call, entry)
    return what


def _stop(call: Call, entry: Entry) -> None:
    if entry.beside is not None or not call.post.cancel(entry.id, by=call.person.id):
        now = call.post.entry(entry.id)
        raise TooLate(f"dispatch {entry.id} is {now.work.value}", danish=wording.too_late(call.who.on(now)))


def _approve(call: Call, entry: Entry) -> None:
    _refuse_another(call, entry)
    if not _did_before(call, entry, Deed.APPROVED):
        call.post.approve(entry.id, by=call.person.id)


def _back(call: Call, entry: Entry) -> None:
    _refuse_another(call, entry)
    why = _said(call, "why", _WHY)
    if not _did_before(call, entry, Deed.SENT_BACK):
        call.post.send_back(entry.id, by=call.person.id, why=why)


def _on(call: Call, entry: Entry) -> None:
    _refuse_another(call, entry)
    to = call.field("to")
    if not to:
        raise Unsaid("to", _WHO)
    note = call.reason("note")
    if mask(note) != note or len(note) > _LONGEST:
        raise Unsaid("note", _WHY)
    call.post.pass_on(entry.id, to, by=call.person.id, why=note)


def _refuse_another(call: Call, entry: Entry) -> None:
    """Refuse where it is not the letter that was shown, and for the one who ordered it."""
    if entry.committed_by == call.person.id:
        call.refuse()
    refuse_unseen(call.post, entry, call.who, call.field("shown"))


def _did_before(call: Call, entry: Entry, deed: Deed) -> bool:
    """Tell whether this is a second click on what the same person has done."""
    return any(one.deed is deed and one.by == call.person.id for one in entry.acts)


def _last(entry: Entry) -> Deed | None:
    return entry.acts[-1].deed if entry.acts else None


def _said(call: Call, field: str, text: str) -> str:
    said = call.reason(field)
    if not said or len(said) > _LONGEST or mask(said) != said:
        raise Unsaid(field, text)
    return said


_ACTS: Mapping[str, Callable[[Call, Entry], None]] = {"stop": _stop, "approve": _approve, "back": _back, "on": _on}
