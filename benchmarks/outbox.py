"""Letters committed and handed over per second, against a bare sqlite3 table in the same journal mode and run."""

import sqlite3
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from esdh_connect import Case, Request
from esdh_connect.model import Party
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.store.engine import journal_mode
from esdh_connect.testing.fakes import FakeChannel, FakeHost
from esdh_connect.testing.installation import installation

LETTERS = 100
ROUNDS = 5


def bare(folder: Path) -> float:
    """One durable insert for each letter, nothing else."""
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute(f"PRAGMA journal_mode={journal_mode(sqlite3.sqlite_version_info)}")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE letter (id INTEGER PRIMARY KEY, content BLOB)")
    begin = time.perf_counter()
    for _ in range(LETTERS):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO letter (content) VALUES (?)", (bytes(1000),))
        connection.execute("COMMIT")
    taken = time.perf_counter() - begin
    connection.close()
    return LETTERS / taken


def ours(folder: Path) -> tuple[float, float]:
    """Plan and commit, sealed and with all facts; then deliver to a channel that says yes."""
    host = FakeHost()
    document = host.document("letter", "one page")
    people = [host.person(f"p{at}", "0101901234") for at in range(LETTERS)]
    seal = Seal(b"a secret of thirty-two bytes.....")
    post = installation(
        host=host,
        channels=[FakeChannel()],
        now=lambda: datetime.now(UTC),
        outbox=Store.open(folder / "ours.db", seal),
    )
    plans = [post.plan(wish(person, document)) for person in people]
    begin = time.perf_counter()
    for plan in plans:
        post.commit(plan, by="bench")
    middle = time.perf_counter()
    post.deliver()
    end = time.perf_counter()
    post.close()
    return LETTERS / (middle - begin), LETTERS / (end - middle)


def wish(person: Party, document: object) -> Request:
    """One letter to one person."""
    return Request(person.id, Case("1"), "teknik", "Brev", [document], [person])


def main() -> None:
    """Interleave them."""
    rows = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as name:
            rows.append((bare(Path(name)), *ours(Path(name))))
    names = ("bare sqlite3, one insert", "plan again and commit", "deliver, journalize, tell")
    for name, column in zip(names, zip(*rows, strict=True), strict=True):
        ratio = median(value / row[0] for value, row in zip(column, rows, strict=True))
        print(f"{name:28} {median(column):7.0f} letters/s   {ratio:.2f} of bare")


if __name__ == "__main__":
    main()
