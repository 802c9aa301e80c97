"""A mailing in a real file: nobody waits long for it, and the figures of it are cheap."""

import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import attrs
from sqlalchemy import event, text

from esdh_connect.dispatch import Hold, Lane, Request, Work
from esdh_connect.model import Case
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.store.tables import IS_OPEN
from esdh_connect.testing.fakes import FakeChannel, FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect.testing.letters import NOON, POLICY, draft
from esdh_connect.testing.outbox.happenings import STOP, claim, start

MANY = 20_000
#: Thousands of instructions: whoever goes through the mailing takes a hundred and more.
FEW = 10
_COPY = """
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :number)
    INSERT INTO esdh_connect_dispatch ({into})
    SELECT {values} FROM numbers, esdh_connect_dispatch WHERE id = :id
"""
SEAL = Seal(b"a secret of at least thirty-two bytes")


def part_of_batch(name: str, work: Work = Work.READY, held_for: Hold | None = None):
    one = draft(name, work=work)
    return attrs.evolve(one, entry=attrs.evolve(one.entry, lane=Lane.MAILING, batch="udsendelse", held_for=held_for))


def fill(store: Store, like, number: int) -> None:
    """Have so many more letters like this one, without the time it takes to seal them."""
    store.add([like], [], POLICY)
    with store._engine.connect() as connection:
        columns = [row[1] for row in connection.execute(text("PRAGMA table_info(esdh_connect_dispatch)"))]
        own = {"seq": "NULL", "id": "'copy-' || n", "message_uuid": "'copy-' || n", "key": "'copy-' || n"}
        connection.execute(
            text(_COPY.format(into=", ".join(columns), values=", ".join(own.get(one, one) for one in columns))),
            {"number": number, "id": like.entry.id},
        )
        connection.commit()


def steps(store: Store, action: Callable[[], object]) -> int:
    """Count the instructions of SQLite's machine, in thousands: the same wherever it runs, and however busy that is."""
    thousands: list[None] = []

    def watch(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_progress_handler(lambda: thousands.append(None), 1000)

    event.listen(store._engine, "checkout", watch)
    action()
    event.remove(store._engine, "checkout", watch)
    return len(thousands)


def test_an_urgent_letter_is_found_at_once_behind_a_great_mailing(store: Store) -> None:
    """With 20 000 letters of a mailing waiting, one that came last is the next, past them and not through them."""
    fill(store, part_of_batch("1"), MANY)
    store.add([draft("urgent")], [], POLICY)
    claimed = []
    assert steps(store, lambda: claimed.append(claim(store).entry)) < FEW
    assert [entry.lane for entry in claimed] == [Lane.SINGLE]


def test_a_mailing_that_waits_for_its_release_costs_a_round_nothing(store: Store) -> None:
    """What is late, held for approval or ready is found past 20 000 held letters, not through them."""
    fill(store, part_of_batch("1", Work.HELD, Hold.BATCH), MANY)
    later = datetime(2027, 1, 1, tzinfo=UTC)
    assert steps(store, lambda: store.overdue(later)) < FEW
    assert steps(store, lambda: store.held(Hold.APPROVAL)) < FEW
    assert steps(store, lambda: store.claim(later, start(), STOP)) < FEW


def test_the_figures_of_a_great_outbox_are_cheap(store: Store) -> None:
    """They may be asked for every few seconds: a letter is looked at no more than once."""
    fill(store, part_of_batch("1"), MANY)
    assert store.figures(NOON, 5).ready == {Lane.MAILING: MANY + 1}
    assert steps(store, lambda: store.figures(NOON, 5)) < 20 * MANY / 1000


def test_an_urgent_letter_need_not_wait_for_a_mailing_that_is_being_committed(tmp_path: Path) -> None:
    """Commit and release hold the write lock for moments; in between single letters are claimed."""
    host, path = FakeHost(), tmp_path / "outbox.db"
    brev = host.document("brev")
    people = [host.person(f"p{at}", "0101901234") for at in range(300)]
    case = Case("sag", "fake")
    mailing = [Request(f"k{at}", case, "teknik", "Rotter", [brev], [one]) for at, one in enumerate(people)]
    ours, theirs = Store.open(path, SEAL), Store.open(path, SEAL)
    post = installation(host=host, channels=[FakeChannel()], now=lambda: datetime.now(UTC), outbox=ours)
    commit = partial(post.commit_many, mailing, batch="udsendelse", expect=300, by="ida")
    committing, claimed = threading.Thread(target=commit), 0
    committing.start()
    while committing.is_alive():
        now = datetime.now(UTC)
        theirs.add([draft(f"urgent-{claimed}", at=now)], [], POLICY)
        entry = theirs.claim(now, start(now), STOP)
        assert entry is not None
        assert entry.lane is Lane.SINGLE
        claimed += 1
        time.sleep(0.01)
    committing.join()
    for one in (ours, theirs):
        one.close()
    assert claimed > 5


def test_two_who_commit_the_same_mailing_make_one_of_it(tmp_path: Path) -> None:
    """Two windows, or a job that was started twice: each letter is there once, and both say that all is well."""
    host, path, case = FakeHost(), tmp_path / "outbox.db", Case("sag", "fake")
    brev = host.document("brev")
    people = [host.person(f"p{at}", "0101901234") for at in range(120)]
    mailing = [Request(f"k{at}", case, "teknik", "Rotter", [brev], [one]) for at, one in enumerate(people)]
    stores = [Store.open(path, SEAL) for _ in range(2)]
    barrier, done = threading.Barrier(2), []

    def commit(store: Store) -> None:
        post = installation(host=host, channels=[FakeChannel()], now=lambda: datetime.now(UTC), outbox=store)
        barrier.wait()
        done.append(post.commit_many(mailing, batch="udsendelse", expect=120, by="ida", chunk=10))

    threads = [threading.Thread(target=commit, args=(store,)) for store in stores]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [one.fresh + one.known for one in done] == [120, 120]
    assert sum(one.fresh for one in done) == sum(one.released for one in done) == 120
    assert [one.letters for one in stores[0].batches()] == [120]
    for store in stores:
        store.close()


def test_a_case_with_a_mailing_on_it_is_looked_up_by_what_is_open(store):
    """Of very many letters that are delivered none is read."""
    with store.transaction() as connection:
        asked = "SELECT id FROM esdh_connect_dispatch WHERE case_id = 'x' AND {} AND beside IS NULL ORDER BY seq"
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked.format(IS_OPEN)}").all()
    assert "ix_esdh_connect_dispatch_open (case_id=?)" in plan[0].detail
