"""
Øvelse: an installation to learn with. No letter of it reaches anybody, and each says so on every page of every PDF.

What makes that sure is not here alone: only plugins load that vouch for themselves (:mod:`esdh_connect.plugins`), their
channels are fenced (:mod:`esdh_connect.fence`), and an outbox is of one kind for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import attrs

from esdh_connect import pdf
from esdh_connect.dispatch import Plan, Row
from esdh_connect.ids import Cpr
from esdh_connect.model import PDF, Address, File, Letter, Recipient

__all__ = ["MARK", "WATERMARKED", "Training"]

#: What stands on every page.
MARK = "ØVELSE – ikke et rigtigt brev"
#: What a manifest says was done to a document.
WATERMARKED = "watermarked"
#: The test persons: one who has Digital Post in every test environment, and one with a replacement number, whom only
#: paper reaches. Their numbers stand here and in no settings, for nobody's may.
_PERSONS: Mapping[str, Cpr] = MappingProxyType({"digital": Cpr("1212121212"), "paper": Cpr("6101800000")})


@attrs.frozen
class Training:
    """
    Øvelse: who gets every letter, and what is done to it.

    ``recipient`` is the test person whom Digital Post reaches, or the one whom only paper does, and ``name`` what they
    are called.
    """

    recipient: Literal["digital", "paper"] = "digital"
    name: str = attrs.field(default="Øvelse Prøve", validator=attrs.validators.min_len(1))

    def instead_of(self, meant: Recipient) -> Recipient:
        """Give the test person, in the place of whom the letter was meant for."""
        address = Address(street="Prøvevej", number="7", post_code="8000", city="Aarhus C")
        return Recipient(meant.party, self.name, _PERSONS[self.recipient], address)

    def marked(self, letter: Letter) -> Letter:
        """Give the letter with the mark on every page of every PDF. Raises UnreadableDocument."""
        return attrs.evolve(letter, files=tuple(map(_marked, letter.files)))

    @staticmethod
    def unmarked(letter: Letter) -> tuple[str, ...]:
        """Give the names of the files that carry no mark, because they are no PDF."""
        return tuple(file.name for file in letter.files if file.media_type != PDF)

    @staticmethod
    def as_meant(plan: Plan) -> Plan:
        """Give the plan as it would be for whom it was meant: what speaks against a letter is to be learnt too."""
        return attrs.evolve(plan, rows=tuple(map(_as_meant, plan.rows)))


def _marked(file: File) -> File:
    if file.media_type != PDF or any(WATERMARKED in place.changes for place in file.places):
        return file
    places = tuple(attrs.evolve(place, changes=(*place.changes, WATERMARKED)) for place in file.places)
    return attrs.evolve(file, content=pdf.watermarked(file.content, MARK, name=file.name), places=places)


def _as_meant(row: Row) -> Row:
    if row.meant is None:
        return row
    envelope = row.envelope and attrs.evolve(row.envelope, recipient=row.meant)
    return attrs.evolve(row, recipient=row.meant, envelope=envelope)
