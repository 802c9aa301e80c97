"""
Fixtures for those who embed the library or write plugins; pytest finds them by itself once it is installed.

They build a whole installation in memory: the real plan, commit and delivery, with a fake host and channel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from esdh_connect.connect import Connect
    from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeHost


@pytest.fixture
def esdh_clock() -> FakeClock:
    """Give a clock that stands still until it is moved."""
    from esdh_connect.testing.fakes import FakeClock

    return FakeClock()


@pytest.fixture
def esdh_host() -> FakeHost:
    """Give a case system in memory."""
    from esdh_connect.testing.fakes import FakeHost

    return FakeHost()


@pytest.fixture
def esdh_channel() -> FakeChannel:
    """Give the channel of ``esdh_connect``: it keeps what it is given."""
    from esdh_connect.testing.fakes import FakeChannel

    return FakeChannel()


@pytest.fixture
def esdh_connect(esdh_clock: FakeClock, esdh_host: FakeHost, esdh_channel: FakeChannel) -> Connect:
    """Give an installation with the department "teknik", in which the plugin "letters" is on."""
    from esdh_connect.testing.installation import installation

    return installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock)
