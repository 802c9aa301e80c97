"""Visning af fejl: grouped by cause, each with whose it is, and in pages where there are many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import attrs

from esdh_connect.dispatch import Cause, Entry, Owner, Remedy
from esdh_connect.errors import OutboxError
from esdh_connect.inbox import Trouble
from esdh_connect_web.call import Call, whole
from esdh_connect_web.identity import Person, Role

__all__ = ["ASKS", "Group", "Shown", "View", "first_page", "is_mine", "one_cause", "shown"]

_FIRST, _PAGE = 5, 25
#: What has a page before it is done: a reason is asked for, or the new letter is shown.
ASKS = frozenset({Remedy.SOLVED, *(one for one in Remedy if one.makes_a_letter)})
_WITH_LETTERS = (Role.CASEWORKER, Role.CONTACT)
#: What an administrator has to find the reason of; a caseworker can still see to it that the citizen gets a letter.
_ABOUT_THE_LETTER = frozenset({Cause.MALFORMED, Cause.DAMAGED, Cause.GAVE_UP})


@attrs.frozen
class Shown:
    """
    One thing that needs a person, and the core's ``text`` about it.

    ``name`` and ``title`` are "" where they are erased, or not for this reader.
    """

    trouble: Trouble
    text: str = attrs.field(repr=False)
    name: str = attrs.field(repr=False)
    title: str = attrs.field(repr=False)
    may_act: bool
    remedies: tuple[Remedy, ...]

    @property
    def entry(self) -> Entry:
        """Give the letter."""
        return self.trouble.entry


@attrs.frozen
class Group:
    """What has one cause: some of it, and how much there is."""

    cause: Cause
    is_mine: bool
    total: int
    letters: tuple[Shown, ...]

    @property
    def owner(self) -> Owner:
        """Tell who must act."""
        return self.cause.owner


@attrs.frozen
class View:
    """The inbox: the first of each cause, or a page of those of one."""

    groups: tuple[Group, ...]
    total: int
    cause: Cause | None = None
    page: int = 1
    pages: int = 1


def first_page(call: Call) -> View:
    """Give the first of each cause: what the reader must see to first, then the rest."""
    totals = _totals(call)
    total = totals.total()
    most = _PAGE if total <= _PAGE else _FIRST
    order = sorted(totals, key=lambda cause: (not is_mine(call.person, cause), [*Cause].index(cause)))
    return View(tuple(_group(call, cause, totals[cause], most) for cause in order), total)


def one_cause(call: Call, cause: Cause) -> View:
    """Give a page of those of one cause; the last one where so many there are not (any more)."""
    total = _totals(call)[cause]
    pages = max(1, -(-total // _PAGE))
    page = min(max(whole(call.query("page")) or 1, 1), pages)
    group = _group(call, cause, total, _PAGE, offset=(page - 1) * _PAGE)
    return View((group,) if total else (), total, cause, page, pages)


def shown(call: Call, trouble: Trouble) -> Shown:
    """Give one of them as the reader may see it."""
    name, title = _told(call, trouble.entry)
    may_act = _may_act(call.person, trouble.kind)
    named = call.who.in_trouble(trouble)
    return Shown(trouble, named.text, name, title, may_act, tuple(_open(call.person, trouble)) if may_act else ())


def _totals(call: Call) -> Counter[Cause]:
    totals: Counter[Cause] = Counter()
    for (department, cause), count in call.post.failure_counts().items():
        if call.site.works_for(call.person, department):
            totals[cause] += count
    return totals


def _group(call: Call, cause: Cause, total: int, most: int, offset: int = 0) -> Group:
    found = call.post.failures_of(cause, departments=call.department_ids, limit=most, offset=offset)
    return Group(cause, is_mine(call.person, cause), total, tuple(shown(call, one) for one in found))


def _told(call: Call, entry: Entry) -> tuple[str, str]:
    """Give who gets it and what it is called, to those who work with letters."""
    if not call.person.has(_WITH_LETTERS):
        return "", ""
    try:
        cover = call.post.cover(entry.id)
    except OutboxError:
        return "", ""  # erased, or damaged: what is wrong is said beside it
    return cover.recipient.name, cover.title


def is_mine(person: Person, cause: Cause) -> bool:
    """Tell whether it is for somebody like this person to act."""
    return person.has(_WITH_LETTERS if cause.owner is Owner.CASEWORKER else [Role.ADMINISTRATOR])


def _may_act(person: Person, cause: Cause) -> bool:
    return is_mine(person, cause) or (cause in _ABOUT_THE_LETTER and person.has(_WITH_LETTERS))


def _open(person: Person, trouble: Trouble) -> Iterable[Remedy]:
    """
    Give what is this person's to do: who may not see who gets a letter cannot choose another.

    That a letter was sent back is seen by whoever ordered it, and nobody sees it for them: others say why it is solved.
    """
    hidden = set() if person.has(_WITH_LETTERS) else {Remedy.CHANGE_RECIPIENT}
    if trouble.kind is Cause.SENT_BACK:
        hidden.add(Remedy.SOLVED if trouble.entry.committed_by == person.id else Remedy.SEEN)
    return (one for one in trouble.remedies if one not in hidden)
