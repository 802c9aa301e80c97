"""The doors of mass sending, as :class:`esdh_connect.connect.Connect` has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta

from esdh_connect.dispatch import Override, Plan, Request
from esdh_connect.mailing.commit import CHUNK, Mailed, Mailing, Order, Step
from esdh_connect.mailing.overview import Overview
from esdh_connect.mailing.overview import overview as counted
from esdh_connect.outbox import Batch, Outbox

__all__ = ["Mailings"]


class Mailings:
    """Masseforsendelser: a list of requests, each with a key of its own, as one wish."""

    outbox: Outbox
    _mailing: Mailing

    def plan_many(
        self, requests: Iterable[Request], overrides: Sequence[Override] = (), *, batch: str = ""
    ) -> Iterator[Plan]:
        """
        Plan one after the other; changes nothing, keeps nothing, and never raises for a letter.

        An override of ``overrides`` that names no party is for every letter its concern is raised about. ``batch`` is
        what the mailing is called: its own letters that are committed already are no repeats.
        """
        return self._mailing.plans(requests, overrides, batch)

    def overview(self, plans: Iterable[Plan]) -> Overview:
        """Count the plans of a mailing: what is shown to the person who confirms it."""
        return counted(plans, self._mailing.planner.digest)

    def commit_many(  # noqa: PLR0913 - what a mailing is confirmed with, each by name
        self,
        requests: Iterable[Request],
        *,
        batch: str,
        expect: int,
        by: str,
        fingerprint: str = "",
        first: int | None = None,
        hold: timedelta = timedelta(0),
        supplement: bool = False,
        chunk: int = CHUNK,
        progress: Callable[[Step], None] | None = None,
        overrides: Sequence[Override] = (),
    ) -> Mailed:
        """
        Put a mailing into the outbox, and let it go when all of it is there and its count is right.

        ``batch`` is the host's name for it, and names no person; ``expect`` how many letters were confirmed, with the
        overview's ``fingerprint`` where it is to be exactly what was shown. ``first`` is how many may leave now: the
        rest waits for :meth:`release_batch`. ``hold`` is how long they can be regretted. May be killed at any
        instant: the same call again commits what is missing. A letter that cannot be planned stops only itself.
        ``overrides`` is what ``by`` says to concerns, once for all the letters each is about.
        With ``supplement`` the list holds only letters that are to join a batch of which the others were released.

        Raises BatchDiffers where it is not what was confirmed: then nothing of it leaves.
        """
        order = Order(batch, by, expect, fingerprint, first, hold, supplement, overrides)
        return self._mailing.commit(requests, order, chunk, progress)

    def release_batch(
        self,
        batch: str,
        *,
        by: str,
        expect: int | None = None,
        chunk: int = CHUNK,
        progress: Callable[[Step], None] | None = None,
    ) -> int:
        """
        Frigiv: let the rest of a batch go; gives how many letters. May be killed, and called again.

        ``expect`` is how many wait for it, where somebody has confirmed a number. Raises BatchDiffers where it is
        another.
        """
        return self._mailing.release(batch, by, None, expect=expect, chunk=chunk, watch=progress)

    def batches(self, name: str | None = None, limit: int = 100) -> tuple[Batch, ...]:
        """Count the letters of the newest batches, or of the one with this name."""
        return self.outbox.batches(name, limit)
