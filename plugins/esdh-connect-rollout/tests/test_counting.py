"""Letters of a wave's departments are counted once each, no person is, and shown is what the statistics publish."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from esdh_connect_forbrug.months import Month
from esdh_connect_rollout.command import plain, showing
from esdh_connect_rollout.waves.acts import Kind

TABLES = ("act", "counted", "day")


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
    """It is told when its month is published of the department alone, and stays whatever comes."""
    name = kept.running("Bølge 1", "byg", "vej")
    for _ in range(2):
        kept.send("byg", times=2)
        kept.clock.move(days=3)
    kept.send("byg", times=6)
    kept.send("byg", times=5)
    [byg, vej] = kept.waves.progress(name).standings
    assert (byg.month, byg.began, byg.settled, byg.routine) == (Month(2026, 11), None, None, None)
    assert (vej.month, vej.has_begun) == (None, False)
    assert kept.waves.progress(name).in_routine == 0
    kept.publishes("2026-11", byg=15)
    [byg, vej] = kept.waves.progress(name).standings
    assert (byg.began, byg.settled, byg.days) == (date(2026, 11, 23), Month(2026, 11), 6)
    assert (kept.waves.progress(name).in_routine, vej.has_begun) == (1, False)
    assert [act.kind for act in kept.waves.show(name).acts].count(Kind.ROUTINE) == 1


def test_no_day_is_told_of_a_department_whose_month_is_shown_with_others(here):
    """A day and ten letters in a week could be one person's. When five use it, it is told that it was so by then."""
    name = here.running("Bølge 1", "byg", "vej")
    here.send("byg", times=12)
    here.publishes("2026-11", byg_teknik=14)
    here.clock.move(days=40)
    lines = list(showing.wave(here.waves, here.waves.show(name)))
    assert "        Byggeri: første brev i november 2026" in lines
    assert any("Dage vises, når måneden er gjort op" in line for line in lines)
    told = f"{plain.wave(here.waves, here.waves.show(name))}"
    assert "2026-11-23" not in told.replace(f"{here.clock():%Y-%m-%d}", "").replace("'begins': '2026-11-23", "")
    assert here.waves.progress(name).in_routine == here.waves.status().in_routine == 0
    here.publishes("2026-12", byg=30)
    [byg, _] = here.waves.progress(name).standings
    assert (byg.began, byg.routine, byg.settled) == (None, None, Month(2026, 12))
    assert "        Byggeri: første brev i november 2026, rutine senest i december 2026" in list(
        showing.wave(here.waves, here.waves.show(name))
    )


def test_a_mailing_is_no_routine(here):
    """One person may have sent it, once."""
    here.running("Bølge 1", "byg")
    with here.post.store.transaction() as connection:
        from esdh_connect_rollout.tables import counts

        counts.add(connection, "byg", "2026-11-23", letters=500, singles=0)
    here.send("byg")
    here.publishes("2026-11", byg=501)
    assert here.waves.progress("Bølge 1").in_routine == 0
    assert counted(here) == [("2026-11-23", 501, 1)]


def test_letters_are_those_the_statistics_publish_of_its_departments(kept):
    """Whole cells from the month it began; what was sent counts for nothing before it is published."""
    name = kept.running("Bølge 1", "byg", "vej")
    kept.send("byg", times=3)
    assert kept.waves.progress(name).letters is kept.waves.status().letters is None
    kept.publishes("2026-10", byg=100)
    kept.publishes("2026-11", byg=7, vej=20, borger=300)
    kept.publishes("2026-12", byg_vej=40, borger=300)
    kept.publishes("2027-01", byg=9, borger_vej=60)
    here = kept.waves.progress(name)
    assert (here.letters, here.pace, here.sent.until) == (76, 9, Month(2027, 1))
    assert here.sent.notes == ("Ikke med i januar\N{NO-BREAK SPACE}2027: Vej og Park (lagt sammen med Borgerservice).",)
    status = kept.waves.status()
    assert (status.letters, status.pace) == (76, 9)
    told = plain.status(status)["waves"][0]
    assert (told["letters"], told["letters_until"], told["pace"], told["pace_month"]) == (76, "2027-01", 9, "2027-01")
    assert told["left_out"] == [{"months": ["2027-01"], "departments": ["Vej og Park"], "with": ["Borgerservice"]}]


def test_departments_of_two_waves_that_are_shown_together_are_in_neither_and_in_the_sum_of_both(here):
    """So the one cannot be subtracted from the other, nor from what the statistics have."""
    first = here.running("Bølge 1", "byg", "teknik")
    here.waves.skip(first, by="eva", why="prøve")
    second = here.running("Bølge 2", "vej", "ydelse")
    here.publishes("2026-11", byg=50, teknik_vej=8, ydelse=70)
    one, other = here.waves.progress(first), here.waves.progress(second)
    assert (one.letters, other.letters, here.waves.status().letters) == (50, 70, 128)
    assert one.sent.notes == (
        "Ikke med i november\N{NO-BREAK SPACE}2026: Teknik og Miljø (lagt sammen med Vej og Park).",
    )
    lines = list(showing.status(here.waves.status(), showing.names(here.waves)))
    assert "    Uden måneder, der kun vises sammen med andre afdelinger: dem viser »rollout show«" in lines


def test_a_wave_that_is_shown_only_with_others_has_no_number(here):
    """And says so, with whom."""
    name = here.running("Bølge 1", "byg")
    here.send("byg")
    here.publishes("2026-11", byg_teknik=12)
    lines = list(showing.wave(here.waves, here.waves.show(name)))
    assert "    Brevtallet vises kun sammen med andre afdelinger: dem viser »rollout show«" in lines
    assert "        Ikke med i november\N{NO-BREAK SPACE}2026: Byggeri (lagt sammen med Teknik og Miljø)." in lines
    assert plain.wave(here.waves, here.waves.show(name))["letters"] is None


def test_what_is_sent_is_shown_when_the_statistics_have_made_the_month_up(kept):
    """From the letter to the page: five people, three days after the month."""
    name = kept.running("Bølge 1", "byg", what={"plugins": ["+letters", "+forbrug"], "channels": ["+fake"]})
    for person in "abcde":
        kept.send("byg", by=person)
    kept.clock.move(days=9)  # 2 December
    kept.post.deliver()
    assert kept.waves.progress(name).letters is None
    kept.clock.move(days=3)
    kept.post.deliver()
    assert kept.waves.progress(name).letters == 5


def test_nobody_who_sends_is_kept(kept):
    """What is counted names no person, not as a digest either."""
    kept.running("Bølge 1", "byg", by="eva")
    kept.send("byg", by="zacharias")
    stored = "".join(str(row) for table in TABLES for row in rows(kept, table))
    assert "zacharias" not in stored
    kept.clock.move(days=150)
    kept.post.deliver()
    assert rows(kept, "counted") == []


def test_a_letter_of_no_wave_is_counted_and_tells_nothing(here):
    """The plugin can be on without one; it is known then how many there were."""
    here.by_hand("byg", plugins=["letters", "rollout"], channels=["fake"])
    here.send("byg")
    assert counted(here) == [("2026-11-23", 1, 1)]
    assert here.waves.acts() == ()


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ({"byg": 16}, "langt mere end forventet"),
        ({"byg": 10}, "som forventet"),
        ({"byg": 4}, "langt mindre end forventet"),
        ({"byg": 16, "vej_teknik": 9}, "langt mere end forventet"),
        ({"byg": 10, "vej_teknik": 9}, "mindst som forventet"),
        ({"byg": 4, "vej_teknik": 9}, ""),
        ({"ydelse": 4}, ""),
    ],
)
def test_how_a_wave_goes_is_told_against_what_was_hoped_for(here, cells, verdict):
    """In the last month that is published. Where something is shown only with others, what is there is the least."""
    name = here.running("Bølge 1", "byg", "vej", goal=10)
    assert here.waves.progress(name).verdict == ""
    here.publishes("2026-12", **cells)
    assert here.waves.progress(name).verdict == verdict


def test_a_wave_that_began_within_the_month_has_sent_so_much_at_least(here):
    """The month is not scaled up: what is shown is what was sent."""
    name = here.running("Bølge 1", "byg", goal=10)  # on 23 November
    here.publishes("2026-11", byg=9)
    assert (here.waves.progress(name).pace, here.waves.progress(name).verdict) == (9, "mindst som forventet")


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
    here.send("byg", times=12)
    here.publishes("2026-11", byg=53)
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
    here.publishes("2026-11", byg=10)
    assert here.waves.progress("Bølge 1").in_routine == 1
