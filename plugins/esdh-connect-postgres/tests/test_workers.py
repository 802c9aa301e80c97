"""Many workers on one server: each letter in one of them, each worker proven alive by its own session."""

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import attrs
import pytest
from psycopg.sql import SQL

from esdh_connect.dispatch import Dispatch, Receipt, Work
from esdh_connect.errors import StoreError
from esdh_connect.events import DispatchCommitted
from esdh_connect.hookspecs import hookimpl
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel, FakeClock
from esdh_connect.testing.installation import installation
from esdh_connect.testing.letters import NOON, committed, draft
from esdh_connect.testing.outbox.happenings import STOP, accept, add, fail, start
from esdh_connect_postgres.testing.server import Server

LATER = NOON + timedelta(days=365)
#: A worker that takes a letter, says which, and is never heard of again.
PROGRAM = """
import sys, time
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.letters import NOON
from esdh_connect.testing.outbox.happenings import STOP, start

store = Store.connect(sys.argv[1], Seal(b"a secret of at least thirty-two bytes"))
with store.dispatching() as shift:
    entry = store.claim(NOON, start(shift=shift), STOP)
    print(entry.id, flush=True)
    time.sleep(60)
"""


def sessions(server: Server, url: str, condition: str) -> list[int]:
    """Give the process ids of the server's sessions on this database for which the condition holds."""
    name = url.partition("@/")[2].partition("?")[0]
    query = SQL("SELECT DISTINCT pid FROM pg_stat_activity LEFT JOIN pg_locks USING (pid) WHERE datname = {} AND {}")
    return [int(str(pid)) for (pid,) in server.execute(query.format(name, SQL(condition)))]  # type: ignore[arg-type]


def test_a_dead_workers_letter_is_found_and_a_live_ones_is_not(
    store: Store, open_store: Callable[[], Store], esdh_postgres_url: str
) -> None:
    """The server lets go of a worker's lock when its process is gone, and not before, however long it is silent."""
    add(store, draft("1"))
    with subprocess.Popen([sys.executable, "-c", PROGRAM, esdh_postgres_url], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        taken = process.stdout.readline().decode().strip()
        assert taken == draft("1").entry.id
        with store.dispatching() as shift:
            assert shift is not None
            assert store.orphaned(shift) == ()
            process.kill()
            process.wait()
            end = time.monotonic() + 10
            while not store.orphaned(shift) and time.monotonic() < end:
                time.sleep(0.02)
            assert [entry.id for entry in store.orphaned(shift)] == [taken]


def test_who_lost_its_session_takes_no_further_letter(
    store: Store, open_store: Callable[[], Store], esdh_postgres: Server, esdh_postgres_url: str
) -> None:
    """Others may think it dead: it says so before the next letter, and goes on in a new shift."""
    other = open_store()
    add(store, draft("1"), draft("2"))
    with store.dispatching() as shift:
        assert shift is not None
        under_way = store.claim(NOON, start(shift=shift), STOP)
        assert under_way is not None
        for pid in sessions(esdh_postgres, esdh_postgres_url, "locktype = 'advisory'"):
            esdh_postgres.execute(SQL("SELECT pg_terminate_backend({})").format(pid))
        with pytest.raises(StoreError, match="session of this worker was lost"):
            store.claim(NOON, start(shift=shift), STOP)
        with other.dispatching() as another:
            [orphan] = other.orphaned(another or "")
        assert other.change(orphan.id, fail()).work is Work.UNKNOWN
        settled = store.change(under_way.id, accept(under_way))  # what it knows all the same
    assert settled.work is Work.HANDED_OVER
    with store.dispatching() as shift:
        assert shift is not None
        assert store.claim(NOON, start(shift=shift), STOP) is not None


def test_who_lost_its_session_writes_on_no_further_case(
    store: Store, esdh_postgres: Server, esdh_postgres_url: str
) -> None:
    """Another may take the duty over at any moment, look in vain, and write too."""
    add(store, draft("1"), draft("2"))
    with store.dispatching() as shift:
        for _ in range(2):
            taken = store.claim(NOON, start(shift=shift or ""), STOP)
            assert taken is not None
            store.change(taken.id, accept(taken))
        first, second = (duty.mark for duty in store.duties(NOON))
        assert store.take_duty(first, shift or "") is not None
        for pid in sessions(esdh_postgres, esdh_postgres_url, "locktype = 'advisory'"):
            esdh_postgres.execute(SQL("SELECT pg_terminate_backend({})").format(pid))
        with pytest.raises(StoreError, match="session of this worker was lost"):
            store.take_duty(second, shift or "")
    assert {duty.mark: duty.begun for duty in store.duties(NOON)} == {first: True, second: False}
    with store.dispatching() as shift:
        assert store.take_duty(second, shift or "") is not None


def test_a_server_that_was_just_started_takes_no_letter_from_anybody(store: Store) -> None:
    """It knows no session any more: those that are alive get a moment to come back."""
    add(store, draft("1"))
    with store.dispatching() as shift:
        store.claim(NOON, start(shift=shift), STOP)
    store.settling = timedelta(days=1)
    assert store.orphaned("another") == ()
    store.settling = timedelta(0)
    assert len(store.orphaned("another")) == 1


def test_a_pace_is_kept_by_all_workers_together(open_store: Callable[[], Store]) -> None:
    """However many ask in the same instant, one letter goes through."""
    stores = [open_store() for _ in range(4)]
    add(stores[0], *[draft(str(number)) for number in range(8)])
    with ThreadPoolExecutor(4) as pool:
        for round_ in range(4):
            now = NOON + timedelta(minutes=round_)
            pace = {"fake": timedelta(seconds=30)}
            taken = list(pool.map(lambda one: one.claim(now, start(), STOP, pace=pace), stores))  # noqa: B023 - at once
            assert len([entry for entry in taken if entry is not None]) == 1


@attrs.define(eq=False)
class Watching(FakeChannel):
    """Looks at the server while a letter is on its way."""

    look: Callable[[], object] = list
    seen: list[object] = attrs.field(factory=list)

    def send(self, dispatch: Dispatch) -> Receipt:
        self.seen.append(self.look())
        return super().send(dispatch)


def test_no_transaction_is_open_while_a_letter_is_on_its_way(
    store: Store, esdh_postgres: Server, esdh_postgres_url: str
) -> None:
    """A provider may take its time: nothing on the server waits for it."""
    channel = Watching(look=lambda: sessions(esdh_postgres, esdh_postgres_url, "xact_start IS NOT NULL"))
    post = installation(host=None, channels=[channel], now=FakeClock(NOON), outbox=store)
    add(store, draft("1"), draft("2"))
    assert post.deliver().letters == 2
    assert channel.seen == [[], []]


@attrs.define(eq=False)
class Listening:
    """A plugin that takes its time to listen."""

    heard: list[str]

    @hookimpl
    def dispatch_committed(self, event: DispatchCommitted) -> None:
        self.heard.append(event.dispatch)
        time.sleep(0.01)


def test_a_subscriber_is_told_by_one_worker_at_a_time(open_store: Callable[[], Store]) -> None:
    """In the order things happened and once, however many workers there are."""
    heard: list[str] = []
    posts = [
        installation(
            host=None, channels=[FakeChannel()], now=FakeClock(NOON), outbox=open_store(),
            more={"listening": Listening(heard)}, policy={"plugins": ("letters", "listening")},
        )
        for _ in range(3)
    ]  # fmt: skip
    drafts = [draft(str(number)) for number in range(30)]
    governed = posts[0].policy("teknik")
    for one in drafts:
        mine = attrs.evolve(one, entry=attrs.evolve(one.entry, policy_version=governed.version))
        posts[0].outbox.add([mine], [committed(mine)], governed)
    with ThreadPoolExecutor(3) as pool:
        while len(heard) < len(drafts):
            list(pool.map(lambda post: post.deliver(), posts))
    assert heard == [one.entry.id for one in drafts]


def test_two_workers_share_the_work(open_store: Callable[[], Store]) -> None:
    """Both deliver at the same time, and each letter leaves once."""
    channels = [FakeChannel(), FakeChannel()]
    posts = [installation(host=None, channels=[one], now=FakeClock(NOON), outbox=open_store()) for one in channels]
    drafts = [draft(str(number)) for number in range(60)]
    add(posts[0].outbox, *drafts)
    with ThreadPoolExecutor(2) as pool:
        assert sum(done.letters for done in pool.map(lambda post: post.deliver(), posts)) == 60
    sent = [[one.id for one in channel.sent] for channel in channels]
    assert sorted(sent[0] + sent[1]) == sorted(one.entry.id for one in drafts)
    assert all(sent)
    assert claim_nothing(posts[0].outbox)


def claim_nothing(outbox: object) -> bool:
    return isinstance(outbox, Store) and outbox.claim(LATER, start(), STOP) is None
