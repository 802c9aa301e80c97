"""What the plugin keeps grows with it, on a file and on a server."""

import pytest

from esdh_connect.tables import Tables
from esdh_connect.testing.tables import TablesSuite
from esdh_connect_rollout.tables import TABLES


class OfRollout(TablesSuite):
    @pytest.fixture
    def owner(self) -> str:
        return "rollout"

    @pytest.fixture
    def tables(self) -> Tables:
        return TABLES


class TestOnAFile(OfRollout):
    """As SQLite has them."""


class TestOnAServer(OfRollout):
    """As PostgreSQL has them."""

    @pytest.fixture
    def url(self, esdh_postgres_url: str) -> str:
        return esdh_postgres_url
