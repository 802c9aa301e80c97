"""
procrastinate as a bell: a job stands for about a hundred letters, and says nothing of them.

It is rung in the transaction that stores the letters. What makes it fit for that: jobs whose worker died are given to
another, finished ones are deleted, and between rings we look into the outbox ourselves, every second.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from threading import Event, Lock
from typing import Any

import attrs
import psycopg
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException

from esdh_connect.bell import BellHealth, bells_for
from esdh_connect.log import Log
from esdh_connect_postgres import bell_tables

__all__ = ["Procrastinate"]

_QUEUE, _TASK = "esdh_connect", "esdh_connect.deliver"
#: Its default of five seconds is how long a job waits that was rung in the instant a worker had finished another.
_POLL = 0.5
_LOOK, _AGAIN = 1.0, 1.0
_LOST = (ConnectorException, psycopg.Error)
#: As procrastinate itself counts: what nobody has begun, and what was begun by a worker that gives no sign any more.
_COUNTED = """
    SELECT count(*) FILTER (WHERE job.status = 'todo'),
           count(*) FILTER (WHERE job.status = 'doing'
               AND (job.worker_id IS NULL OR worker.last_heartbeat < now() - %(dead_after)s::interval))
      FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
     WHERE job.queue_name = %(queue)s
"""


@attrs.frozen(eq=False)
class Procrastinate:
    """
    The bell. ``url`` leads to the outbox's own database; ``password`` is asked at each new connection.

    ``dead_after`` is how long a worker may give no sign before its job goes to another. That a job is done twice
    then does no harm: the letters have proofs of their own.
    """

    url: str = attrs.field(repr=False)
    password: Callable[[], str] | None = attrs.field(default=None, repr=False)
    dead_after: timedelta = timedelta(seconds=30)
    name: str = "procrastinate"
    log: Log = Log()

    # --- ringing

    def ring(self, connection: object, letters: int) -> None:
        """Store jobs in the letters' own transaction. Raises TypeError where its driver is not psycopg 3."""
        driver: Any = getattr(getattr(connection, "connection", None), "driver_connection", None)
        if not isinstance(driver, psycopg.Connection):
            raise TypeError(f"procrastinate is rung on a connection of psycopg 3, not on {type(driver).__name__}")
        bell = App(connector=SyncPsycopgConnector()).configure_task(_TASK, queue=_QUEUE, connection=driver)
        bell.batch_defer(*({} for _ in range(bells_for(letters))))

    # --- running

    def run(self, deliver: Callable[[], bool], stop: Event) -> None:
        """Hear and look until told to stop; a server that goes away is waited for."""
        one_at_a_time = Lock()

        def alone() -> bool:
            with one_at_a_time:
                return not stop.is_set() and deliver()

        while not stop.is_set():
            try:
                asyncio.run(self._hear(alone, stop))
            except _LOST as error:
                self.log.warning("bell_lost", bell=self.name, error=type(error).__name__)
                stop.wait(_AGAIN)

    async def _hear(self, deliver: Callable[[], bool], stop: Event) -> None:
        async with self._open() as app:
            await self._keep_tables()
            app.task(name=_TASK, queue=_QUEUE)(deliver)
            worker = asyncio.create_task(
                app.run_worker_async(
                    queues=[_QUEUE],
                    fetch_job_polling_interval=_POLL,
                    update_heartbeat_interval=self._seconds / 6,
                    stalled_worker_timeout=self._seconds,
                    delete_jobs="always",
                    install_signal_handlers=False,
                )
            )
            looking = asyncio.create_task(self._look(app, deliver, stop))
            try:
                done, _ = await asyncio.wait({worker, looking}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (worker, looking):
                    task.cancel()
                await asyncio.gather(worker, looking, return_exceptions=True)
            for task in done:
                task.result()

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[App]:
        conninfo = self._conninfo()
        await (await psycopg.AsyncConnection.connect(conninfo)).close()  # a pool would wait, and not say for what
        connector = PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4, timeout=10)
        async with App(connector=connector).open_async() as app:
            yield app

    async def _keep_tables(self) -> None:
        """Make its tables or bring them up to date, whichever worker comes first. Raises PluginError."""
        async with await psycopg.AsyncConnection.connect(self._conninfo(), autocommit=True) as connection:
            await bell_tables.keep(connection)

    def _conninfo(self) -> str:
        """Give what libpq needs; the scheme is SQLAlchemy's."""
        url = "postgresql://" + self.url.partition("://")[2]
        password = {} if self.password is None else {"password": self.password()}
        return psycopg.conninfo.make_conninfo(url, application_name="esdh-connect-bell", connect_timeout=10, **password)

    async def _look(self, app: App, deliver: Callable[[], bool], stop: Event) -> None:
        """Do what no bell tells of – what is postponed, held or rung in vain – and see to jobs whose worker died."""
        tended = time.monotonic() - self._seconds
        while not stop.is_set():
            if time.monotonic() - tended >= self._seconds:
                tended = time.monotonic()
                await self._revive(app)
            if not await asyncio.to_thread(deliver):
                await asyncio.to_thread(stop.wait, _LOOK)

    async def _revive(self, app: App) -> None:
        for job in await app.job_manager.get_stalled_jobs(queue=_QUEUE, seconds_since_heartbeat=self._seconds):
            with suppress(ConnectorException):  # another worker did it a moment ago
                await app.job_manager.retry_job(job)

    @property
    def _seconds(self) -> float:
        return self.dead_after.total_seconds()

    # --- looking at it

    def health(self) -> BellHealth:
        """
        Count its jobs, on one connection and without an event loop: the host may be in one.

        Raises what its driver raises where the server cannot be asked.
        """
        with psycopg.connect(self._conninfo(), autocommit=True) as connection:
            there = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
            if there is None or there[0] is None:
                return BellHealth()  # no worker has been here yet
            counted = connection.execute(_COUNTED, {"queue": _QUEUE, "dead_after": self.dead_after}).fetchone()
        return BellHealth(*counted) if counted else BellHealth()
