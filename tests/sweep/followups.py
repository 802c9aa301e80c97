"""Mutanter: mistakes with what comes after a letter or beside it, or comes too late."""

from uuid import uuid4

import pytest

from esdh_connect import commitment, deeds, progress
from esdh_connect.commitment import Commitment
from esdh_connect.facts import Change
from esdh_connect.handling.children import Children
from esdh_connect.store import claims, entries, traffic
from esdh_connect.testing.memory import MemoryOutbox, letters

Patch = pytest.MonkeyPatch


def each_click_makes_a_letter(patch: Patch) -> None:
    """Send again sends again, however often it is pressed."""

    def follow(self, parent, remedy, act, party):
        return self._made(parent, remedy, act, party, uuid4().hex)

    patch.setattr(Children, "follow", follow)
    patch.setattr(deeds, "followed", lambda entry, act: Change(entry))


def second_click_is_refused(patch: Patch) -> None:
    """Who got no answer the first time is told that it is too late."""
    patch.setattr(Children, "_first_outcome", lambda self, key, parent, party: None)


def child_apart_from_its_parent(patch: Patch) -> None:
    """The new letter first, then the old one is taken off the list."""

    def follow(self, parent, plan, key, terms, followed):
        drafts = tuple(commitment._child(draft, parent, key) for draft in self.drafts(plan, terms))
        self.outbox.add(drafts, [progress.committed(draft.entry) for draft in drafts], terms.policy)
        self.outbox.change(parent.id, followed)
        return drafts[0].entry

    patch.setattr(Commitment, "follow", follow)


def reminder_does_not_wait(patch: Patch) -> None:
    """It is a message like any other."""
    patch.setattr(MemoryOutbox, "_waits", lambda self, entry: False)
    written = entries.row
    patch.setattr(entries, "row", lambda *given: {**written(*given), "waits": False})


def reminder_goes_without_its_letter(patch: Patch) -> None:
    """What became of the letter is none of its business."""
    for module in (letters, traffic):
        patch.setattr(module.deeds, "of_reminders", lambda before, change: None)
    patch.setattr(MemoryOutbox, "_is_stopped", lambda self, entry: False)
    patch.setattr(claims, "_STOPPED", frozenset())


def window_never_ends(patch: Patch) -> None:
    """Proven once, proven for ever."""
    patch.setattr(progress, "_is_known", lambda entry, now, conduct: conduct.dedup == "proven")


def window_asked_about_too_early(patch: Patch) -> None:
    """Looked at when a letter is made ready, and not when it is taken up."""
    patch.setattr(progress, "is_late", lambda entry, now, conduct: False)


LATER = (
    each_click_makes_a_letter,
    second_click_is_refused,
    child_apart_from_its_parent,
    reminder_does_not_wait,
    reminder_goes_without_its_letter,
    window_never_ends,
    window_asked_about_too_early,
)
