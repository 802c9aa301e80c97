"""Waves below each other: what one of them is taken back from leaves nothing of another's behind."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from esdh_connect_rollout.waves.acts import Kind

from .conftest import Town, founded
from .test_order import slow


def begun(here: Town) -> None:
    """Have a wave above one that is below it; the lower one was kept from the upper one first."""
    here.running("Øverst", "teknik")
    here.waves.skip("Øverst", by="eva", why="prøve")
    here.clock.move(seconds=1)
    here.running("Nederst", "byg", what={"plugins": ["+letters"], "channels": ["+fake"]})
    here.clock.move(seconds=1)


def test_a_wave_that_was_paused_below_another_keeps_nothing_of_it(here):
    """Whichever is taken back first: the department says in the end what it said itself."""
    was = here.post.departments.exported()
    begun(here)
    here.waves.pause("Nederst", by="eva", why="ferie")
    here.clock.move(seconds=1)
    assert here.waves.rollback("Øverst", by="eva", why="det gik ikke").kept == ()
    assert here.post.departments.exported() == was
    here.by_hand("teknik", plugins=["+letters"], channels=["+fake"])
    assert here.is_on("byg")


def test_it_stands_as_it_stood_when_it_goes_on_after_the_other_is_gone(here):
    """Without what had kept it from the other one."""
    begun(here)
    here.waves.pause("Nederst", by="eva", why="ferie")
    here.clock.move(seconds=1)
    here.waves.rollback("Øverst", by="eva", why="det gik ikke")
    here.clock.move(seconds=1)
    assert not here.is_on("byg")
    here.waves.resume("Nederst", by="eva")
    assert here.post.departments.exported()["byg"]["plugins"] == ["+letters", "+rollout"]


def test_what_was_taken_back_by_hand_with_a_wave_stays_so_when_another_is_taken_back(here):
    """``overwrite`` counts for good."""
    begun(here)
    here.by_hand("byg", plugins=["-letters"], approval=True)
    here.clock.move(seconds=1)
    here.waves.rollback("Nederst", by="eva", why="det gik ikke", overwrite=True)
    here.clock.move(seconds=1)
    here.waves.rollback("Øverst", by="eva", why="det gik ikke")
    byg = here.post.departments.exported()["byg"]
    assert (byg.get("plugins"), byg["approval"]) == (None, True)


orders = st.permutations(["Øverst", "Nederst"])
moves = st.lists(st.tuples(st.sampled_from(["Øverst", "Nederst"]), st.sampled_from([Kind.PAUSED, Kind.RESUMED])))


def live(here: Town, name: str) -> bool:
    return here.waves.show(name).is_live(here.clock())


def do(here: Town, name: str, kind: Kind) -> None:
    said: dict[Kind, Any] = {
        Kind.PAUSED: lambda: here.waves.pause(name, by="eva", why="ferie"),
        Kind.RESUMED: lambda: here.waves.resume(name, by="eva"),
    }
    if kind in said and kind in here.waves.allowed(name):
        said[kind]()
    here.clock.move(seconds=1)


@given(moves.filter(lambda done: len(done) < 6), orders)
@slow
def test_waves_that_are_all_taken_back_leave_everything_as_it_was(done, order):
    """In whatever order they were paused, went on and were rolled back; and each on its own is as if it were alone."""
    with founded() as here:
        was = here.post.departments.exported()
        begun(here)
        for name, kind in done:
            do(here, name, kind)
        assert here.is_on("byg") == live(here, "Nederst")
        for name in order:
            assert here.waves.rollback(name, by="eva", why="det gik ikke").kept == ()
            here.clock.move(seconds=1)
        assert here.post.departments.exported() == was
