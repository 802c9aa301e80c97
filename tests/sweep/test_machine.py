"""Whatever two hosts and two workers do, in whatever order and whoever dies of it: the promises are kept."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from esdh_connect.testing.sweep.crew import Crew
from esdh_connect.testing.sweep.points import FREEZES, KILL
from esdh_connect.testing.sweep.promises import Watch
from esdh_connect.testing.sweep.remote import Answer
from esdh_connect.testing.sweep.runs import run
from esdh_connect.testing.sweep.setting import Setting
from esdh_connect.testing.sweep.world import World
from tests.sweep.places import Files, Memory

CREW = Crew()
TITLES = st.sampled_from(["first", "second", "third"])
DESKS = st.sampled_from(["desk", "second desk"])
WORKERS = st.sampled_from(["worker", "second worker"])


class Town(RuleBasedStateMachine):
    """A provider that does not tell a repeated UUID from a new one."""

    setting = Setting()

    def place(self):
        """Where the outbox lies."""
        return Memory()

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.setting, self.place(), CREW)
        self.world.remote.for_all = True
        self.watch = Watch(self.world)
        self.watch.begin()
        self.world.watch = self.watch.look

    @rule(title=TITLES, desk=DESKS)
    def commit(self, title, desk):
        self.world.commit(title, desk)

    @rule(title=TITLES, desk=DESKS)
    def cancel(self, title, desk):
        self.world.cancel(title, desk)

    @rule(worker=WORKERS)
    def deliver(self, worker):
        self.world.deliver(worker)

    @precondition(lambda self: self.world.remote.waiting)
    @rule()
    def receive_all(self):
        self.world.push()

    @precondition(lambda self: self.world.remote.waiting)
    @rule(at=st.integers(0, 9))
    def receive_one(self, at):
        """Any of them, in whatever order."""
        waiting = self.world.remote.waiting
        one = waiting.pop(at % len(waiting))
        waiting.insert(0, one)
        self.world.act("endpoint", lambda endpoint: self.world.take(one, endpoint))

    @rule(answer=st.sampled_from(Answer))
    def answer(self, answer):
        """What the provider says next."""
        self.world.remote.answers.append(answer)

    @rule(seconds=st.sampled_from([1, 40, 400, 86_400, 4 * 86_400]))
    def wait(self, seconds):
        self.world.clock.time += timedelta(seconds=seconds)

    @rule(ahead=st.integers(0, 60), blow=st.sampled_from([KILL, KILL, *FREEZES]))
    def strike(self, ahead, blow):
        """Somebody is going to be killed or to stand still, so many places from here."""
        self.world.stage.blows[len(self.world.stage.passed) + ahead] = blow

    @invariant()
    def promises_are_kept(self):
        self.watch.look(closely=True)
        assert not self.world.problems

    def teardown(self):
        """Let everything come to rest, with nothing more going wrong."""
        self.world.stage.blows.clear()
        self.world.remote.answers.clear()
        self.world.settle()
        self.watch.end()
        self.world.close()
        assert not self.world.problems


class IdempotentTown(Town):
    """A provider that makes one letter of one UUID, and is proven to."""

    setting = Setting(idempotent=True)


class RemindedTown(Town):
    """Every letter has a reminder beside it, which goes when the letter has gone."""

    setting = Setting(reminder=True)


class StrictTown(Town):
    """Two reasons to wait: the host's own transaction, which may be rolled back, and a second person."""

    setting = Setting(kept=True, approval=True)

    @rule(title=TITLES)
    def roll_back(self, title):
        """Once: what the host has said of it stands."""
        self.world.archive.kept.setdefault(title, False)

    @rule()
    def approve(self):
        self.world.approve()


class TownInAFile(StrictTown):
    """The same over SQLite: what is stored and read back, and who has the lock of the file, is part of it."""

    def place(self):
        self.folder = TemporaryDirectory()
        return Files(Path(self.folder.name)).new()

    def teardown(self):
        super().teardown()
        self.world.place.look().close()
        self.folder.cleanup()


TestTown = Town.TestCase
TestIdempotentTown = IdempotentTown.TestCase
TestRemindedTown = RemindedTown.TestCase
TestStrictTown = StrictTown.TestCase
TestTown.settings = TestIdempotentTown.settings = TestStrictTown.settings = settings(
    max_examples=250, stateful_step_count=40
)
TestRemindedTown.settings = settings(max_examples=100, stateful_step_count=40)
TestTownInAFile = TownInAFile.TestCase
TestTownInAFile.settings = settings(max_examples=20, stateful_step_count=30)


@pytest.mark.parametrize("holds", ["worker: outbox.serve.inside", "desk: outbox.add.inside"])
def test_a_file_stays_locked_by_who_stands_still_while_others_do_too(new_file, holds):
    """Found by the machine over SQLite: one froze with the lock of the file, and one of those that found it locked."""
    setting = StrictTown.setting
    first = run(setting, new_file(), CREW).stage.passed.index(holds)
    for again in range(first + 1, first + 9):
        world = run(setting, new_file(), CREW, {first: FREEZES[0], again: FREEZES[-1]})
        assert not world.problems
