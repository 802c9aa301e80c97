"""Opmærkning: HTML and SVG put together so that what is text stays text."""

from __future__ import annotations

from html import escape

__all__ = ["Markup", "joined", "tag"]

_EMPTY = frozenset({"br", "col", "hr", "img", "meta"})


class Markup(str):
    """Markup as it is to stand; any other text is escaped where it is put in."""

    __slots__ = ()


def tag(name: str, /, *children: str | None, **attributes: object) -> Markup:
    """
    Give an element. Children that are None are left out, and so are attributes.

    An underscore in the name of an attribute is a hyphen, and one at its end is only for Python: ``class_``.
    """
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _EMPTY:
        return Markup(f"<{name}{said}>")
    return Markup(f"<{name}{said}>{joined(*children)}</{name}>")


def joined(*children: str | None) -> Markup:
    """Put children after each other."""
    return Markup("".join(one if isinstance(one, Markup) else escape(one) for one in children if one is not None))
