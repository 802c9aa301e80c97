"""DuckDB as the judge: what the same stream comes to in a database that keeps every event."""

from collections.abc import Iterable, Sequence
from datetime import date

import duckdb
from counted.streams import Told

from esdh_connect_forbrug.figures import Figures
from esdh_connect_forbrug.histogram import BOUNDS

_TABLE = """
CREATE TABLE told (id VARCHAR, kind VARCHAR, department VARCHAR, moment TIMESTAMP, day DATE, channel VARCHAR,
    plugin VARCHAR, cause VARCHAR, took_ms BIGINT, documents BIGINT, files BIGINT, pages BIGINT, size BIGINT,
    actor VARCHAR);
CREATE TABLE bound (ends BIGINT);
"""
_TELL = "INSERT INTO told VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
#: Summer time began on 29 March 2026, at one in UTC. The stream has no other change.
_VIEW = """
CREATE VIEW event AS SELECT DISTINCT ON (id) * REPLACE (CAST(moment
    + CASE WHEN moment < TIMESTAMP '2026-03-29 01:00:00' THEN INTERVAL 1 HOUR ELSE INTERVAL 2 HOUR END AS DATE) AS day)
    FROM told;
CREATE VIEW counted AS
    SELECT day, department, 'sent' AS figure, channel AS name, 1 AS n FROM event WHERE kind = 'sent'
    UNION ALL SELECT day, department, 'plugins', plugin, 1 FROM event WHERE kind = 'sent'
    UNION ALL SELECT day, department, 'documents', '', documents FROM event WHERE kind = 'sent'
    UNION ALL SELECT day, department, 'files', '', files FROM event WHERE kind = 'sent'
    UNION ALL SELECT day, department, 'pages', '', pages FROM event WHERE kind = 'sent'
    UNION ALL SELECT day, department, 'size', '', size FROM event WHERE kind = 'sent'
    UNION ALL SELECT day, department, 'failed', cause, 1 FROM event WHERE kind = 'failed'
    UNION ALL SELECT day, department, kind, '', 1 FROM event WHERE kind NOT IN ('sent', 'failed')
    UNION ALL SELECT day, department, 'took', CAST((SELECT count(*) FROM bound WHERE ends <= took_ms) AS VARCHAR), 1
        FROM event WHERE took_ms IS NOT NULL;
"""

_ITS = "day >= ? AND day < ? AND list_contains(?, department)"
_MONTH = (
    "SELECT figure, name, sum(n)::BIGINT FROM counted "  # noqa: S608 - nothing of it is anybody's
    f"WHERE {_ITS} GROUP BY ALL HAVING sum(n) > 0 ORDER BY ALL"
)
_PEOPLE = f"SELECT count(DISTINCT actor) FROM event WHERE {_ITS}"  # noqa: S608


class Judge:
    """Hears the same, and counts it its own way."""

    def __init__(self, told: Iterable[Told]) -> None:
        self._db = duckdb.connect()
        self._db.execute(_TABLE)
        self._db.executemany("INSERT INTO bound VALUES (?)", [[one] for one in BOUNDS])
        if rows := [_row(one) for one in told]:
            self._db.executemany(_TELL, rows)
        self._db.execute(_VIEW)

    def days(self) -> list[tuple[object, ...]]:
        """Give what is counted, day by day."""
        return self._db.execute(
            "SELECT CAST(day AS VARCHAR), department, figure, name, sum(n)::BIGINT FROM counted "
            "GROUP BY ALL HAVING sum(n) > 0 ORDER BY ALL"
        ).fetchall()

    def month(self, first: date, until: date, departments: Sequence[str]) -> Figures:
        """Give what some departments have together from a day up to the day before another."""
        its = [first, until, list(departments)]
        counts = self._db.execute(_MONTH, its).fetchall()
        people = self._db.execute(_PEOPLE, its).fetchone()
        assert people is not None
        return Figures.of({**Figures.counted(counts).plain, "active": people[0]})


def _row(told: Told) -> list[object]:
    one = told.usage
    took = None if one.took is None else one.took // (one.took.resolution * 1000)
    codes = [one.channel, one.plugin, one.cause]
    sizes = [one.documents, one.files, one.pages, one.size]
    return [
        str(one.id),
        one.kind.value,
        one.department,
        one.at.replace(tzinfo=None),
        None,
        *codes,
        took,
        *sizes,
        told.actor,
    ]
