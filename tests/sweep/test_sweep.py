"""Killed or frozen at every place, by itself and under every answer: in memory and in a file."""

import attrs
import pytest

from esdh_connect.testing.sweep.points import FREEZES
from esdh_connect.testing.sweep.remote import Answer
from esdh_connect.testing.sweep.runs import edges
from esdh_connect.testing.sweep.suite import ANSWERS, OTHERWISE, SweepSuite


class TestInMemory(SweepSuite):
    """Every place, and all that can befall."""

    @pytest.fixture
    def new_place(self, new_memory):
        return new_memory


class TestInAFile(SweepSuite):
    """A run takes thirty times as long here: where something becomes lasting, with one letter on its way."""

    places = staticmethod(edges)
    killed = (ANSWERS[0], *(attrs.evolve(one, alone=True) for one in (*ANSWERS[2:], *OTHERWISE)))
    frozen = tuple(
        attrs.evolve(one, alone=True)
        for one in ANSWERS
        if one.answers[0] in (Answer.OK, Answer.HANG, Answer.EARLY, Answer.TOO_MANY)
    )
    freezes = (FREEZES[0], FREEZES[-1])

    @pytest.fixture
    def new_place(self, new_file):
        return new_file
