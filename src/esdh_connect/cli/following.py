"""Efterfølger: the letter that was made in place of another, found for whoever looks at the first."""

from __future__ import annotations

from esdh_connect.connect import Connect
from esdh_connect.dispatch import Deed, Entry

__all__ = ["after"]

#: What is looked through, the newest first: the outbox finds no letter by the one it came after.
_NEWEST = 10_000


def after(post: Connect, entry: Entry) -> Entry | None:
    """Give the newest letter that was made after this one; None where there is none among the newest letters."""
    if all(act.deed is not Deed.FOLLOWED for act in entry.acts):
        return None
    found = post.entries(department=entry.department, case=entry.case.id or None, limit=_NEWEST)
    return next((one for one in found if one.parent == entry.id), None)
