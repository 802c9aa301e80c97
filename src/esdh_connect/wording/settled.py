"""Klaret: who dealt with a letter that needed a person."""

from __future__ import annotations

from collections.abc import Mapping

from esdh_connect.dispatch import Deed, Entry
from esdh_connect.reasons import on_one_line

__all__ = ["settled"]

_DEALT_WITH: Mapping[Deed, str] = {
    Deed.FOLLOWED: "har bestilt et nyt brev i stedet",
    Deed.SOLVED: "har markeret det som løst",
}


def settled(entry: Entry) -> str:
    """Tell who dealt with it, where somebody did."""
    done = [act for act in entry.acts if act.deed in _DEALT_WITH]
    if not entry.settled or not done:
        return ""
    by, why = done[-1].by, f": {done[-1].why}" if done[-1].why.strip() else ""
    return f"{on_one_line(f'{by} {_DEALT_WITH[done[-1].deed]}{why}')}. Ingen skal gøre noget"
