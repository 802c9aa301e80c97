"""Killed or frozen at every place, by itself and under every answer: in memory and in a file."""

import attrs
import pytest

from esdh_connect.testing.sweep.points import FREEZES, KILL
from esdh_connect.testing.sweep.remote import Answer
from esdh_connect.testing.sweep.runs import edges, sweep_twice, untold
from esdh_connect.testing.sweep.setting import Setting
from esdh_connect.testing.sweep.suite import ANSWERS, BESIDE, COURSES, FOLLOWED, LIMITED, OTHERWISE, TWICE, SweepSuite


class TestInMemory(SweepSuite):
    """Every place, and all that can befall."""

    @pytest.fixture
    def new_place(self, new_memory):
        return new_memory


@pytest.mark.parametrize("blow", [KILL, FREEZES[-1]], ids=lambda one: one.name)
@pytest.mark.parametrize("answer", [Answer.EARLY, Answer.RESET_AFTER], ids=lambda one: one.value)
def test_a_second_process_dies_while_it_clears_up_after_the_first(new_memory, answer, blow, caplog):
    """Every two places of a run."""
    caplog.set_level("CRITICAL", "esdh_connect")
    setting = Setting((answer,), alone=True)
    found = sweep_twice(setting, blow, new_memory, only=untold(edges))
    assert not found.problems, "\n".join(found.problems[:20])
    assert found.runs > 500


def some(*answers: Answer) -> tuple[Setting, ...]:
    """The settings with one of these answers, and one letter."""
    return tuple(attrs.evolve(one, alone=True) for one in ANSWERS if one.answers[0] in answers)


#: What a channel tells in the same words as another answer, or as *ok*.
TOLD_ALIKE = {Answer.OK, Answer.DUPLICATE, Answer.ERROR_BEFORE, Answer.ERROR_AFTER}


class TestInAFile(SweepSuite):
    """
    A run takes thirty times as long here: where something becomes lasting, with one letter on its way.

    What is decided is decided by the same code as in memory; what is tried here is how it is stored.
    """

    places = staticmethod(edges)
    killed = (
        ANSWERS[0],
        *(one for one in some(*(set(Answer) - TOLD_ALIKE)) if not one.idempotent),
        *(one for one in some(Answer.HANG, Answer.LOST, Answer.TOO_MANY) if one.idempotent),
        *OTHERWISE,
        TWICE[0],
        *COURSES,
        *BESIDE[:2],
        *FOLLOWED[:1],
        *LIMITED[1:2],
    )
    frozen = some(Answer.HANG, Answer.EARLY)
    freezes = (FREEZES[0], FREEZES[-1])

    @pytest.fixture
    def new_place(self, new_file):
        return new_file
