"""
Kontordokumenter → PDF by LibreOffice: a plugin of its own, because a whole office program is needed for it.

Each document gets a LibreOffice of its own: a process group, a profile and a folder that are gone afterwards; no
macros, no links, no network; bounded in time, memory and output. The PDF is tagged, as PDF/UA asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import attrs

from esdh_connect import hookimpl
from esdh_connect.converter import Converter
from esdh_connect_bilag.converters.office.converter import LibreOffice

__all__ = ["Office"]


@attrs.frozen(eq=False)
class Office:
    """
    Kontordokumenter. ``program`` is LibreOffice's own ``soffice.bin``, looked for in the usual places where it is None.

    ``seconds`` is what one document may take on the clock, ``memory_mb`` the address space it may use, ``output_mb``
    how large the PDF may be.
    """

    program: Path | None = None
    seconds: int = attrs.field(default=90, validator=attrs.validators.ge(5))
    memory_mb: int = attrs.field(default=4096, validator=attrs.validators.ge(1024))
    output_mb: int = attrs.field(default=100, validator=attrs.validators.ge(1))

    def leads_outside(self) -> str:
        """Nothing does: the program has no network."""
        return ""

    @hookimpl
    def register_converters(self) -> Sequence[Converter]:
        """Bring the one."""
        return [LibreOffice(self.program, self.seconds, self.memory_mb, self.output_mb)]
