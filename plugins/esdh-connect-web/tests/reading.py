"""Reading a page as a screen reader does: which words are read in which language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from esdh_connect_web.sentences import is_danish

__all__ = ["Part", "danish_in", "parts_of"]

SPOKEN = {"aria-label", "title", "alt", "placeholder", "data-title", "label"}
VOID = {"br", "hr", "img", "input", "link", "meta", "path", "source", "use", "wbr"}
UNSEEN = {"script", "style", "template", "textarea"}  # what stands in a box is being written
Part = tuple[str, str]


class _Reader(HTMLParser):
    """Gathers what is said, and in which language."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.parts: list[Part] = []

    @property
    def language(self) -> str:
        return next((language for _, language in reversed(self.open) if language), "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag not in VOID:
            self.open.append((tag, said.get("lang") or ""))
        self.parts += [(said.get("lang") or self.language, value) for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        at = max((at for at, (name, _) in enumerate(self.open) if name == tag), default=len(self.open))
        del self.open[at:]

    def handle_data(self, data: str) -> None:
        if data.strip() and not {tag for tag, _ in self.open} & UNSEEN:
            self.parts.append((self.language, " ".join(data.split())))


def parts_of(page: str) -> list[Part]:
    """Give each text of a page, with the language it is read in."""
    reader = _Reader()
    reader.feed(page)
    return reader.parts


def danish_in(page: str, *, names: str = "") -> Iterator[str]:
    """Give what is read as English and is Danish, but for names that match."""
    for language, text in parts_of(page):
        bare = re.sub(names, "", text) if names else text
        if language == "en" and (is_danish(bare) or re.search("[æøåÆØÅ]", bare)):
            yield text
