"""``esdh-connect receipts --pull`` as a process, killed with SIGKILL around the store: each receipt is kept, once."""

import json
import signal
import subprocess
import sys
from base64 import b64encode
from contextlib import contextmanager
from uuid import uuid4

import pytest

from esdh_connect.connect import Connect

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")

SETTINGS = """
schema = 1
[secrets]
installation = "file:installation.secret"
[sender]
cvr = "55133018"
name = "Eksempel Kommune"
[plugins.serviceplatformen]
url = "{url}"
sts_url = "{url}/runtime/api/rest/wstrust/v1/issue"
authority = "55133018"
certificate = "file:{certificate}"
ca = "{ca}"
beskedfordeler = "{queue_url}"
dueslag = "{queue}"
"""
#: Pulls, and kills itself just before or after the n-th receipt is stored.
DOOMED = """
import os, signal, sys
from threading import Event
from esdh_connect.connect import Connect
from esdh_connect.settings import Settings
from esdh_connect_serviceplatformen import Serviceplatformen

settings, point, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
post, came = Connect.from_settings(settings), 0

def die(here):
    if (here, came) == (point, number):
        os.kill(os.getpid(), signal.SIGKILL)

def receive(receipt):
    global came
    came += 1
    die("before")
    post.receive(receipt)
    die("after")

Settings.load(settings).plugin("serviceplatformen", Serviceplatformen).beskedhent(receive).run(Event())
"""
COMMAND = [sys.executable, "-c", "from esdh_connect.cli import main; main()", "receipts"]


def message():
    status = (
        '<PKO_PostStatus xmlns="http://serviceplatformen.dk/xml/print/PKO_PostStatus/1/types">'
        f"<MessageUUID>{uuid4()}</MessageUUID><TransaktionsStatusKode>Klar</TransaktionsStatusKode></PKO_PostStatus>"
    )
    return (
        f'<Haendelsesbesked xmlns="urn:oio:besked:kuvert:1.0"><BeskedId>{uuid4()}</BeskedId><Beskeddata>'
        f'<Base64 xmlns="urn:besked:kuvert:1.0">{b64encode(status.encode()).decode()}</Base64></Beskeddata>'
        "</Haendelsesbesked>"
    ).encode()


@pytest.fixture
def installation(tmp_path, rabbitmq, fake, credentials):
    """Make the settings of an installation that pulls from a queue."""

    def make(queue, **changes):
        said = {
            "url": fake.url,
            "certificate": rabbitmq.certificate("consumer"),
            "ca": credentials.folder / "ca.pem",
            "queue_url": rabbitmq.url,
            "queue": queue,
        }
        (tmp_path / "settings.toml").write_text(SETTINGS.format(**said | changes), encoding="utf-8")
        secret = tmp_path / "installation.secret"
        secret.write_bytes(b64encode(b"0123456789abcdef" * 2))
        secret.chmod(0o600)
        return tmp_path / "settings.toml"

    return make


@contextmanager
def pulling(settings):
    """The command; gives its first line on stdout, and ends it with SIGTERM."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*COMMAND, "--settings", str(settings), "--pull"], stdout=pipe, stderr=pipe, text=True
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0


def killed(settings, point, number):
    command = [sys.executable, "-c", DOOMED, str(settings), point, str(number)]
    return subprocess.run(command, check=False, capture_output=True, timeout=60).returncode == -signal.SIGKILL


def drained(rabbitmq, settings, queue, wait_for):
    """Pull until the last message is kept, which is put there now: then those before it were acknowledged."""
    last = message()
    rabbitmq.publish(queue, [last])
    with pulling(settings) as process:
        assert json.loads(process.stdout.readline()) == {"url": rabbitmq.url, "dueslag": queue}
        wait_for(lambda: last in kept(settings))
    assert rabbitmq.ready(queue) == 0
    return [raw for raw in kept(settings) if raw != last]


def kept(settings):
    with Connect.from_settings(settings) as post:
        return [receipt.raw for receipt in post.outbox.unmatched(1000)]


@pytest.mark.parametrize("point", ["before", "after"])
@pytest.mark.parametrize("number", [1, 4])
def test_killed_around_the_store_it_loses_and_doubles_nothing(rabbitmq, installation, wait_for, point, number):
    """Before it, the receipt is still the queue's; after it, not acknowledged, it comes again and changes nothing."""
    bodies = [message() for _ in range(6)]
    queue = rabbitmq.queue(bodies)
    settings = installation(queue)
    assert killed(settings, point, number)
    assert len(kept(settings)) == (number if point == "after" else number - 1)
    wait_for(lambda: rabbitmq.ready(queue) == 6 - (number - 1))
    assert sorted(drained(rabbitmq, settings, queue, wait_for)) == sorted(bodies)


@pytest.mark.slow
def test_killed_again_and_again_it_gets_through(rabbitmq, installation, wait_for):
    """Ten processes, each killed at its fifth receipt: slow, for each starts Python anew."""
    bodies = [message() for _ in range(50)]
    queue = rabbitmq.queue([*bodies, b"<cut off"])
    settings = installation(queue)
    for death in range(10):
        assert killed(settings, ("before", "after")[death % 2], 5)
    assert sorted(drained(rabbitmq, settings, queue, wait_for)) == sorted([*bodies, b"<cut off"])


def test_what_is_wrong_is_told_in_danish_and_it_goes_on(rabbitmq, installation):
    """On stderr, without a traceback; the process lives, for a certificate is renewed without a restart."""
    settings = installation(rabbitmq.queue(), certificate=rabbitmq.certificate("stranger"))
    with pulling(settings) as process:
        line = process.stderr.readline()
        assert line.startswith("Kvitteringer kan ikke hentes lige nu: Beskedfordeleren gav os ikke adgang")
        assert process.poll() is None


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["--pull"], "dueslag"), (["--pull", "--listen", "127.0.0.1:0"], "ikke begge")],
)
def test_what_cannot_be_ends_at_once(installation, arguments, told):
    """Without a dueslag in the settings, or asked to wait and to fetch."""
    settings = installation("", queue_url="")
    done = subprocess.run(
        [*COMMAND, "--settings", str(settings), *arguments], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode not in {0, 1}
    assert told in done.stderr
    assert "Traceback" not in done.stderr


COUNTING = """
import sys
from threading import Event
from esdh_connect.settings import Settings
from esdh_connect_serviceplatformen import Serviceplatformen

came, sizes, stop = 0, [], Event()

def size():
    status = open("/proc/self/status").read()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))

def receive(receipt):
    global came
    came += 1
    if came in (1000, 10_000):
        sizes.append(size())
    if came == 10_000:
        stop.set()

Settings.load(sys.argv[1]).plugin("serviceplatformen", Serviceplatformen).beskedhent(receive).run(stop)
print(*sizes)
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_ten_thousand_receipts_take_no_more_memory_than_one_thousand(rabbitmq, installation):
    """No more than two megabytes: the queue holds them, not we. Slow, for they are ten thousand."""
    settings = installation(rabbitmq.queue(message() for _ in range(10_000)))
    command = [sys.executable, "-c", COUNTING, str(settings)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=100)
    first, last = map(int, done.stdout.split())
    assert last - first < 2048
