"""
Indtag: what becomes of each message that was pulled from the queue. It knows nothing of the queue itself.

A message may be acknowledged when :meth:`Intake.take` or :meth:`Intake.again` says so, and not before: then it is
stored. One that cannot be read is stored as it came, for a person to look at; the queue would tell it again just so,
for ever. One that cannot be *stored* is held here and tried again, later each time, while the next ones go on. It is
never given back: a queue may count how often it gave a message out, and drop it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from heapq import heappop, heappush

import attrs

from esdh_connect.dispatch import Receipt
from esdh_connect.log import Log
from esdh_connect_serviceplatformen.poststatus import NotAReceipt, Unreadable, read, unread

__all__ = ["Intake"]

_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0


@attrs.frozen(order=True)
class _Held:
    due: float
    tag: int
    receipt: Receipt = attrs.field(order=False, repr=False)
    tries: int = attrs.field(order=False)


@attrs.define(eq=False)
class Intake:
    """
    The messages of one connection, known by their delivery tags.

    ``receive`` stores a receipt durably before it returns, ``now`` gives aware times, ``clock`` seconds that only grow.
    """

    receive: Callable[[Receipt], object]
    now: Callable[[], datetime]
    clock: Callable[[], float]
    log: Log
    _held: list[_Held] = attrs.field(factory=list, init=False, repr=False)

    def take(self, tag: int, body: bytes) -> bool:
        """Take a message; True when it may be acknowledged. Never raises."""
        receipt = self._read(body)
        return receipt is None or self._stored(_Held(0.0, tag, receipt, 0))

    def again(self) -> Iterator[int]:
        """Try what is held and due, each once; gives the tags that may be acknowledged now."""
        now = self.clock()
        while self._held and self._held[0].due <= now:
            held = heappop(self._held)
            if self._stored(held):
                yield held.tag

    @property
    def held(self) -> int:
        """Give how many messages wait here to be stored."""
        return len(self._held)

    def _read(self, body: bytes) -> Receipt | None:
        """Give the receipt, whatever the message is; None for one that is not ours to keep."""
        now = self.now()
        try:
            return read(body, now)
        except NotAReceipt:
            self.log.warning("message_of_another_type")
            return None
        except Unreadable as error:
            why = str(error)
        except Exception as error:  # noqa: BLE001 - whatever is in it, it must not stop the next one
            why = type(error).__name__
        kept = unread(body, now)
        self.log.error("receipt_unreadable", receipt=kept.id, size=len(body), error=why)
        return kept

    def _stored(self, held: _Held) -> bool:
        receipt = held.receipt
        try:
            self.receive(receipt)
        except Exception as error:  # noqa: BLE001 - not stored, for whatever reason: it is tried again
            wait = min(_FIRST_WAIT * 2 ** min(held.tries, 16), _LONGEST_WAIT)
            heappush(self._held, attrs.evolve(held, due=self.clock() + wait, tries=held.tries + 1))
            failed = {"error": type(error).__name__, "tries": held.tries + 1, "again_in": wait}
            self.log.error("receipt_not_stored", receipt=receipt.id, **failed)
            return False
        self.log.info(
            "receipt_stored", receipt=receipt.id, letter=str(receipt.message_uuid), happened=receipt.event.value
        )
        return True
