"""The bench for :class:`esdh_connect.testing.host.HostSuite`: for this adapter, and for whoever builds on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import attrs

from esdh_connect.model import Case, Document, Party
from esdh_connect_f2 import F2
from esdh_connect_f2.people import SYSTEM
from esdh_connect_f2.testing import FakeF2, Fault
from esdh_connect_f2.testing.world import ACase, ADocument, AMatter

__all__ = ["F2Bench"]

#: Less than the overlap of the settings, and more than no time.
_LATE = timedelta(minutes=3)


@attrs.define(eq=False)
class F2Bench:
    """Makes things happen in a made-up F2."""

    f2: FakeF2
    _matter: AMatter | None = None

    def host(self) -> F2:
        """Give a new host."""
        return self.f2.host()

    def document(self, content: bytes, name: str = "Afgørelse.pdf") -> Document:
        """Put a document on an akt that is on no case."""
        if self._matter is None:
            self._matter = self.f2.world.add_matter(0, "Kladder")
        stem, _, ending = name.rpartition(".")
        return self._named(self.f2.world.add_document(self._matter, stem, ending, content))

    def case(self) -> Case:
        """Open a case."""
        return Case(str(self.f2.world.add_case().id), SYSTEM)

    def party(self, case: Case) -> Party:
        """Put somebody on it."""
        return Party(f"nr{self.f2.world.add_party(self._case(case)).number}", SYSTEM)

    def change(self, document: Document, content: bytes) -> Document:
        """Give a document new contents."""
        there = self._document(document)
        self.f2.world.change(there, content)
        return self._named(there)

    def spoil(self, document: Document) -> None:
        """Answer for it with a web page."""
        self._document(document).spoilt = True

    def entries(self, case: Case) -> Sequence[str]:
        """Give the titles of the akter on a case."""
        return [one.title for one in self.f2.world.on(int(case.id))]

    def lose_answer(self) -> None:
        """Let the next akt be made, and nobody hear of it."""
        self.f2.script.add(Fault("create", "reset_after", what="matter"))

    def close_case(self, case: Case) -> None:
        """Close a case."""
        self._case(case).closed = True

    def open_case(self, case: Case) -> None:
        """Open it again."""
        self._case(case).closed = False

    def happen(self, count: int) -> Sequence[str]:
        """Let so many documents be finalized."""
        documents = [self._document(self.document(b"%PDF-1.7", f"Brev {at}.pdf")) for at in range(count)]
        return [f"f2:{self.f2.world.happened(one)}" for one in documents]

    def happen_late(self) -> str:
        """Let one be finalized some minutes ago."""
        document = self._document(self.document(b"%PDF-1.7", "For sent.pdf"))
        return f"f2:{self.f2.world.happened(document, at=self.f2.world.moment() - _LATE)}"

    def _case(self, case: Case) -> ACase:
        return self.f2.world.cases[int(case.id)]

    def _document(self, document: Document) -> ADocument:
        return self.f2.world.documents[int(document.id)]

    def _named(self, there: ADocument) -> Document:
        version = f"{self.f2.world.wall(there.modified)}/{len(there.content)}"
        return Document(str(there.id), version, f"{there.title}.{there.file_type}", there.content_type)
