"""The tables of procrastinate: made, brought up to date by its own migrations, or refused."""

from threading import Event, Thread

import psycopg
import pytest

from esdh_connect.bell import BellHealth
from esdh_connect.errors import PluginError
from esdh_connect_postgres import bell_tables
from esdh_connect_postgres.bell import Procrastinate

OLD = "03.03.00"
UP_TO_DATE = f"esdh_connect: up to {bell_tables.migrations()[-1].name}"
MARK = "SELECT obj_description('procrastinate_jobs'::regclass)"


def work_once(url: str) -> None:
    """Run a worker until it has looked once."""
    stop = Event()

    def deliver() -> bool:
        stop.set()
        return False

    Procrastinate(url).run(deliver, stop)


def plain(url: str) -> str:
    return "postgresql://" + url.partition("://")[2]


def mark(url: str) -> str:
    with psycopg.connect(plain(url)) as connection:
        row = connection.execute(MARK).fetchone()
        return str(row[0] if row else None)


def lay_old(url: str, comment: str) -> None:
    """Make the tables of an older procrastinate, as its migrations left them."""
    with psycopg.connect(plain(url), autocommit=True) as connection:
        for path in bell_tables.migrations():
            if path.name[:8] <= OLD:
                connection.execute(path.read_text(encoding="utf-8"))
        if comment:
            connection.execute(f"COMMENT ON TABLE procrastinate_jobs IS '{comment}'")


def functions(url: str) -> set[str]:
    query = "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE proname LIKE 'procrastinate%'"
    with psycopg.connect(plain(url)) as connection:
        return {row[0] for row in connection.execute(query)}


def test_the_first_worker_makes_them_and_notes_the_version(esdh_postgres_url: str) -> None:
    """The second changes nothing."""
    for _ in range(2):
        work_once(esdh_postgres_url)
        assert mark(esdh_postgres_url) == UP_TO_DATE
    assert Procrastinate(esdh_postgres_url).health() == BellHealth()


def test_older_tables_are_brought_up_to_date(esdh_postgres_url: str) -> None:
    """By procrastinate's own migrations, in their order."""
    lay_old(esdh_postgres_url, "esdh_connect: up to 03.03.00_01_pre_priority_lock_fetch_job.sql")
    before = functions(esdh_postgres_url)
    work_once(esdh_postgres_url)
    assert mark(esdh_postgres_url) == UP_TO_DATE
    assert functions(esdh_postgres_url) != before


def test_tables_that_somebody_else_made_are_left_alone(esdh_postgres_url: str) -> None:
    """Whoever uses procrastinate beside us keeps it up to date."""
    lay_old(esdh_postgres_url, "")
    before = functions(esdh_postgres_url)
    work_once(esdh_postgres_url)
    assert (functions(esdh_postgres_url), mark(esdh_postgres_url)) == (before, "None")


def test_tables_of_a_newer_one_are_refused(esdh_postgres_url: str) -> None:
    """The worker ends, and says what to install."""
    work_once(esdh_postgres_url)
    with psycopg.connect(plain(esdh_postgres_url)) as connection:
        connection.execute("COMMENT ON TABLE procrastinate_jobs IS 'esdh_connect: up to 99.00.00_01_x.sql'")
    with pytest.raises(PluginError, match="have the migration 99") as raised:
        work_once(esdh_postgres_url)
    assert "Administratoren skal installere" in raised.value.danish


def test_two_workers_that_start_at_once_make_them_once(esdh_postgres_url: str) -> None:
    """Whichever comes first."""
    threads = [Thread(target=work_once, args=(esdh_postgres_url,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    assert mark(esdh_postgres_url) == UP_TO_DATE
