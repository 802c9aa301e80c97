"""Departments below those of a wave: kept from it, and told what comes to them all the same."""

from datetime import timedelta

from esdh_connect.policy import Department, PolicyChange


def test_what_is_switched_on_below_before_a_waves_day_stays_on(here):
    """The wave keeps itself from those below; it takes nothing from them that somebody gave."""
    before = here.policies()
    name = here.plan("Bølge 1", "teknik", days=10)
    here.waves.start(name, by="eva")
    here.clock.move(days=2)
    here.by_hand("byg", plugins=["+letters"], channels=["+fake"])
    here.clock.move(days=10)
    assert [one.id for one in here.post.departments if here.is_on(one.id)] == ["teknik", "byg"]
    assert here.waves.rollback(name, by="eva", why="det gik ikke", overwrite=True).kept == ()
    assert [one.id for one in here.post.departments if here.is_on(one.id)] == ["byg"]
    assert here.post.policy("vej") == before["vej"]


def test_what_is_switched_on_above_before_a_waves_day_is_said_not_to_reach_those_below(here):
    """They are kept from the wave already; whoever switches it on by hand meanwhile is told first, and of what wave."""
    name = here.plan("Bølge 1", "teknik", days=10)
    here.waves.start(name, by="eva")
    here.clock.move(days=2)
    now, departments = here.clock(), here.post.departments
    what = {"plugins": ["+letters"], "channels": ["+fake"]}
    told = [one.text for one in departments.foresee([PolicyChange(departments.get("teknik"), what, "bo", now, now)])]
    below = "i 2 afdelinger under den: »Byggeri«, »Vej og Park«: det er besluttet dér (»Bølge 1: sættes i gang«)."
    assert f"Pluginet »letters« når ikke ned {below}" in told
    assert f"Kanalen »Prøvekanal« når ikke ned {below}" in told
    here.by_hand("teknik", **what)
    assert [one.id for one in departments if here.is_on(one.id)] == ["teknik"]


def test_who_comes_below_a_department_whose_wave_lies_ahead_is_told(here):
    """Its wave is another, but it inherits like everybody who is put there: whoever puts it there is told first."""
    name = here.plan("Bølge 1", "teknik", days=10)
    here.waves.start(name, by="eva")
    here.clock.move(days=1)
    now, departments = here.clock(), here.post.departments
    for change in (
        PolicyChange(departments.get("kultur"), {"parent": "teknik"}, "bo", now, now),
        PolicyChange(Department("ny", "Ny", "teknik"), {}, "bo", now, now),
    ):
        told = [one.text for one in departments.foresee([change])]
        begins = "Fra 3. december 2026 kl. 10.00, som besluttet for »Teknik og Miljø«"
        assert f"{begins}: Pluginet »letters« bliver slået til." in told
        assert f"{begins}: Kanalerne bliver: Prøvekanal (før: ingen)." in told


def test_who_is_to_move_below_before_the_waves_day_is_kept_from_it(here):
    """And who moves there later is told of when the wave is started."""
    now, departments = here.clock(), here.post.departments
    for id_, days in (("kultur", 5), ("ydelse", 15)):
        since = now + timedelta(days=days)
        departments.change([PolicyChange(departments.get(id_), {"parent": "teknik"}, "bo", now, since)])
    here.clock.move(seconds=1)
    name = here.plan("Bølge 1", "teknik", days=10)
    told = [one.text for one in here.waves.foresee(name)]
    assert "Fra 8. december 2026 kl. 10.00: Det slår igennem i afdelingen under den: »Ydelser«." in told
    here.waves.start(name, by="eva")
    here.clock.move(days=12)
    assert [one.id for one in departments if here.is_on(one.id)] == ["teknik"]
    here.clock.move(days=5)
    assert [one.id for one in departments if here.is_on(one.id)] == ["teknik", "ydelse"]


def test_those_below_are_let_go_at_once_when_a_wave_that_lies_ahead_is_rolled_back(here):
    """Then they inherit again, before the day it would have begun."""
    name = here.plan("Bølge 1", "teknik", days=10)
    here.waves.start(name, by="eva")
    here.clock.move(days=1)
    here.waves.rollback(name, by="eva", why="vi venter")
    here.by_hand("teknik", plugins=["+letters"], channels=["+fake"])
    assert here.is_on("byg")


def test_a_wave_brings_the_departments_it_names_and_no_others(here):
    """Those below one of them are kept as they are, until their own wave comes."""
    here.running("Bølge 1", "teknik")
    assert [one.id for one in here.post.departments if here.is_on(one.id)] == ["teknik"]
    here.waves.skip("Bølge 1", by="eva", why="én afdeling")
    second = here.running("Bølge 2", "byg")
    assert [one.id for one in here.post.departments if here.is_on(one.id)] == ["teknik", "byg"]
    assert here.waves.rollback("Bølge 1", by="eva", why="certifikatet er udløbet").kept == ()
    assert [one.id for one in here.post.departments if here.is_on(one.id)] == ["byg"]
    here.waves.rollback(second, by="eva", why="certifikatet er udløbet")
    assert not any(here.is_on(one.id) for one in here.post.departments)
