"""Bestilling i dialogen: the page before anything has happened, the order of the bilag, and the click that sends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs
from starlette.responses import Response

from esdh_connect import wording
from esdh_connect.dispatch import Override, Plan, Request
from esdh_connect.errors import PlanChanged, PlanError
from esdh_connect.model import File, Party
from esdh_connect.usage import UsageKind
from esdh_connect_web.call import Call, Refused, whole
from esdh_connect_web.dialog import following, mending
from esdh_connect_web.dialog.arranging import arranged, is_of_parties
from esdh_connect_web.dialog.files import as_file
from esdh_connect_web.dialog.showing import shown
from esdh_connect_web.texts import LANGUAGES, N_
from esdh_connect_web.visits import Errand
from esdh_connect_web.written import unfit

__all__ = ["arrange", "file", "go", "leave", "opened", "rest", "show"]

_UNREADABLE = N_("What was sent to the page could not be read.")
_NO_REASON = N_("Write why it is to be sent anyway.")
_NOWHERE = 10**6
_MOVED_ON = N_("The page was not the newest, so nothing was done. This is how things are now.")
_DONE = N_("The letter is ordered.")


class _Unsaid(Exception):
    """Something stands in the way, and nobody has said why the letter is sent anyway."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__("no reason")
        self.errors = errors


def opened(call: Call) -> Response:
    """Show the dialog for the first time; that it was opened is counted, and never by whom."""
    request = call.errand.request
    if request is not None:
        call.post.use(UsageKind.OPENED, department=request.department, key=request.key, by=call.person.id)
    return show(call)


def show(call: Call) -> Response:
    """Show how things are: the letter before it is ordered, or what became of it."""
    notice = _MOVED_ON if call.is_stale else ""
    if call.errand.request is None or following.entries(call):
        return following.show(call, notice=notice)
    return _page(call, notice=notice)


def rest(call: Call) -> Response:
    """Show the letter once more for those it was not ordered for, with those who were left out."""
    if call.errand.request is None:
        return show(call)
    return _page(call.changed(attrs.evolve(call.errand, not_to=())))


def arrange(call: Call) -> Response:
    """
    Move a bilag, leave one out, or take one in again; or a recipient.

    Once somebody has the letter, what is in it is settled, and who else gets it is not.
    """
    move = call.field("move")
    if following.entries(call) and not is_of_parties(move):
        return show(call)
    try:
        errand = arranged(call.errand, move, call.field("order"))
    except ValueError:
        raise Refused(400, _UNREADABLE) from None
    kind, _, which = move.partition("-")
    return _page(call.changed(errand), moved=(kind, _or(whole(which), -1)))


def go(call: Call) -> Response:
    """Order the letters: what was shown, and nothing else. Asked again, it gives what became of them."""
    request = _request(call)
    if {_or(whole(one), _NOWHERE) for one in call.fields("out")} != _places_out(call, request):
        return show(call)  # an older page, which showed others as left out than there are now
    before = {one.recipient.party for one in following.covers(call)}
    try:
        overrides = _overrides(call, request)
        done = call.post.commit(
            request,
            by=call.person.id,
            expect=call.field("fingerprint") or "-",
            hold=call.post.policy(request.department).undo,
            only=_only(call, request, before),
            overrides=overrides,
        )
    except _Unsaid as error:
        return _page(call, errors=error.errors)
    except PlanError as error:
        return _page(call, problem=wording.of(error)) if not before else following.show(call, problem=wording.of(error))
    for entry in done.entries:
        call.saw(entry.id)
    return following.show(call, notice=_DONE, result="ordered")


def speak(call: Call) -> Response:
    """Go on in the other language, here and wherever they come."""
    if call.field("lang") not in LANGUAGES:
        raise Refused(400, _UNREADABLE)
    call.site.remembered.choose(call.person.id, call.field("lang"))
    return show(call)


def file(call: Call) -> Response:
    """Give exactly the bytes that will go, of one file of one letter."""
    request = _request(call)
    plan = call.post.plan(request, only=_wanted(call, request))
    if plan.fingerprint != call.field("fingerprint"):
        raise PlanChanged(danish="brevet er ændret, siden det blev vist. Se det igennem igen")
    return as_file(_file_of(plan, call.field("file")))


def leave(call: Call) -> Response:
    """Close the dialog. That no letter came of it is counted."""
    request = call.errand.request
    if request is not None and not call.post.committed(request.key):
        call.post.use(UsageKind.UNUSED, department=request.department, key=request.key, by=call.person.id)
        return call.answer("dialog/closed.html", result="closed", sent=False)
    return call.answer("dialog/closed.html", result="closed", sent=True)


# --- what was posted


def _request(call: Call) -> Request:
    if call.errand.request is None:
        raise Refused(400, _UNREADABLE)
    return call.errand.request


def _only(call: Call, request: Request, before: set[Party]) -> list[Party]:
    """
    Give the parties the letters go to: those who were shown as ready, where the caseworker chose them.

    Where all have it already, the same letters are asked for again.
    """
    if call.field("only") != "ready":
        wanted = _wanted(call, request)
        return [one for one in wanted if one not in before] or wanted
    places = {_or(whole(one), len(request.parties)) for one in call.fields("ready")}
    if not places or max(places) >= len(request.parties):
        raise Refused(400, _UNREADABLE)
    return [request.parties[at] for at in sorted(places)]


def _wanted(call: Call, request: Request) -> list[Party]:
    """Give the parties that the caseworker has not left out."""
    return [one for one in request.parties if one not in call.errand.not_to]


def _places_out(call: Call, request: Request) -> set[int]:
    return {at for at, one in enumerate(request.parties) if one in call.errand.not_to}


def _overrides(call: Call, request: Request) -> list[Override]:
    """Give what was said to what speaks against the letter. Raises _Unsaid where nothing good was said."""
    errors, said = list[tuple[str, str]](), list[Override]()
    for which, name, why in _said(call):
        id_, _, place = which.partition("@")
        whose = _or(whole(place), len(request.parties))
        party = request.parties[whose] if whose < len(request.parties) else None
        wrong = unfit(why, _NO_REASON)
        if wrong:
            errors.append((name, call.language.gettext(wrong)))
        else:
            said.append(_override(id_, why, party))
    if errors:
        raise _Unsaid(errors)
    return said


def _said(call: Call) -> Iterator[tuple[str, str, str]]:
    """Give each doubt that was shown, by its rule and its recipient's place, its field, and what is written there."""
    for at, which in enumerate(call.fields("doubt")):
        yield which, f"why-{at}", call.reason(f"why-{at}")


def _kept(call: Call) -> dict[tuple[str, str], str]:
    """Give what was written about recipients who are left out now: it is there again when they are."""
    which, seen, why = (call.fields(name) for name in ("kept", "kept-seen", "kept-why"))
    return {(one, about): said for one, about, said in zip(which, seen, why, strict=False)}


def _override(id_: str, why: str, party: Party | None) -> Override:
    try:
        return Override(id_, why, party)
    except ValueError:
        raise Refused(400, _UNREADABLE) from None


def _file_of(plan: Plan, which: str) -> File:
    letters = [row for row in plan.rows if not row.reminder]
    row, at = (_or(whole(one), _NOWHERE) for one in which.partition(".")[::2])
    envelope = letters[row].envelope if row < len(letters) else None
    if envelope is None or at >= len(envelope.letter.files):
        raise Refused(404, _UNREADABLE)
    return envelope.letter.files[at]


def _or(number: int | None, otherwise: int) -> int:
    return otherwise if number is None else number


# --- the page


def _page(
    call: Call,
    *,
    problem: str = "",
    notice: str = "",
    errors: Sequence[tuple[str, str]] = (),
    moved: tuple[str, int] = ("", -1),
) -> Response:
    errand: Errand = call.errand
    request = _request(call)
    call.saw(call.post.store.digest("key", request.key)[:32])
    plan = call.post.plan(request, only=_wanted(call, request))
    done = [one.recipient.party for one in following.covers(call)]
    view = shown(call.post, plan, errand.left_out, done)
    seen = call.fields("seen")
    places = {party: at for at, party in enumerate(request.parties)}
    return call.answer(
        "dialog/send.html",
        errors=dict(errors),
        moved=moved,
        notice=call.language.gettext(notice) if notice else "",
        places=places,
        problem=problem,
        result="opened",
        waiting=mending.waiting(call),
        said=_kept(call) | {(which, seen): why for (which, _, why), seen in zip(_said(call), seen, strict=False)},
        stopped=following.stopped(call),
        view=view,
    )
