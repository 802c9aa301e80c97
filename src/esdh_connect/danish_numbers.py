"""Tal, as somebody types them in Danish: »1.275« is a thousand and more, »0,25« a quarter."""

from __future__ import annotations

import re

__all__ = ["typed_number"]

#: A point stands between thousands, or – as programs have it – before the decimals where it cannot be that.
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?")
_PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_BLANKS = re.compile(r"[ \u00a0\u202f]")
#: More signs than this nobody means.
_LONGEST = 20


def typed_number(text: str) -> float:
    """
    Read a number as a Danish reader has it; a whole one is an ``int``. Raises ValueError for what is none.

    >>> typed_number("5.000"), typed_number("0,25"), typed_number("1.234,5"), typed_number("-3"), typed_number("2.5")
    (5000, 0.25, 1234.5, -3, 2.5)
    >>> typed_number("5.00,0")
    Traceback (most recent call last):
    ...
    ValueError: not a number
    """
    bare = _BLANKS.sub("", text)
    sign, digits = ("-", bare[1:]) if bare[:1] in ("-", "\u2212") else ("", bare)
    if len(bare) > _LONGEST:
        raise ValueError("not a number")
    if _THOUSANDS.fullmatch(digits):
        digits = digits.replace(".", "")
    elif not _PLAIN.fullmatch(digits):
        raise ValueError("not a number")
    whole, _, decimals = digits.replace(",", ".").partition(".")
    return float(f"{sign}{whole}.{decimals}") if decimals.strip("0") else int(f"{sign}{whole}")
