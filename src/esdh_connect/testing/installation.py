"""A whole installation for tests: real plan, commit and delivery, in memory unless an outbox is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import attrs

from esdh_connect.channel import Channel
from esdh_connect.connect import Connect
from esdh_connect.ids import Cvr
from esdh_connect.legal_clock import LegalClock
from esdh_connect.model import Sender
from esdh_connect.outbox import Outbox
from esdh_connect.policy import Department, PolicyChange, fold
from esdh_connect.seal import Seal
from esdh_connect.testing.fakes import FakeLetters
from esdh_connect.testing.memory import MemoryOutbox
from esdh_connect.training import Training

__all__ = ["installation"]

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def installation(  # noqa: PLR0913 - what tests vary, each by name
    *,
    host: object | None,
    channels: Sequence[Channel],
    now: Callable[[], datetime],
    outbox: Outbox | None = None,
    policy: Mapping[str, Any] | None = None,
    more: Mapping[str, object] | None = None,
    new_uuid: Callable[[], UUID] = uuid4,
    bell: str = "poll",
    retention: timedelta | None = None,
    clock: LegalClock = LegalClock(),
    training: Training | None = None,
) -> Connect:
    """
    Make one. The department "teknik" has the plugin "letters" with ``channels``; "kultur" has nothing.

    There a letter may go twice, as tests like to send it: the gate has »same_letter« off. ``policy`` changes teknik's
    policy; ``more`` are further plugins by name, on where the policy says so.
    """
    its = {"plugins": ("letters", *(more or {})), "channels": [one.name for one in channels]}
    what = {**its, "gate": ("-same_letter",), **(policy or {})}
    changes = [
        PolicyChange(Department("teknik", "Teknik og Miljø"), what, "test", _LONG_AGO, _LONG_AGO),
        PolicyChange(Department("kultur", "Kultur og Fritid"), {}, "test", _LONG_AGO, _LONG_AGO),
    ]
    post = Connect(
        outbox=outbox or MemoryOutbox(),
        seal=Seal(b"a secret of thirty-two bytes....."),
        changes=changes,
        sender=Sender(Cvr("55133018"), "Eksempel Kommune"),
        loaded={"letters": FakeLetters(list(channels)), **(more or {})},
        host=host,
        now=now,
        new_uuid=new_uuid,
        bell=bell,
        retention=retention,
        clock=clock,
        training=training,
    )
    # What an outbox knows of departments holds: another installation in its place must decide anew.
    anew = [attrs.evolve(one, decided_at=now(), in_force=now()) for one in changes if not _holds(post, one)]
    if anew:
        post.departments.change(anew)
    return post


def _holds(post: Connect, change: PolicyChange) -> bool:
    return fold([change], change.department, change.in_force) == post.policy(change.department.id)
