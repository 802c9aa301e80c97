"""Outboxes in which processes die."""

import pytest

from tests.sweep.places import Files, Memory


@pytest.fixture
def new_memory():
    """Make an outbox in memory."""
    return Memory


@pytest.fixture
def new_file(tmp_path):
    """Make an outbox in a file."""
    return Files(tmp_path).new
