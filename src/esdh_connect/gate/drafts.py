"""Udkast: what was never meant to leave as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from esdh_connect.dispatch import Concern
from esdh_connect.gate.evidence import Evidence
from esdh_connect.pdf import Glance

__all__ = ["draft"]

_WORDS = r"udkast|kladde|draft"
_NAMED = re.compile(rf"(?:^|[^a-zæøå])(?:{_WORDS})(?:er|et|en)?(?:[^a-zæøå]|$)", re.IGNORECASE)
#: It was a draft once, or is what others are heard about.
_PAST = re.compile(
    rf"(?:tidl\w*\.?|tidligere|fra|var)[ _-]+(?:{_WORDS})\w*|høring[ _-]+(?:af|om|over|vedr\.?)[ _-]+(?:{_WORDS})\w*",
    re.IGNORECASE,
)
_KINDS = frozenset({"udkast", "kladde", "draft"})
#: Somebody is to be heard about a draft: then that it is one is the point.
_HEARING = re.compile(r"høring|hoering|hearing|bemærkning|udtalelse", re.IGNORECASE)
#: A watermark or a heading that stands alone on its line; out of a PDF its letters may be apart, or it may be repeated.
_MARK = re.compile(r"(?:UDKAST|KLADDE|DRAFT)+")
_HEADING = re.compile(rf"\W*(?:{_WORDS})\W*", re.IGNORECASE)
_HEAD = 5


def draft(seen: Evidence) -> Iterator[Concern]:
    """Udkast: a document that calls itself one, or a place for a signature that is empty."""
    named = list(_named(seen))
    if named:
        yield Concern("draft", named[0], advice="Send den endelige udgave")
    for row, _, envelope in seen.letters():
        glance = seen.reading(row, envelope.letter).glance
        if not named and _is_marked(glance):
            yield Concern(
                "draft", "der står udkast eller kladde på brevet", row.party, advice="Send den endelige udgave"
            )
        if glance.unsigned:
            yield Concern(
                "draft", "brevet har et underskriftsfelt, som er tomt", row.party, advice="Underskriv det først"
            )


def _named(seen: Evidence) -> Iterator[str]:
    request = seen.plan.request
    heard = any(_HEARING.search(text) for text in (request.title, *(one.name for one in request.documents)))
    for at, document in enumerate(request.documents):
        if document.kind.casefold() in _KINDS:
            yield f"»{document.name}« er registreret som {document.kind.casefold()}"
        elif _NAMED.search(_PAST.sub(" ", document.name)) and not (heard and at):
            yield f"»{document.name}« er efter sit navn et udkast"
    if _NAMED.search(request.title) and not heard:
        yield "brevets titel siger, at det er et udkast"


def _is_marked(glance: Glance) -> bool:
    lines = [line.strip() for line in glance.lines if line.strip()]
    alone = any(_MARK.fullmatch(re.sub(r"\W", "", line)) for line in lines)
    return alone or any(_HEADING.fullmatch(line) for line in lines[:_HEAD])
