"""
Fejlbakken: everything that goes no further until a person has looked, each with whose it is and one next step.

Pure: what is on the list is fetched by :mod:`esdh_connect.handling`.
"""

from __future__ import annotations

import attrs

from esdh_connect import wording
from esdh_connect.dispatch import Cause, Entry, Owner, Remedy, cause_of, remedies_of
from esdh_connect.outbox import HOST_SILENT_AFTER, STUCK_AFTER, Duty

__all__ = ["HOST_SILENT_AFTER", "STUCK_AFTER", "Trouble", "of_duty", "of_host", "of_letter"]


@attrs.frozen
class Trouble:
    """
    Fejl: a letter that needs a person, why, whose it is, and what can be done about it, the best first.

    ``duty`` is there where it is its journaling that does. One letter may be on the list for both. ``again`` is the
    same letter as somebody has ordered it since, to the same recipient.
    """

    entry: Entry
    kind: Cause
    remedies: tuple[Remedy, ...]
    duty: Duty | None = None
    again: Entry | None = None

    @property
    def owner(self) -> Owner:
        """Tell who must act."""
        return self.kind.owner

    @property
    def next(self) -> Remedy:
        """Give the one thing to do next, unless somebody knows better."""
        return self.remedies[0]

    @property
    def cause(self) -> str:
        """Tell in a few Danish words what is wrong."""
        return wording.cause(self.kind)

    @property
    def text(self) -> str:
        """Tell in Danish whether anything was sent, what happened, who must act and what next."""
        return wording.trouble(self.entry, self.kind, self.next, self.duty.why if self.duty else "", self.again)


def of_letter(entry: Entry, *, has_paper: bool, again: Entry | None = None) -> Trouble | None:
    """
    Give the trouble a letter is in, if any; ``has_paper`` tells whether it could go on paper instead.

    Where the same letter was ordered ``again`` since, marking this one as solved comes first, and it cannot be tried
    again as it is: that would be a second one. A new letter in its place is weighed as any other.
    """
    cause = cause_of(entry)
    if cause is None:
        return None
    known = [one for one in remedies_of(entry) if has_paper or one is not Remedy.SEND_AS_PRINT]
    if again is not None and cause is not Cause.SENT_BACK:
        known = sorted((one for one in known if one is not Remedy.RETRY), key=lambda one: one is not Remedy.SOLVED)
    return Trouble(entry, cause, tuple(known), again=again)


def of_duty(duty: Duty, entry: Entry) -> Trouble:
    """Give the trouble that a letter is not on its case, or that nobody knows whether it is."""
    return Trouble(entry, duty.cause, duty.cause.remedies, duty)


def of_host(entry: Entry) -> Trouble:
    """Give the trouble that a letter waits for a host that says nothing."""
    return Trouble(entry, Cause.HOST_SILENT, Cause.HOST_SILENT.remedies)
