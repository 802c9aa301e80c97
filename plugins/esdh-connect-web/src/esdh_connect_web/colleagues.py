"""Kolleger: what people are called on the pages, and whom a letter can be passed on to, as the host says."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from esdh_connect import wording
from esdh_connect.connect import Connect
from esdh_connect.dispatch import Act, Deed, Entry
from esdh_connect.errors import PlanError
from esdh_connect.inbox import Trouble
from esdh_connect.log import Log
from esdh_connect.model import Colleague
from esdh_connect_web.remembered import Remembered

__all__ = ["Approvers", "Names", "is_for", "passed_on"]

#: What the core tells of somebody in a stored sentence.
_TOLD = {Deed.SENT_BACK: wording.sent_back_by, Deed.CANCELLED: wording.cancelled_by}


@attrs.frozen
class Approvers:
    """Whom a letter can be passed on to: None where nobody knows; ``problem`` is why they could not be asked for."""

    known: Sequence[Colleague] | None
    problem: str = ""

    @classmethod
    def of(cls, post: Connect, entry: Entry, person: str) -> Approvers:
        """Ask for those of a letter but for whoever asks."""
        try:
            found = post.approvers(entry.id)
        except PlanError as error:
            return cls((), wording.of(error))
        return cls(found if found is None else [one for one in found if one.id != person])


def passed_on(entry: Entry) -> Act | None:
    """Give how it was passed on last, to be approved by somebody else; None where nobody in particular was asked."""
    return next((act for act in reversed(entry.acts) if act.deed is Deed.PASSED_ON), None)


def is_for(post: Connect, entry: Entry, person: str) -> bool:
    """
    Tell whether somebody is to approve a letter: asked for it, or with nobody asked in particular.

    A name that was written where nobody knows who there are is nobody's id: then it is for all who can.
    """
    asked = passed_on(entry)
    if asked is None or asked.to == person:
        return True
    try:
        known = post.approvers(entry.id)
    except PlanError:
        return True  # nobody can tell: told to one too many, it is still looked at
    return known is None


@attrs.frozen(eq=False)
class Names:
    """
    What people are called, each asked for once for a page; where the host does not say, as they came here last.

    A host that cannot answer is logged: nobody is kept from a letter by that.
    """

    post: Connect
    remembered: Remembered
    log: Log
    _known: dict[str, str] = attrs.field(factory=dict, repr=False)

    def __call__(self, id_: str) -> str:
        """Give the name with the id beside it, or the id alone."""
        if id_ not in self._known:
            self._known[id_] = self._asked(id_)
        return self._known[id_]

    def _asked(self, id_: str) -> str:
        try:
            known = self.post.colleague(id_)
        except PlanError as error:
            self.log.warning("web_name_unknown", error=repr(error))
            known = Colleague(id_)
        return known.shown if known.name or not id_ else Colleague(id_, self.remembered.name(id_)).shown

    def on(self, entry: Entry) -> Entry:
        """Give a letter for the core's sentences about it: with names in the place of ids."""
        last = entry.acts[-1] if entry.acts else None
        told = _TOLD.get(last.deed) if last else None
        why = entry.stopped_because
        if last and told and why == told(last.by, last.why):
            why = told(self(last.by), last.why)
        acts = tuple(self._named(act) for act in entry.acts)
        return attrs.evolve(entry, committed_by=self(entry.committed_by), acts=acts, stopped_because=why)

    def in_trouble(self, trouble: Trouble) -> Trouble:
        """Give the trouble of such a letter."""
        again = trouble.again and self.on(trouble.again)
        return attrs.evolve(trouble, entry=self.on(trouble.entry), again=again)

    def _named(self, act: Act) -> Act:
        return attrs.evolve(act, by=self(act.by), to=self(act.to))
