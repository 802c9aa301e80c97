"""The engine, as e-mails need it: an e-mail and what is attached to it are one document."""

from __future__ import annotations

from collections.abc import Sequence

from esdh_connect_bilag.converters.mails.converter import NotLaid
from esdh_connect_bilag.engine import Declined, Part, Style, merge
from esdh_connect_bilag.preflight import declined_as, text
from esdh_connect_bilag.repair import REPAIRS

__all__ = ["lay"]


def lay(title: str, parts: Sequence[tuple[str, bytes]]) -> bytes:
    """Lay PDFs (bookmark, bytes) together. Raises NotLaid."""
    try:
        return merge([Part(name, content) for name, content in parts], Style(title), repair=REPAIRS).content
    except Declined as declined:
        raise NotLaid(declined.part or 0, text(declined_as(declined))) from declined
