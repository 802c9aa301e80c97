"""What is changed by hand in a list is changed of one name: the others are the wave's still, and go with it."""

import pytest

from esdh_connect.policy import PolicyChange
from esdh_connect_rollout.waves.acts import Kind


def left_to_above(here, id_, name):
    """As the pages do where one plugin is to follow the department above: all is forgotten, the rest said again."""
    departments, now = here.post.departments, here.clock()
    rest = [one for one in departments.exported()[id_]["plugins"] if one[1:] != name]
    about, said = departments.get(id_), ({"plugins": None}, {"plugins": rest})
    departments.change([PolicyChange(about, what, "bo", now, now, "i hånden") for what in said])
    here.clock.move(seconds=1)


@pytest.fixture
def wave(here):
    name = here.running("Bølge 1", "byg", "ydelse")
    here.clock.move(seconds=1)
    here.by_hand("byg", plugins=["-letters"])
    left_to_above(here, "ydelse", "letters")
    return name


def test_one_plugin_by_hand_holds_no_other_when_a_wave_is_rolled_back(here, wave):
    """Whether it was switched off, or left to the department above; what stays is said by name."""
    moved = here.waves.rollback(wave, by="eva", why="det gik ikke")
    assert [one.text.partition(" hånden")[0] for one in moved.kept] == [
        "Pluginet »letters« er slået fra i",
        "»letters« følger igen den overordnede, besluttet i",
    ]
    assert here.post.departments.exported()["byg"]["plugins"] == ["-letters"]
    assert "plugins" not in here.post.departments.exported()["ydelse"]
    assert [here.post.policy(id_).plugins for id_ in ("byg", "ydelse")] == [frozenset(), frozenset()]


def test_it_is_told_so_before(here, wave):
    """With a warning in each department, that names the one plugin."""
    told = here.waves.foresee(wave, Kind.ROLLED_BACK)
    warned = {one.department: one.text for one in told if one.warns and "bliver stående" in one.text}
    assert warned.keys() == {"byg", "ydelse"}
    assert all("»letters«" in text and "rollout" not in text for text in warned.values())


def test_a_pause_takes_the_rest_back_too_and_gives_it_again(here, wave):
    """What was only said again by hand is the wave's: it goes with it and comes with it."""
    here.waves.pause(wave, by="eva", why="ferie")
    here.clock.move(seconds=1)
    assert here.post.policy("ydelse").plugins == frozenset()
    here.waves.resume(wave, by="eva")
    assert here.post.policy("ydelse").plugins == {"rollout"}
    assert here.post.policy("byg").plugins == {"rollout"}


def test_what_people_said_themselves_is_not_lost_with_the_wave(here):
    """A plugin that somebody had switched on before is said again by hand, and stays when the wave goes."""
    here.by_hand("ydelse", plugins=["+letters"])
    here.clock.move(seconds=1)
    name = here.running("Bølge 1", "ydelse", what={"channels": ["+fake"]})
    here.clock.move(seconds=1)
    left_to_above(here, "ydelse", "rollout")
    here.waves.rollback(name, by="eva", why="det gik ikke")
    assert here.post.departments.exported()["ydelse"]["plugins"] == ["+letters"]
