"""Letters enqueued and worked off on PostgreSQL, against queues that take one job for each letter."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import psycopg
import queues
from figures import CannotRun, in_turns, is_long, named, ratio, show
from letters import CONTENT, SEAL, add, drafts, post
from servers import database
from sqlalchemy import create_engine

from esdh_connect.store import Store

JOBS, ROUNDS = (1000, 5) if is_long() else (200, 3)
LETTERS = [(f"letter {at}", CONTENT) for at in range(JOBS)]
PEERS = Path(__file__).with_name("peers")

Rates = tuple[float, float]


def bare(address: str) -> Rates:
    """Insert and work off with psycopg and SKIP LOCKED: the limit."""
    take = "SELECT id FROM bare WHERE state = 'ready' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"
    with psycopg.connect(f"postgresql://{address}") as run:
        run.execute("DROP TABLE IF EXISTS bare")
        run.execute("CREATE TABLE bare (id bigserial PRIMARY KEY, state text DEFAULT 'ready', content bytea)")
        run.commit()
        begin = time.perf_counter()
        for _, content in LETTERS:
            run.execute("INSERT INTO bare (content) VALUES (%s)", (content,))
            run.commit()
        middle = time.perf_counter()
        while found := run.execute(take).fetchone():
            run.execute("UPDATE bare SET state = 'sending' WHERE id = %s", found)
            run.commit()
            run.execute("UPDATE bare SET state = 'done' WHERE id = %s", found)
            run.commit()
        return _rates(begin, middle)


def ours(address: str) -> Rates:
    """Commit one by one, and deliver with one worker."""
    with psycopg.connect(f"postgresql://{address}", autocommit=True) as run:
        run.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    store = Store(create_engine(f"postgresql+psycopg://{address}"), SEAL)
    with post(store) as connect:
        made = drafts(0, JOBS)
        begin = time.perf_counter()
        for one in made:
            add(store, [one])
        middle = time.perf_counter()
        connect.deliver()
        return _rates(begin, middle)


def peer(name: str, address: str) -> Rates:
    """Run a peer in a process of its own. Raises CannotRun with its last words."""
    command = [sys.executable, PEERS / f"{name}.py", address, str(JOBS)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode or not done.stdout:
        raise CannotRun((done.stderr.strip() or "no words").splitlines()[-1])
    enqueued, worked = map(float, done.stdout.splitlines()[-1].split())
    return enqueued, worked


def _rates(begin: float, middle: float) -> Rates:
    end = time.perf_counter()
    return JOBS / (middle - begin), JOBS / (end - middle)


def main() -> None:
    """Two tables from one run."""
    try:
        with database() as address:
            compare(address)
    except CannotRun as why:
        named("everything on PostgreSQL", why)


def compare(address: str) -> None:
    """Run all in turns."""
    worked: dict[str, list[float]] = {}

    def both(name: str, run: Callable[[], Rates]) -> Callable[[], float]:
        def enqueue() -> float:
            enqueued, then = run()
            worked.setdefault(name, []).append(then)
            return enqueued

        return enqueue

    runs: dict[str, Callable[[], Rates]] = {
        "bare psycopg, SKIP LOCKED": lambda: bare(address),
        "ours, sealed, one worker": lambda: ours(address),
        "procrastinate, one job a letter": lambda: peer("procrastinate_jobs", address),
        "Celery, SQLAlchemy transport": lambda: peer("celery_jobs", address),
        "DBOS": lambda: queues.durable(LETTERS, f"postgresql+psycopg://{address}"),
    }
    enqueued = in_turns(ROUNDS, {name: both(name, run) for name, run in runs.items()})
    for title, found in (("one durable commit each", enqueued), ("worked off", worked)):
        print(f" {title}")
        limit = next(iter(found.values()))
        for name, rates in found.items():
            show(name, f"{median(rates):,.0f} /s", f"{ratio(rates, limit):.0%} of bare psycopg")


if __name__ == "__main__":
    main()
