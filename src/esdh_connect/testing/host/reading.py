"""Documents and recipients: what is read is what was asked for, or nothing."""

from __future__ import annotations

import pytest

from esdh_connect.connect import Connect
from esdh_connect.dispatch import Request
from esdh_connect.errors import PlanError
from esdh_connect.ids import mask
from esdh_connect.model import Document, Party
from esdh_connect.testing.fakes import FakeClock, pdf_of
from esdh_connect.testing.host.bench import Bench, OnABench

__all__ = ["Reading"]

#: Larger than what a host keeps in memory without thinking, in bytes: a plan with pictures.
_LARGE = 30_000_000


class Reading(OnABench):
    """``read_document`` and ``resolve_recipient``."""

    def test_a_document_is_read_as_it_is(self, post: Connect, bench: Bench) -> None:
        """Byte for byte, and the same each time."""
        content = pdf_of("Afgørelse", "Side 2")
        document = bench.document(content)
        for _ in range(2):
            assert post.read(document, department="teknik").content == content

    def test_a_large_document_is_read_whole(self, post: Connect, bench: Bench) -> None:
        """30 MB: an answer cut off would be a letter cut off."""
        content = pdf_of("x" * _LARGE)
        assert post.read(bench.document(content), department="teknik").content == content

    def test_names_and_contents_of_all_kinds_are_kept(self, post: Connect, bench: Bench) -> None:
        """Danish letters, blanks and signs in a name do no harm to what is read."""
        content = pdf_of("Tegning")
        document = bench.document(content, name="Tegning nr. 3 – æøå & (2).pdf")
        assert post.read(document, department="teknik").content == content
        assert "æøå" in document.name

    def test_a_version_is_never_answered_with_another(self, post: Connect, bench: Bench) -> None:
        """After a change the old version is its old bytes or cannot be read; the new one is the new bytes."""
        self.need(bench, "change")
        first = bench.document(pdf_of("Kladde"))
        second = bench.change(first, pdf_of("Endelig"))
        assert second.version != first.version
        assert post.read(second, department="teknik").content == pdf_of("Endelig")
        try:
            old = post.read(first, department="teknik").content
        except PlanError:
            return
        assert old == pdf_of("Kladde")

    def test_a_document_that_changes_after_the_plan_is_not_sent(self, post: Connect, bench: Bench) -> None:
        """What was shown is what goes: the commit reads again, and refuses."""
        self.need(bench, "change")
        case = bench.case()
        document = bench.document(pdf_of("Kladde"))
        plan = post.plan(Request("k", case, "teknik", "A", [document], [bench.party(case)]))
        bench.change(document, pdf_of("Endelig"))
        try:
            done = post.commit(plan, by="suite")
        except PlanError:
            return
        sent = post.dispatch(done.entries[0].id).envelope.letter.main.content
        assert sent == pdf_of("Kladde"), "the old version was planned, and something else was sent"

    def test_an_error_page_is_not_taken_for_a_document(self, post: Connect, bench: Bench) -> None:
        """Status 200 and HTML: gateways answer so, and a citizen would get it as a letter."""
        self.need(bench, "spoil")
        case = bench.case()
        document = bench.document(pdf_of("Afgørelse"))
        bench.spoil(document)
        plan = post.plan(Request("k", case, "teknik", "A", [document], [bench.party(case)]))
        assert plan.rows[0].error is not None
        with pytest.raises(PlanError):
            post.commit(plan, by="suite")

    def test_a_document_nobody_has_cannot_be_read(self, post: Connect) -> None:
        """It is an error that says so, whatever the host raises or answers."""
        with pytest.raises(PlanError):
            post.read(Document("findes-ikke", "1", "x.pdf"), department="teknik")

    def test_a_party_is_somebody(self, post: Connect, bench: Bench) -> None:
        """With a name, and a number or an address that a channel can use; the party is the one asked for."""
        case = bench.case()
        party = bench.party(case)
        plan = post.plan(Request("k", case, "teknik", "A", [bench.document(pdf_of("A"))], [party]))
        [row] = plan.rows
        assert row.error is None
        assert row.recipient is not None
        assert row.recipient.party == party
        assert row.recipient.name.strip()
        assert row.recipient.id is not None or row.recipient.address is not None

    def test_the_id_of_a_party_is_no_cpr_number(self, bench: Bench) -> None:
        """It stands in the outbox, in logs and in events: it must name nobody."""
        party = bench.party(bench.case())
        assert mask(party.id) == party.id

    def test_a_party_nobody_knows_is_no_recipient(self, post: Connect, bench: Bench) -> None:
        """Nobody is made up for it. The row says so; the others would go."""
        case = bench.case()
        known = bench.party(case)
        stranger = Party("findes-ikke", known.system)
        request = Request("k", case, "teknik", "A", [bench.document(pdf_of("A"))], [known, stranger])
        rows = {row.party: row for row in post.plan(request).rows}
        assert rows[known].error is None
        assert rows[stranger].error is not None
        assert rows[stranger].recipient is None

    def test_two_hosts_in_one_process_do_not_mix(self, post: Connect, bench: Bench, esdh_clock: FakeClock) -> None:
        """Two installations on one system: neither keeps anything in a place that both see."""
        from esdh_connect.testing.fakes import FakeChannel
        from esdh_connect.testing.installation import installation

        other = installation(host=bench.host(), channels=[FakeChannel()], now=esdh_clock)
        content = {one: pdf_of(one) for one in ("A", "B")}
        documents = {one: bench.document(content[one], name=f"{one}.pdf") for one in content}
        for one in ("A", "B", "A"):
            assert post.read(documents[one], department="teknik").content == content[one]
            assert other.read(documents[one], department="teknik").content == content[one]
