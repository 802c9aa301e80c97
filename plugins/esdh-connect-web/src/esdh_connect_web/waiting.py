"""Det, der venter: how much of what is theirs to do waits for somebody, each with where it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from esdh_connect.dispatch import Cause
from esdh_connect_web.administration.findings import Who, found
from esdh_connect_web.call import Call
from esdh_connect_web.colleagues import is_for
from esdh_connect_web.failing.showing import is_mine
from esdh_connect_web.identity import Role
from esdh_connect_web.letters.proposed import proposed

__all__ = ["Waiting", "failed", "waiting"]

#: More letters are not looked at one by one: then the number is "at least".
_MOST = 100
_WITH_LETTERS = (Role.CASEWORKER, Role.CONTACT)


@attrs.frozen
class Waiting:
    """So many of one kind: "approval", "sent_back", "failed", "proposal" or "finding". ``address``: where they are."""

    kind: str
    number: int
    address: str

    @property
    def more(self) -> bool:
        """Tell whether there may be more than are counted."""
        return self.number >= _MOST and self.kind in ("approval", "sent_back")


def waiting(call: Call) -> list[Waiting]:
    """Give what waits for whoever asks; nothing of what does not."""
    places = {
        "approval": call.path("approvals"),
        "sent_back": call.address("failures", cause=Cause.SENT_BACK.value),
        "failed": call.path("failures"),
        "proposal": call.path("proposals"),
        "finding": call.path("doctor"),
    }
    counted = ((kind, count(call)) for kind, count in _COUNTS.items())
    return [Waiting(kind, number, places[kind]) for kind, number in counted if number]


def _to_approve(call: Call) -> int:
    """Count what somebody else has ordered, and no colleague was asked to approve."""
    held = call.post.approvals(_MOST, departments=call.department_ids) if call.person.has(_WITH_LETTERS) else ()
    return sum(entry.committed_by != call.person.id and is_for(call.post, entry, call.person.id) for entry in held)


def _sent_back(call: Call) -> int:
    """Count what they have ordered themselves."""
    if not call.person.has(_WITH_LETTERS):
        return 0
    found = call.post.failures_of(Cause.SENT_BACK, departments=call.department_ids, limit=_MOST)
    return sum(1 for one in found if one.entry.committed_by == call.person.id)


def failed(call: Call) -> int:
    """Count the letters in the failure inbox that are theirs to look at."""
    return sum(
        count
        for (department, cause), count in call.post.failure_counts().items()
        if cause is not Cause.SENT_BACK and is_mine(call.person, cause) and call.site.works_for(call.person, department)
    )


def _proposed(call: Call) -> int:
    """Count what is on the list of proposals: not what was ordered, from there or from the case."""
    if not call.person.has(_WITH_LETTERS):
        return 0
    theirs = (one for one in call.post.proposals() if call.site.works_for(call.person, one.request.department))
    left = (one for one in theirs if not call.post.committed(one.request.key))
    return sum(1 for one in left if not proposed(call.post, one, call.now).taken_by)


def _found(call: Call) -> int:
    """Count what the examination leaves to them, but for the letters, which are counted already."""
    if not call.is_administrator:
        return 0
    ones = found(call.site.watching.examination, letters_are_mine=False)
    return sum(1 for one in ones if one.who is Who.ADMINISTRATOR)


_COUNTS: Mapping[str, Callable[[Call], int]] = {
    "approval": _to_approve,
    "sent_back": _sent_back,
    "failed": failed,
    "proposal": _proposed,
    "finding": _found,
}
