"""What the plugin keeps grows with it, on a file and on a server."""

import pytest

from esdh_connect.tables import Tables
from esdh_connect.testing.tables import TablesSuite
from esdh_connect_web.tables import TABLES


class OfWeb(TablesSuite):
    @pytest.fixture
    def owner(self) -> str:
        return "web"

    @pytest.fixture
    def tables(self) -> Tables:
        return TABLES


class TestOnAFile(OfWeb):
    """As SQLite has them."""


class TestOnAServer(OfWeb):
    """As PostgreSQL has them."""

    @pytest.fixture
    def url(self, esdh_postgres_url: str) -> str:
        return esdh_postgres_url
