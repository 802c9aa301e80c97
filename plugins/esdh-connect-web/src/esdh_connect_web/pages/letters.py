"""Forsendelser: letters that were ordered, found again; what became of each, what was sent, and the proof of it."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response, StreamingResponse

from esdh_connect import wording
from esdh_connect.dispatch import Status
from esdh_connect.errors import PlanError
from esdh_connect_web.call import Call, Refused, whole
from esdh_connect_web.dialog.files import as_file
from esdh_connect_web.identity import Role
from esdh_connect_web.letters.acting import Unsaid, act, done
from esdh_connect_web.letters.finding import FIELDS, Wanted, line, listed, wanted
from esdh_connect_web.letters.showing import seen
from esdh_connect_web.protection import Guard, Page
from esdh_connect_web.site import Site
from esdh_connect_web.texts import N_

__all__ = ["routes"]

_NO_PAGE = N_("The address is wrong, or the page is not there any more.")
_MOST = 200


def routes(site: Site) -> list[Guard]:
    """Give the list, a letter with its files and proof, and those that wait for approval."""
    to = {Role.CASEWORKER, Role.CONTACT}
    one = "/letters/{letter}"
    return [
        Page(site=site, name="letters", path="/letters", to=to, get=index, post=search, menu=N_("Ordered letters")),
        Page(site=site, name="approvals", path="/approvals", to=to, get=approvals, menu=N_("To approve")),
        Page(site=site, name="letter", path=one, to=to, get=letter, post=change),
        Page(site=site, name="letter-file", path=f"{one}/files/{{number}}", to=to, get=file),
        Page(site=site, name="letter-proof", path=f"{one}/proof", to=to, get=proof),
    ]


def index(call: Call) -> Response:
    """Show what was asked for in the address, or the newest letters."""
    return _index(call, wanted(call, {name: call.query(name) for name in FIELDS}))


def search(call: Call) -> Response:
    """Look at what was asked for, before it stands in any address."""
    asked = wanted(call, {name: call.field(name) for name in FIELDS})
    return _index(call, asked) if asked.errors else call.see("letters", query=asked.said)


def _index(call: Call, asked: Wanted) -> Response:
    say = call.language.gettext
    found = None if asked.errors else listed(call, asked.search)
    for one in found.lines if found else ():
        call.saw(one.entry.id)
    return call.answer(
        "letters/index.html",
        422 if asked.errors else 200,
        errors={field: say(text) for field, text in asked.errors},
        found=found,
        names=_names(call),
        said=asked.said,
        statuses=tuple(Status),
    )


def approvals(call: Call) -> Response:
    """Show what waits for a second person, the oldest first."""
    waiting = call.post.approvals(_MOST, departments=call.department_ids)
    lines = [line(call, entry) for entry in waiting]
    for entry in waiting:
        call.saw(entry.id)
    return call.answer("letters/approvals.html", lines=lines, most=_MOST, names=_names(call))


def letter(call: Call) -> Response:
    """Show a letter."""
    entry = call.letter(call.part("letter"))
    told = done(entry, call.query("done"))
    return _letter(call, entry.id, notice=call.language.gettext(told) if told else "")


def change(call: Call) -> Response:
    """Stop it, or decide about its approval."""
    entry = call.letter(call.part("letter"))
    try:
        what = act(call, entry)
    except Unsaid as error:
        return _letter(call, entry.id, errors={error.field: call.language.gettext(error.text)})
    except PlanError as error:
        return _letter(call, entry.id, told=wording.of(error))
    return call.see("letter", query={"done": what}, letter=entry.id)


def _letter(
    call: Call, id_: str, *, notice: str = "", told: str = "", errors: Mapping[str, str] | None = None
) -> Response:
    status = 422 if errors else 409 if told else 200
    view = seen(call, id_)
    return call.answer("letters/letter.html", status, view=view, notice=notice, told=told, errors=errors or {})


def file(call: Call) -> Response:
    """Give one file of a letter, as it went or will go, to be kept."""
    entry = call.letter(call.part("letter"))
    files = call.post.dispatch(entry.id).envelope.letter.files
    at = whole(call.part("number"))
    if at is None or not 1 <= at <= len(files):
        raise Refused(404, _NO_PAGE)
    return as_file(files[at - 1], kept=True)


def proof(call: Call) -> Response:
    """Give everything that is known of a letter in one zip file, piece by piece."""
    entry = call.letter(call.part("letter"))
    headers = {"Content-Disposition": f'attachment; filename="bevis-{entry.id}.zip"'}
    return StreamingResponse(call.post.proof(entry.id).chunks(), media_type="application/zip", headers=headers)


def _names(call: Call) -> dict[str, str]:
    return {one.id: one.name or one.id for one in call.departments}
