"""Kolleger: who can approve a letter in somebody's place, and what those are called who did something to it."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from esdh_connect.dispatch import Entry
from esdh_connect.errors import Objection
from esdh_connect.ids import mask
from esdh_connect.model import Colleague
from esdh_connect.plugins import Plugins
from esdh_connect.policy import Policy
from esdh_connect.reasons import is_on_one_line

__all__ = ["Colleagues"]

#: Longer than any name with a title and a department.
_LONGEST = 200
_MARKUP = frozenset("<>&")


@attrs.frozen
class Colleagues:
    """The people who work with letters, as the host knows them."""

    plugins: Plugins
    policy_of: Callable[[str], Policy]

    def approvers(self, entry: Entry) -> tuple[Colleague, ...] | None:
        """Give who can approve a letter, but for the one who committed it; None where nobody knows."""
        found = self.plugins.asked(self.policy_of(entry.department)).find_approvers(entry.department, entry.case)
        if found is None:
            return None
        return tuple(one for one in dict.fromkeys(found) if not _same(one.id, entry.committed_by))

    def named(self, id_: str) -> Colleague:
        """Give somebody with their name; with the id alone where nobody knows it."""
        return (self.plugins.find_colleague(id_) if id_ else None) or Colleague(id_)

    def approver(self, entry: Entry, to: str, *, by: str) -> str:
        """Give the id under which a letter is passed on to somebody. Raises Objection for who cannot approve it."""
        wanted = to.strip()
        if _same(wanted, entry.committed_by):
            raise _objection("who committed a letter", "den, der har bestilt brevet, kan ikke selv godkende det")
        if _same(wanted, by):
            raise _objection("who passes it on", "du kan ikke sende brevet videre til dig selv")
        known = self.approvers(entry)
        if known is None:
            if not _is_name(wanted):
                raise _objection("what is no name", "skriv navnet på den, der skal godkende brevet i stedet")
            return wanted
        for one in known:
            if _same(one.id, wanted):
                return one.id
        raise _objection("who is no approver", "den, du har valgt, kan ikke godkende breve i afdelingen. Vælg en anden")


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _is_name(text: str) -> bool:
    """Tell whether it can be somebody's name or id: neither markup, nor a CPR number, nor what forges a line."""
    is_plain = is_on_one_line(text) and not _MARKUP.intersection(text) and mask(text) == text
    return is_plain and len(text) <= _LONGEST and any(map(str.isalnum, text))


def _objection(whom: str, danish: str) -> Objection:
    return Objection(f"a letter is not passed on to {whom}", danish=danish)
