"""What the plugin keeps grows with it, on a file and on a server."""

import pytest

from esdh_connect.tables import Tables
from esdh_connect.testing.tables import TablesSuite
from esdh_connect_forbrug.tables import TABLES


class OfForbrug(TablesSuite):
    @pytest.fixture
    def owner(self) -> str:
        return "forbrug"

    @pytest.fixture
    def tables(self) -> Tables:
        return TABLES


class TestOnAFile(OfForbrug):
    """As SQLite has them."""


class TestOnAServer(OfForbrug):
    """As PostgreSQL has them."""

    @pytest.fixture
    def url(self, esdh_postgres_url: str) -> str:
        return esdh_postgres_url
