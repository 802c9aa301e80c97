"""
Beslutning: what a change will do is said before it is made, and why and from when is asked.

A page makes a :class:`Wish` and gives :func:`ask`; the answer leads to :func:`decide`. What is decided is the same as
`esdh-connect departments` decides. Where somebody else has decided something about the same departments since the
first page was shown, that is told before anything is decided.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import attrs
from starlette.responses import Response

from esdh_connect.departments import Consequence
from esdh_connect.ids import mask
from esdh_connect.policy import HERE, WITHDRAWN, Department, PolicyChange, checked, plain
from esdh_connect_web.administration.past import Decision, decisions, told
from esdh_connect_web.administration.tree import called, is_below, known
from esdh_connect_web.call import UNREADABLE, Call, Refused, whole
from esdh_connect_web.identity import EVERYWHERE
from esdh_connect_web.texts import N_

__all__ = ["LONGEST", "Meanwhile", "Since", "Wish", "ask", "decide", "decided", "fit_reason", "since_of"]

#: Signs in a reason, at most.
LONGEST = 500
_MOST = 20_000

_WHY = N_("Write why, in a few words and without any CPR number.")
_LONG = N_("Write it shorter: at most 500 characters.")
_PAST = N_("It can be from today at the earliest: what held before, held.")
_NO_DAY = N_("Write the day as in the calendar.")
_LOOK_AGAIN = N_("Nothing has been decided yet: see below what it does as you have it now, and decide then.")
_OTHERS = N_("Nothing has been decided yet: others have decided something meanwhile.")
_MEANWHILE = N_("Nothing has been decided yet: something else was decided meanwhile.")


@attrs.frozen
class Wish:
    """
    Ønske: what somebody wants a department to be, as plain data.

    ``seen`` is how many decisions there were when they saw what they want to change, ``back`` where they came from.
    ``forgets`` is what the department is to say nothing of any more, before it says ``what``; ``new``: it is set up.
    """

    department: str
    what: Mapping[str, Any]
    seen: int
    back: str
    forgets: tuple[str, ...] = ()
    new: bool = False

    @classmethod
    def posted(cls, call: Call) -> Wish:
        """Read what :func:`ask` gave the form. Raises Refused."""
        text = call.field("what")
        try:
            what = json.loads(text) if len(text) <= _MOST else None
        except (ValueError, RecursionError):
            what = None
        seen = whole(call.field("seen"))
        back = call.field("back")
        if not isinstance(what, dict) or seen is None or not call.is_ours(back):
            raise Refused(400, UNREADABLE)
        forgets, new = tuple(call.fields("forgets")), call.field("new") == "yes"
        return cls(call.field("department"), what, seen, back, forgets, new)

    @property
    def written(self) -> str:
        """Give what is wanted, as a form holds it."""
        return json.dumps(plain(checked(self.what)), ensure_ascii=False, sort_keys=True)

    @property
    def withdraws(self) -> bool:
        """Tell whether it takes back what does not count yet: that has no day of its own."""
        return WITHDRAWN in self.what

    def withdrawn(self, call: Call) -> list[Decision]:
        """Give the decisions that it takes back."""
        moments = {one.astimezone(UTC) for one in checked({WITHDRAWN: self.what.get(WITHDRAWN) or []})[WITHDRAWN]}
        made = decisions(call.post.departments.history(self.department), call.now, call.post)
        return [one for one in made if one.is_ahead and one.change.decided_at in moments]

    def about(self, call: Call) -> Department:
        """
        Give the department, a new one as it will be.

        Raises Refused for one the person does not work for, or is to be under one they do not work for, for one there
        is not, and for a new one that there is already.
        """
        parent = str(self.what.get("parent") or "")
        if ("parent" in self.what or self.new) and not parent and EVERYWHERE not in call.person.departments:
            call.refuse()
        above = known(call, parent).id if parent else None
        if not self.new:
            return known(call, self.department)
        if self.department in call.post.departments:
            raise Refused(409, N_("There is a department of that id already."))
        return Department(self.department, str(self.what.get("name", "")), above)

    def changes(self, call: Call, since: datetime, why: str) -> tuple[PolicyChange, ...]:
        """Give the decisions: what is forgotten, then what is said."""
        about, now = self.about(call), call.now
        said = ({},) if self.new else (dict.fromkeys(self.forgets), checked(self.what))
        return tuple(
            PolicyChange(about, what, call.person.id, now, max(since, now), why) for what in said if what or self.new
        )


@attrs.frozen
class Since:
    """The day something is to hold from: as it was written, as a moment, and what is wrong with it."""

    text: str
    at: datetime
    error: str = ""


def since_of(call: Call, text: str) -> Since:
    """Read a day; nothing is now."""
    if not text:
        return Since("", call.now)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return Since(text, call.now, _NO_DAY)
    today = call.now.astimezone(HERE).date()
    if day <= today:
        return Since(text, call.now, _PAST if day < today else "")
    return Since(text, datetime.combine(day, time(), HERE))


def fit_reason(text: str) -> str:
    """Give what is wrong with a reason; nothing where it is one."""
    if not any(map(str.isalnum, text)) or mask(text) != text:
        return _WHY
    return _LONG if len(text) > LONGEST else ""


@attrs.frozen
class Meanwhile:
    """What was decided while this was looked at, or here: ``change`` is the last of it, ``said`` in Danish words."""

    department: str
    change: PolicyChange
    said: dict[str, str]


def _meanwhile(call: Call, wish: Wish) -> tuple[Meanwhile, ...]:
    """Give what was decided since about the department, those above it and those below it."""
    departments = call.post.departments
    above = departments.lineage(str(wish.what.get("parent", "")) if wish.new else wish.department)
    return tuple(
        Meanwhile(called(departments.get(one.department.id)), one, told((), (one,), call.post))
        for one in departments.history()[wish.seen :]
        if one.department.id in above or is_below(call, one.department.id, wish.department)
    )


def _are_others(call: Call, meanwhile: Sequence[Meanwhile]) -> bool:
    """Tell whether nothing of it was decided by the reader, as in another window."""
    return all(one.change.by != call.person.id for one in meanwhile)


@attrs.frozen
class _Answer:
    """What was written in the form beside the wish."""

    since: Since
    why: str = ""
    notice: str = ""
    why_error: str = ""
    channels: tuple[str, ...] = ()

    def errors(self, call: Call) -> list[tuple[str, str]]:
        """Give what must be put right, by the field it is in."""
        say = call.language.gettext
        found = (("why", self.why_error), ("since", self.since.error))
        return [(field, say(text)) for field, text in found if text]


def ask(call: Call, wish: Wish) -> Response:
    """Say what it will do, and ask why and from when. Raises PolicyError where it cannot be."""
    return _asked(call, wish, _Answer(Since("", call.now)))


def decide(call: Call) -> Response:
    """Take the answer: decide, or ask again where something has changed since it was said what it does."""
    wish = Wish.posted(call)
    wish.about(call)
    call.saw(f"department {wish.department}")
    why, since = call.reason("why"), since_of(call, "" if wish.withdraws else call.field("since"))
    channels = call.fields("channel")
    if channels and "channels" not in wish.what:
        wish = attrs.evolve(wish, what={**wish.what, "channels": [f"+{name}" for name in dict.fromkeys(channels)]})
    answer = _Answer(since, why, why_error=fit_reason(why))
    if answer.errors(call):
        return _asked(call, wish, answer)
    if meanwhile := _meanwhile(call, wish):
        notice = _OTHERS if _are_others(call, meanwhile) else _MEANWHILE
        return _asked(call, wish, attrs.evolve(answer, notice=notice))
    if call.field("told") != _told(wish, since):
        return _asked(call, wish, attrs.evolve(answer, notice=_LOOK_AGAIN))
    changes = call.post.departments.news(wish.changes(call, since.at, why))
    call.post.departments.change(changes)
    return call.go(_with(wish.back, "decided", len(call.post.departments.history())) if changes else wish.back)


def _told(wish: Wish, since: Since) -> str:
    """Give what the reader was told the consequences of: the same again needs no further look."""
    return f"{since.text or 'now'} {wish.written}"


def _with(address: str, name: str, value: int) -> str:
    path, sign, at = address.partition("#")
    return f"{path}{'&' if '?' in path else '?'}{name}={value}{sign}{at}"


def _asked(call: Call, wish: Wish, answer: _Answer) -> Response:
    departments = call.post.departments
    about = wish.about(call)
    wished = wish.changes(call, answer.since.at, "" if answer.why_error else answer.why)
    changes = departments.news(wished)
    consequences: Sequence[Consequence] = departments.foresee(changes) if changes else ()
    meanwhile = _meanwhile(call, wish)
    seen = attrs.evolve(wish, seen=len(departments.history()))
    say = call.language.gettext
    return call.answer(
        "administration/decide.html",
        about=about,
        answer=answer,
        channels=_offered(call, wish, about),
        errors=answer.errors(call),
        here=wish.back,
        is_news=bool(changes),
        are_others=_are_others(call, meanwhile),
        meanwhile=meanwhile,
        notice=say(answer.notice) if answer.notice else "",
        says=told(
            departments.history(about.id),
            [attrs.evolve(one, what=wish.what) if wish.new else one for one in wished],
            call.post,
        ),
        withdrawn=wish.withdrawn(call),
        today=call.now.astimezone(HERE).date().isoformat(),
        told=_told(seen, answer.since),
        consequences=consequences,
        title=called(about),
        wish=seen,
    )


def _offered(call: Call, wish: Wish, about: Department) -> list[tuple[str, str]]:
    """Give the channels of plugins that are switched on, which the department does not have: name and label."""
    plugins = call.post.plugins
    on = {name[1:] for name in wish.what.get("plugins") or () if name.startswith("+")}
    has = set(call.post.policy(about.id).channels)
    if "channels" in wish.what or wish.forgets:
        return []
    return [
        (name, one.label) for name, one in plugins.channels.items() if plugins.owners[name] in on and name not in has
    ]


def decided(call: Call) -> Meanwhile | None:
    """Give the decision a page is shown after, if it is; somebody who may not see it is told of none."""
    number = whole(call.query("decided"))
    history = call.post.departments.history()
    if not number or number > len(history):
        return None
    change = history[number - 1]
    id_ = change.department.id
    if not call.site.works_for(call.person, id_):
        return None
    together = tuple(one for one in history if (one.department.id, one.decided_at) == (id_, change.decided_at))
    earlier = tuple(one for one in history[:number] if one.department.id == id_ and one not in together)
    said = told(earlier, together, call.post)
    return Meanwhile(called(call.post.departments.get(id_)), change, said)
