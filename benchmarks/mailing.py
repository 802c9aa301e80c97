"""A mailing of 100 000 letters, each sealed by itself: how fast it is taken, and how long an urgent one waits."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from statistics import median
from uuid import uuid4

from figures import at_most, folder, is_long, percentile, show
from letters import POLICY, add, drafts, facts, now, opened

from esdh_connect import progress

LETTERS = 100_000 if is_long() else 20_000
#: Letters in one commit: few enough that nobody waits long for the lock.
CHUNK = 250
URGENT = "urgent"
GOAL = 10.0 * LETTERS / 100_000


def accept(where: Path) -> tuple[float, list[float]]:
    """Add all of them; gives the seconds it took, and how long each chunk held the lock at most."""
    held: list[float] = []
    with closing(opened(where)) as store:
        for first in range(0, LETTERS, CHUNK):
            made = drafts(first, CHUNK)
            told = facts(made)
            begin = time.perf_counter()
            store.add(made, told, POLICY)
            held.append(time.perf_counter() - begin)
    return sum(held), held


def urgent(where: Path) -> None:
    """Commit urgent letters one after another until told to end, claim each, and print how long that took."""
    with closing(opened(where)) as store:
        print("ready", flush=True)
        for at in range(1_000_000):
            if (where / "end").exists():
                return
            add(store, drafts(at, 1, "urgent "))
            begin = time.perf_counter()
            claimed = store.claim(now(), lambda entry: progress.started(entry, uuid4(), now()), lambda _: None)
            print(time.perf_counter() - begin, claimed is not None, flush=True)
            time.sleep(0.05)


def main() -> None:
    """One mailing alone, and one while a worker claims urgent letters."""
    with folder() as where:
        took, held = accept(where)
        size = (where / "ours.db").stat().st_size / 1e6
    show(
        f"{LETTERS} letters accepted",
        f"{took:.1f} s",
        f"{LETTERS / took:,.0f} /s, file {size:.0f} MB",
        goal=at_most(GOAL, " s"),
        figure=took,
    )
    longest = max(held) * 1000
    show(
        f"lock held, chunks of {CHUNK}",
        f"{longest:.0f} ms",
        f"median {median(held) * 1000:.0f} ms",
        goal=at_most(250, " ms"),
        figure=longest,
    )
    with folder() as where:
        opened(where).close()
        command = [sys.executable, __file__, URGENT, str(where)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
            assert worker.stdout
            worker.stdout.readline()
            took, _ = accept(where)
            (where / "end").touch()
            waits = [1000 * float(line.split()[0]) for line in worker.stdout]
    show(
        "an urgent letter claimed meanwhile",
        f"{median(waits):.0f} ms",
        f"p95 {percentile(waits, 95):.0f} ms, max {max(waits):.0f} ms",
        goal=at_most(50, " ms"),
        figure=median(waits),
    )
    show("  and the mailing beside it", f"{took:.1f} s")


if __name__ == "__main__":
    if URGENT in sys.argv:
        urgent(Path(sys.argv[-1]))
    else:
        main()
