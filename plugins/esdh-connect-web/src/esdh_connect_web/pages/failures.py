"""Indbakke for fejl: what goes no further until a person has looked, whose it is, and a button for each way out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.responses import Response

from esdh_connect import wording
from esdh_connect.dispatch import Deed, Entry, Remedy
from esdh_connect.errors import Objection, PlanError, TooLate
from esdh_connect_web.call import Call, Refused
from esdh_connect_web.failing.asking import (
    DONE,
    Asked,
    asked,
    cause_named,
    concerns_said,
    missing,
    named,
    remedy_named,
    resolved,
)
from esdh_connect_web.failing.replacing import file, place, replacement, was_shown
from esdh_connect_web.failing.showing import ASKS, first_page, one_cause
from esdh_connect_web.identity import Role
from esdh_connect_web.protection import Guard, Page
from esdh_connect_web.site import Site
from esdh_connect_web.texts import N_

__all__ = ["routes"]

#: Who sees letters, and so where a new one is.
LETTERS = (Role.CASEWORKER, Role.CONTACT)
#: What goes on with the same letter, or stops it: asked for once more it is still what happens.
_DEEDS = {
    Remedy.RETRY: Deed.RETRIED,
    Remedy.CONFIRM: Deed.CONFIRMED,
    Remedy.RELEASE: Deed.RELEASED,
    Remedy.WITHDRAW: Deed.CANCELLED,
    Remedy.JOURNALED: Deed.JOURNALED,
    Remedy.JOURNALIZE: Deed.JOURNALIZED_AGAIN,
}


def routes(site: Site) -> list[Guard]:
    """Give the inbox, and where one thing is done about one letter."""
    to = {Role.CASEWORKER, Role.CONTACT, Role.ADMINISTRATOR}
    return [
        Page(site=site, name="failures", path="/failures", to=to, get=inbox, menu=N_("Failure inbox")),
        Page(site=site, name="resolve", path="/failures/{letter}/{remedy}", to=to, get=ask, post=resolve),
    ]


def inbox(call: Call) -> Response:
    """Show the first of each cause, or a page of those of one."""
    cause = cause_named(call.query("cause"))
    view = one_cause(call, cause) if cause else first_page(call)
    for group in view.groups:
        for one in group.letters:
            call.saw(one.entry.id)
    done = remedy_named(call.query("done"))
    notice = call.language.gettext(DONE[done]) if done else ""
    names = {one.id: one.name or one.id for one in call.post.departments}
    return call.answer("failures/inbox.html", view=view, notice=notice, names=names, asks=ASKS)


def ask(call: Call) -> Response:
    """Ask what has to be known before it is done."""
    return _page(call, _about(call))


def resolve(call: Call) -> Response:
    """Do what was decided; asked twice it is done once, and the second of two people is told who was first."""
    about = _about(call)
    if about.one is None:
        return _over(call, about)
    if about.remedy not in about.one.remedies:
        call.refuse()
    if call.field("file"):
        return file(call, about)
    errors = {field: call.language.gettext(text) for field, text in missing(call, about)}
    if errors:
        return _page(call, about, errors=errors, concerns=concerns_said(call))
    return _decided(call, about) if was_shown(call, about) else _page(call, about)


def _decided(call: Call, about: Asked) -> Response:
    try:
        entry = resolved(call, about)
    except Objection as error:
        was_said = {*error.told} <= {*concerns_said(call)}
        return _page(call, about, told=wording.of(error), concerns=() if was_said else error.told)
    except PlanError as error:
        return _page(call, about, told=wording.of(error))
    return _done(call, about, entry)


def _done(call: Call, about: Asked, entry: Entry) -> Response:
    """Lead to the new letter, where it can be undone; or back to the inbox, for who sees no letters too."""
    query = {"done": about.remedy.value}
    if about.remedy.makes_a_letter and call.person.has(LETTERS):
        return call.see("letter", query=query, letter=entry.id)
    return call.see("failures", query=query)


def _about(call: Call) -> Asked:
    remedy = remedy_named(call.part("remedy"))
    if remedy is None:
        raise Refused(404, N_("The address is wrong, or the page is not there any more."))
    return asked(call, remedy)


def _over(call: Call, about: Asked) -> Response:
    """Nobody has to act any more: it is told who did what, and when; a second click may come from another page."""
    last = about.entry.acts[-1:]
    if not about.entry.settled and any(
        (one.by, one.deed) == (call.person.id, _DEEDS.get(about.remedy)) for one in last
    ):
        return call.see("failures", query={"done": about.remedy.value})
    return _page(call, about)


def _page(
    call: Call,
    about: Asked,
    *,
    told: str = "",
    errors: Mapping[str, str] | None = None,
    concerns: Sequence[tuple[str, str]] = (),
) -> Response:
    if about.one is not None and about.remedy not in about.one.remedies:
        call.refuse()
    over = "" if about.one else wording.of(TooLate(danish=wording.too_late(call.who.on(about.entry))))
    status = 409 if told or (over and call.request.method == "POST") else 200
    new = replacement(call, about)
    if new and new.doubts and not told:
        told, concerns = new.doubts, [(one.id, one.text) for one in new.row.open]
    followers = call.post.outbox.followers(about.entry.id) if over and call.person.has(LETTERS) else ()
    return call.answer(
        "failures/ask.html",
        status,
        about=about,
        concerns=concerns,
        errors=errors or {},
        new=new,
        child=followers[-1] if followers else None,
        parties=_parties(about),
        named=named,
        told=told or over,
        why_needed=about.remedy is Remedy.SOLVED,
    )


def _parties(about: Asked) -> list[tuple[str, str, str]]:
    return [(named(to.party), to.name or to.party.id, place(to)) for to in about.parties or ()]
