"""A town where some departments can send, on a file, on a server, or in memory."""

import pytest
from starting.quiet_town import Town, town

from esdh_connect.outbox import Outbox
from esdh_connect.testing.fakes import FakeClock


@pytest.fixture
def here(outbox: Outbox, clock: FakeClock) -> Town:
    return town(outbox, clock)
