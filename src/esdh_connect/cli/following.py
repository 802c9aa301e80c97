"""Efterfølger: the letter that was made in place of another, found for whoever looks at the first."""

from __future__ import annotations

from esdh_connect.connect import Connect
from esdh_connect.dispatch import Deed, Entry

__all__ = ["after"]


def after(post: Connect, entry: Entry) -> Entry | None:
    """Give the newest letter that was made after this one; None where there is none."""
    if all(act.deed is not Deed.FOLLOWED for act in entry.acts):
        return None
    made = post.outbox.followers(entry.id)
    return made[-1] if made else None
