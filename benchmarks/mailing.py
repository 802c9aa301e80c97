"""A mailing of 100 000 letters, each sealed by itself: how fast it is taken, and how long an urgent one waits."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from uuid import uuid4

from figures import at_most, folder, is_long, percentile, show
from letters import POLICY, add, drafts, facts, now, opened, post, wishes

from esdh_connect import progress
from esdh_connect.mailing import CHUNK, Step
from esdh_connect.testing.fakes import FakeHost

LETTERS, PLANNED = (100_000, 100_000) if is_long() else (20_000, 5_000)
URGENT = "urgent"
SECONDS, WHOLE = 10.0, 100_000


def accept(where: Path) -> tuple[list[float], float]:
    """
    Add drafts in chunks, as a mailing does.

    Gives how long each chunk took, and so held the lock at most, and the seconds of a processor for all of them.
    """
    held, worked = [], 0.0
    with closing(opened(where)) as store:
        for first in range(0, LETTERS, CHUNK):
            made = drafts(first, CHUNK)
            told = facts(made)
            begin, work = time.perf_counter(), time.process_time()
            store.add(made, told, POLICY)
            held.append(time.perf_counter() - begin)
            worked += time.process_time() - work
    return held, worked


def mail(where: Path) -> dict[str, float]:
    """Give a whole list to ``commit_many``: planned, committed, counted, released; gives the seconds of each part."""
    host, ended = FakeHost(), {"begun": time.perf_counter()}

    def watch(step: Step) -> None:
        ended[step.what] = time.perf_counter()

    with post(opened(where), host) as connect:
        list_ = wishes(host, PLANNED)
        ended["begun"] = time.perf_counter()
        connect.commit_many(list_, batch="mailing", expect=PLANNED, by="bench", progress=watch)
    return {"committed": ended["committed"] - ended["begun"], "released": ended["released"] - ended["committed"]}


def urgent(where: Path) -> None:
    """Commit urgent letters one after another until told to end, claim each, and print how long that took."""
    with closing(opened(where)) as store:
        print("ready", flush=True)
        at = 0
        while not (where / "end").exists():
            at += 1
            add(store, drafts(at, 1, "urgent "))
            begin = time.perf_counter()
            start = partial(progress.started, transaction_id=uuid4(), now=now(), shift="bench")
            claimed = store.claim(now(), start, lambda _: None)
            print(time.perf_counter() - begin, claimed is not None, flush=True)
            time.sleep(0.05)


def extrapolated(seconds: float, letters: int) -> float:
    """Give what it would be for a whole mailing."""
    return seconds * WHOLE / letters


def show_accepted() -> None:
    """Drafts alone, and a list from the beginning."""
    with folder() as where:
        held, worked = accept(where)
        size = (where / "ours.db").stat().st_size / LETTERS / 1000
    taken = extrapolated(sum(held), LETTERS)
    beside = f"{extrapolated(worked, LETTERS):.1f} s of a processor, {size:.1f} kB each"
    show("100 000 drafts accepted", f"{taken:.1f} s", beside, goal=at_most(SECONDS, " s"), figure=taken)
    longest, middle = max(held) * 1000, median(held) * 1000
    title = f"lock held, chunks of {CHUNK}"
    show(title, f"{longest:.0f} ms", f"median {middle:.0f} ms", goal=at_most(250, " ms"), figure=longest)
    with folder() as where:
        parts = {what: extrapolated(seconds, PLANNED) for what, seconds in mail(where).items()}
    for what, seconds in parts.items():
        show(f"100 000 in commit_many: {what}", f"{seconds:.0f} s", f"of {PLANNED}")


def show_urgent() -> None:
    """Another process commits urgent letters and claims them while a mailing is taken."""
    with folder() as where:
        opened(where).close()
        command = [sys.executable, __file__, URGENT, str(where)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
            assert worker.stdout
            worker.stdout.readline()
            mail(where)
            (where / "end").touch()
            waits = [1000 * float(line.split()[0]) for line in worker.stdout]
    usual = median(waits)
    beside = f"p95 {percentile(waits, 95):.0f} ms, max {max(waits):.0f} ms, {len(waits)} times"
    show("an urgent letter claimed meanwhile", f"{usual:.0f} ms", beside, goal=at_most(50, " ms"), figure=usual)


if __name__ == "__main__":
    if URGENT in sys.argv:
        urgent(Path(sys.argv[-1]))
    else:
        show_accepted()
        show_urgent()
