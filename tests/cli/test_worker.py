"""``esdh-connect worker``: as real processes, told to stop by real signals."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import attrs
import pytest

from esdh_connect.dispatch import Work
from esdh_connect.testing.letters import draft
from esdh_connect.testing.outbox.happenings import add

PATIENCE = 20


def commit(place, *names: str) -> None:
    """Put letters into the outbox, as a host would that sends none itself."""
    drafts = [draft(name) for name in names]
    ready = [attrs.evolve(one, entry=attrs.evolve(one.entry, channel="post")) for one in drafts]
    with place.opened() as post:
        add(post.outbox, *ready)


def works(place) -> list[Work]:
    with place.opened() as post:
        return [entry.work for entry in post.entries()]


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@contextmanager
def worker(place, *options: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        place.command("worker", *options), cwd=place.path, env=place.environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stderr is not None
        assert "Klokke: poll" in process.stderr.readline()
        yield process
    finally:
        process.kill()
        process.communicate()


def test_it_delivers_what_comes_until_it_is_told_to_stop(place):
    """What was there, what comes meanwhile, and the rest stays for the next one."""
    commit(place, "1", "2")
    with worker(place) as process:
        until(lambda: len(place.posted()) == 2)
        commit(place, "3")
        until(lambda: len(place.posted()) == 3)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (0, "")
    assert "Stoppet" in err
    assert works(place) == [Work.HANDED_OVER] * 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_letter_under_way_comes_to_its_end(place, number):
    """Nobody has to ask afterwards whether it was sent, and no other is begun."""
    commit(place, "1", "2")
    place.faults("sleep 1.5", "ok")
    with worker(place) as process:
        until((place.path / "post" / "sleeping").exists)
        process.send_signal(number)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert works(place) == [Work.READY, Work.HANDED_OVER]


def test_asked_twice_it_stops_on_the_spot(place):
    """What became of the letter under way is a question then, and it is asked: nothing is sent again by itself."""
    commit(place, "1")
    place.faults("sleep 30")
    with worker(place) as process:
        until((place.path / "post" / "sleeping").exists)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == -signal.SIGTERM
    with worker(place):
        until(lambda: works(place) == [Work.UNKNOWN])
    assert place.posted() == []


def test_another_takes_the_place_of_one_that_was_killed(place):
    """On a file one works at a time; the other waits, and knows when it is its turn."""
    with worker(place) as first, worker(place):
        commit(place, "1")
        until(lambda: works(place) == [Work.HANDED_OVER])  # what became of it is stored a moment after it was posted
        first.kill()
        first.communicate()
        commit(place, "2")
        until(lambda: works(place) == [Work.HANDED_OVER] * 2)


def test_several_letters_leave_at_a_time(place):
    """As many as there are threads: one that is slow holds up its own thread alone."""
    commit(place, "1", "2", "3", "4")
    place.faults("sleep 2", "sleep 2", "sleep 2", "sleep 2")
    with worker(place, "--threads", "4"):
        until(lambda: works(place).count(Work.SENDING) > 1)
