"""Visning af et brev: how it stands, what was sent, what came back, until when somebody may complain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import attrs

from esdh_connect import wording
from esdh_connect.dispatch import Act, Deed
from esdh_connect.inbox import Trouble
from esdh_connect.model import Options
from esdh_connect_web.call import Call
from esdh_connect_web.colleagues import Approvers, is_for, passed_on
from esdh_connect_web.dialog.history import Sent, sent

__all__ = ["Seen", "seen"]


@attrs.frozen
class Seen:
    """
    A letter as its page has it.

    ``complaint`` is what the legal clock says, in Danish; ``wanted_by`` the day it was to be there; ``passing_to``
    who else could approve it, where it waits for that, and ``asked`` how it was passed on to one of them already: then
    it ``is_theirs``, and not for whoever looks.
    """

    sent: Sent
    department: str
    troubles: Sequence[Trouble]
    complaint: str
    wanted_by: date | None
    latest_safe: date | None
    overrides: tuple[Act, ...]
    passing_to: Approvers | None
    asked: Act | None
    is_theirs: bool


def seen(call: Call, id_: str) -> Seen:
    """Look at a letter, as it is now."""
    post, entry = call.post, call.post.entry(id_)
    (one,) = sent(post, [entry], call.now, call.who)
    options = one.cover.options if one.cover else Options()
    names = {it.id: it.name or it.id for it in post.departments}
    return Seen(
        sent=one,
        department=names.get(entry.department, entry.department),
        troubles=post.failures_about(id_),
        complaint=wording.complaint(post.complaint_period(id_), entry) if entry.beside is None else "",
        wanted_by=options.deadline,
        latest_safe=_latest(call, entry.channel, options),
        overrides=tuple(act for act in entry.acts if act.deed is Deed.OVERRODE),
        passing_to=Approvers.of(post, entry, call.person.id) if one.waits_for_approval else None,
        asked=passed_on(entry),
        is_theirs=one.waits_for_approval and not is_for(post, entry, call.person.id),
    )


def _latest(call: Call, channel: str, options: Options) -> date | None:
    if options.deadline is None or channel not in call.post.plugins.channels:
        return None
    return call.post.latest_safe_date(channel, options.deadline, category=options.post_category)
