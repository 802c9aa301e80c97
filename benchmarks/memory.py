"""Memory of a process that commits a mailing and delivers from it: the growth from 10 000 letters to the last."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

from figures import at_most, folder, is_long, show
from letters import add, drafts, opened, post

LETTERS = 1_000_000 if is_long() else 50_000
CHUNK = 500
FROM = 10_000


def resident() -> float:
    """Give what this process holds now, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


def main() -> None:
    """Commit in chunks, and deliver some at both ends."""
    with folder() as where, closing(opened(where)) as store:
        connect, began = post(store), 0.0
        for first in range(0, LETTERS, CHUNK):
            add(store, drafts(first, CHUNK))
            if first + CHUNK == FROM:
                connect._delivery.run(100)  # noqa: SLF001 - a worker's round, with its limit
                began = resident()
        connect._delivery.run(100)  # noqa: SLF001
        grown = resident() - began
    show(
        f"growth from {FROM} to {LETTERS} letters",
        f"{grown:+.1f} MB",
        f"from {began:.0f} MB",
        goal=at_most(20, " MB"),
        figure=grown,
    )


if __name__ == "__main__":
    main()
