"""API: what a host that is not in Python asks – a token for its button, that somebody is logged out, and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from esdh_connect.dispatch import Cause, Hold
from esdh_connect.outbox import UnknownDispatch
from esdh_connect_web.call import Call
from esdh_connect_web.description import COUNTED, described
from esdh_connect_web.guard import Guard
from esdh_connect_web.launch import end_visits, launch_token
from esdh_connect_web.machines import Machine, Wrong
from esdh_connect_web.site import Site
from esdh_connect_web.wanted import wanted, who

__all__ = ["routes"]

#: More approvals are not counted one by one: then the number is "at least".
_MOST = 1000


def routes(site: Site) -> list[Guard]:
    """Give the four addresses."""
    return [
        Machine(site=site, name="api-launch", path="/api/launch", post=launch),
        Machine(site=site, name="api-logout", path="/api/logout", post=logout),
        Machine(site=site, name="api-counts", path="/api/counts", get=counts),
        Machine(site=site, name="api-description", path="/api/openapi.json", get=lambda _: described()),
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
