"""Events: what happens to documents is told, nothing is missed, and what comes twice counts once."""

from __future__ import annotations

import pytest

from esdh_connect.connect import Connect
from esdh_connect.events import NewEvents
from esdh_connect.testing.fakes import FakeClock
from esdh_connect.testing.host.bench import Bench, OnABench, called

__all__ = ["Events"]

_PAGES = 200


def _read(host: object, cursor: str = "") -> tuple[list[str], str]:
    """Read to the end from a cursor; gives the ids, and the cursor that was last."""
    found: list[str] = []
    for _ in range(_PAGES):
        page: NewEvents | None = called(host, "read_events", cursor=cursor)
        if page is None:
            return found, cursor
        found += [event.id for event in page.events]
        cursor = page.cursor
        if not page.more:
            return found, cursor
    raise AssertionError(f"after {_PAGES} pages there is still more")


class Events(OnABench):
    """``read_events``, for hosts that cannot tell."""

    @pytest.fixture
    def reader(self, bench: Bench) -> object:
        """Give a host that can be read."""
        self.need(bench, "happen")
        host = bench.host()
        if not hasattr(host, "read_events"):
            pytest.skip("the host tells by itself")
        return host

    def test_what_happened_is_read_in_its_order(self, reader: object, bench: Bench) -> None:
        """All of it, also where it fills more than a page."""
        happened = [*bench.happen(3), *bench.happen(120)]
        found, _ = _read(reader)
        assert [one for one in dict.fromkeys(found) if one in {*happened}] == happened

    def test_it_goes_on_where_it_was(self, reader: object, bench: Bench) -> None:
        """What comes after the cursor is read; what was before it may come again under the same id."""
        first = bench.happen(2)
        before, cursor = _read(reader)
        second = bench.happen(2)
        after, _ = _read(reader, cursor)
        assert {*second} <= {*after} <= {*before, *first, *second}

    def test_with_nothing_new_there_is_nothing_new(self, reader: object, bench: Bench) -> None:
        """And the cursor still works afterwards."""
        bench.happen(1)
        before, cursor = _read(reader)
        again, cursor = _read(reader, cursor)
        assert {*again} <= {*before}
        later = bench.happen(1)
        assert {*later} <= {*_read(reader, cursor)[0]}

    def test_what_becomes_visible_late_is_not_missed(self, reader: object, bench: Bench) -> None:
        """A transaction that took its time has an earlier stamp than what was read already."""
        self.need(bench, "happen_late")
        bench.happen(2)
        _, cursor = _read(reader)
        late = bench.happen_late()
        assert late in _read(reader, cursor)[0]

    def test_another_process_goes_on_from_the_stored_cursor(self, reader: object, bench: Bench) -> None:
        """Nothing of it is in the host's memory."""
        bench.happen(1)
        _, cursor = _read(reader)
        later = bench.happen(1)
        assert {*later} <= {*_read(bench.host(), cursor)[0]}

    def test_each_is_a_fact_once(self, post: Connect, reader: object, bench: Bench, esdh_clock: FakeClock) -> None:
        """Read, read again with an overlap, and told besides."""
        happened = bench.happen(3)
        first = post.deliver().read
        esdh_clock.move(minutes=1)
        later = bench.happen(1)
        assert post.deliver().read == 1
        esdh_clock.move(minutes=1)
        assert post.deliver().read == 0
        assert first >= len(happened)
        page: NewEvents = called(reader, "read_events", cursor="")
        assert not any(post.tell(event) for event in page.events)
        assert later
