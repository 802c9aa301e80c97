"""What was decided for a department below a wave's before the wave: it stands, and whoever starts the wave is told."""

from datetime import timedelta

import pytest

from esdh_connect.policy import PolicyChange


def to_move(here, id_="vej", *, under="kultur", days=5):
    """Have it decided that a department moves below another some day."""
    departments, now = here.post.departments, here.clock()
    departments.change([PolicyChange(departments.get(id_), {"parent": under}, "bo", now, now + timedelta(days=days))])
    here.clock.move(seconds=1)


def own(here, id_):
    """What a department says itself, beside where it is."""
    return {name: one for name, one in here.post.departments.exported()[id_].items() if name in ("plugins", "channels")}


def told(here, name):
    return {one.department: one.text for one in here.waves.foresee(name) if "er ikke i bølgen" in one.text}


def test_a_start_names_those_below_that_are_kept_from_it(here):
    """And what is decided for them: they say so themselves from now on, whatever day the wave begins."""
    name = here.plan("Bølge 1", "teknik", days=10)
    [text] = [one.text for one in here.waves.foresee(name) if "er ikke i bølgen" in one.text]
    assert text == (
        "2 afdelinger under den er ikke i bølgen: »Byggeri«, »Vej og Park«. De arver det ikke, men får straks deres "
        "egen beslutning: plugins: letters fra, rollout fra; kanaler: fake fra."
    )
    here.waves.start(name, by="eva")
    assert own(here, "byg") == own(here, "vej") == {"plugins": ["-letters", "-rollout"], "channels": ["-fake"]}


@pytest.mark.parametrize("starts", [0, 2])
def test_a_department_that_is_to_move_gets_what_its_move_promised(here, starts):
    """It is not kept from the wave, which would take that from it: the wave reaches it, and a warning says so."""
    here.by_hand("kultur", plugins=["+letters", "+rollout"], channels=["+fake"])
    to_move(here)
    name = here.plan("Bølge 1", "teknik", days=starts)
    warned = [one for one in here.waves.foresee(name) if one.department == "vej"]
    assert [one.warns for one in warned] == [True]
    assert "det er allerede besluttet, at den får noget af det samme 28. november 2026" in warned[0].text
    here.waves.start(name, by="eva")
    assert own(here, "vej") == {}
    assert own(here, "byg")
    here.clock.move(days=6)
    assert here.is_on("vej")
    assert here.post.policy("vej").channels == ("fake",)


def test_a_department_that_has_moved_before_the_waves_day_is_left_alone(here):
    """It is below none of the wave's departments then: nothing is decided of it."""
    to_move(here, days=2)
    name = here.plan("Bølge 1", "teknik", days=10)
    assert "Vej og Park" not in told(here, name)["teknik"]
    here.waves.start(name, by="eva")
    assert own(here, "vej") == {}


def test_what_all_below_are_to_get_is_not_taken_from_them(here):
    """A day that was decided for the department above holds for them, although the wave comes first."""
    departments, now = here.post.departments, here.clock()
    what = {"plugins": ["+letters"], "channels": ["+fake"]}
    departments.change([PolicyChange(departments.get("teknik"), what, "bo", now, now + timedelta(days=5))])
    here.clock.move(seconds=1)
    here.waves.start(here.plan("Bølge 1", "teknik"), by="eva")
    assert own(here, "byg") == {"plugins": ["-rollout"]}
    here.clock.move(days=6)
    assert here.is_on("byg")


def test_a_wave_that_goes_on_takes_nothing_that_was_promised_in_the_pause(here):
    """Who was kept from it is not kept from it again, where a decision of the pause would come to nothing."""
    here.by_hand("kultur", plugins=["+letters", "+rollout"], channels=["+fake"])
    name = here.running("Bølge 1", "teknik")
    here.clock.move(days=1)
    here.waves.pause(name, by="eva", why="ferie")
    here.clock.move(seconds=1)
    to_move(here)
    assert own(here, "vej") == {}
    here.waves.resume(name, by="eva")
    assert own(here, "byg")
    assert own(here, "vej") == {}
    here.clock.move(days=6)
    assert here.is_on("vej")
