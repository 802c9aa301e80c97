"""The bench: what the suite needs to make things happen in a case system, and the installation it stands in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import uuid4

import pytest

from esdh_connect.connect import Connect
from esdh_connect.dispatch import Entry, Request
from esdh_connect.model import Case, Document, Party
from esdh_connect.testing.fakes import FakeChannel, FakeClock
from esdh_connect.testing.installation import installation

__all__ = ["Bench", "OnABench"]


class Bench(Protocol):
    """
    Prøvebænk: makes things happen in a case system to test with.

    The first four every system has. The others a bench leaves out where its system has no such thing.
    """

    def host(self) -> object:
        """Give the host's plugin object, a new one each time, all on the same case system."""

    def document(self, content: bytes, name: str = "Afgørelse.pdf") -> Document:
        """Put a new document into the case system, and give it in its present version."""

    def case(self) -> Case:
        """Make an open case."""

    def party(self, case: Case) -> Party:
        """Put a person with a CPR number and an address on the case."""

    def change(self, document: Document, content: bytes) -> Document:
        """Give a document new contents, and give it in its new version."""

    def spoil(self, document: Document) -> None:
        """Let the case system answer for this document with a page of HTML and status 200, as gateways do."""

    def entries(self, case: Case) -> Sequence[str]:
        """Give the texts, or whatever has our mark in it, of all that is journaled on the case."""

    def lose_answer(self) -> None:
        """Let the next entry be written, and its answer be lost on the way."""

    def close_case(self, case: Case) -> None:
        """Close a case, so that nothing can be put on it."""

    def open_case(self, case: Case) -> None:
        """Open it again."""

    def happen(self, count: int) -> Sequence[str]:
        """Let so many documents be finalized; gives the ids under which the host tells of it, oldest first."""

    def happen_late(self) -> str:
        """Let one be finalized earlier than the latest, that becomes visible only now; gives its event's id."""

    def commit(self, key: str) -> None:
        """Let the host's own transaction for this key be committed."""

    def roll_back(self, key: str) -> None:
        """Let it be rolled back."""


class OnABench:
    """What the parts of the suite share: a bench, and an installation whose host stands on it."""

    @pytest.fixture
    def bench(self) -> Bench:
        """Give a bench."""
        raise NotImplementedError("a subclass of HostSuite has a fixture `bench`")

    @pytest.fixture
    def channel(self) -> FakeChannel:
        """Give the channel of the installation, which keeps what it is given."""
        return FakeChannel()

    @pytest.fixture
    def post(self, bench: Bench, channel: FakeChannel, esdh_clock: FakeClock) -> Connect:
        """Give an installation with the host in it."""
        return installation(host=bench.host(), channels=[channel], now=esdh_clock)

    @staticmethod
    def need(bench: Bench, *abilities: str) -> None:
        """Skip where the bench has no such thing."""
        lacking = [one for one in abilities if not hasattr(bench, one)]
        if lacking:
            pytest.skip(f"the bench has no {', '.join(lacking)}")

    @staticmethod
    def sent(post: Connect, bench: Bench, *, case: Case | None = None, content: bytes) -> Entry:
        """Commit a letter with one document to one person, and give its line in the outbox."""
        on = case or bench.case()
        request = Request(str(uuid4()), on, "teknik", "Afgørelse", [bench.document(content)], [bench.party(on)])
        [entry] = post.commit(post.plan(request), by="suite").entries
        return entry

    @staticmethod
    def marked(entries: Sequence[str], mark: str) -> list[str]:
        """Give the entries that have our mark in them."""
        return [one for one in entries if mark in one]


def called(host: object, hook: str, **given: Any) -> Any:  # noqa: ANN401 - any hook
    """Call a hook of the host with those of the arguments it takes."""
    function = getattr(host, hook)
    names = function.__code__.co_varnames[1 : function.__code__.co_argcount]
    return function(**{name: given[name] for name in names})
