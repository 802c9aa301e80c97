"""From end to end with a queue between: the sandbox publishes its receipts, we pull them, over TLS from all sides."""

from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event, Thread

import attrs
import pytest

from esdh_connect import wording
from esdh_connect.dispatch import Request
from esdh_connect.model import Case
from esdh_connect.settings import Settings
from esdh_connect.testing.fakes import FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect_serviceplatformen import Serviceplatformen

sandboxes = pytest.importorskip("esdh_connect_sandbox", reason="esdh-connect-sandbox is not installed")


@pytest.fixture
def queue(rabbitmq):
    """A dueslag."""
    return rabbitmq.queue()


@pytest.fixture
def sandbox(tmp_path, rabbitmq, authority, queue):
    """Its authority is the queue's as well."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    authority.private_key_pem.write_to_path(tmp_path / "ca-key.pem")
    with sandboxes.Sandbox(tmp_path, delay=0.02, push_url=f"{rabbitmq.url}/BF/{queue}") as running:
        yield running


@pytest.fixture
def plugin(sandbox, rabbitmq, queue):
    """Set up as the sandbox says, and with the queue."""
    made = Settings.load(sandbox.settings).plugin("serviceplatformen", Serviceplatformen)
    return attrs.evolve(made, beskedfordeler=rabbitmq.url, dueslag=queue)


@pytest.fixture
def host():
    return FakeHost()


@pytest.fixture
def post(plugin, host):
    return installation(
        host=host,
        channels=[],
        now=lambda: datetime.now(UTC),
        policy={"plugins": ["serviceplatformen"], "channels": ["digital_post", "fysisk_post"]},
        more={"serviceplatformen": plugin},
    )


@contextmanager
def pulling(plugin, receive):
    stop = Event()
    thread = Thread(target=plugin.beskedhent(receive).run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)


def committed(post, host, key, cpr):
    """A letter that is handed over."""
    request = Request(
        key=key,
        case=Case("sag-1", "prøve"),
        department="teknik",
        title="Afgørelse",
        documents=(host.document(f"brev-{key}", "side 1"),),
        parties=(host.person(f"p-{key}", cpr),),
    )
    (entry,) = post.commit(post.plan(request), by="bo").entries
    post.deliver()
    return entry.id


def status(post, id_):
    return wording.status(post.entry(id_).status)


def test_letters_on_their_whole_way(post, plugin, host, sandbox, wait_for):
    """In the mailbox and on paper: both are »Leveret«, by receipts that lay in a queue."""
    digital = committed(post, host, "k1", "1212121212")
    paper = committed(post, host, "k2", "6101800000")
    wait_for(lambda: len(sandbox.receipts()) == 7)
    assert status(post, digital) == status(post, paper) == "Behandles"
    with pulling(plugin, post.receive):
        wait_for(lambda: status(post, digital) == status(post, paper) == "Leveret")
    assert len(post.entry(paper).receipts) == 1 + 5


@pytest.mark.parametrize("kind", ["repeated", "reordered", "corrupt", "unknown_code"])
def test_receipts_that_come_otherwise_than_they_should(post, plugin, host, sandbox, wait_for, kind):
    """More than once, the last one first, cut off, with a status nobody knows: the letter is delivered all the same."""
    sandbox.script.add(sandboxes.Fault("receipt", kind))
    digital = committed(post, host, "k1", "1212121212")
    with pulling(plugin, post.receive):
        wait_for(lambda: status(post, digital) == "Leveret")
        wait_for(lambda: len(post.entry(digital).receipts) + len(post.outbox.unmatched()) == 3)


def test_receipts_for_letters_nobody_knows_yet_are_kept(post, plugin, host, sandbox, wait_for):
    """Pulled by an installation that has no such letter: they lie there until it has."""
    committed(post, host, "k1", "1212121212")
    other = installation(host=host, channels=[], now=lambda: datetime.now(UTC))
    with pulling(plugin, other.receive):
        wait_for(lambda: len(other.outbox.unmatched()) == 2)
