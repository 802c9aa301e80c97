"""The suite for hosts, held by the bridge against the host to test with."""

import pytest

from esdh_connect.testing.host import HostSuite


class TestBridge(HostSuite):
    """Documents, recipients, journaling and events; who is beyond HTTP has no transaction of ours."""

    @pytest.fixture
    def bench(self, bridge_bench):
        return bridge_bench
