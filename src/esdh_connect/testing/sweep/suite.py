"""Prøven for en udbakke: what every outbox must survive, as tests to subclass."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from esdh_connect.testing.sweep.case_system import Writes
from esdh_connect.testing.sweep.courses import Course
from esdh_connect.testing.sweep.points import FREEZES, KILL, Blow
from esdh_connect.testing.sweep.remote import Answer, Fate
from esdh_connect.testing.sweep.runs import NewPlace, Only, every_passage, sweep, untold
from esdh_connect.testing.sweep.setting import Setting

__all__ = ["ANSWERS", "BESIDE", "COURSES", "FOLLOWED", "LIMITED", "OTHERWISE", "TWICE", "SweepSuite"]

#: Every answer of a provider, from one that does not tell a repeated UUID from a new one, and from one that does.
ANSWERS = tuple(Setting((answer,), idempotent, alone=idempotent) for answer in Answer for idempotent in (False, True))
#: What else may be different: how it goes on with the letter, and how the case system takes it.
OTHERWISE = tuple(
    attrs.evolve(setting, alone=True)
    for setting in (
        *(Setting(fate=fate) for fate in (Fate.POSTED, Fate.FAILED, Fate.SILENT)),
        Setting((Answer.LOST,), fate=Fate.SILENT),
        Setting((Answer.TOO_MANY, Answer.RESET_AFTER)),
        Setting((Answer.RESET_BEFORE, Answer.REFUSED), idempotent=True),
        Setting(writes=(Writes.LOST,)),
        Setting(writes=(Writes.FAILS,)),
        Setting(blind=True),
        Setting(writes=(Writes.LOST,), blind=True),
    )
)
#: Two reasons to wait. The first letter is cancelled while it does, so there is a second.
TWICE = tuple(Setting(kept=kept, approval=True) for kept in (True, False))


#: One reason to wait, or another end of it; what is cancelled while it waits is the first letter alone.
COURSES = (
    Setting(approval=True),
    Setting(kept=True),
    Setting(kept=False),
    Setting(approval=True, alone=True, course=Course.SENT_BACK),
    Setting(kept=True, alone=True, course=Course.RELEASED),
    Setting((Answer.LOST,), kept=True, alone=True, course=Course.RELEASED),
    Setting(kept=False, alone=True, course=Course.TAKEN_BACK),
    Setting(kept=False, course=Course.SILENT),
    Setting(alone=True, course=Course.WITHDRAWN),
)
#: A reminder beside the letter: sent with it, stopped with it, or waiting with it.
BESIDE = tuple(
    attrs.evolve(one, reminder=True, alone=True)
    for one in (
        Setting(),
        Setting((Answer.REFUSED,)),
        Setting((Answer.LOST,)),
        Setting((Answer.RESET_BEFORE,)),
        Setting(kept=False),
        Setting(approval=True, course=Course.SENT_BACK),
    )
)
#: A letter that failed, and what two caseworkers have made of it.
FOLLOWED = (
    *(
        Setting((Answer.REFUSED,), alone=True, course=course)
        for course in (Course.AGAIN, Course.PRINTED, Course.READDRESSED, Course.DISAGREED)
    ),
    Setting(fate=Fate.FAILED, alone=True, course=Course.PRINTED),
)
#: A provider that knows a UUID for an hour, and letters that have not come to rest by then.
LIMITED = tuple(
    Setting(answers, idempotent=True, fate=Fate.SILENT, alone=True, window=timedelta(hours=1))
    for answers in (
        (Answer.RESET_AFTER,),
        (Answer.RESET_AFTER, Answer.TOO_MANY),
        (Answer.LOST, Answer.HANG, Answer.ERROR_AFTER),
    )
)


class SweepSuite:
    """
    Every place of a run, and what may befall whoever passes it.

    .. code-block:: python

        class TestMyOutbox(SweepSuite):
            @pytest.fixture
            def new_place(self, tmp_path):
                return lambda: MyPlace(tmp_path)

    ``killed`` and ``frozen`` are what it is tried with, ``freezes`` the ways to stand still; ``places`` chooses those
    at which it happens.
    """

    killed: tuple[Setting, ...] = (*ANSWERS, *OTHERWISE, *TWICE, *COURSES, *BESIDE, *FOLLOWED, *LIMITED)
    frozen: tuple[Setting, ...] = (*ANSWERS, *OTHERWISE, *TWICE, *COURSES, *BESIDE, *FOLLOWED, *LIMITED)
    freezes: tuple[Blow, ...] = FREEZES
    places: Only = staticmethod(every_passage)

    @pytest.fixture
    def new_place(self) -> NewPlace:
        """Give a function that makes an empty outbox."""
        raise NotImplementedError("a subclass of SweepSuite has a fixture `new_place`")

    @pytest.fixture(autouse=True)
    def quiet(self, caplog: pytest.LogCaptureFixture) -> None:
        """Keep thousands of warnings to itself: they are what a run is made of."""
        caplog.set_level("CRITICAL", "esdh_connect")

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Try each setting by itself."""
        for name in ("killed", "frozen"):
            if name in metafunc.fixturenames:
                metafunc.parametrize(name, getattr(self, name), ids=str)

    def test_a_process_may_be_killed_anywhere(self, new_place: NewPlace, killed: Setting) -> None:
        """Nothing is lost, doubled or stuck, and what people are told is true, wherever it dies."""
        found = sweep([killed], [KILL], new_place, only=self._of(killed))
        assert not found.problems, "\n".join(found.problems[:20])

    def test_a_process_may_stand_still_anywhere(self, new_place: NewPlace, frozen: Setting) -> None:
        """It wakes up minutes or days later, with or without its election, and what it believes does no harm."""
        found = sweep([frozen], self.freezes, new_place, only=self._of(frozen))
        assert not found.problems, "\n".join(found.problems[:20])

    def _of(self, setting: Setting) -> Only:
        """Look at telling in one setting, and at everything else in all."""
        return self.places if setting == Setting((Answer.OK,)) else untold(self.places)
