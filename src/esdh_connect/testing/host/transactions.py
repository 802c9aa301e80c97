"""The host's own transaction, in a database that is not ours: what it kept goes, what it did not never does."""

from __future__ import annotations

from uuid import uuid4

import pytest

from esdh_connect.connect import Connect
from esdh_connect.dispatch import Request, Work
from esdh_connect.testing.fakes import FakeChannel, FakeClock, pdf_of
from esdh_connect.testing.host.bench import Bench, OnABench

__all__ = ["Transactions"]


class Transactions(OnABench):
    """``was_committed``, for hosts that prepare their letters."""

    @pytest.fixture
    def prepared(self, post: Connect, bench: Bench) -> str:
        """Give the key of a letter that waits for the host."""
        self.need(bench, "commit", "roll_back")
        case, key = bench.case(), str(uuid4())
        request = Request(key, case, "teknik", "A", [bench.document(pdf_of("A"))], [bench.party(case)])
        post.prepare(post.plan(request), by="suite")
        return key

    def test_what_the_host_kept_goes(
        self, post: Connect, bench: Bench, channel: FakeChannel, esdh_clock: FakeClock, prepared: str
    ) -> None:
        """Although the host died before it said so."""
        bench.commit(prepared)
        esdh_clock.move(minutes=11)
        post.deliver()
        post.deliver()
        assert len(channel.sent) == 1

    def test_what_the_host_rolled_back_never_goes(
        self, post: Connect, bench: Bench, channel: FakeChannel, esdh_clock: FakeClock, prepared: str
    ) -> None:
        """The decision was not made, so there is no letter of it."""
        bench.roll_back(prepared)
        for _ in range(3):
            esdh_clock.move(minutes=11)
            post.deliver()
        assert channel.sent == []
        assert [one.work for one in post.committed(prepared)] == [Work.CANCELLED]

    def test_while_nobody_knows_it_waits(
        self, post: Connect, bench: Bench, channel: FakeChannel, esdh_clock: FakeClock, prepared: str
    ) -> None:
        """It is asked again, and goes when the host has kept it."""
        esdh_clock.move(minutes=11)
        post.deliver()
        assert channel.sent == []
        assert [one.work for one in post.committed(prepared)] == [Work.HELD]
        bench.commit(prepared)
        for _ in range(3):
            esdh_clock.move(hours=1)
            post.deliver()
        assert len(channel.sent) == 1
