"""One-time addresses: kept before anything is sent there, shared by all who do the same, forgotten in the end."""

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from esdh_connect.dispatch import Request
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel, pdf_of
from esdh_connect.testing.installation import installation
from esdh_connect.testing.tables import TablesSuite
from esdh_connect_f2.tables import TABLES
from esdh_connect_f2.testing import FakeF2, Fault
from esdh_connect_f2.testing.bench import F2Bench


def utc_now():
    return datetime.now(UTC)


KEY = b"a secret of thirty-two bytes....."


class TestTablesOfAHost(TablesSuite):
    @pytest.fixture
    def owner(self):
        return "host"

    @pytest.fixture
    def tables(self):
        return TABLES["host"]


class TestTablesOfAPlugin(TablesSuite):
    @pytest.fixture
    def owner(self):
        return "f2"

    @pytest.fixture
    def tables(self):
        return TABLES["f2"]


class TestTablesOfAPluginOnAServer(TestTablesOfAPlugin):
    @pytest.fixture
    def url(self, esdh_postgres_url):
        return esdh_postgres_url


def test_two_who_journalize_the_same_letter_at_once_make_one_akt(town):
    """Each has its own connections; both look, and neither sees what the other is about to write."""
    entry = town.sent("Afgørelse", "Situationsplan")
    dispatch = town.post.dispatch(entry.id)
    for on in ("factory", "create"):
        town.f2.script.add(Fault(on, "slow", times=6, seconds=0.1))
    gate, answers = threading.Barrier(3), []

    def journalize():
        gate.wait()
        answers.append(town.host.journalize_dispatch(dispatch, entry.id))

    threads = [threading.Thread(target=journalize) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    [matter] = town.matters
    assert answers == [str(matter.id)] * 3
    assert [title for title, *_ in town.files(matter)] == ["1. Afgørelse", "2. Situationsplan"]


def test_one_who_comes_much_later_uses_the_address_there_is(town):
    """It looked before the other wrote, and writes after."""
    entry = town.sent("Afgørelse")
    dispatch = town.post.dispatch(entry.id)
    town.host.journalize_dispatch(dispatch, entry.id)
    again = town.f2.host()
    again.register_tables(town.post.store)
    before = [one for one in town.f2.calls if one.startswith("POST factory")]
    assert again.journalize_dispatch(dispatch, entry.id) == str(town.matters[0].id)
    assert [one for one in town.f2.calls if one.startswith("POST factory")] == before


def test_without_its_addresses_it_looks_before_it_writes(town):
    """An outbox that was put back from a copy knows less than F2."""
    entry = town.sent("Afgørelse")
    town.post.deliver()
    forgetful = town.f2.host()
    assert forgetful.journalize_dispatch(town.post.dispatch(entry.id), entry.id) == str(town.matters[0].id)
    assert [len(town.files(one)) for one in town.matters] == [1]


def test_addresses_of_long_ago_are_forgotten(town):
    """Two months after; a younger one stays."""
    town.sent("Afgørelse")
    town.post.deliver()
    kept = town.host._addresses
    now = town.host._service.now()
    assert town.host.erase_expired(now + timedelta(days=59)) == 0
    assert town.host.erase_expired(now + timedelta(days=61)) == 2
    assert kept.known(town.post.entries()[0].id, "matter") is None


def test_without_an_installation_addresses_are_kept_in_the_process(town):
    """A script that uses the adapter alone has no store, and is not killed in between."""
    entry = town.sent("Afgørelse")
    alone = town.f2.host()
    town.f2.script.add(Fault("create", "reset_after", what="matter"))
    with pytest.raises(Exception, match=r"connection broke|exchange failed"):
        alone.journalize_dispatch(town.post.dispatch(entry.id), entry.id)
    assert alone.journalize_dispatch(town.post.dispatch(entry.id), entry.id) == str(town.matters[0].id)
    assert len(town.matters) == 1
    assert alone.erase_expired(town.clock()) == 0


# --- kills

WORKER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from esdh_connect.seal import Seal
from esdh_connect.settings import Secret
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel
from esdh_connect.testing.installation import installation
from esdh_connect_f2 import F2
url, folder, database = sys.argv[1:]
here = Path(folder) / "settings.toml"
host = F2(url, "esdh", Secret("file:f2-client.secret", here), "esdh-bruger", ca=Path(folder) / "f2-ca.pem")
utc_now = lambda: datetime.now(UTC)
store = Store.open(Path(database), Seal(b"a secret of thirty-two bytes....."))
post = installation(host=host, channels=[FakeChannel("digital_post")], now=utc_now, outbox=store)
print(post.deliver().journalized, flush=True)
"""

#: Every write there is for a letter of two files, and before and after it.
PLACES = [
    (on, what, skip, kind)
    for on, what, skip in (
        ("factory", "matter", 0), ("create", "matter", 0), ("factory", "document", 0), ("create", "document", 0),
        ("create", "document", 1),
    )
    for kind in ("hold_before", "hold_after")
]  # fmt: skip


@pytest.fixture
def database(tmp_path: Path, f2: FakeF2) -> Path:
    """A letter that waits in an outbox on disk."""
    path = tmp_path / "outbox.db"
    store = Store.open(path, Seal(KEY))
    post = installation(host=f2.host(), channels=[FakeChannel("digital_post")], now=utc_now, outbox=store,
                        policy={"consolidate": False})  # fmt: skip
    bench = F2Bench(f2)
    case = bench.case()
    wish = Request("k", case, "teknik", "Afgørelse", [bench.document(pdf_of(one)) for one in "AB"], [bench.party(case)])
    post.commit(post.plan(wish), by="bo")
    store.close()
    return path


def started(f2: FakeF2, database: Path) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", WORKER, f2.url, str(f2.folder), str(database)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
@pytest.mark.parametrize(("on", "what", "skip", "kind"), PLACES)
def test_a_process_that_is_killed_at_any_write_leaves_one_akt(f2, database, on, what, skip, kind):
    """
    SIGKILL, before F2 has done it or after, and where F2 lists nothing new yet; another process finishes.

    Slow: two processes each.
    """
    f2.world.lists_lag = 999
    fault = f2.script.add(Fault(on, kind, what=what, skip=skip))
    first = started(f2, database)
    assert fault.reached.wait(60)
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    second = started(f2, database)
    assert second.communicate(timeout=60)[0] == "1\n"
    [case] = f2.world.cases
    [matter] = f2.world.on(case)
    assert [one.title for one in f2.world.of(matter.id)] == ["1. Afgørelse", "2. Afgørelse (2)"]
