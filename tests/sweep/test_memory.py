"""The sweep over an outbox in memory."""

import pytest

from esdh_connect.testing.sweep.suite import SweepSuite


class TestInMemory(SweepSuite):
    """Every place, and all that can befall."""

    @pytest.fixture
    def new_place(self, new_memory):
        return new_memory
