"""Threads that wait for the disk together: one commit for several, and nobody hears of success before it."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from esdh_connect.errors import StoreError

TABLE = "CREATE TABLE IF NOT EXISTS mark (name TEXT PRIMARY KEY)"


@pytest.fixture
def commits(store):
    """What was committed on the store's file, as often as it was."""
    with store.transaction() as connection:
        connection.execute(text(TABLE))
    seen = []
    event.listen(store._engine, "commit", seen.append)
    return seen


def mark(store, name, *, fails=False):
    with store.transaction() as connection:
        connection.execute(text("INSERT INTO mark VALUES (:name)"), {"name": name})
        if fails:
            raise ZeroDivisionError


def marks(path):
    with sqlite3.connect(path) as connection:
        found = {name for (name,) in connection.execute("SELECT name FROM mark")}
    connection.close()
    return found


def led(store, first, then):
    """Have ``first`` open a transaction, and the others come while its block runs."""
    inside, others_came = Event(), Event()

    def lead():
        with store.transaction() as connection:
            connection.execute(text("INSERT INTO mark VALUES (:name)"), {"name": first})
            inside.set()
            assert others_came.wait(10)

    results = []

    def follow(work):
        try:
            results.append(work())
        except Exception as error:  # noqa: BLE001 - it is what is asked about
            results.append(error)

    leader = Thread(target=lambda: follow(lead))
    leader.start()
    assert inside.wait(10)
    followers = [Thread(target=follow, args=(work,)) for work in then]
    for thread in followers:
        thread.start()
    while store._group_commit._waiting < len(then):
        pass
    others_came.set()
    for thread in (leader, *followers):
        thread.join(10)
    return results


def test_those_who_wait_share_the_commit_of_the_first(store, path, commits):
    """One wait for the disk for all of them."""
    results = led(store, "first", [lambda name=name: mark(store, name) for name in "abcde"])
    assert results == [None] * 6
    assert len(commits) == 1
    assert marks(path) == {"first", *"abcde"}


def test_an_error_undoes_what_its_own_thread_did(store, path, commits):
    """The others' changes are stored, and they never hear of it."""
    results = led(store, "first", [lambda: mark(store, "a"), lambda: mark(store, "b", fails=True)])
    assert sorted(map(type, results), key=str) == sorted([type(None), type(None), ZeroDivisionError], key=str)
    assert marks(path) == {"first", "a"}


def test_where_the_commit_fails_everybody_is_told(store, path, commits):
    """There is no success that was not stored."""

    def refuse(_):
        raise sqlite3.OperationalError("disk I/O error")

    event.listen(store._engine, "commit", refuse)
    results = led(store, "first", [lambda: mark(store, "a"), lambda: mark(store, "b")])
    assert len(results) == 3
    assert all(isinstance(one, StoreError | sqlite3.OperationalError) for one in results)
    event.remove(store._engine, "commit", refuse)
    assert marks(path) == set()
    mark(store, "later")
    assert marks(path) == {"later"}


def test_a_transaction_that_the_database_took_back_is_nobodys_success(store, path, commits):
    """A disk that fills up while one adds takes the changes of all."""

    def full():
        with store.transaction() as connection:
            connection.connection.dbapi_connection.execute("ROLLBACK")
            raise sqlite3.OperationalError("database or disk is full")

    results = led(store, "first", [full])
    assert len(results) == 2
    assert None not in results
    assert marks(path) == set()
    mark(store, "later")
    assert marks(path) == {"later"}


def test_many_threads_lose_nothing(store, path, commits):
    """All that was told to be stored is there, and what failed is not."""
    start = Barrier(8)

    def work(thread):
        start.wait()
        for at in range(20):
            with_error = at % 5 == 4
            try:
                mark(store, f"{thread}/{at}", fails=with_error)
            except ZeroDivisionError:
                assert with_error

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert marks(path) == {f"{thread}/{at}" for thread in range(8) for at in range(20) if at % 5 != 4}
    assert len(commits) < 8 * 16


def test_an_error_is_told_when_what_it_tells_of_can_be_read(store, path, commits):
    """Who is refused because of another's change finds it there."""

    def twice():
        try:
            mark(store, "first")
        except IntegrityError:
            return marks(path)

    assert {"first"} in led(store, "first", [twice])
