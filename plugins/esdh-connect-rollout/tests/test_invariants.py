"""Whatever is done to waves, and to departments by hand, in whatever order: what is promised holds."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from esdh_connect.errors import PolicyError
from esdh_connect.policy import Policy, PolicyChange, Tree
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeClock
from esdh_connect_rollout.waves.acts import Kind
from esdh_connect_rollout.waves.states import LIVE, MOVES, State

from .conftest import DEPARTMENTS, SEAL, town

#: Few, so that much happens to each: one above another, and one apart.
IDS = ["teknik", "byg", "kultur"]
#: What may follow what, seen from outside: a step, and a start whose day has come.
FOLLOWS = {state: {state, *moves.values()} for state, moves in MOVES.items()}
FOLLOWS[State.PLANNED] |= {State.PREPARING}
FOLLOWS[State.PREPARING] |= {State.RUNNING}
FOLLOWS[State.PAUSED] |= {State.PLANNED, State.PREPARING, State.HALFWAY}

ids = st.lists(st.sampled_from(IDS), min_size=1, max_size=2, unique=True)
by_hand = st.sampled_from(
    [
        {"approval": True},
        {"approval": None},
        {"channels": ["+other"]},
        {"channels": ["fake", "other"]},
        {"plugins": ["-letters"]},
        {"plugins": ["letters"]},
        {"plugins": None},
    ]
)
whats = st.sampled_from(
    [
        {"plugins": ["+letters"], "channels": ["+fake"]},
        {"plugins": ["letters"], "consolidate": False},
        {"channels": ["fake"], "approval": True},
    ]
)


class Waves(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = FakeClock()
        self.store = Store.open(Path(self.folder.name) / "outbox.db", SEAL, now=self.clock)
        self.town = town(self.store, self.clock)
        self.waves = self.town.waves
        self.acts: tuple[Any, ...] = ()
        self.states: dict[str, State] = {}
        #: Changes of departments that were made by hand, with the numbers of those after which they came.
        self.hands: list[PolicyChange] = []

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    # --- what is done

    @initialize(first=ids, second=ids, what=whats)
    def begin(self, first: list[str], second: list[str], what: dict[str, Any]) -> None:
        self.plan(first, what, 0)
        self.plan(second, what, 1)

    @rule(departments=ids, what=whats, days=st.integers(-1, 5))
    def plan(self, departments: list[str], what: dict[str, Any], days: int) -> None:
        number = len(self.waves.list())
        self._try(lambda: self.town.plan(f"Bølge {number}", *departments, days=days, what=what))

    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        """Do what may be done, to a wave it may be done to."""
        now = self.clock()
        able = [
            (wave.name, kind)
            for wave in self.waves.list()
            for kind in sorted(self._steps, key=str)
            if wave.course(now).allows(kind)
        ]
        if able:
            self._step(*data.draw(st.sampled_from(able)))

    @rule(kind=st.sampled_from([Kind.PREPARED, Kind.STARTED, Kind.PAUSED, Kind.RESUMED, Kind.FINISHED]), data=st.data())
    def try_anything(self, kind: Kind, data: st.DataObject) -> None:
        self._step(data.draw(st.sampled_from([wave.name for wave in self.waves.list()])), kind)

    @property
    def _steps(self) -> dict[Kind, Any]:
        return {
            Kind.PREPARED: self.waves.prepare, Kind.STARTED: self.waves.start, Kind.PAUSED: self.waves.pause,
            Kind.RESUMED: self.waves.resume, Kind.HALFWAY: self.waves.halfway, Kind.FINISHED: self.waves.finish,
            Kind.ROLLED_BACK: self._rolled_back,
        }  # fmt: skip

    def _step(self, name: str, kind: Kind) -> None:
        if kind is Kind.STARTED:
            for wave in self.waves.list():
                if not wave.is_learnt_from and wave.course(self.clock()).first:
                    self.waves.skip(wave.name, by="eva", why="derfor")
        self._try(lambda: self._steps[kind](name, by="eva", why="derfor"))

    def _rolled_back(self, name: str, **said: str) -> None:
        moved = self.waves.rollback(name, **said)
        touched = {id_ for id_ in moved.wave.aim.departments if any(one.department.id == id_ for one in self.hands)}
        assert {one.department for one in moved.kept} <= touched

    @rule(department=st.sampled_from(IDS), what=by_hand)
    def change_by_hand(self, department: str, what: dict[str, Any]) -> None:
        self.clock.move(seconds=1)
        self.hands.append(self.town.by_hand(department, **what))

    @rule(hours=st.integers(1, 60))
    def wait(self, hours: int) -> None:
        self.clock.move(hours=hours)

    # --- what holds

    @invariant()
    def acts_are_only_added(self) -> None:
        acts = self.waves.acts()
        assert acts[: len(self.acts)] == self.acts
        assert [act.number for act in acts] == list(range(1, len(acts) + 1))
        self.acts = acts

    @invariant()
    def states_follow_the_table(self) -> None:
        for wave in self.waves.list():
            now = wave.state(self.clock())
            was = self.states.get(wave.name, State.PLANNED)
            assert now in FOLLOWS[was], (was, now)
            self.states[wave.name] = now

    @invariant()
    def a_department_is_in_one_running_wave(self) -> None:
        running = [
            id_
            for wave in self.waves.list()
            if wave.state(self.clock()) in LIVE - {State.FINISHED}
            for id_ in wave.aim.departments
        ]
        assert len(running) == len(set(running))

    @invariant()
    def what_is_rolled_back_or_paused_is_as_if_it_had_never_been(self) -> None:
        """
        Seen from without: the decisions of people, and of waves that are live or decided for a day, say what holds.

        One that is decided is kept from those below at once.
        """
        now = self.clock()
        live = {
            wave.aim.title
            for wave in self.waves.list()
            if wave.is_live(now) or (wave.state(now) is State.PREPARING and wave.course(now).begins)
        }
        history = self.town.post.departments.history()
        counts = [one for one in history if not one.why.startswith("Bølge ") or one.why.split(":")[0] in live]
        for id_ in IDS:
            assert _holds(history, id_, self.clock()) == _holds(counts, id_, self.clock())

    # --- the parts of it

    def _try(self, act: Any) -> Any:
        """Do something that may be refused; the clock moves so that no two decisions are of one moment."""
        self.clock.move(seconds=1)
        try:
            return act()
        except PolicyError:
            return None


def _holds(changes: Any, id_: str, at: Any) -> Policy:
    return attrs.evolve(Tree(changes).policy(id_, at), department=DEPARTMENTS[0])


#: Each begins with a database of its own.
TestWaves = pytest.mark.slow(Waves.TestCase)
TestWaves.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
