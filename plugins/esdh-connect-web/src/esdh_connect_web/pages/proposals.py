"""Forslag: letters that a plugin proposes because of something that happened; a caseworker takes them up, or not."""

from __future__ import annotations

from datetime import timedelta

import attrs
from starlette.responses import Response

from esdh_connect.outbox import Proposal
from esdh_connect_web.administration.deciding import fit_reason
from esdh_connect_web.administration.tree import called
from esdh_connect_web.call import Call, Refused
from esdh_connect_web.dialog import ordering
from esdh_connect_web.identity import Role
from esdh_connect_web.letters.proposed import Proposed, proposed
from esdh_connect_web.plugin import origin_of
from esdh_connect_web.protection import Guard, Page
from esdh_connect_web.site import Site
from esdh_connect_web.texts import N_
from esdh_connect_web.visits import Errand

__all__ = ["routes"]

_TO = {Role.CASEWORKER, Role.CONTACT}
#: A visit that is begun at once need not wait for anybody to come.
_AT_ONCE = timedelta(minutes=1)
_GONE = N_("The proposal is not there any more: its letter is ordered, or somebody has declined it.")
_DECLINED = N_("Nothing has been sent: the proposal is declined.")


def routes(site: Site) -> list[Guard]:
    """Give the list, and what is done with a proposal."""
    return [
        Page(site=site, name="proposals", path="/proposals", to=_TO, get=every, menu=N_("Proposals")),
        Page(site=site, name="proposal-accept", path="/proposals/accept", to=_TO, post=accept),
        Page(site=site, name="proposal-decline", path="/proposals/decline", to=_TO, post=decline),
    ]


def every(call: Call) -> Response:
    """Show the proposals of the departments the person works for, the oldest first."""
    notice = _DECLINED if call.query("declined") else ""
    return _shown(call, notice=notice)


def _shown(call: Call, *, notice: str = "", wrong: tuple[str, str] = ("", ""), why: str = "") -> Response:
    say, id_ = call.language.gettext, wrong[0]
    names = {one.id: called(one) for one in call.post.departments}
    waiting = _waiting(call)
    errors = [(f"why-{at}", say(wrong[1])) for at, one in enumerate(waiting, 1) if one.proposal.id == id_]
    for one in waiting:
        for letter in one.ordered:
            call.saw(letter.entry.id)
    return call.answer(
        "administration/proposals.html",
        errors=errors,
        here=call.path("proposals"),
        names=names,
        notice=say(notice) if notice else "",
        waiting=waiting,
        why=why,
    )


def _waiting(call: Call) -> list[Proposed]:
    """Give those that wait; one whose letters were ordered, from here or from the case, is off the list."""
    theirs = (one for one in call.post.proposals() if call.site.works_for(call.person, one.request.department))
    return [one for one in (proposed(call.post, each, call.now) for each in theirs) if not _is_taken(call, one)]


def _is_taken(call: Call, one: Proposed) -> bool:
    """Tell whether nothing is left to propose; it is off the list then."""
    accepted = call.post.committed(one.proposal.request.key)
    if accepted:
        call.post.outbox.close_proposal(one.proposal.id, by=accepted[0].committed_by, why="accepted")
    elif one.taken_by:
        call.post.outbox.close_proposal(one.proposal.id, by=one.taken_by, why="ordered from the case")
    return bool(accepted or one.taken_by)


def _meant(call: Call) -> Proposal:
    """Give the proposal a form is about. Raises Refused."""
    meant = next((one for one in call.post.proposals() if one.id == call.field("proposal")), None)
    if meant is None:
        raise Refused(404, _GONE)
    call.require(meant.request.department, *_TO)
    if _is_taken(call, proposed(call.post, meant, call.now)):
        raise Refused(404, _GONE)
    call.saw(f"proposal {meant.id}")
    return meant


def accept(call: Call) -> Response:
    """Take a proposal up: open the dialog with it. It is ordered there, or not."""
    proposal, visits, in_session = _meant(call), call.site.visits, call.site.identify is not None
    errand = Errand(call.person, origin_of(call.site.web.address), proposal.request, in_session=in_session)
    visit = visits.begin(visits.prepare(errand, call.now + _AT_ONCE))
    return ordering.opened(attrs.evolve(call, visit=visit, framed=True))


def decline(call: Call) -> Response:
    """Decline it, with a reason."""
    proposal, why = _meant(call), call.reason("why")
    wrong = fit_reason(why)
    if wrong:
        return _shown(call, wrong=(proposal.id, wrong), why=why)
    call.post.outbox.close_proposal(proposal.id, by=call.person.id, why=why)
    return call.go(call.address("proposals", declined=1))
