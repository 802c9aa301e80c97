"""
Sider: each module is an area, and gives its routes.

.. code-block:: python

    # pages/failures.py
    def routes(site: Site) -> list[Guard]:
        to = {Role.CASEWORKER, Role.CONTACT, Role.ADMINISTRATOR}
        return [
            Page(site=site, name="failures", path="/failures", to=to, get=inbox, menu=N_("Failure inbox")),
            Page(site=site, name="solve", path="/failures/solve", to=to, post=solve),
        ]

    def inbox(call: Call) -> Response:
        mine = [one for one in call.post.failures() if call.site.works_for(call.person, one.entry.department)]
        return call.answer("failures/inbox.html", troubles=mine)

    def solve(call: Call) -> Response:
        entry = call.post.entry(call.field("letter"))
        call.require(entry.department)              # the department is the page's to check: always
        call.saw(entry.id)                          # for the log of who saw and did what
        call.post.resolve(entry.id, Remedy.SOLVED, by=call.person.id, why=call.reason("why"))
        return call.see("failures")                 # 303

What a :class:`~esdh_connect_web.protection.Page` does by itself: it lets in who has a role; refuses a form without
the page's token, from another site, or too large; runs the function in a thread; writes who saw what; puts the
headers on; and makes a page of whatever is raised. A page raises ``Refused`` for what it does not allow, and lets
errors of the core fly. A template extends ``base.html``, fills ``title`` and ``main``, and has in each form ``<input
type="hidden" name="{{ token_field }}" value="{{ token }}">``.
"""

from __future__ import annotations

from importlib import import_module

from esdh_connect_web.protection import Guard
from esdh_connect_web.site import Site

__all__ = ["AREAS", "guards"]

#: The modules with routes, in the order of the menu.
AREAS = (
    "front",
    "send",
    "failures",
    "letters",
    "proposals",
    "departments",
    "founding",
    "setting_up",
    "administration",
    "waves",
    "examination",
    "statistics",
    "starting",
    "language",
    "api",
)


def guards(site: Site) -> list[Guard]:
    """Give every route of every area, each with what protects it."""
    return [one for area in AREAS for one in import_module(f"{__name__}.{area}").routes(site)]
