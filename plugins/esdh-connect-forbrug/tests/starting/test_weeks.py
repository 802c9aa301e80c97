"""The list of who has not started is made up once a week: it tells of no letter on which day it was sent."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import attrs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from starting.quiet_town import ON, town

from esdh_connect.errors import SettingsError
from esdh_connect.events import UsageRecorded
from esdh_connect.policy import Department, Policy
from esdh_connect.testing.fakes import FakeClock
from esdh_connect.testing.memory import MemoryOutbox
from esdh_connect.usage import Usage, UsageKind
from esdh_connect_forbrug.starting import Starting

POLICY = Policy(Department("byg"), frozenset(ON["plugins"]))
MONDAY = datetime(2026, 8, 3, tzinfo=UTC)
HOURS = st.integers(2, 7 * 24 - 3)  # of a week, away from midnight in Denmark at either end
WEEKS = st.integers(0, 20)


def tell(outbox, kind, at, number):
    usage = Usage(UUID(int=number), kind, "byg", at, "fake", 1, 1)
    outbox.record(UsageRecorded(str(usage.id), at, "byg", usage), POLICY)


def lists(here, days, closed):
    """What can be read of it, whatever the settings are."""
    plugin = here.post.plugins.get("forbrug")
    plugin.starting = Starting(days=days, closed=closed)
    door = here.door
    return [attrs.asdict(one) for one in (*door.departments(), *door.excused())]


@given(
    st.lists(st.tuples(WEEKS, HOURS, HOURS, st.sampled_from([UsageKind.SENT, UsageKind.FAILED])), max_size=5),
    st.lists(st.tuples(st.integers(0, 25 * 7), st.sampled_from([20, 30, 40, 60]), st.integers(0, 20)), min_size=1),
)
@example([(20, 26, 100, UsageKind.SENT)], [(20 * 7 + 1, 20, 0), (20 * 7 + 4, 20, 0)])
@example([(10, 26, 100, UsageKind.SENT)], [(day, days, day % 4) for day in range(84, 160, 3) for days in (20, 30)])
@settings(deadline=None, max_examples=25)
def test_whoever_reads_it_as_often_as_they_like_cannot_tell_the_day(told, read):
    """Not with other days in the settings, and not with other days on which the municipality is closed."""
    first = MONDAY - timedelta(days=3)
    one, other = (town(MemoryOutbox(), FakeClock(first)) for _ in range(2))
    for town_ in (one, other):  # the first letter there ever was
        tell(town_.post.outbox, UsageKind.SENT, first, 1000)
        town_.post.deliver()
    for number, (week, at, elsewhere, kind) in enumerate(told):
        begins = MONDAY + timedelta(weeks=week)
        tell(one.post.outbox, kind, begins + timedelta(hours=at), number)
        tell(other.post.outbox, kind, begins + timedelta(hours=elsewhere), number)
    for day, days, off in read:
        closed = tuple(f"{MONDAY.date() + timedelta(days=day - 1 - at):%Y-%m-%d}" for at in range(off))
        one.clock.time = other.clock.time = MONDAY + timedelta(days=day, hours=12)
        assert lists(one, days, closed) == lists(other, days, closed)


def test_who_begins_is_off_the_list_at_once_and_who_comes_back_from_next_monday(here):
    """And the list says which Monday it is of."""
    here.send("byg")
    assert "byg" not in here.waiting
    here.clock.move(days=70)
    here.post.deliver()
    assert "byg" in here.waiting
    here.send("byg")
    assert "byg" in here.waiting
    here.clock.move(days=7)
    assert "byg" not in here.waiting
    assert here.door.made_up.weekday() == 0
    assert timedelta(0) <= here.door.today - here.door.made_up < timedelta(days=7)


@pytest.mark.parametrize("days", [0, 1, 29, 31, 1000])
def test_only_some_numbers_of_days_can_be_asked_for(days):
    """Each number tells a little more; and the error says which there are."""
    with pytest.raises(SettingsError) as refused:
        Starting(days=days)
    assert "20, 30, 40, 60" in refused.value.danish
