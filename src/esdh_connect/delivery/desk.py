"""
Skranke: where threads hand in what became of their letters, and get the next ones, several at a time.

Each letter costs some twenty statements and a commit, which several share at nearly the price of one. So the first
that comes serves all who wait with it, in one transaction; whoever comes meanwhile waits for the next. Nobody waits
for others to come, and no letter is taken that no thread is there to send.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Condition

import attrs

from esdh_connect.outbox import Claim, Ended

__all__ = ["Desk"]


@attrs.define(eq=False)
class _Errand:
    """What one thread comes with, and what it goes with."""

    ended: Ended | None
    wants: bool
    claim: Claim | None = None
    failed: BaseException | None = None
    served: bool = False


@attrs.define(eq=False)
class Desk:
    """One desk of one shift. ``serve`` stores what ended and gives so many letters at most, in one transaction."""

    serve: Callable[[Sequence[Ended], int], Sequence[Claim]]
    _turn: Condition = attrs.field(factory=Condition, init=False)
    _waiting: list[_Errand] = attrs.field(factory=list, init=False)
    _busy: bool = attrs.field(default=False, init=False)

    def next(self, ended: Ended | None, *, wants: bool) -> Claim | None:
        """
        Hand in what became of a letter, durable when this returns, and get the next where one is wanted and there.

        Raises what serving raises, to everybody who was served together: then nothing of it was stored.
        """
        errand = _Errand(ended, wants)
        with self._turn:
            self._waiting.append(errand)
            self._turn.wait_for(lambda: errand.served or not self._busy)
            errands: list[_Errand] = []
            if not errand.served:
                errands, self._waiting, self._busy = self._waiting, [], True
        if errands:
            self._serve(errands)
        if errand.failed is not None:
            raise errand.failed
        return errand.claim

    def _serve(self, errands: Sequence[_Errand]) -> None:
        wanting = [errand for errand in errands if errand.wants]
        try:
            claims = self.serve([errand.ended for errand in errands if errand.ended is not None], len(wanting))
            for errand, claim in zip(wanting, claims, strict=False):
                errand.claim = claim
        except BaseException as error:  # noqa: BLE001 - raised where each of them waits for it
            for errand in errands:
                errand.failed = error
        finally:
            with self._turn:
                for errand in errands:
                    errand.served = True
                self._busy = False
                self._turn.notify_all()
