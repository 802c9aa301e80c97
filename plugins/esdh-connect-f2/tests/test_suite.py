"""The adapter keeps what the library relies on, against an F2 that answers as its manual says."""

import pytest

from esdh_connect.testing.host import HostSuite
from esdh_connect_f2.testing import FakeF2
from esdh_connect_f2.testing.bench import F2Bench


class TestF2(HostSuite):
    """Everything of the suite but the host's own transaction: that is the program's around it."""

    @pytest.fixture
    def bench(self, f2: FakeF2):
        return F2Bench(f2)
