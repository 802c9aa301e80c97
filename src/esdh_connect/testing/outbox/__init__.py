"""
What every outbox must keep: subclass :class:`OutboxSuite` in a test file and give it an ``outbox`` fixture.

.. code-block:: python

    class TestMyOutbox(OutboxSuite):
        @pytest.fixture
        def outbox(self, tmp_path):
            return MyOutbox(tmp_path)

A fixture ``reopen`` that gives a function – it closes the outbox, and gives it as another process would find it –
adds the tests of what must survive that. An outbox that lets several dispatch at once says ``many_workers = True``.
"""

from __future__ import annotations

import pytest

from esdh_connect.testing.outbox.changes import Changes
from esdh_connect.testing.outbox.claims import Claims
from esdh_connect.testing.outbox.commits import Commits
from esdh_connect.testing.outbox.converted import Converted
from esdh_connect.testing.outbox.decisions import Decisions
from esdh_connect.testing.outbox.documents import Documents
from esdh_connect.testing.outbox.endings import Endings
from esdh_connect.testing.outbox.facts import Facts
from esdh_connect.testing.outbox.mailings import Mailings
from esdh_connect.testing.outbox.people import People
from esdh_connect.testing.outbox.receipts import Receipts
from esdh_connect.testing.outbox.searching import Searching
from esdh_connect.testing.outbox.serving import Serving
from esdh_connect.testing.outbox.shelves import Shelves
from esdh_connect.testing.outbox.waiting import Waiting

__all__ = ["OutboxSuite"]


class OutboxSuite(
    Commits,
    Changes,
    Claims,
    Serving,
    Receipts,
    Documents,
    Converted,
    Decisions,
    Facts,
    Waiting,
    Mailings,
    People,
    Searching,
    Shelves,
    Endings,
):
    """The whole protocol of :class:`esdh_connect.outbox.Outbox`."""

    @pytest.fixture
    def outbox(self) -> object:
        """Give an empty outbox."""
        raise NotImplementedError("a subclass of OutboxSuite has a fixture `outbox`")

    @pytest.fixture
    def reopen(self) -> object:
        """Give a function that closes the outbox and gives it anew."""
        pytest.skip("this outbox lives and dies with its process")
