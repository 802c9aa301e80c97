"""All benchmarks, or those named: `make bench`, or `make bench ARGS="outbox --long"`."""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

from esdh_connect.store.engine import journal_mode

HERE = Path(__file__).parent
ALL = {
    "startup": "the command line against a bare click program",
    "outbox": "commits and work on SQLite",
    "mailing": "100 000 letters accepted, and an urgent one meanwhile",
    "memory": "from 10 000 letters to a million",
    "postgres": "commits and work on PostgreSQL",
    "great": "a great mailing on PostgreSQL",
    "sending": "over the sandbox",
    "naive": "what the usual pattern doubles",
    "bilag": "letters and their bilag laid together",
    "departments": "department choice against bare pluggy",
    "use": "a page of statistics, and one event counted",
    "web": "each page in a browser, with a year loaded",
}
PEERS = (
    "huey",
    "dbos",
    "procrastinate",
    "celery",
    "python-serviceplatformen",
    "SQLAlchemy",
    "duckdb",
    "pypdf",
    "pikepdf",
    "pypdfium2",
)


def main() -> int:
    """Run them one after the other, each in a process of its own; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("names", nargs="*", help=", ".join(f"{name} ({what})" for name, what in ALL.items()))
    parser.add_argument("--long", action="store_true", help="sizes as the goals name them, however long it takes")
    asked = parser.parse_args()
    if strange := set(asked.names) - set(ALL):
        parser.error(f"no benchmark {', '.join(sorted(strange))}")
    mode = journal_mode(sqlite3.sqlite_version_info)
    print(f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version} in mode {mode}, {os.cpu_count()} cores")
    print("peers: " + ", ".join(f"{name} {version(name)}" for name in PEERS))
    failed = [name for name in asked.names or ALL if not ran(name, *(["--long"] if asked.long else []))]
    return bool(failed)


def ran(name: str, *options: str) -> bool:
    """Run one, and tell whether it came to its end."""
    load = os.getloadavg()[0]
    print(f"\n{name}: {ALL[name]}" + (f" (load before: {load:.1f})" if load >= 1 else ""), flush=True)
    begin = time.monotonic()
    done = subprocess.run([sys.executable, str(HERE / f"{name}.py"), *options], check=False)
    print(f"  ({time.monotonic() - begin:.0f} s)", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
