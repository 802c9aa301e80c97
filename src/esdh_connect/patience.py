"""
Tålmodighed: whether a person waits for what is being done here, and how long already.

Whoever answers a person says so with :func:`somebody_waits`; what is asked over a network on the way looks at
:func:`waited`, and gives up in time. Where nobody waits – a worker, a mailing by night – nothing is cut short.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["somebody_waits", "waited"]

_since: ContextVar[float | None] = ContextVar("esdh_connect_somebody_waits_since", default=None)


@contextmanager
def somebody_waits() -> Iterator[None]:
    """Say that a person waits for what is done in this block; the clock starts with the outermost."""
    if _since.get() is not None:
        yield
        return
    token = _since.set(time.monotonic())
    try:
        yield
    finally:
        _since.reset(token)


def waited() -> float | None:
    """Give the seconds a person has waited for what is done here; None where nobody does."""
    since = _since.get()
    return None if since is None else time.monotonic() - since
