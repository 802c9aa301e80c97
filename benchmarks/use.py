"""
Use: a page of statistics from what is published, against the same from every event; what one event costs, what a year.

The events are those of a year in 24 departments. SQLite and DuckDB keep them all, with an index where it helps; the
page is letters by channel, what became of them, sizes and people, for each department and month.
"""

from __future__ import annotations

import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median
from uuid import UUID

import duckdb
from figures import Goal, at_least, at_most, folder, in_turns, is_long, ratio, show

from esdh_connect.connect import Connect
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.store.engine import journal_mode
from esdh_connect.testing.installation import installation
from esdh_connect.testing.municipality import DEPARTMENTS
from esdh_connect.usage import Usage, UsageKind
from esdh_connect_forbrug import Forbrug
from esdh_connect_forbrug.counting import Counting
from esdh_connect_forbrug.figures import Figures, Month, Use, total
from esdh_connect_forbrug.suppression import Unit, parted
from esdh_connect_forbrug.tables import closing
from esdh_connect_forbrug.year import written

EVENTS, MANY = 1_000_000, 10_000_000
FIRST, LAST = Month(2025, 11), Month(2026, 10)
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
ROUNDS, ONES = (2 if is_long() else 3), 100
PARENTS = {one.id: one.parent for one in DEPARTMENTS}

#: A year of events, made where that is quick.
MADE = """
CREATE TABLE event AS SELECT
    i AS id,
    CAST(DATE '2025-11-01' + CAST(hash(i) % 365 AS INTEGER) AS VARCHAR) AS day,
    'd' || lpad(CAST(hash(i, 1) % 24 AS VARCHAR), 2, '0') AS department,
    CASE WHEN i % 3 = 0 THEN 'opened' WHEN i % 3 = 1 THEN 'sent' WHEN hash(i, 2) % 100 = 0 THEN 'failed'
        ELSE 'delivered' END AS kind,
    CASE WHEN hash(i, 3) % 10 = 0 THEN 'fysisk_post' ELSE 'digital_post' END AS channel,
    CASE WHEN i % 3 = 2 AND hash(i, 2) % 100 = 0 THEN 'recipient' ELSE '' END AS cause,
    CASE WHEN i % 3 = 1 THEN 1 + hash(i, 4) % 6 ELSE 0 END::INTEGER AS documents,
    CASE WHEN i % 3 = 1 THEN 1 ELSE 0 END AS files,
    CASE WHEN i % 3 = 1 THEN 2 + hash(i, 5) % 20 ELSE 0 END::INTEGER AS pages,
    CASE WHEN i % 3 = 1 THEN 50000 + hash(i, 6) % 900000 ELSE 0 END::INTEGER AS size,
    CASE WHEN i % 3 = 2 THEN NULL ELSE 'user' || (hash(i, 7) % 20) END AS actor
FROM range({count}) AS made(i)
"""
COLUMNS = "id INTEGER PRIMARY KEY, day, department, kind, channel, cause, documents, files, pages, size, actor"
#: The page, as SQL that both understand.
YEAR = "day >= '2025-11-01' AND day < '2026-11-01'"
SUMS = "count(*), sum(documents), sum(files), sum(pages), sum(size)"
FIGURES = (
    f"SELECT substr(day, 1, 7), department, kind, channel, cause, {SUMS} FROM event "  # noqa: S608 - all of it is ours
    f"WHERE {YEAR} GROUP BY 1, 2, 3, 4, 5"
)
PEOPLE = f"SELECT substr(day, 1, 7), department, count(DISTINCT actor) FROM event WHERE {YEAR} GROUP BY 1, 2"  # noqa: S608


def main() -> None:
    """Measure both."""
    events = MANY if is_long() else EVENTS
    with folder() as home:
        duck, lite = made(home, events)
        post = published(home, duck)
        pages(post, duck, lite, events)
        ones(post, home, "on disk", at_most(2))
        post.close()
    with folder(in_memory=True) as home:
        post = counted(home)
        ones(post, home, "in memory", None)
        post.close()
    with folder(in_memory=True) as home:
        year(home)


def made(home: Path, events: int) -> tuple[duckdb.DuckDBPyConnection, sqlite3.Connection]:
    """Make the events, in both."""
    duck = duckdb.connect(str(home / "events.duckdb"))
    duck.execute(MADE.format(count=events))
    lite = sqlite3.connect(home / "events.db")
    lite.execute(f"CREATE TABLE event ({COLUMNS})")
    found = duck.execute("SELECT * FROM event")
    while rows := found.fetchmany(100_000):
        lite.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    lite.execute("CREATE INDEX page ON event (day)")
    lite.execute("ANALYZE")
    lite.commit()
    return duck, lite


def published(home: Path, duck: duckdb.DuckDBPyConnection) -> Connect:
    """Publish the year as it is published when each month is closed."""
    post = counted(home)
    units: dict[str, dict[str, Unit]] = defaultdict(dict)
    people = duck.execute("SELECT substr(day, 1, 7), department, list(DISTINCT actor) FROM event GROUP BY 1, 2")
    for month, department, actors in people.fetchall():
        units[month][department] = Unit(Figures(), frozenset(one for one in actors if one))
    for month, department, kind, channel, cause, *sums in duck.execute(FIGURES).fetchall():
        unit = units[month][department]
        more = Unit(total([unit.figures, figures(kind, channel, cause, *sums)]), unit.people)
        units[month][department] = more
    with post.store.transaction() as connection:
        for month, its in sorted(units.items()):
            closing.close(connection, month, NOW, PARENTS, parted(its, PARENTS))
    return post


def counted(home: Path) -> Connect:
    """Open an installation that counts."""
    store = Store.open(home / "outbox.db", Seal(b"x" * 32), now=lambda: NOW)
    return installation(host=None, channels=[], now=lambda: NOW, outbox=store, more={"forbrug": Forbrug()})


def figures(kind: str, channel: str, cause: str, times: int, *sizes: int) -> Figures:
    """Give what so many events of a kind count."""
    if kind == "sent":
        named = dict(zip(("documents", "files", "pages", "size"), map(int, sizes), strict=True))
        return Figures(sent={channel: times}, plugins={"serviceplatformen": times}, **named)  # type: ignore[arg-type]
    return Figures(failed={cause: times}) if kind == "failed" else Figures(**{kind: times})  # type: ignore[arg-type]


def pages(post: Connect, duck: duckdb.DuckDBPyConnection, lite: sqlite3.Connection, events: int) -> None:
    """Show the page in turns, and that it is the same page."""
    answers: dict[str, int] = {}

    def ours() -> None:
        cells = Use(post).published(FIRST, LAST)
        by = {(cell.month, cell.departments): cell.figures for cell in cells}
        answers["ours"] = sum(one.letters for one in by.values())

    def theirs(name: str, ask: Callable[[str], Sequence[Sequence[object]]]) -> None:
        rows, _ = (ask(query) for query in (FIGURES, PEOPLE))
        answers[name] = sum(int(str(row[5])) for row in rows if row[2] == "sent")

    took = in_turns(
        ROUNDS,
        {
            "ours": lambda: timed(ours),
            "SQLite": lambda: timed(lambda: theirs("SQLite", lambda query: lite.execute(query).fetchall())),
            "DuckDB": lambda: timed(lambda: theirs("DuckDB", lambda query: duck.execute(query).fetchall())),
        },
    )
    if len(set(answers.values())) != 1:
        raise SystemExit(f"they do not count the same: {answers}")
    show(
        f"a page of {events:,} events".replace(",", " "),
        f"{1000 * median(took['ours']):.1f} ms",
        "from what is published",
    )
    for name, goal in (("SQLite", at_least(100)), ("DuckDB", at_least(5))):
        times = ratio(took[name], took["ours"])
        beside = f"{name}, every event: {1000 * median(took[name]):.0f} ms"
        show(f"the same from {name}", f"{times:.0f} times", beside, goal=goal, figure=times)


def ones(post: Connect, home: Path, where: str, goal: Goal | None) -> None:
    """Count one event after the other, each in its transaction, beside a bare insert."""
    counting, ids = Counting(post.store, 90), count()
    bare = sqlite3.connect(home / "bare.db", isolation_level=None)
    bare.execute(f"PRAGMA journal_mode={journal_mode(sqlite3.sqlite_version_info)}")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute(f"CREATE TABLE event ({COLUMNS})")

    def ours() -> None:
        for number in range(ONES):
            at = NOW - timedelta(minutes=number)
            usage = Usage(UUID(int=next(ids)), UsageKind.SENT, "byg", at, "digital_post", 3, 1, 7, 9000, "bilag")
            counting.count(usage, f"user{number % 20}")

    def inserted() -> None:
        for number in range(ONES):
            bare.execute("BEGIN IMMEDIATE")
            row = (next(ids), "2026-11-27", "byg", "sent", "digital_post", "", 3, 1, 7, 9000, f"user{number % 20}")
            bare.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            bare.execute("COMMIT")

    took = in_turns(ROUNDS, {"ours": lambda: timed(ours), "bare": lambda: timed(inserted)})
    times = ratio(took["ours"], took["bare"])
    each, beside = (f"{1000 * median(took[name]) / ONES:.2f} ms" for name in ("ours", "bare"))
    name, beside = f"an event counted in a transaction, {where}", f"{each}; a bare insert: {beside}"
    show(name, f"{times:.1f} times", beside, goal=goal, figure=times)


def year(home: Path) -> None:
    """Write the made-up year of the demo, in time of the processor."""
    begun = time.process_time()
    with counted(home) as post:
        written(post, before=NOW.date())
    took = time.process_time() - begun
    show("a made-up year written", f"{took:.1f} s CPU", goal=at_most(2, " s"), figure=took)


def timed(work: Callable[[], None]) -> float:
    """Give how long it takes, in seconds."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
