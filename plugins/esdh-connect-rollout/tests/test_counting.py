"""Letters of a wave's departments are counted once each, and no person is: neither kept nor shown."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from esdh_connect_rollout.counting import FEWEST
from esdh_connect_rollout.waves.acts import Kind

from .conftest import founded

TABLES = ("act", "counted", "day", "sender", "shown", "salt")


def counted(town, department="byg"):
    with town.post.store.reading() as connection:
        query = text("SELECT day, letters, singles FROM esdh_connect_rollout_day WHERE department = :id ORDER BY day")
        return [tuple(row) for row in connection.execute(query, {"id": department})]


def rows(town, table):
    with town.post.store.reading() as connection:
        return connection.execute(text(f"SELECT * FROM esdh_connect_rollout_{table}")).all()  # noqa: S608 - one of TABLES


def test_letters_are_counted_by_department_and_day(kept):
    """The day as it is in Denmark; what a department sent before the wave began is not heard of."""
    kept.running("Bølge 1", "byg", "vej")
    kept.send("byg", times=2)
    kept.clock.move(hours=14, minutes=30)  # 23.30 UTC is tomorrow in Denmark
    kept.send("byg")
    kept.send("vej")
    assert counted(kept) == [("2026-11-23", 2, 2), ("2026-11-24", 1, 1)]
    assert counted(kept, "vej") == [("2026-11-24", 1, 1)]


def test_a_letter_that_is_told_twice_counts_once(kept):
    """Facts are told at least once."""
    kept.running("Bølge 1", "byg")
    [entry] = kept.send("byg")
    counting = kept.waves.plugin.counting
    assert not counting.count(entry.id, "byg", kept.clock())
    assert counted(kept) == [("2026-11-23", 1, 1)]
    assert len(kept.waves.show("Bølge 1").heard(Kind.BEGAN)) == 1


def test_the_time_to_routine_is_from_the_first_letter_to_ten_in_a_week(kept):
    """It is told once, and stays whatever comes."""
    name = kept.running("Bølge 1", "byg", "vej")
    for _ in range(4):
        kept.send("byg", times=2)
        kept.clock.move(days=3)
    assert kept.waves.progress(name).in_routine == 0
    kept.send("byg", times=5)
    kept.send("byg", times=5)
    [byg, vej] = kept.waves.progress(name).standings
    assert (byg.days, vej.began, vej.days) == (12, None, None)
    assert [act.kind for act in kept.waves.show(name).acts].count(Kind.ROUTINE) == 1


def test_a_mailing_is_no_routine(here):
    """One person may have sent it, once."""
    here.running("Bølge 1", "byg")
    counting = here.waves.plugin.counting
    with here.post.store.transaction() as connection:
        from esdh_connect_rollout.tables import counts

        counts.add(connection, "byg", "2026-11-23", letters=500, singles=0)
    here.send("byg")
    assert here.waves.progress("Bølge 1").in_routine == 0
    assert counted(here) == [("2026-11-23", 501, 1)]
    assert counting.letters(here.waves.show("Bølge 1"), here.clock()).days == {}


def test_figures_are_shown_of_a_month_that_is_over_in_which_five_have_sent(kept):
    """Of one that is running, and of one in which fewer did, there are none."""
    name = kept.running("Bølge 1", "byg", "vej")
    for person in ("a", "b", "c", "d", "a", "b"):
        kept.send("byg", by=person)
    kept.send("vej", by="e")
    assert kept.waves.progress(name).letters is None
    assert kept.waves.status().letters is None
    kept.clock.move(days=30)
    assert (kept.waves.progress(name).letters, kept.waves.status().until) == (7, "2026-11")
    kept.send("byg", by="a", times=3)
    kept.clock.move(days=30)
    assert (kept.waves.progress(name).letters, kept.waves.progress(name).until) == (7, "2026-11")
    for person in "abcde":
        kept.send("vej", by=person)
    assert kept.waves.progress(name).letters == 7
    kept.clock.move(days=30)
    assert (kept.waves.progress(name).letters, kept.waves.progress(name).until) == (12, "2027-01")


def test_what_is_told_late_counts_in_the_month_that_is_open(here):
    """A figure that has been shown stays what it was: one letter more would tell of one person."""
    name = here.running("Bølge 1", "byg")
    for person in "abcde":
        here.send("byg", by=person)
    late = here.clock()
    here.clock.move(days=30)
    assert here.waves.progress(name).letters == 5
    here.waves.plugin.counting.count(here.unheard("byg", by="f"), "byg", late)
    assert here.waves.progress(name).letters == 5
    assert counted(here) == [("2026-11-23", 5, 5), ("2026-12-01", 1, 1)]


def test_a_month_is_over_when_what_is_counted_at_midnight_is_in(here):
    """In Denmark, an hour into the next."""
    name = here.running("Bølge 1", "byg")
    for person in "abcde":
        here.send("byg", by=person)
    here.clock.time = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)  # 00.59 on the first
    assert here.waves.progress(name).letters is None
    here.clock.move(minutes=1)
    assert here.waves.progress(name).letters == 5


def test_a_month_in_which_a_department_changes_wave_is_shown_of_one_of_them(here):
    """Both figures would hold its letters: what is left when they are subtracted may be one person's."""
    first = here.running("Bølge 1", "byg", "vej")
    here.send("vej", by="a")
    for person in "bcde":
        here.send("byg", by=person)
    here.waves.rollback(first, by="eva", why="prøve")
    here.waves.skip(first, by="eva", why="prøve")
    second = here.running("Bølge 2", "byg")
    for person in "bcdef":
        here.send("byg", by=person)
    here.clock.move(days=30)
    assert (here.waves.progress(first).letters, here.waves.progress(second).letters) == (10, None)


@given(
    st.lists(
        st.tuples(st.sampled_from(["byg", "vej"]), st.sampled_from("abcdefg"), st.sampled_from([0, 0, 0, 9])),
        max_size=20,
    )
)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_two_readings_never_tell_what_fewer_than_five_have_sent(sent):
    """
    Whenever they are made: the figures differ by whole months of five people, or not at all.

    So the first reading of a month is what the last one of it is.
    """
    with founded() as here:
        name = here.running("Bølge 1", "byg", "vej")
        people, many, readings = defaultdict(set), Counter(), {}
        for department, person, days in sent:
            here.send(department, by=person)
            month = f"{here.clock():%Y-%m}"
            people[month].add(person)
            many[month] += 1
            here.clock.move(days=days)
            of, all_ = here.waves.progress(name), here.waves.status()
            reading = (of.letters, of.pace, of.verdict, of.until, all_.letters, all_.pace, all_.share, all_.until)
            now = f"{here.clock():%Y-%m}"
            assert readings.setdefault(now, reading) == reading
            shown = [month for month, who in people.items() if month < now and len(who) >= FEWEST]
            assert (of.letters or 0) == sum(many[month] for month in shown)


def test_who_sent_is_forgotten_with_the_month_or_when_they_are_enough(kept):
    """What nobody needs any more is not there; in between nobody's name is."""
    kept.running("Bølge 1", "byg", by="eva")
    kept.send("byg", by="zacharias")
    assert len(rows(kept, "sender")) == 1
    stored = "".join(str(row) for table in TABLES for row in rows(kept, table))
    assert "zacharias" not in stored
    kept.clock.move(days=30)
    kept.send("byg", by="zacharias")
    [row] = rows(kept, "sender")
    assert row[0] == "2026-12"
    assert [salt[0] for salt in rows(kept, "salt")] == ["2026-12"]
    for person in "abcd":
        kept.send("byg", by=person)
    assert rows(kept, "sender") == []
    kept.clock.move(days=120)
    kept.post.deliver()
    assert (rows(kept, "salt"), rows(kept, "counted")) == ([], [])


def test_a_letter_of_no_wave_is_counted_and_tells_nothing(here):
    """The plugin can be on without one; it is known then how many there were."""
    here.by_hand("byg", plugins=["letters", "rollout"], channels=["fake"])
    here.send("byg")
    assert counted(here) == [("2026-11-23", 1, 1)]
    assert here.waves.acts() == ()


def test_how_a_wave_goes_is_told_against_what_was_hoped_for(here):
    """When there is enough to tell from: fourteen days of the last month that is over."""
    name = here.running("Bølge 1", "byg", goal=10)
    assert here.waves.progress(name).verdict == ""
    for _ in range(2):  # in November, and in December
        for person in "abcde":
            here.send("byg", by=person)
        here.counted("byg", 8, 4)
    assert here.waves.progress(name).pace is None
    here.clock.move(days=25)
    assert here.waves.progress(name).pace == 37
    assert here.waves.progress(name).verdict == "langt mere end forventet"
    here.clock.move(days=31)
    assert here.waves.progress(name).pace is None
    assert here.waves.progress(name).letters == 74


def test_the_pace_of_a_wave_that_began_in_the_month_is_told_from_its_days(here):
    """As if it had been as many each day."""
    here.clock.time = datetime(2026, 11, 11, 9, tzinfo=UTC)
    name = here.running("Bølge 1", "byg")
    for person in "abcde":
        here.send("byg", by=person)
    here.counted("byg", 5, 5)
    here.clock.move(days=20)
    assert here.waves.progress(name).pace == 45


def test_a_forecast_names_whose_figures_are_missing(here):
    """A missing figure is not a zero."""
    from esdh_connect_rollout.profiles.profile import Profile

    here.waves.learn([Profile("byg", 100, 0.9), Profile("vej", 50)], by="eva")
    name = here.plan("Bølge 1", "byg", "vej", "ydelse")
    forecast = here.waves.progress(name).forecast
    assert (forecast.letters, forecast.missing) == (90, ("vej", "ydelse"))
    other = here.plan("Bølge 2", "kultur")
    assert here.waves.progress(other).forecast.letters is None


def test_status_tells_how_far_the_organisation_is(here):
    """Departments, letters, and their share of all, where enough is known."""
    from esdh_connect_rollout.profiles.profile import Profile

    first = here.running("Bølge 1", "byg", "vej", starts=here.clock())
    here.waves.skip(first, by="eva", why="prøve")
    here.waves.start(here.plan("Bølge 2", "ydelse", days=60), by="eva")
    for _ in range(2):
        for person in "abcde":
            here.send("byg", by=person)
        here.counted("byg", 10, 4)
    here.clock.move(days=20)
    status = here.waves.status()
    assert (status.departments, status.on, status.begun, status.in_routine) == (6, 2, 1, 1)
    assert status.share is None
    here.waves.learn([Profile(one.id, 100) for one in here.post.departments if one.id != "kultur"], by="eva")
    status = here.waves.status()
    assert (status.all_letters, status.missing) == (500, ("kultur",))
    assert status.share == pytest.approx(53 / 500)
    assert [one.wave.name for one in status.waves] == ["bølge-1", "bølge-2"]


def test_letters_may_be_told_late_and_in_any_order(here):
    """Any seven days with enough are a routine."""
    here.running("Bølge 1", "byg")
    entries = here.send("byg", times=1)
    counting = here.waves.plugin.counting
    with here.post.store.transaction() as connection:
        from esdh_connect_rollout.tables import counts

        for at in range(1, 4):
            counts.add(connection, "byg", f"{(here.clock() + timedelta(days=at)).date()}", letters=3, singles=3)
        wave = here.waves.show("Bølge 1")
        counting._hear(connection, wave, "byg", here.clock(), here.clock().date())
    assert entries
    assert here.waves.progress("Bølge 1").in_routine == 1
