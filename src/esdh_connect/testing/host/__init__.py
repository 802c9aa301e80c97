"""
What a case system's side must keep: subclass :class:`HostSuite` in a test file and give it a ``bench`` fixture.

.. code-block:: python

    class TestMyHost(HostSuite):
        @pytest.fixture
        def bench(self, my_test_system):
            return MyBench(my_test_system)

A :class:`~esdh_connect.testing.host.bench.Bench` is what the suite needs to make things happen in the case system: put
a document there, close a case, lose an answer. ``Bench.host()`` is your own class, as you hand it to ``Connect``. What
your system cannot do, its bench leaves out: those tests say so and skip.
"""

from __future__ import annotations

from esdh_connect.testing.host.bench import Bench
from esdh_connect.testing.host.events import Events
from esdh_connect.testing.host.journaling import Journaling
from esdh_connect.testing.host.reading import Reading
from esdh_connect.testing.host.transactions import Transactions

__all__ = ["Bench", "HostSuite"]


class HostSuite(Reading, Journaling, Events, Transactions):
    """Documents, recipients, journaling, events and the host's own transaction, each as the library relies on it."""
