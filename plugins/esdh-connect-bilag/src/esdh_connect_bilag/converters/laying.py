"""The engine, as e-mails need it: an e-mail and what is attached to it are one document."""

from __future__ import annotations

from collections.abc import Sequence

from esdh_connect import model
from esdh_connect_bilag.converters.mails.converter import Laid, NotLaid
from esdh_connect_bilag.engine import Declined, Part, Style, merge
from esdh_connect_bilag.preflight import Finding, Flaw, declined_as, placed_as, text, told
from esdh_connect_bilag.repair import REPAIRS

__all__ = ["lay"]


_SIGNED = (
    "Filen er underskrevet digitalt. Det kan ingen se efter i en mail, der er lavet om til PDF. Skal underskriften "
    "gælde, så læg filen ved som et bilag for sig."
)


def lay(title: str, parts: Sequence[tuple[str, bytes]]) -> Laid:
    """Lay PDFs (bookmark, bytes) together. Raises NotLaid."""
    try:
        merged = merge([Part(name, content) for name, content in parts], Style(title), repair=REPAIRS)
    except Declined as declined:
        raise NotLaid(declined.part or 0, text(declined_as(declined))) from declined
    return Laid(merged.content, tuple(tuple(map(_told, placed_as(placed))) for placed in merged.placed))


def _told(finding: Finding) -> model.Finding:
    return told(finding, words=_SIGNED if finding.flaw is Flaw.SIGNED else "")
