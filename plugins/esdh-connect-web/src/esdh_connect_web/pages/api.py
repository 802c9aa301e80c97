"""API: what a host that is not in Python asks – a token for its button, what became of letters, logouts and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from esdh_connect.dispatch import Cause, Entry, Hold
from esdh_connect.errors import DamagedPayload
from esdh_connect.outbox import UnknownDispatch
from esdh_connect_web.call import Call
from esdh_connect_web.description import COUNTED, described
from esdh_connect_web.guard import Guard
from esdh_connect_web.launch import end_visits, launch_token
from esdh_connect_web.machines import Machine, Wrong
from esdh_connect_web.site import Site
from esdh_connect_web.wanted import looked, wanted, who

__all__ = ["routes"]

#: More approvals are not counted one by one: then the number is "at least".
_MOST = 1000
#: More letters of a case are not given: the newest are.
_MOST_LETTERS = 200


def routes(site: Site) -> list[Guard]:
    """Give the five addresses."""
    return [
        Machine(site=site, name="api-launch", path="/api/launch", post=launch),
        Machine(site=site, name="api-letters", path="/api/letters", post=letters),
        Machine(site=site, name="api-logout", path="/api/logout", post=logout),
        Machine(site=site, name="api-counts", path="/api/counts", get=counts),
        Machine(site=site, name="api-description", path="/api/openapi.json", get=lambda _: described(site.web.address)),
    ]


def launch(call: Call, said: Any) -> Mapping[str, Any]:  # noqa: ANN401 - JSON of all kinds
    """Make a launch token. Raises Wrong."""
    asked = wanted(said)
    errand = asked.request if asked.letter is None else asked.letter
    try:
        token = launch_token(call.post, errand, person=asked.person, origin=asked.origin)
    except UnknownDispatch:
        raise Wrong("body.letter: there is no such letter") from None
    except ValueError as error:
        raise Wrong(str(error)) from None
    return {"launch": token, "seconds": call.site.web.launch}


def logout(call: Call, said: Any) -> Mapping[str, Any]:  # noqa: ANN401 - JSON of all kinds
    """End the dialogs and sessions of a person. Raises Wrong."""
    return {"ended": end_visits(call.post, who(said))}


def letters(call: Call, said: Any) -> Mapping[str, Any]:  # noqa: ANN401 - JSON of all kinds
    """Tell what became of the letters of a wish, or of a case: ids and statuses, and no names. Raises Wrong."""
    asked = looked(said)
    found = (
        call.post.committed(asked.key)
        if asked.key is not None
        else call.post.entries(case=asked.case, limit=_MOST_LETTERS + 1)
    )
    shown = [_letter(call, one) for one in found[:_MOST_LETTERS]]
    return {"letters": shown, "complete": len(found) <= _MOST_LETTERS}


def _letter(call: Call, entry: Entry) -> dict[str, Any]:
    try:
        cover = call.post.cover(entry.id)
    except DamagedPayload:
        party, documents = None, []  # what it carried is erased
    else:
        party = {"id": cover.recipient.party.id, "system": cover.recipient.party.system}
        documents = [{"id": one.id, "version": one.version} for one in cover.manifest.documents]
    return {
        "dispatch": entry.id,
        "case": {"id": entry.case.id, "system": entry.case.system},
        "department": entry.department,
        "channel": entry.channel,
        "status": entry.status.value,
        "standing": entry.standing.value if entry.standing else None,
        "committed_at": entry.committed_at.isoformat(),
        "party": party,
        "documents": documents,
        "reminder_to": entry.beside,
        "instead_of": entry.parent,
    }


def counts(call: Call) -> Mapping[str, Any]:
    """Count by department what waits for somebody: what is in the failure inbox, to be approved, or proposed."""
    waiting: dict[str, Counter[str]] = {}
    for (department, cause), count in call.post.failure_counts().items():
        waiting.setdefault(department, Counter())[_counted_as(cause)] += count
    held = call.post.outbox.held(Hold.APPROVAL, _MOST)
    for entry in held:
        waiting.setdefault(entry.department, Counter())["approval"] += 1
    for proposal in call.post.proposals():
        if not call.post.committed(proposal.request.key):
            waiting.setdefault(proposal.request.department, Counter())["proposals"] += 1
    return {
        "departments": {id_: {name: count[name] for name in COUNTED} for id_, count in sorted(waiting.items())},
        "complete": len(held) < _MOST,
    }


def _counted_as(cause: Cause) -> str:
    """Tell under what a failure is counted: who must act, but for a letter that a second person sent back."""
    return Cause.SENT_BACK.value if cause is Cause.SENT_BACK else cause.owner.value
