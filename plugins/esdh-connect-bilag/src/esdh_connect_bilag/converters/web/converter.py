"""HTML → PDF."""

from __future__ import annotations

from collections import Counter
from importlib.util import find_spec

import attrs

from esdh_connect import media
from esdh_connect.converter import Converted, Original
from esdh_connect.errors import UnreadableDocument
from esdh_connect.model import Finding
from esdh_connect_bilag import apart
from esdh_connect_bilag.converters.failing import signs_missing, unreadable, versions

__all__ = ["WebPages"]

_WORKER = "esdh_connect_bilag.converters.web.worker"
_MB = 1024 * 1024
_DATA = 50 * _MB
_MEMORY = 1024 * _MB


@attrs.frozen
class WebPages:
    """The converter of HTML."""

    max_pages: int
    seconds: int
    name: str = "html"
    takes: tuple[str, ...] = ("text/html", "application/xhtml+xml")

    @property
    def version(self) -> str:
        """Give what decides the result."""
        return versions("2", "weasyprint")

    def problem(self) -> str:
        """Tell whether WeasyPrint is there."""
        return "" if find_spec("weasyprint") else "WeasyPrint er ikke installeret: pip install esdh-connect-bilag[html]"

    def convert(self, original: Original) -> Converted:
        """Set the page as it stands in the file. Raises UnreadableDocument."""
        if problem := self.problem():
            raise UnreadableDocument("WeasyPrint is not installed", danish=problem)
        title = media.stem(original.name, original.media_type)
        order = {"title": title, "max_pages": self.max_pages, "max_data": _DATA}
        memory = _MEMORY + 20 * len(original.content)
        confines = apart.Confines(memory=memory, processor=self.seconds, clock=2 * self.seconds)
        try:
            answer = apart.asked(_WORKER, order, original.content, confines)
        except apart.Failed as error:
            raise unreadable(error, "siden") from error
        missing = signs_missing(Counter(answer.said["missing"]), "tomme felter")
        return Converted(answer.parts[0], (*_findings(answer.said["refused"]), *missing))


def _findings(refused: int) -> tuple[Finding, ...]:
    if not refused:
        return ()
    what = "et billede eller lignende" if refused == 1 else f"{refused} billeder eller lignende"
    text = f"henviser til {what} et andet sted; det er ikke hentet og kommer ikke med"
    return (Finding("not_fetched", text, acts="caseworker"),)
