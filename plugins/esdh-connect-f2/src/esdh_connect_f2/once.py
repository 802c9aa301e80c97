"""
Én gang: F2's *Post Once Exactly*, with a memory that outlives the process.

F2 gives an address for one write; the same payload sent there again and again makes one thing, and the answer says
which. That is safe over time-outs only for who still knows the address, so it is stored before the payload leaves,
under the mark of the letter and the name of the step. Two who do the same step at once use the address that was stored
first.

F2 forgets such addresses after some time. :class:`Expired` says so, and then one must look before writing anew – not at
once, though: what was written a moment ago may not be listed yet.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

import attrs

from esdh_connect.errors import TemporaryFailure
from esdh_connect_f2.refusal import Missing, problem, reason_of
from esdh_connect_f2.service import Payload, Service

if TYPE_CHECKING:
    from esdh_connect.http import Answer
    from esdh_connect.outbox import Shelf

__all__ = ["Addresses", "Expired", "Once"]

_CREATED = frozenset({200, 201, 303})
_NOT_THERE = frozenset({404, 410})
#: Longer than anything is tried again, and than F2 keeps its end of it.
KEPT = timedelta(days=60)
#: So long after an address was made nothing is written anew in its place.
_SETTLED = timedelta(minutes=10)


class Expired(Missing):
    """F2 has forgotten the address: what was sent there before may be written, or not."""


@attrs.define(eq=False)
class Addresses:
    """
    Where each step goes. In the installation's store once there is one, before that in this process alone.

    ``owner`` is how the installation calls us: its host, or the plugin.
    """

    owner: str
    _shelf: Shelf | None = attrs.field(default=None, init=False, repr=False)
    _here: dict[tuple[str, str], tuple[str, datetime]] = attrs.field(factory=dict, init=False, repr=False)
    _lock: Any = attrs.field(factory=Lock, init=False, repr=False)

    def lie_on(self, shelf: Shelf) -> None:
        """Keep them in a store from now on."""
        self._shelf = shelf

    def known(self, mark: str, step: str) -> tuple[str, datetime] | None:
        """Give the address of a step and when it was made; None where there is none. Raises StoreError."""
        if self._shelf is None:
            return self._here.get((mark, step))
        from esdh_connect_f2.tables import one_of

        with self._shelf.reading() as connection:
            return one_of(connection, self.owner, mark, step)

    def kept(self, mark: str, step: str, url: str, at: datetime) -> tuple[str, datetime]:
        """Keep the address of a step, durably, unless another was kept first; gives the one that counts."""
        if self._shelf is None:
            with self._lock:
                return self._here.setdefault((mark, step), (url, at))
        from esdh_connect_f2.tables import keep

        with self._shelf.transaction() as connection:
            return keep(connection, self.owner, mark, step, url=url, at=at)

    def forget(self, mark: str, step: str, url: str) -> None:
        """Forget an address that leads nowhere, unless it was exchanged meanwhile."""
        if self._shelf is None:
            with self._lock:
                if self._here.get((mark, step), ("",))[0] == url:
                    del self._here[mark, step]
            return
        from esdh_connect_f2.tables import drop

        with self._shelf.transaction() as connection:
            drop(connection, self.owner, mark, step, url=url)

    def forget_old(self, before: datetime) -> int:
        """Forget those of long ago; gives how many."""
        if self._shelf is None:
            return 0
        from esdh_connect_f2.tables import drop_old

        with self._shelf.transaction() as connection:
            return drop_old(connection, self.owner, before)


@attrs.frozen(eq=False)
class Once:
    """Writes to F2 that happen once, however often they are tried."""

    service: Service
    addresses: Addresses

    def is_begun(self, mark: str, step: str) -> bool:
        """Tell whether we know an address for this step: then it may have been written, and repeating is safe."""
        return bool(self.addresses.known(mark, step))

    def made(self, mark: str, step: str, factory: str, payload: Payload) -> str:
        """
        Write, and give the address of what was made, now or before.

        Raises Expired where the address is forgotten; TemporaryFailure, OutcomeUnknown and Rejected as they are. All
        may be tried again with the same payload.
        """
        known = self.addresses.known(mark, step)
        url, since = known or self.addresses.kept(mark, step, self._new(factory), self.service.now())
        answer = self.service.hand_over(url, payload)
        if answer.status in _CREATED:
            return self._shown(answer, url)
        if answer.status in _NOT_THERE and not reason_of(answer):  # with one it is what it is for that is not there
            self._refuse_haste(answer, since)
            self.addresses.forget(mark, step, url)
            raise Expired(f"HTTP {answer.status} from {answer.place}: the one-time address has expired")
        raise problem(answer) or answer.unreadable("neither made nor refused")

    def _refuse_haste(self, answer: Answer, since: datetime) -> None:
        left = since + _SETTLED - self.service.now()
        if timedelta() < left <= _SETTLED:
            text = f"HTTP {answer.status} from {answer.place}: the one-time address has expired early"
            raise TemporaryFailure(
                text, retry_after=left, danish="F2 har glemt, hvad der var i gang; der ses efter senere"
            )

    def _new(self, factory: str) -> str:
        """Have F2 make an address for one write: the text of its manual says 303, its examples 201."""
        answer = self.service.empty_post(factory)
        if answer.status not in _CREATED:
            raise problem(answer) or answer.unreadable("no one-time address")
        return self._shown(answer, factory)

    def _shown(self, answer: Answer, asked: str) -> str:
        where = answer.headers.get("location", "")
        if not where:
            raise answer.unreadable("it does not say where")
        return self.service.index.mine(where, asked)
