"""
Fejlsider: what somebody reads when the answer is no, or something broke.

In a dialog the first words say whether anything was sent. What broke has an id, which stands in the log too: support
finds it there.
"""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_hex

from starlette.requests import ClientDisconnect
from starlette.responses import Response

from esdh_connect import wording
from esdh_connect.errors import EsdhConnectError, OutboxError
from esdh_connect.outbox import UnknownDispatch
from esdh_connect_web.call import Call, Refused
from esdh_connect_web.launch import LaunchRefused, Refusal
from esdh_connect_web.texts import N_

__all__ = ["logged", "page"]

_STATUS: Mapping[int, str] = {
    400: N_("It could not be read"),
    401: N_("You are not logged in"),
    403: N_("You may not see this"),
    404: N_("There is no such page"),
    405: N_("The page cannot be shown again"),
    409: N_("It could not be done"),
    413: N_("Too much at once"),
    500: N_("Something went wrong"),
    503: N_("The system is not available now"),
}
_NOT_YOURS = N_("You do not have access to this. Ask your administrator if you need it.")
_GONE = N_("There is no such letter, or it is not yours to see.")
_BROKEN = N_("Something went wrong. Try again, and if it happens again, give the id below to your support.")
_LAUNCH: Mapping[Refusal, str] = {
    Refusal.MISSING: N_("The page was not opened from a case. Open it from the case system."),
    Refusal.FORGED: N_("The page was opened in a way that is not allowed. Open it from the case system."),
    Refusal.ELSEWHERE: N_("The page was opened in a way that is not allowed. Open it from the case system."),
    Refusal.FOREIGN: N_("The page was opened from another site than the case system. Open it from the case system."),
    Refusal.EXPIRED: N_(
        "It took too long before the page was opened. Close it, load the case again, and press its button once more."
    ),
    Refusal.USED: N_("This page was opened before. Close it, load the case again, and press its button once more."),
}
_NOT_OPENED = N_("The page was not opened")
_NOTHING_SENT = N_("Nothing has been sent.")
_ORDERED = N_("The letter has been ordered. Close this, and see its status on the case before you send it again.")
_UNKNOWN = N_("It is not known whether anything was sent. See the status of the letter before you send it again.")


def page(call: Call, error: Exception, *, name: str = "") -> Response:
    """Give the page for an error; what was not foreseen is logged with an id."""
    match error:
        case ClientDisconnect():
            return Response(status_code=400)
        case LaunchRefused():
            call.site.log.warning("web_launch_refused", why=error.refusal.value)
            return _page(call, 403, _LAUNCH[error.refusal], heading=_NOT_OPENED)
        case Refused():
            _audit(call, error, name)
            return _page(call, error.status, error.args[0] or _NOT_YOURS, heading=error.heading, first=error.first)
        case UnknownDispatch():
            return _page(call, 404, _GONE)
        case EsdhConnectError():
            is_ours = isinstance(error, OutboxError)
            id_ = logged(call, error, name) if is_ours else ""
            return _page(call, 503 if is_ours else 409, told=wording.of(error), id_=id_)
    return _page(call, 500, _BROKEN, id_=logged(call, error, name))


def _page(
    call: Call, status: int, text: str = "", *, told: str = "", id_: str = "", heading: str = "", first: str = ""
) -> Response:
    """``text`` is ours and is translated; ``told`` is the core's, in Danish, and says itself what was sent."""
    say = call.language.gettext
    first = first or (_sent(call) if call.visit is not None and not told else "")
    sent = say(first) if first else ""
    heading = say(heading or _STATUS.get(status, _STATUS[400]))
    values = {"heading": heading, "text": say(text) if text else "", "told": told}
    return call.answer("trouble.html", status, sent=sent, id=id_, **values)


def _sent(call: Call) -> str:
    """Tell whether the letter of a dialog was ordered: nobody has to guess it from an error."""
    request = call.errand.request
    if request is None:
        return _NOTHING_SENT if call.errand.letter == "" else ""
    try:
        ordered = any(one.department == request.department for one in call.post.committed(request.key))
    except EsdhConnectError:
        return _UNKNOWN
    return _ORDERED if ordered else _NOTHING_SENT


def logged(call: Call, error: Exception, name: str) -> str:
    """Log an error that was not foreseen; gives its id."""
    id_ = token_hex(4)
    call.site.log.error("web_page_failed", page=name, id=id_, kind=type(error).__name__, error=repr(error))
    return id_


def _audit(call: Call, error: Refused, name: str) -> None:
    if error.audited and call.known:
        call.site.seen.note(call.person.id, f"{name} refused", " ".join(call.about))
