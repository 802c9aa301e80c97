"""Spørgsmål om en fejl: why, to whom, and why it is sent all the same – asked where the core needs to know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from esdh_connect.dispatch import Cause, Entry, Override, Remedy
from esdh_connect.ids import mask
from esdh_connect.model import Party, Recipient
from esdh_connect_web.call import UNREADABLE, Call, Refused
from esdh_connect_web.failing.showing import Shown, shown
from esdh_connect_web.texts import N_
from esdh_connect_web.written import unfit

__all__ = [
    "DONE",
    "ORDERED",
    "Asked",
    "asked",
    "cause_named",
    "chosen",
    "concerns_said",
    "missing",
    "named",
    "remedy_named",
    "resolved",
]

_WHY = N_("Write why.")
_WHO = N_("Choose who is to have the letter.")
_WHO_ID = N_("Write the party's own number in the case system. It is never a CPR number.")
_ANYWAY = N_("Write why it is to be sent anyway.")
#: What is told afterwards: what was done, and nothing of what becomes of the letter then.
DONE = {
    Remedy.RETRY: N_("You have asked for the same letter to be tried again."),
    Remedy.CONFIRM: N_("It is noted that the provider has the letter."),
    Remedy.SEND_AGAIN: N_("A new letter is ordered in its place."),
    Remedy.SEND_AS_PRINT: N_("A new letter is ordered, on paper."),
    Remedy.CHANGE_RECIPIENT: N_("A new letter is ordered, to the other recipient."),
    Remedy.SOLVED: N_("It is marked as solved."),
    Remedy.SEEN: N_("The letter is off the list. Nothing has been sent."),
    Remedy.RELEASE: N_("You have let the letter go."),
    Remedy.WITHDRAW: N_("Nothing has been sent: the letter is stopped."),
    Remedy.JOURNALED: N_("It is noted that the letter is on the case."),
    Remedy.JOURNALIZE: N_("You have asked for the letter to be put on the case again."),
}

#: The same of a new letter, by the name in its address.
ORDERED = {one.value: text for one, text in DONE.items() if one.makes_a_letter}


@attrs.frozen
class Asked:
    """
    One letter and what is to be done about it. ``one`` is None where nobody has to do it (any more).

    ``parties`` are those who can have it instead: None where nobody knows who they are.
    """

    entry: Entry
    remedy: Remedy
    one: Shown | None
    parties: Sequence[Recipient] | None = attrs.field(default=(), repr=False)

    @property
    def cause(self) -> Cause | None:
        """Tell why it needs a person."""
        return self.one.trouble.kind if self.one else None


def cause_named(name: str) -> Cause | None:
    """Read a cause out of an address."""
    return next((one for one in Cause if one.value == name), None)


def remedy_named(name: str) -> Remedy | None:
    """Read a remedy out of an address."""
    return next((one for one in Remedy if one.value == name), None)


def asked(call: Call, remedy: Remedy) -> Asked:
    """Look at the letter as it is now. Raises Refused for one that is not the person's to see."""
    entry = call.letter(call.part("letter"))
    found = (one for one in call.post.failures_about(entry.id) if remedy in one.remedies)
    known = next((shown(call, one) for one in found), None)
    if known is None or remedy is not Remedy.CHANGE_RECIPIENT or remedy not in known.remedies:
        return Asked(entry, remedy, known)
    return Asked(entry, remedy, known, call.post.parties(entry.id))


def missing(call: Call, about: Asked) -> Iterator[tuple[str, str]]:
    """Give what was not said, or not as it can be: a field, and a sentence."""
    why = unfit(call.reason("why"))
    if about.remedy is Remedy.SOLVED and not call.reason("why"):
        why = _WHY
    if why:
        yield "why", why
    if about.remedy is Remedy.CHANGE_RECIPIENT and chosen(call, about) is None:
        yield "party", _WHO if about.parties else _WHO_ID
    anyway = unfit(call.reason("anyway"), _ANYWAY) if concerns_said(call) else ""
    if anyway:
        yield "anyway", anyway


def resolved(call: Call, about: Asked) -> Entry:
    """Do it; a new letter can be undone as long as one from the dialog. Raises what the core does."""
    anyway = call.reason("anyway")
    return call.post.resolve(
        about.entry.id,
        about.remedy,
        by=call.person.id,
        why=call.reason("why") or anyway,
        party=chosen(call, about) if about.remedy is Remedy.CHANGE_RECIPIENT else None,
        hold=call.post.policy(about.entry.department).undo,
        overrides=[_override(id_, anyway, seen) for id_, seen in concerns_said(call)],
        expect=call.field("fingerprint") or None,
    )


def concerns_said(call: Call) -> tuple[tuple[str, str], ...]:
    """Give the concerns the form was about, each as it was read there. Raises Refused for a form that is not ours."""
    ids, seen = call.fields("concern"), call.fields("seen")
    if len(ids) != len(seen):
        raise Refused(400, UNREADABLE)
    return tuple(zip(ids, seen, strict=True))


def _override(id_: str, why: str, seen: str) -> Override:
    if not seen:
        raise Refused(400, UNREADABLE)
    try:
        return Override(id_, why, seen=seen)
    except ValueError:
        raise Refused(400, UNREADABLE) from None


def chosen(call: Call, about: Asked) -> Party | None:
    """Give the party that was chosen, or named where nobody knows who there are."""
    said = call.field("party")
    if about.parties is None:
        return Party(said, about.entry.case.system) if said and mask(said) == said else None
    return next((one.party for one in about.parties if named(one.party) == said), None)


def named(party: Party) -> str:
    """Give what a party is called in the form."""
    return f"{party.system}/{party.id}"
