"""Our worker on PostgreSQL: delivers to a channel that says yes, from many threads, until nothing is ready."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from letters import SEAL, post

from esdh_connect.store import Store

THREADS, ROUND = 32, 1000


def main(address: str) -> None:
    """Deliver; ends when a round finds nothing."""
    with post(Store.connect(f"postgresql+psycopg://{address}", SEAL)) as connect:
        print("ready", flush=True)
        while connect.deliver(ROUND, threads=THREADS).letters:
            pass


if __name__ == "__main__":
    main(sys.argv[1])
