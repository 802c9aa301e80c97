"""Letters of a wave's departments are counted once each, and no person is: neither kept nor shown."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from esdh_connect_rollout.waves.acts import Kind

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
    assert counting.letters(here.waves.show("Bølge 1")).days == {here.clock().date(): 501}


def test_figures_are_shown_once_five_have_sent_within_a_month(kept):
    """Until then, and for a month in which fewer did, there are none."""
    name = kept.running("Bølge 1", "byg", "vej")
    for person in ("a", "b", "c", "d", "a", "b"):
        kept.send("byg", by=person)
    assert kept.waves.progress(name).letters is None
    assert kept.waves.status().letters is None
    kept.send("vej", by="e")
    assert kept.waves.progress(name).letters == 7
    kept.clock.move(days=30)
    kept.send("byg", by="a", times=3)
    assert kept.waves.progress(name).letters == 7
    for person in "bcde":
        kept.send("vej", by=person)
    assert kept.waves.progress(name).letters == 14


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
    """When there is enough to tell from."""
    name = here.running("Bølge 1", "byg", goal=10)
    assert here.waves.progress(name).verdict == ""
    for _ in range(2):  # in November, and in December
        for person in "abcde":
            here.send("byg", by=person)
        here.counted("byg", 8, 4)
    assert here.waves.progress(name).pace == 139
    assert here.waves.progress(name).verdict == "langt mere end forventet"
    here.clock.move(days=70)
    assert here.waves.progress(name).pace is None
    assert here.waves.progress(name).letters == 74


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
    status = here.waves.status()
    assert (status.departments, status.on, status.begun, status.in_routine) == (6, 2, 1, 1)
    assert status.share is None
    here.waves.learn([Profile(one.id, 100) for one in here.post.departments if one.id != "kultur"], by="eva")
    status = here.waves.status()
    assert (status.all_letters, status.missing) == (500, ("kultur",))
    assert status.share == pytest.approx(0.3, abs=0.06)
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
        counting._hear(connection, wave, "byg", here.clock())
    assert entries
    assert here.waves.progress("Bølge 1").in_routine == 1
