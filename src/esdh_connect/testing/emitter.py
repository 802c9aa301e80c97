"""
What every emitter of usage must keep: subclass :class:`EmitterSuite` in a test file and give it two fixtures.

.. code-block:: python

    class TestMyEmitter(EmitterSuite):
        @pytest.fixture
        def emitter(self, receiver):
            return MyEmitter(receiver.url)

        @pytest.fixture
        def arrived(self, receiver):
            return lambda: [event["id"] for event in receiver.events]

``arrived`` gives the ids of all that came to the other end, in order, repetitions too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from esdh_connect.events import UsageRecorded
from esdh_connect.usage import Usage, UsageKind

__all__ = ["Arrived", "Emitter", "EmitterSuite"]


class Emitter(Protocol):
    """A plugin that hears of usage."""

    def usage_recorded(self, event: UsageRecorded) -> None:
        """Tell of it."""


#: Gives the ids of all that came to the other end.
Arrived = Callable[[], Sequence[str]]
_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def _event(kind: UsageKind, number: int = 0, department: str = "teknik") -> UsageRecorded:
    at = _AT + timedelta(minutes=number)
    id_ = Usage.id_of(f"{department}/{number}", kind)
    usage = Usage(id_, kind, department, at, "digital_post", documents=3, files=1, pages=7, size=123_456)
    return UsageRecorded(id=str(id_), at=at, department=department, usage=usage)


class EmitterSuite:
    """What a plugin promises that tells others of usage: a subscriber of ``usage_recorded``."""

    @pytest.fixture
    def emitter(self) -> Emitter:
        """Give an emitter that works."""
        raise NotImplementedError("a subclass of EmitterSuite has a fixture `emitter`")

    @pytest.fixture
    def arrived(self) -> Arrived:
        """Give what reads the ids of all that came to the other end."""
        raise NotImplementedError("a subclass of EmitterSuite has a fixture `arrived`")

    @pytest.mark.parametrize("kind", UsageKind)
    def test_every_kind_arrives(self, emitter: Emitter, arrived: Arrived, kind: UsageKind) -> None:
        """With the id it was told under."""
        emitter.usage_recorded(_event(kind))
        assert [*arrived()] == [_event(kind).id]

    def test_it_arrives_in_the_order_it_was_told(self, emitter: Emitter, arrived: Arrived) -> None:
        """Nothing is left out."""
        told = [_event(kind, number) for number in range(3) for kind in UsageKind]
        for event in told:
            emitter.usage_recorded(event)
        assert [*arrived()] == [event.id for event in told]

    def test_what_is_told_twice_can_be_counted_once(self, emitter: Emitter, arrived: Arrived) -> None:
        """Facts are told at least once: the id at the other end is the same both times."""
        for _ in range(2):
            emitter.usage_recorded(_event(UsageKind.SENT))
        assert {*arrived()} == {_event(UsageKind.SENT).id}

    @pytest.mark.parametrize("department", ["børn-unge", 'Å/Ø, "1"', "x" * 200, "=1+1"])
    def test_departments_have_names_of_all_kinds(
        self,
        emitter: Emitter,
        arrived: Arrived,
        department: str,
    ) -> None:
        """And none of them breaks it."""
        event = _event(UsageKind.SENT, department=department)
        emitter.usage_recorded(event)
        assert [*arrived()] == [event.id]
