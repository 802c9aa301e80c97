"""Journaling: what was sent is on its case, once, whatever happens on the way there."""

from __future__ import annotations

from esdh_connect.connect import Connect
from esdh_connect.dispatch import Cause, Remedy
from esdh_connect.testing.fakes import FakeChannel, FakeClock, pdf_of
from esdh_connect.testing.host.bench import Bench, OnABench
from esdh_connect.testing.installation import installation

__all__ = ["Journaling"]

#: Long enough for every repeat of a duty that failed, however often it failed before.
_REPEATS, _HOURS = 6, 13


class Journaling(OnABench):
    """``journalize_dispatch`` and ``find_journal_entry``."""

    def test_a_letter_that_was_sent_is_on_its_case(self, post: Connect, bench: Bench) -> None:
        """With our mark, so that it can be found again."""
        self.need(bench, "entries")
        case = bench.case()
        entry = self.sent(post, bench, case=case, content=pdf_of("A"))
        assert not self.marked(bench.entries(case), entry.id)
        assert post.deliver().journalized == 1
        assert len(self.marked(bench.entries(case), entry.id)) == 1

    def test_it_is_put_there_once(self, post: Connect, bench: Bench, esdh_clock: FakeClock) -> None:
        """However often delivery runs, and in whichever process."""
        self.need(bench, "entries")
        case = bench.case()
        entry = self.sent(post, bench, case=case, content=pdf_of("A"))
        other = installation(host=bench.host(), channels=[FakeChannel()], now=esdh_clock, outbox=post.outbox)
        for _ in range(3):
            post.deliver()
            other.deliver()
            esdh_clock.move(hours=1)
        assert len(self.marked(bench.entries(case), entry.id)) == 1

    def test_each_letter_of_a_case_has_its_own(self, post: Connect, bench: Bench) -> None:
        """Two letters on one case are two entries, and neither is taken for the other."""
        self.need(bench, "entries")
        case = bench.case()
        entries = [self.sent(post, bench, case=case, content=pdf_of(text)) for text in ("A", "B")]
        assert post.deliver().journalized == 2  # noqa: PLR2004 - two letters
        assert [len(self.marked(bench.entries(case), one.id)) for one in entries] == [1, 1]

    def test_an_answer_that_is_lost_makes_no_second_entry(
        self, post: Connect, bench: Bench, esdh_clock: FakeClock
    ) -> None:
        """It is looked for by our mark before it is written again; a host that cannot look leaves it to a person."""
        self.need(bench, "entries", "lose_answer")
        case = bench.case()
        bench.lose_answer()
        entry = self.sent(post, bench, case=case, content=pdf_of("A"))
        for _ in range(_REPEATS):
            post.deliver()
            esdh_clock.move(hours=_HOURS)
        assert len(self.marked(bench.entries(case), entry.id)) == 1
        if hasattr(bench.host(), "find_journal_entry"):
            assert not post.outbox.duties(esdh_clock(), 10), "the entry is there, and was not found"

    def test_a_closed_case_holds_up_no_other_letter(
        self, post: Connect, bench: Bench, channel: FakeChannel, esdh_clock: FakeClock
    ) -> None:
        """The letter has left; its entry waits, and comes when the case is open; where the host refused, asked for."""
        self.need(bench, "entries", "close_case", "open_case")
        closed, other = bench.case(), bench.case()
        first = self.sent(post, bench, case=closed, content=pdf_of("A"))
        second = self.sent(post, bench, case=other, content=pdf_of("B"))
        bench.close_case(closed)
        post.deliver()
        assert {one.id for one in channel.sent} == {first.id, second.id}
        assert len(self.marked(bench.entries(other), second.id)) == 1
        assert not self.marked(bench.entries(closed), first.id)
        bench.open_case(closed)
        if any(trouble.kind is Cause.JOURNAL_REFUSED for trouble in post.failures_about(first.id)):
            post.resolve(first.id, Remedy.JOURNALIZE, by="test", why="the case is open")
        esdh_clock.move(hours=_HOURS)
        post.deliver()
        assert len(self.marked(bench.entries(closed), first.id)) == 1
