"""An outbox in memory: it keeps every promise but durability, for tests that are about something else."""

from __future__ import annotations

from esdh_connect.testing.memory.mailings import MemoryOutbox

__all__ = ["MemoryOutbox"]
