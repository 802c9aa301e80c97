"""Queues that keep their jobs in SQLite, with a job that does nothing; each in the settings that make it durable."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Sequence

from dbos import DBOS
from figures import CannotRun, folder
from huey import SqliteHuey

from esdh_connect.store.engine import journal_mode

__all__ = ["enqueuing", "working"]

Letters = Sequence[tuple[str, bytes]]


def enqueuing(letters: Letters) -> dict[str, Callable[[], float]]:
    """Give those that can enqueue, each as what tells jobs a second."""
    return {
        "huey, SQLite with fsync": lambda: huey_jobs(letters)[0],
        "DBOS, SQLite": lambda: dbos_jobs(letters)[0],
    }


def working(letters: Letters) -> dict[str, Callable[[], float]]:
    """Give those that can work jobs off."""
    return {
        "huey, SQLite with fsync: one commit, at most once": lambda: huey_jobs(letters)[1],
        "DBOS, SQLite": lambda: dbos_jobs(letters)[1],
    }


def huey_jobs(letters: Letters) -> tuple[float, float]:
    """Enqueue and work off, in this process."""
    with folder() as where:
        mode = journal_mode(sqlite3.sqlite_version_info)
        huey = SqliteHuey(filename=str(where / "huey.db"), fsync=True, journal_mode=mode, results=False)

        @huey.task()
        def send(name: str, content: bytes) -> None:
            """Send nothing."""

        begin = time.perf_counter()
        for one in letters:
            send(*one)
        middle = time.perf_counter()
        while (task := huey.dequeue()) is not None:
            huey.execute(task)
        end = time.perf_counter()
        huey.storage.close()
    return len(letters) / (middle - begin), len(letters) / (end - middle)


def dbos_jobs(letters: Letters) -> tuple[float, float]:
    """Enqueue workflows of one step, and wait for the last. Raises CannotRun."""
    logging.getLogger("dbos").setLevel(logging.CRITICAL)
    with folder() as where:
        return durable(letters, f"sqlite:///{where / 'dbos.db'}")


def durable(letters: Letters, url: str) -> tuple[float, float]:
    """Do it with DBOS on the database with this address. Raises CannotRun."""
    DBOS(config={"name": "bench", "system_database_url": url, "run_admin_server": False, "log_level": "CRITICAL"})
    try:
        DBOS.launch()
    except Exception as error:
        DBOS.destroy()
        raise CannotRun(getattr(error, "orig", error)) from error
    try:
        return _durable(letters)
    finally:
        DBOS.destroy()


@DBOS.workflow()
def _send(name: str, content: bytes) -> None:
    """Send nothing."""


def _durable(letters: Letters) -> tuple[float, float]:
    queue = DBOS.register_queue("letters")
    begin = time.perf_counter()
    handles = [queue.enqueue(_send, *one) for one in letters]
    middle = time.perf_counter()
    for handle in handles:
        handle.get_result()
    end = time.perf_counter()
    return len(letters) / (middle - begin), len(letters) / (end - middle)
