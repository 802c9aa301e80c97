"""The suite for hosts, held by the adapter against the SBSYS to test with."""

import pytest

from esdh_connect.testing.host import HostSuite


class TestSbsys(HostSuite):
    """Documents, recipients, journaling and events; SBSYS has no transaction of ours."""

    @pytest.fixture
    def bench(self, sbsys_bench):
        return sbsys_bench
