"""Godkendelse: what whoever approves a letter has to know, and that it is the very letter they were shown."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from esdh_connect import wording
from esdh_connect.connect import Connect
from esdh_connect.dispatch import Cover, Deed, Entry
from esdh_connect.errors import PlanChanged
from esdh_connect_web.colleagues import Names

__all__ = ["doubts_of", "refuse_unseen", "shown_to_approve"]


def doubts_of(post: Connect, entry: Entry, who: Names) -> tuple[str, ...]:
    """Tell that the same letter is on its way too, as far as it has come, and in spite of what this one was ordered."""
    overrode = (act for act in who.on(entry).acts if act.deed is Deed.OVERRODE)
    equal = (wording.sent_beside(who.on(one)) for one in post.equal(entry.id))
    return (*equal, *(wording.act(one) for one in overrode))


def shown_to_approve(cover: Cover | None, doubts: Iterable[str]) -> str:
    """Give what is another when there is another letter to approve, or more to know of it."""
    return sha256("\n".join([cover.manifest.fingerprint if cover else "", *doubts]).encode()).hexdigest()


def refuse_unseen(post: Connect, entry: Entry, who: Names, shown: str) -> None:
    """Raise PlanChanged where the letter, or what there is to know of it, is not as it was ``shown``."""
    if shown_to_approve(post.cover(entry.id), doubts_of(post, entry, who)) != shown:
        raise PlanChanged(
            danish="brevet er ikke, som det blev vist, eller der er noget nyt om det. Se det igennem igen"
        )
