"""What was done is kept whole, in order and unchanged – also where several act at once, or a disk fails."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from esdh_connect.policy import PolicyChange
from esdh_connect_rollout.command import plain, showing
from esdh_connect_rollout.errors import WaveRefused
from esdh_connect_rollout.waves.states import State


def test_those_who_act_at_the_same_time_come_one_after_the_other(kept):
    """Nobody's act is lost, and none has another's number."""
    kept.running("Bølge 1", "byg")
    with ThreadPoolExecutor(4) as crew:
        given = list(crew.map(lambda number: kept.waves.tip(f"Tip {number}"), range(12)))
    acts = kept.waves.acts()
    assert [act.number for act in acts] == list(range(1, len(acts) + 1))
    assert {note.text for note in kept.waves.tips()} == {f"Tip {number}" for number in range(12)}
    assert len({note.number for note in given}) == 12


def test_of_two_who_start_the_same_wave_one_is_told_that_it_runs(kept):
    """And its changes are made once."""
    name = kept.plan("Bølge 1", "byg")

    def start(by):
        try:
            return kept.waves.start(name, by=by).name
        except WaveRefused as refused:
            return refused.danish

    with ThreadPoolExecutor(2) as crew:
        done = sorted(crew.map(start, ("bo", "eva")))
    assert done == ["bølge-1", "bølgen »Bølge 1« kan ikke sættes i gang: den er »I gang«"]
    assert len([one for one in kept.post.departments.history("byg") if one.why.startswith("Bølge 1: ")]) == 1


def test_an_act_and_its_changes_are_stored_together_or_not_at_all(kept):
    """Where something fails between them nothing has happened."""
    name = kept.plan("Bølge 1", "byg")
    before = kept.policies()

    def decide(acts, connection):
        now = kept.clock()
        change = PolicyChange(kept.post.departments.get("byg"), {"approval": True}, "eva", now, now)
        kept.post.departments.change([change], connection=connection)
        raise RuntimeError("the machine stopped here")

    with pytest.raises(RuntimeError):
        kept.waves._logbook.write(decide)
    assert kept.policies() == before
    assert kept.waves.show(name).state(kept.clock()) is State.PLANNED
    kept.waves.start(name, by="eva")


def test_a_wave_that_does_not_open_any_more_stops_no_other(kept):
    """It is named as damaged, and what was done to it still counts."""
    first = kept.running("Bølge 1", "byg")
    kept.waves.skip(first, by="eva", why="prøve")
    second = kept.running("Bølge 2", "vej")
    with kept.post.store.transaction() as connection:
        connection.execute(
            text("UPDATE esdh_connect_rollout_act SET private = :bad WHERE wave = :name"),
            {"bad": b"x" * 40, "name": first},
        )
    waves = kept.waves
    assert [one.is_damaged for one in waves.list()] == [True, False]
    assert waves.show(first).state(kept.clock()) is State.RUNNING
    assert [one.wave.name for one in waves.status().waves] == [second]
    assert list(showing.wave(waves, waves.show(first))) == [
        "bølge-1 – bølgen er beskadiget i lageret og kan ikke læses"
    ]
    assert plain.wave(waves, waves.show(first)) == {"wave": first, "damaged": True}
    with pytest.raises(WaveRefused, match="does not open"):
        waves.rollback(first, by="eva", why="prøve")
    kept.send("vej")
    assert waves.progress(second).begun == 1
    waves.tip("Husk printeren", department="vej")
