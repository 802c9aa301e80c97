"""Killed or frozen at every place, by itself and under every answer: in memory and in a file."""

import attrs
import pytest

from esdh_connect.testing.sweep.points import FREEZES
from esdh_connect.testing.sweep.remote import Answer
from esdh_connect.testing.sweep.runs import edges
from esdh_connect.testing.sweep.suite import ANSWERS, OTHERWISE, SweepSuite
from esdh_connect.testing.sweep.world import Setting


class TestInMemory(SweepSuite):
    """Every place, and all that can befall."""

    @pytest.fixture
    def new_place(self, new_memory):
        return new_memory


def some(*answers: Answer) -> tuple[Setting, ...]:
    """The settings with one of these answers, and one letter."""
    return tuple(attrs.evolve(one, alone=True) for one in ANSWERS if one.answers[0] in answers)


class TestInAFile(SweepSuite):
    """
    A run takes thirty times as long here: where something becomes lasting, with one letter on its way.

    What is decided is decided by the same code as in memory; what is tried here is how it is stored.
    """

    places = staticmethod(edges)
    killed = (
        ANSWERS[0],
        *(attrs.evolve(one, alone=True) for one in ANSWERS[2:] if not one.idempotent),
        *(one for one in some(Answer.HANG, Answer.LOST, Answer.TOO_MANY) if one.idempotent),
        *OTHERWISE,
    )
    frozen = some(Answer.HANG, Answer.EARLY)
    freezes = (FREEZES[0], FREEZES[-1])

    @pytest.fixture
    def new_place(self, new_file):
        return new_file
