"""
Where links and bookmarks lead (ISO 32000-2, 12.3.2).

Two parts may give the same name to different places. So a name becomes the place that it stands for, in the part, and
the merged file needs no names. A page counted from the beginning of the part becomes the page itself.

A part of ours, such as a list of the others, may lead to these: by names that no part gives to places of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from esdh_connect_bilag.engine.syntax import SPACE
from esdh_connect_bilag.engine.trees import read_names
from esdh_connect_bilag.engine.values import Name, Ref, Value

if TYPE_CHECKING:
    from esdh_connect_bilag.engine.objects import Pdf

__all__ = ["Destinations"]


class Destinations:
    """The destinations of one part."""

    #: After a slash: an object without this has no destinations, or explicit ones.
    WANTED = (
        rb"(?:Dest|D)" + SPACE + rb"*+(?:[(/0-9]|<(?!<)|\[" + SPACE + rb"*+[0-9]++" + SPACE + rb"*+[^0-9\0\t\n\f\r ])"
    )

    def __init__(self, pdf: Pdf, pages: list[int], others: Mapping[bytes, Value] = MappingProxyType({})) -> None:
        self._pdf = pdf
        self._pages = pages
        self._others = others

    @cached_property
    def _named(self) -> dict[bytes, Value]:
        catalog, pdf = self._pdf.catalog, self._pdf
        old = {key.encode("latin-1"): value for key, value in pdf.dictionary(catalog.get("Dests")).items()}
        return old | read_names(pdf, pdf.dictionary(catalog.get("Names")).get("Dests"))

    def explicit(self, destination: Value) -> Value:
        """Give the array that this destination stands for; itself, where nothing is known of it."""
        place = self._pdf.resolve(destination)
        if isinstance(place, Name | bytes):
            name = place.encode("latin-1") if isinstance(place, Name) else place
            if name in self._others:
                return self._others[name]
            place = self._pdf.resolve(self._named.get(name))
        if isinstance(place, dict):
            place = self._pdf.resolve(place.get("D"))
        if not isinstance(place, list) or not place:
            return destination
        page = place[0]
        if isinstance(page, int) and 0 <= page < len(self._pages):
            return [Ref(self._pages[page]), *place[1:]]
        return place

    def treat(self, entries: dict[str, Value]) -> dict[str, Value]:
        """Make the destinations explicit in an annotation, a bookmark or an action."""
        if "Dest" in entries:
            return {**entries, "Dest": self.explicit(entries["Dest"])}
        if entries.get("S") == "GoTo" and "D" in entries:
            return {**entries, "D": self.explicit(entries["D"])}
        return entries
