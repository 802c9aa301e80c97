"""``python -m tests.e2e.soak --letters 10000 --kills 1000``: what ``make soak`` runs."""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from esdh_connect_postgres.testing.server import programs, started
from tests.e2e.soak.judge import verdict
from tests.e2e.soak.lab import Lab

#: So often, in seconds, somebody is told how far it is: where they watch, and where it goes to a file.
WATCHED, FILED = 1.0, 30.0


def main() -> int:
    """Run it, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL, and kill the server too")
    asked = parser.parse_args()
    tell = told()
    with tempfile.TemporaryDirectory() as folder, store(postgres=asked.postgres) as (settings, server):
        with Lab(Path(folder), asked.letters, asked.seed, settings, server, tell) as lab:
            lab.run(asked.kills)
        tell("all quiet; looking at what became of each letter")
        found = verdict(lab.folder, lab.settings, asked.letters)
        sys.stdout.write(
            f"\nseed {asked.seed}, {lab.seconds:.0f} s, {sum(lab.kills.values())} kills: {lab.kills}\n{found}\n"
        )
    return not found.is_clean


@contextmanager
def store(*, postgres: bool) -> Iterator[tuple[str, Callable[[], None] | None]]:
    """Give the ``[store]`` of the settings and what kills its server: nothing for both where it is the SQLite file."""
    if not postgres:
        yield "", None
        return
    where = programs()
    if where is None:
        raise SystemExit("this machine has no PostgreSQL server: make servers")
    with started(where) as server:

        def again() -> None:
            server.kill()
            server.start()

        yield f'[store]\nurl = "{server.url(server.database())}"', again


def told() -> Callable[[str], None]:
    """Give what says how far it is, now and then: on one line for who watches."""
    began, watched = time.monotonic(), sys.stderr.isatty()
    last = began - FILED

    def tell(text: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= (WATCHED if watched else FILED):
            last = now
            line = f"{now - began:5.0f} s: {text}"
            sys.stderr.write(f"\r{line:<110}" if watched else f"{line}\n")
            sys.stderr.flush()

    return tell


if __name__ == "__main__":
    sys.exit(main())
