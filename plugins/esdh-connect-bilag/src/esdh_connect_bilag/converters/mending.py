"""PDF → PDF: one so damaged that its pages cannot be counted is made anew, before the letter is planned with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import attrs

from esdh_connect.converter import Converted, Original
from esdh_connect.errors import UnreadableDocument
from esdh_connect.model import PDF, Finding
from esdh_connect_bilag.converters.failing import versions
from esdh_connect_bilag.engine import COPIED, Bounds, Declined
from esdh_connect_bilag.preflight import Flaw, Report, Weight, declined_as, preflight, text
from esdh_connect_bilag.repair import REPAIRS

__all__ = ["Mender"]

#: What was done to it; all else is found when the letter is laid together.
_DONE = {Flaw.REPAIRED, Flaw.DECRYPTED, Flaw.RESTRICTED}


@attrs.frozen
class Mender:
    """The converter of damaged PDFs."""

    name: str = "repair"
    takes: tuple[str, ...] = (PDF,)

    @property
    def version(self) -> str:
        """Give what decides the result."""
        return versions("1", "pypdf", "pikepdf")

    def convert(self, original: Original) -> Converted:
        """Mend it. Raises UnreadableDocument."""
        report = preflight(original.content, repair=REPAIRS)
        stopping = [finding for finding in report.findings if finding.weight is Weight.STOPS]
        if stopping or report.content is None:
            raise UnreadableDocument(
                ", ".join(finding.flaw.value for finding in stopping),
                danish=" ".join(text(finding) for finding in stopping),
            )
        content = _written_anew(report.content) if report.way == COPIED else report.content
        return Converted(content, tuple(_findings(report)))


def _written_anew(content: bytes) -> bytes:
    """Have a file written anew that the engine reads and others do not. Raises UnreadableDocument."""
    first, *others = REPAIRS
    try:
        return first(content, Bounds())
    except Declined as declined:
        for repair in others:
            with suppress(Declined):
                return repair(content, Bounds())
        raise UnreadableDocument(str(declined), danish=text(declined_as(declined))) from declined


def _findings(report: Report) -> Iterator[Finding]:
    for finding in report.findings:
        if finding.flaw in _DONE:
            is_only_told = finding.flaw is Flaw.DECRYPTED
            yield Finding(finding.flaw.value, text(finding), acts="" if is_only_told else "caseworker")
