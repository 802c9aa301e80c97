"""procrastinate as a bell, on a real server: rung in a transaction, heard once it is committed."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

import psycopg
import pytest
from sqlalchemy import Engine, create_engine

from esdh_connect.bell import LETTERS, BellHealth
from esdh_connect_postgres.bell import Procrastinate
from esdh_connect_postgres.testing.server import Server

PATIENCE = 20


@pytest.fixture
def engine(esdh_postgres_url: str) -> Iterator[Engine]:
    engine = create_engine(esdh_postgres_url)
    yield engine
    engine.dispose()


@pytest.fixture
def bell(esdh_postgres_url: str) -> Procrastinate:
    """With its tables, as after the first worker's start."""
    bell = Procrastinate(esdh_postgres_url, dead_after=timedelta(seconds=2))
    assert bell.health() == BellHealth()
    ready = Event()
    with worker(bell, set_(ready)):
        assert ready.wait(PATIENCE)
    return bell


def ring(bell: Procrastinate, engine: Engine, letters: int = 1) -> None:
    with engine.begin() as connection:
        bell.ring(connection, letters)


@contextmanager
def worker(bell: Procrastinate, deliver: Callable[[], bool]) -> Iterator[None]:
    stop = Event()
    thread = Thread(target=bell.run, args=(deliver, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)
    assert not thread.is_alive()


def told(heard: list[float]) -> Callable[[], bool]:
    """Remember each call, and have nothing to do."""

    def deliver() -> bool:
        heard.append(time.monotonic())
        return False

    return deliver


def set_(event: Event) -> Callable[[], bool]:
    def deliver() -> bool:
        event.set()
        return False

    return deliver


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_it_is_rung_in_the_transaction_of_the_letters(bell: Procrastinate, engine: Engine) -> None:
    """Once for a hundred of them; what is rolled back rings nobody."""
    with engine.connect() as connection, connection.begin() as transaction:
        bell.ring(connection, 5 * LETTERS)
        transaction.rollback()
    with engine.begin() as connection:
        bell.ring(connection, 1)
        assert bell.health() == BellHealth()
    assert bell.health() == BellHealth(unheard=1)
    ring(bell, engine, 10 * LETTERS + 1)
    assert bell.health() == BellHealth(unheard=12)


def test_every_ring_is_heard_and_leaves_nothing_behind(bell: Procrastinate, engine: Engine) -> None:
    """Jobs that are done are deleted: a queue that keeps them gets slower."""
    heard: list[float] = []
    with worker(bell, told(heard)):
        until(lambda: len(heard) > 0)
        looks = len(heard)
        ring(bell, engine, 30 * LETTERS)
        until(lambda: len(heard) >= looks + 30 and bell.health() == BellHealth())
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM procrastinate_jobs").scalar() == 0


def test_it_looks_by_itself_where_nobody_rings(bell: Procrastinate) -> None:
    """A bell may be lost: every second it looks, and goes on at once while there is something."""
    left = iter([True] * 50)
    begun = time.monotonic()
    with worker(bell, lambda: next(left, False)):
        until(lambda: next(left, None) is None)
    assert time.monotonic() - begun < PATIENCE / 2


def test_a_ring_that_a_dead_worker_heard_is_heard_again(bell: Procrastinate, engine: Engine) -> None:
    """The job of a worker that gives no sign of life goes to another."""
    program = (
        "import sys, time; from datetime import timedelta; from threading import Event\n"
        "from esdh_connect_postgres.bell import Procrastinate\n"
        "def deliver():\n"
        "    print('heard', flush=True); time.sleep(60)\n"
        "Procrastinate(sys.argv[1], dead_after=timedelta(seconds=2)).run(deliver, Event())\n"
    )
    ring(bell, engine)
    with subprocess.Popen([sys.executable, "-c", program, bell.url], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"heard\n"
        until(lambda: bell.health() == BellHealth())  # it has the job now
        os.kill(process.pid, signal.SIGKILL)
    until(lambda: bell.health() == BellHealth(stalled=1))
    with worker(bell, lambda: False):
        until(lambda: bell.health() == BellHealth())


def test_a_server_that_goes_away_is_waited_for(bell: Procrastinate, engine: Engine, esdh_postgres: Server) -> None:
    """The worker goes on where it was when the server is back."""
    heard: list[float] = []
    with worker(bell, told(heard)):
        until(lambda: len(heard) > 0)
        esdh_postgres.kill()
        time.sleep(0.5)
        esdh_postgres.start()
        engine.dispose()
        ring(bell, engine)
        until(lambda: bell.health() == BellHealth())
        looks = len(heard)
        until(lambda: len(heard) > looks)


def test_workers_that_start_together_make_its_tables_once(esdh_postgres_url: str) -> None:
    """Whoever comes first makes them, and the other finds them."""
    heard = [Event(), Event()]
    bells = [Procrastinate(esdh_postgres_url) for _ in heard]
    with worker(bells[0], set_(heard[0])), worker(bells[1], set_(heard[1])):
        assert all(one.wait(PATIENCE) for one in heard)


def test_a_driver_it_does_not_know_is_named(bell: Procrastinate) -> None:
    """It cannot be rung on a connection of another kind; the letters are found all the same."""
    with create_engine("sqlite://").connect() as connection, pytest.raises(TypeError, match="psycopg 3"):
        bell.ring(connection, 1)


def test_a_server_that_cannot_be_asked_says_so() -> None:
    """Whoever asks for its health decides what that means."""
    with pytest.raises(psycopg.OperationalError):
        Procrastinate("postgresql://nobody@127.0.0.1:1/nothing").health()


def test_it_can_be_asked_by_a_host_that_is_in_an_event_loop(bell: Procrastinate) -> None:
    """Its health is no coroutine, and needs no loop of its own."""

    async def asked() -> BellHealth:
        return bell.health()

    assert asyncio.run(asked()) == BellHealth()
