"""Prøven for en udbakke: what every outbox must survive, as tests to subclass."""

from __future__ import annotations

import pytest

from esdh_connect.testing.sweep.case_system import Writes
from esdh_connect.testing.sweep.points import FREEZES, KILL, Blow
from esdh_connect.testing.sweep.remote import Answer, Fate
from esdh_connect.testing.sweep.runs import NewPlace, Only, every_passage, sweep, untold
from esdh_connect.testing.sweep.world import Setting

__all__ = ["ANSWERS", "OTHERWISE", "SweepSuite"]

#: Every answer of a provider, from one that tells a repeated UUID and from one that does not.
ANSWERS = tuple(Setting((answer,), idempotent) for answer in Answer for idempotent in (False, True))
#: What else may be different: how it goes on with the letter, and how the case system takes it.
OTHERWISE = (
    *(Setting(fate=fate) for fate in (Fate.POSTED, Fate.FAILED, Fate.SILENT)),
    Setting((Answer.LOST,), fate=Fate.SILENT),
    Setting((Answer.TOO_MANY, Answer.RESET_AFTER)),
    Setting((Answer.RESET_BEFORE, Answer.REFUSED), idempotent=True),
    Setting(writes=(Writes.LOST,)),
    Setting(writes=(Writes.FAILS,)),
    Setting(blind=True),
    Setting(writes=(Writes.LOST,), blind=True),
)


class SweepSuite:
    """
    Every place of a run, and what may befall whoever passes it.

    .. code-block:: python

        class TestMyOutbox(SweepSuite):
            @pytest.fixture
            def new_place(self, tmp_path):
                return lambda: MyPlace(tmp_path)

    ``kills_at`` and ``freezes_at`` choose the places, ``freezes`` the ways to stand still.
    """

    kills_at: Only = staticmethod(every_passage)
    freezes_at: Only = staticmethod(every_passage)
    freezes: tuple[Blow, ...] = FREEZES

    @pytest.fixture
    def new_place(self) -> NewPlace:
        """Give a function that makes an empty outbox."""
        raise NotImplementedError("a subclass of SweepSuite has a fixture `new_place`")

    @pytest.fixture(autouse=True)
    def quiet(self, caplog: pytest.LogCaptureFixture) -> None:
        """Keep thousands of warnings to itself: they are what a run is made of."""
        caplog.set_level("CRITICAL", "esdh_connect")

    @pytest.mark.parametrize("setting", [*ANSWERS, *OTHERWISE], ids=str)
    def test_a_process_may_be_killed_anywhere(self, new_place: NewPlace, setting: Setting) -> None:
        """Nothing is lost, doubled or stuck, and what people are told is true, wherever it dies."""
        found = sweep([setting], [KILL], new_place, only=_of(setting, self.kills_at))
        assert not found.problems, "\n".join(found.problems[:20])

    @pytest.mark.parametrize("setting", [*ANSWERS, *OTHERWISE], ids=str)
    def test_a_process_may_stand_still_anywhere(self, new_place: NewPlace, setting: Setting) -> None:
        """It wakes up minutes or days later, with or without its election, and what it believes does no harm."""
        found = sweep([setting], self.freezes, new_place, only=_of(setting, self.freezes_at))
        assert not found.problems, "\n".join(found.problems[:20])


def _of(setting: Setting, only: Only) -> Only:
    """Look at telling in one setting, and at everything else in all."""
    return only if setting == ANSWERS[0] else untold(only)
