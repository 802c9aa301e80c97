"""A host to test with, and the bench that the suite for hosts makes things happen with."""

import attrs
import pytest

from esdh_connect.ids import mask
from esdh_connect.model import Case, Document, Party
from esdh_connect_bridge.testing import ExampleHost


@pytest.fixture
def example(tmp_path):
    """Whatever a test does: an address is one of nine, and holds nothing of anybody."""
    with ExampleHost(tmp_path / "host") as running:
        yield running
    for call in running.calls:
        assert mask(call.path) == call.path
        assert "?" not in call.path


@attrs.define(eq=False)
class BridgeBench:
    """Makes things happen in the example host."""

    example: ExampleHost

    @property
    def records(self):
        return self.example.records

    def host(self):
        return self.example.host()

    def document(self, content: bytes, name: str = "Afgørelse.pdf") -> Document:
        return Document(**self.records.add_document(content, name))

    def case(self) -> Case:
        return Case(self.records.add_case(), "esdh")

    def party(self, case: Case) -> Party:
        address = {"street": "Solsikkevej", "number": "12", "floor": "2", "door": "tv", "post_code": "8000"}
        who = {"name": "Frida Mortensen", "cpr": "1212121212", "address": {**address, "city": "Aarhus C"}}
        return Party(self.records.add_party(case.id, **who), "esdh")

    def change(self, document: Document, content: bytes) -> Document:
        return Document(**self.records.change(document.id, content))

    def spoil(self, document: Document) -> None:
        self.example.script.add("/document", "html", times=9)

    def entries(self, case: Case):
        return [one["mark"] for one in self.records.entries.values() if one["case"]["id"] == case.id]

    def lose_answer(self) -> None:
        self.example.script.add("/journal", "reset_after")

    def close_case(self, case: Case) -> None:
        self.records.closed.add(case.id)

    def open_case(self, case: Case) -> None:
        self.records.closed.discard(case.id)

    def happen(self, count: int):
        return [self._finalized() for _ in range(count)]

    def happen_late(self) -> str:
        return self._finalized()

    def _finalized(self) -> str:
        return self.records.happen("finalized", self.records.add_document(b"%PDF-1.7", "Kladde.pdf"))


@pytest.fixture
def bridge_bench(example):
    return BridgeBench(example)
