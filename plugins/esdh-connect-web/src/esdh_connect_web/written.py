"""Skrevet: what somebody wrote in a box that stays beside a letter, and the very cause where it cannot."""

from __future__ import annotations

from esdh_connect.ids import mask
from esdh_connect.reasons import is_legible
from esdh_connect_web.texts import N_

__all__ = ["LONGEST", "unfit"]

#: In characters; as long as what is said to a concern may be.
LONGEST = 500
_NUMBER = N_("There is what looks like a CPR number in it. Leave it out: what you write is kept with the letter.")
_TOO_LONG = N_("It is too long. Write at most 500 characters.")
_NO_WORDS = N_("Nobody can read a reason in it. Write it in words, with at least three letters.")


def unfit(why: str, needed: str = "") -> str:
    """Give what is wrong with a reason, marked with ``N_``; ``needed`` where one has to be there, and there is none."""
    if mask(why) != why:
        return _NUMBER
    if len(why) > LONGEST:
        return _TOO_LONG
    if not needed:
        return ""
    if not why.strip():
        return needed
    return "" if is_legible(why) else _NO_WORDS
