"""``esdh-connect worker --processes``: real processes under one that keeps them going, and real signals."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
import pytest

from esdh_connect.dispatch import Work
from esdh_connect.testing.letters import draft
from esdh_connect.testing.outbox.happenings import add

PATIENCE = 30
pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are looked up in /proc")


def commit(place, *names: str) -> None:
    """Put letters into the outbox."""
    drafts = [draft(name) for name in names]
    with place.opened() as post:
        add(post.outbox, *[attrs.evolve(one, entry=attrs.evolve(one.entry, channel="post")) for one in drafts])


def works(place) -> list[Work]:
    with place.opened() as post:
        return [entry.work for entry in post.entries()]


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def children(process: subprocess.Popen[str]) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@contextmanager
def foreman(place) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        place.command("worker", "--processes", "2"), cwd=place.path, env=place.environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        until(lambda: len(children(process)) == 2)
        yield process
    finally:
        left = children(process) if process.poll() is None else []
        for pid in (*left, *([process.pid] if process.poll() is None else [])):
            os.kill(pid, signal.SIGKILL)
        process.communicate()


@pytest.mark.slow  # programs are started and killed
def test_a_worker_that_is_killed_is_replaced_and_nothing_is_sent_twice(place):
    """Whichever of them had the outbox; the letters go on."""
    with foreman(place) as process:
        commit(place, "1")
        until(lambda: works(place) == [Work.HANDED_OVER])
        first = children(process)
        for pid in first:
            os.kill(pid, signal.SIGKILL)
        until(lambda: len(children(process)) == 2 and not set(first) & set(children(process)))
        commit(place, "2")
        until(lambda: works(place) == [Work.HANDED_OVER] * 2)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert err.count("der kommer en ny") == 2
    assert len(place.posted()) == 2


@pytest.mark.slow  # programs are started
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_letter_under_way_comes_to_its_end_in_every_worker(place, number):
    """The foreman is told once, tells each of them once, and waits."""
    commit(place, "1", "2")
    place.faults("sleep 1.5", "ok")
    with foreman(place) as process:
        until((place.path / "post" / "sleeping").exists)
        process.send_signal(number)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert works(place) == [Work.READY, Work.HANDED_OVER]


@pytest.mark.slow  # programs are started
def test_told_twice_they_stop_on_the_spot(place):
    """What became of the letter under way is a question then."""
    commit(place, "1")
    place.faults("sleep 30")
    with foreman(place) as process:
        until((place.path / "post" / "sleeping").exists)
        workers = children(process)
        for _ in range(2):
            process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == -signal.SIGTERM
    assert not any(map(is_alive, workers))


@pytest.mark.slow  # programs are started and killed
def test_workers_do_not_outlive_their_foreman(place):
    """They finish what is under way, and stop: nobody would ever stop them otherwise."""
    commit(place, "1")
    place.faults("sleep 1.5")
    with foreman(place) as process:
        until((place.path / "post" / "sleeping").exists)
        workers = children(process)
        process.kill()
        until(lambda: not any(map(is_alive, workers)))
    assert works(place) == [Work.HANDED_OVER]


@pytest.mark.slow  # programs are started
def test_settings_that_cannot_be_used_end_it_all(place):
    """Whoever came next would find the same."""
    place.settings(place.SETTINGS + "[nonsense]\n")
    ended = place.spawn("worker", "--processes", "3")
    assert ended.code == 3
