"""A great mailing on PostgreSQL: in one transaction of the host's, and drained while a worker dies each second."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path

import psycopg
from figures import CannotRun, at_least, at_most, is_long, named, show
from letters import POLICY, SEAL, drafts, facts
from servers import database, make_bells
from sqlalchemy import create_engine

from esdh_connect.store import Store
from esdh_connect_postgres.bell import Procrastinate

WHOLE, SECONDS = 100_000, 10.0
LETTERS, DRAINED = (100_000, 20_000) if is_long() else (5_000, 5_000)
CHUNK, WORKERS, LIMIT = 1000, 2, 900.0
DRAINER = Path(__file__).with_name("peers") / "drainer.py"


def commit(address: str, letters: int) -> float:
    """Store letters, their facts and their bells in one transaction of the host's; gives the seconds it took."""
    url = f"postgresql+psycopg://{address}"
    make_bells(address)
    engine, bell, taken = create_engine(url), Procrastinate(url), 0.0
    store = Store(engine, SEAL)
    with engine.connect() as host, host.begin():
        for first in range(0, letters, CHUNK):
            made = drafts(first, CHUNK, f"{letters} ")
            told = facts(made)
            begin = time.perf_counter()
            store.add(made, told, POLICY, connection=host, ring=bell.ring)
            taken += time.perf_counter() - begin
        begin = time.perf_counter()
        host.commit()
    return taken + time.perf_counter() - begin


def drain(address: str) -> tuple[float, int]:
    """Deliver with several workers, one of which is killed each second; gives the seconds, and the kills."""
    begin, kills, limit = time.perf_counter(), 0, time.monotonic() + LIMIT
    with ExitStack() as ends, psycopg.connect(f"postgresql://{address}", autocommit=True) as look:
        workers = [worker(address) for _ in range(WORKERS)]
        ends.callback(lambda: [one.kill() for one in workers])
        for at in cycle(range(WORKERS)):
            if workers[at].stdout is not None:
                workers[at].stdout.readline()  # it has begun: one that is killed before does nothing ever
            time.sleep(1)
            if time.monotonic() > limit or not counted(look, "ready", "sending"):
                break
            workers[at].kill()
            workers[at].wait()
            kills += 1
            workers[at] = worker(address)
    return time.perf_counter() - begin, kills


def worker(address: str) -> subprocess.Popen[bytes]:
    """Start a worker."""
    command = [sys.executable, str(DRAINER), address]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def counted(look: psycopg.Connection, *works: str) -> int:
    """Count the letters with one of these works."""
    row = look.execute("SELECT count(*) FROM esdh_connect_dispatch WHERE work = ANY(%s)", (list(works),)).fetchone()
    return int(row[0]) if row else 0


def main() -> None:
    """Both, on a server of its own."""
    try:
        with database() as address:
            taken = commit(address, LETTERS) * WHOLE / LETTERS
            title = "100 000 letters and bells, one transaction"
            show(title, f"{taken:.1f} s", f"of {LETTERS}", goal=at_most(SECONDS, " s"), figure=taken)
        with database() as address:
            commit(address, DRAINED)
            seconds, kills = drain(address)
            with psycopg.connect(f"postgresql://{address}") as look:
                over, unknown = counted(look, "closed", "handed_over"), counted(look, "unknown", "set_aside")
            rate, beside = over / seconds, f"{kills} kills, {unknown} of {DRAINED} wait for a receipt"
            show("drained, a kill every second", f"{rate:.0f} /s", beside, goal=at_least(1000, " /s"), figure=rate)
    except CannotRun as why:
        named("everything on PostgreSQL", why)


if __name__ == "__main__":
    main()
