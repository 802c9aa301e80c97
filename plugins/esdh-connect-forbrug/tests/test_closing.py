"""A month is closed once, and what was published of it never changes, whatever comes later."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import attrs
import pytest
from counted.streams import TREE, Told, Town, tellings
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from esdh_connect.errors import SettingsError
from esdh_connect.outbox import Outbox
from esdh_connect.policy import Department
from esdh_connect.usage import Usage, UsageKind
from esdh_connect_forbrug import Forbrug
from esdh_connect_forbrug.closing import Closing, Kept
from esdh_connect_forbrug.figures import FEWEST, Cell, Month, Use, total
from esdh_connect_forbrug.reports import Reports
from esdh_connect_forbrug.tables import ACTIVE, MONTH

MARCH, APRIL = Month(2026, 3), Month(2026, 4)
NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)


def sent(at: datetime, department: str, who: str | None) -> Told:
    return Told(Usage(uuid4(), UsageKind.SENT, department, at, "digital_post", 2, 1), who)


def crowd(town: Town, department: str, people: int) -> None:
    """Have so many people send a letter each."""
    town.hear(*(sent(town.clock(), department, f"{department}{at}") for at in range(people)))


def cells_of(town: Town, month: Month = MARCH) -> dict[str, int]:
    return {"+".join(cell.departments): cell.figures.letters for cell in Use(town.post).published(month, month)}


def test_a_month_closes_three_days_after_it_is_over(outbox: Outbox) -> None:
    """By then what is told late is in it; in Danish time."""
    town = Town.found(outbox, NOON)
    crowd(town, "byg", 6)
    for now, published in (
        (MARCH.ends, {}),
        (MARCH.ends + timedelta(days=3, seconds=-1), {}),
        (MARCH.ends + timedelta(days=3), {"byg": 6}),
    ):
        town.clock.time = now
        town.plugin.erase_expired()
        assert cells_of(town) == published
    town.plugin.erase_expired()
    assert cells_of(town) == {"byg": 6}


@pytest.mark.parametrize("outbox", ["file"], indirect=True)
@pytest.mark.parametrize("all_of_it", [False, True])
def test_nobody_can_tell_who_any_more(outbox: Outbox, all_of_it: bool) -> None:
    """The key and the pseudonyms of a closed month lie nowhere: not in the file, and not in its journal."""
    town = Town.found(outbox, NOON)
    crowd(town, "byg", 6)
    with town.post.store.reading() as connection:
        gone = [connection.scalar(select(MONTH.c.key)), *connection.scalars(select(ACTIVE.c.who))]
    folder, wanted = outbox.file.parent, [one if isinstance(one, bytes) else one.encode() for one in gone]
    assert all(any(one in file.read_bytes() for file in folder.iterdir()) for one in wanted)
    if all_of_it:
        Closing(town.post.store, town.plugin.kept).erase_all(by="bo", why="slut")
    else:
        town.clock.move(days=40)
        town.plugin.erase_expired()
    assert not [one for one in wanted for file in folder.iterdir() if one in file.read_bytes()]


def test_a_worker_closes_months_by_itself(outbox: Outbox) -> None:
    """Once an hour it asks plugins what is to be erased."""
    town = Town.found(outbox, NOON)
    crowd(town, "byg", 6)
    town.clock.move(days=20)
    town.post.deliver()
    assert cells_of(town) == {"byg": 6}


def test_a_late_event_counts_in_the_month_that_is_open(outbox: Outbox) -> None:
    """A published figure that grew by one would tell of one person."""
    town = Town.found(outbox, NOON)
    crowd(town, "byg", 6)
    town.clock.move(days=20)
    town.plugin.erase_expired()
    late = sent(NOON, "byg", "byg0")
    town.hear(late, late)
    crowd(town, "byg", 5)
    town.clock.move(days=30)
    town.plugin.erase_expired()
    assert cells_of(town) == {"byg": 6}
    assert cells_of(town, APRIL) == {"byg": 6}


def test_few_are_merged_with_the_one_above_them(outbox: Outbox) -> None:
    """However often somebody looked before: what they see of a month that is running is that it is."""
    town = Town.found(outbox, NOON)
    crowd(town, "teknik", 5)
    crowd(town, "byg", 2)
    looked_at(town)
    crowd(town, "vej", 1)
    looked_at(town)
    town.clock.move(days=20)
    town.plugin.erase_expired()
    assert cells_of(town) == {"byg+teknik+vej": 8}


def looked_at(town: Town) -> tuple[object, ...]:
    """Give all that can be seen of the running month: the statistics, and the page of each department."""
    reports = Reports(town.post)
    survey = reports.survey(None, reports.running)
    pages = [reports.meeting(name, reports.running) for name in TREE]
    return survey.html(), survey.notes, [sheet.plain for sheet in survey.sheets], pages


@given(st.lists(st.lists(tellings(st.just(NOON + timedelta(days=2))), max_size=15), min_size=2, max_size=4))
@settings(deadline=None, max_examples=25)
def test_whoever_looks_at_the_running_month_sees_nothing_of_what_is_counted_in_it(heard: list[list[Told]]) -> None:
    """
    Looked at time and again, it is the same as in a town where nothing happens: so nothing can be subtracted.

    Not from each other, and not from the cells of the month when it is closed. These alone tell of people, and they
    are the same whether anybody looked or not.
    """
    busy, unseen, quiet = (Town.found(at=NOON + timedelta(days=2)) for _ in range(3))
    for part in heard:
        busy.hear(*part)
        unseen.hear(*part)
        assert looked_at(busy) == looked_at(quiet)
    for town in (busy, unseen):
        town.clock.move(days=30)
        town.plugin.erase_expired()
    assert cells_of(busy) == cells_of(unseen)
    assert all(one.figures.active >= FEWEST for one in Use(busy.post).published(MARCH, MARCH))


def test_a_month_that_closes_is_among_what_was_erased(outbox: Outbox) -> None:
    """Its key, and who was active: »retention run« told of nothing where these were gone."""
    town = Town.found(outbox, NOON)
    crowd(town, "byg", 6)
    town.clock.move(days=20)
    assert town.plugin.erase_expired() == 7
    assert town.plugin.erase_expired() == 0


@pytest.mark.slow  # a town lives through some months, again and again
@given(st.data())
@settings(deadline=None, max_examples=40)
def test_what_is_published_never_changes(data: st.DataObject) -> None:
    """
    Events that come late, trees that change, and months that close in any rhythm.

    And at no time was a figure shown of fewer than five people; nothing counts twice, and what is not shown of what was
    told is held back or still open.
    """
    town = Town.found(at=datetime(2026, 1, 20, tzinfo=UTC))
    use, told = Use(town.post), dict[UUID, Told]()
    before: tuple[Cell, ...] = ()
    for _ in range(data.draw(st.integers(1, 12))):
        town.clock.move(days=data.draw(st.integers(0, 25)))
        now = town.clock()
        at = st.sampled_from([now - timedelta(days=days) for days in range(80)])
        heard = data.draw(st.lists(tellings(at), max_size=20))
        told |= {one.usage.id: one for one in reversed(heard)} | told
        town.hear(*heard)
        if data.draw(st.booleans()):
            tree = [Department(name, "", data.draw(st.none() | st.sampled_from(sorted(TREE)))) for name in sorted(TREE)]
            store = attrs.evolve(town.post.store, departments=lambda tree=tree: tree)
            Closing(store, Kept(400, 3, None)).run()
        after = use.published(Month(2025, 1), Month(2030, 1))
        assert set(map(str, before)) <= set(map(str, after))
        assert all(cell.figures.active >= FEWEST for cell in after)
        before = after
    letters = sum(one.usage.kind is UsageKind.SENT for one in told.values())
    assert total(cell.figures for cell in before).letters <= letters
    (stored,) = town.rows("SELECT coalesce(sum(count), 0) FROM esdh_connect_forbrug_day WHERE figure = 'sent'")
    assert int(str(stored[0])) == letters


# --- how long what is kept


def test_days_are_erased_and_months_stay(outbox: Outbox) -> None:
    """After ninety days nothing is left of a day; what is published is."""
    town = Town.found(outbox, NOON, days=90)
    crowd(town, "byg", 6)
    town.clock.move(days=90)
    town.plugin.erase_expired()
    assert town.rows("SELECT count(DISTINCT day) FROM esdh_connect_forbrug_day") == [(1,)]
    town.clock.move(days=1)
    assert town.plugin.erase_expired() > 0
    assert town.rows("SELECT count(*) FROM esdh_connect_forbrug_day") == [(0,)]
    town.clock.move(days=7)
    town.plugin.erase_expired()
    assert town.rows("SELECT count(*) FROM esdh_connect_forbrug_counted") == [(0,)]
    town.clock.move(days=4000)
    assert town.plugin.erase_expired() == 0
    assert cells_of(town) == {"byg": 6}


def test_a_day_is_kept_until_its_month_is_closed(outbox: Outbox) -> None:
    """A worker that stood still for a year closes first and erases then; nothing is lost."""
    town = Town.found(outbox, NOON, days=30)
    crowd(town, "byg", 6)
    town.clock.move(days=365)
    town.plugin.erase_expired()
    assert cells_of(town) == {"byg": 6}
    assert town.rows("SELECT count(*) FROM esdh_connect_forbrug_day") == [(0,)]


def test_months_can_be_kept_for_so_long_and_no_longer(outbox: Outbox) -> None:
    """``months``: what is older is erased, and still never published again."""
    town = Town.found(outbox, NOON, months=12)
    crowd(town, "byg", 6)
    town.clock.move(days=20)
    town.plugin.erase_expired()
    town.clock.time = MARCH.later(12).begins
    town.plugin.erase_expired()
    assert cells_of(town) == {"byg": 6}
    town.clock.time = MARCH.later(13).begins
    assert town.plugin.erase_expired() > 0
    town.hear(sent(NOON, "byg", "byg0"))
    town.clock.move(days=90)
    town.plugin.erase_expired()
    assert cells_of(town) == {}


@pytest.mark.parametrize("what", [{"days": 6}, {"grace": 28}, {"grace": -1}, {"months": 0}, {"days": "90"}])
def test_settings_that_make_no_sense_are_refused(what: dict[str, object]) -> None:
    """Days that are over before anybody could have closed their month, and the like."""
    with pytest.raises((ValueError, TypeError, SettingsError)):
        Forbrug(**what)  # type: ignore[arg-type]
