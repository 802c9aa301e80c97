"""A receiver that hangs, fails, is slow or is killed: letters go at the same pace, and it hears everything later."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from emitters.houses import house
from emitters.receiving import certificate_of

from esdh_connect_forbrug.emitters.files import JsonLines
from esdh_connect_forbrug.emitters.webhook import Webhook

ROUNDS = 12
#: Seconds: longer than a round takes on the busiest machine, shorter than a receiver is given.
SLOW, GIVEN = 4.0, 20.0


def paced(one):
    """Give how long each round took that sent one letter: whether it waited for the receiver."""
    found = []
    for _ in range(ROUNDS):
        one.send(1)
        begun = time.monotonic()
        assert one.round().letters == 1
        found.append(time.monotonic() - begun)
        one.clock.move(minutes=20)
    return found


def heard(one, taken, *, seconds=30.0):
    """Go on until every event was taken, or give up."""
    until = time.monotonic() + seconds
    while len(taken) < one.letters and time.monotonic() < until:
        one.clock.move(minutes=20)
        one.round()
        time.sleep(0.02)


@pytest.fixture
def webhook(receiver, ca, secret):
    return Webhook(url=receiver.url, secret=secret, ca=ca, seconds=GIVEN)


def hang(receiver):
    receiver.door.clear()


def fail(receiver):
    receiver.answers = [(500, {})] * 6


def be_slow(receiver):
    receiver.seconds = SLOW


@pytest.mark.slow
@pytest.mark.parametrize("ill", [hang, fail, be_slow])
def test_no_letter_waits_for_a_receiver_and_everything_is_heard_once(tmp_path, receiver, webhook, ill):
    """Slow, as the receiver is. No round waits for it, not even the first, though one waits for subscribers."""
    quick = JsonLines(path=tmp_path / "use" / "usage.jsonl")
    with house(tmp_path / "well.db", webhook=webhook) as well:
        paced(well)
        heard(well, receiver.taken)
    before = dict(receiver.taken)
    receiver.taken.clear()
    assert len(before) == ROUNDS
    ill(receiver)
    with house(tmp_path / "ill.db", webhook=webhook, quick=quick) as one:
        assert max(paced(one)) < SLOW
        receiver.seconds = 0.0
        receiver.door.set()
        heard(one, receiver.taken)
        assert len(receiver.taken) == one.letters == ROUNDS
        if ill is not hang:
            assert set(receiver.taken.values()) == {1}
        until = time.monotonic() + 20
        while len(_lines(quick)) < ROUNDS and time.monotonic() < until:
            one.round()
            time.sleep(0.02)
        assert len(_lines(quick)) == ROUNDS


def _lines(quick):
    return [line for path in quick.path.parent.glob("*") for line in path.read_bytes().splitlines()]


RECEIVER = """
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from emitters.receiving import receiving

with receiving(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])):
    print("ready", flush=True)
    sys.stdin.read()
"""


@contextmanager
def killed_at_the_end(port, certificate, log):
    """Run a receiver in a process of its own, and end it by SIGKILL, whatever it is doing."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-c", RECEIVER, str(port), certificate, log]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, **pipes) as process:
        assert process.stdout.readline() == b"ready\n"
        yield
        process.send_signal(signal.SIGKILL)


@pytest.mark.slow
def test_a_receiver_that_is_killed_hears_what_it_missed(tmp_path, ca, secret):
    """Slow: real processes. It is killed between its yes and ours, and while nobody listens letters go all the same."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    certificate, log = certificate_of(tmp_path), tmp_path / "taken.log"
    webhook = Webhook(url=f"https://127.0.0.1:{port}/forbrug", secret=secret, ca=ca, seconds=GIVEN)
    with house(tmp_path / "outbox.db", webhook=webhook) as one:
        for _ in range(4):
            with killed_at_the_end(port, certificate, log):
                paced(one)
            assert max(paced(one)) < SLOW
        with killed_at_the_end(port, certificate, log):
            until = time.monotonic() + 30
            while one.post.outbox.unheard("export webhook", 1) and time.monotonic() < until:
                one.clock.move(minutes=20)
                one.round()
                time.sleep(0.02)
        taken = log.read_text().split()
        assert len(set(taken)) == one.letters == 8 * ROUNDS


WORKER = """
import sys
from pathlib import Path
from emitters.houses import house
from esdh_connect.settings.secret import Secret
from esdh_connect_forbrug.emitters.webhook import Webhook

place, url, start = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
secret = Secret("file:webhook.secret", place / "esdh-connect.toml")
with house(place / "outbox.db", webhook=Webhook(url=url, secret=secret, ca=place / "ca.pem")) as one:
    one.letters = start
    while True:
        one.send(3)
        one.round(30.0)
        print("round", flush=True)
"""


@pytest.mark.slow
def test_a_worker_that_is_killed_tells_everything_at_least_once(tmp_path, ca, secret, receiver):
    """Slow: real processes, ended by SIGKILL while they hand on. Who counts each id once has counted right."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    for run, seconds in enumerate((0.0, 0.03, 0.07, 0.12)):
        command = [sys.executable, "-c", WORKER, tmp_path, receiver.url, str(run * 100_000)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
            assert [process.stdout.readline() for _ in range(3)] == [b"round\n"] * 3
            time.sleep(seconds)
            process.send_signal(signal.SIGKILL)
    with house(tmp_path / "outbox.db", webhook=Webhook(url=receiver.url, secret=secret, ca=ca)) as last:
        while last.round(None):
            continue
        last.clock.move(days=1)
        last.round(None)
        used = last.post.usage(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert len(receiver.taken) == sum(used.values()) > 20
