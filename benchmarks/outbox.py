"""Letters committed and worked off, one by one and in batches, against outboxes and queues on SQLite."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from statistics import median

import queues
from bare import Bare, SealedBare
from figures import Goal, at_least, folder, in_turns, is_long, ratio, show
from letters import CONTENT, add, drafts, opened, post, wishes

from esdh_connect.testing.fakes import FakeHost

SINGLE, BATCH, ROUNDS = (200, 5000, 15) if is_long() else (40, 1000, 7)
JOBS = SINGLE // 2
LETTERS = [(f"letter {at}", CONTENT) for at in range(max(SINGLE, BATCH))]
DRAFTS = drafts(0, max(SINGLE, BATCH))


def per_second(count: int, work: Callable[[], object]) -> float:
    """Tell how many a second."""
    begin = time.perf_counter()
    work()
    return count / (time.perf_counter() - begin)


def bare(kind: type[Bare], *, together: bool) -> float:
    """Commit on bare sqlite3."""
    with folder() as where, closing(kind(where)) as outbox:
        if together:
            return per_second(BATCH, lambda: outbox.add(LETTERS[:BATCH]))
        return per_second(SINGLE, lambda: [outbox.add([one]) for one in LETTERS[:SINGLE]])


def bare_work() -> float:
    """Work off on bare sqlite3."""
    with folder() as where, closing(Bare(where)) as outbox:
        outbox.add(LETTERS[:SINGLE])
        return per_second(SINGLE, lambda: [outbox.work() for _ in range(SINGLE)])


def ours(*, together: bool) -> float:
    """Commit sealed drafts with their facts."""
    with folder() as where, closing(opened(where)) as store:
        if together:
            return per_second(BATCH, lambda: add(store, DRAFTS[:BATCH]))
        return per_second(SINGLE, lambda: [add(store, [one]) for one in DRAFTS[:SINGLE]])


def ours_planned() -> float:
    """Commit as a caseworker does: planned again, then stored."""
    host = FakeHost()
    with folder() as where, post(opened(where), host) as connect:
        plans = [connect.plan(wish) for wish in wishes(host, SINGLE)]
        return per_second(SINGLE, lambda: [connect.commit(plan, by="bench") for plan in plans])


def ours_work(*, whole: bool) -> float:
    """Deliver: claim, hand over, note; as a whole also journalize."""
    with folder() as where, post(opened(where), FakeHost() if whole else None) as connect:
        add(connect.outbox, DRAFTS[:SINGLE])
        return per_second(SINGLE, connect.deliver)


def compare(title: str, contestants: dict[str, Callable[[], float]], goal: Goal | None = None) -> None:
    """Show one table; the first contestant is what the others are compared with, the second is ours."""
    print(f" {title}")
    found = in_turns(ROUNDS, contestants)
    limit, first = (list(found.items())[at] for at in (0, 1))
    for name, rates in found.items():
        part = ratio(rates, limit[1])
        said = "" if name == limit[0] else f"{part:.0%} of bare sqlite3"
        mine = goal if name == first[0] else None
        show(name, f"{median(rates):,.0f} /s", said, goal=mine, figure=part)


def main() -> None:
    """Three tables."""
    one: dict[str, Callable[[], float]] = {
        "bare sqlite3, in clear": lambda: bare(Bare, together=False),
        "ours, sealed, with its fact": lambda: ours(together=False),
        "ours, planned again first": ours_planned,
        "bare sqlite3, sealed": lambda: bare(SealedBare, together=False),
    }
    compare("one durable commit each", one | queues.enqueuing(LETTERS[:JOBS]), at_least(0.35))
    batch: dict[str, Callable[[], float]] = {
        "bare sqlite3, in clear": lambda: bare(Bare, together=True),
        "ours, sealed, with their facts": lambda: ours(together=True),
        "bare sqlite3, sealed": lambda: bare(SealedBare, together=True),
    }
    compare(f"{BATCH} in one commit", batch, at_least(0.5))
    work: dict[str, Callable[[], float]] = {
        "bare sqlite3: claim commit, done commit": bare_work,
        "ours: claim, hand over, note": lambda: ours_work(whole=False),
        "ours: and journalize": lambda: ours_work(whole=True),
    }
    compare("worked off", work | queues.working(LETTERS[:JOBS]))


if __name__ == "__main__":
    main()
