"""Undersøgelse: what the doctor finds, in plain words, and who must act."""

from __future__ import annotations

from starlette.responses import Response

from esdh_connect.diagnosis import Level
from esdh_connect_web.administration.findings import found
from esdh_connect_web.administration.tree import called
from esdh_connect_web.call import Call
from esdh_connect_web.identity import Role
from esdh_connect_web.protection import Guard, Page
from esdh_connect_web.site import Site
from esdh_connect_web.texts import N_
from esdh_connect_web.waiting import failed

__all__ = ["routes"]


def routes(site: Site) -> list[Guard]:
    """Give the page."""
    to = {Role.ADMINISTRATOR}
    return [Page(site=site, name="doctor", path="/doctor", to=to, get=doctor, menu=N_("Examination"))]


def doctor(call: Call) -> Response:
    """Show what was found, who must act, and what is in order."""
    examination = call.site.watching.examination
    names = {one.id: called(one) for one in call.post.departments}
    fine = examination.of(Level.FINE)
    return call.answer(
        "administration/doctor.html",
        at=examination.at,
        fine=fine,
        found=found(examination, letters_are_mine=bool(failed(call))),
        names=names,
    )
