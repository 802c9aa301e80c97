"""Begrundelser: what people write beside a letter or a decision, and what stays there for as long as anything does."""

from __future__ import annotations

from unicodedata import category

__all__ = ["is_legible", "is_on_one_line", "legible", "on_one_line"]

#: Control characters, surrogates, and what ends a line or a paragraph: they forge lines, and a terminal obeys them.
_UNFIT = frozenset({"Cc", "Cs", "Zl", "Zp"})
#: These turn what is read around.
_BIDIRECTIONAL = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: Letters to Unicode, and nothing to the eye.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0")
#: So many letters are a word.
_WORD = 3


def is_on_one_line(text: str) -> bool:
    """Tell whether a text stays on its line, and reads from left to right as it was written."""
    return not any(category(sign) in _UNFIT or sign in _BIDIRECTIONAL for sign in text)


def is_legible(text: str) -> bool:
    """Tell whether somebody can read a reason in it: at least three letters that are seen."""
    return sum(1 for sign in text if sign.isalpha() and sign not in _BLANK) >= _WORD


def legible(why: str) -> str:
    """
    Give what somebody wrote, which may be nothing.

    Raises ValueError for what would forge a line where it is shown.
    """
    if not is_on_one_line(why):
        raise ValueError("a reason is one line, without control characters")
    return why


def on_one_line(text: str) -> str:
    """Give a text as part of a line: what would end the line, or turn it around, is a space."""
    kept = (sign if is_on_one_line(sign) else " " for sign in text)
    return " ".join("".join(kept).split())
