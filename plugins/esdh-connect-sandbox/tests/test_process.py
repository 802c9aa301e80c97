"""As a program: one line when it is ready, a clean end, and nothing lost when it is killed."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

PROGRAM = [sys.executable, "-m", "esdh_connect_sandbox"]
MIB = 1024 * 1024

Started = Callable[..., tuple[subprocess.Popen[str], SimpleNamespace]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Started]:
    """Starts the program in a folder and gives the process and where it is, once it is ready."""
    running: list[subprocess.Popen[str]] = []

    def started(*options: str) -> tuple[subprocess.Popen[str], SimpleNamespace]:
        command = [*PROGRAM, "--dir", str(tmp_path / "box"), *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout
        said = json.loads(process.stdout.readline())
        folder = Path(said["settings"]).parent
        where = SimpleNamespace(url=said["url"], ca=folder / "ca.pem", certificate=folder / "client.pem", folder=folder)
        return process, where

    yield started
    for process in running:
        process.kill()
        process.communicate()


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_one_line_and_ends_when_told_to(start, connect, wire, number):
    """JSON with url and settings, nothing else on stdout; exit code 0."""
    process, where = start("--fast")
    assert wire.is_received(connect(where).send(wire.kombi("Digital Post", wire.message())))
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out) == (0, "")
    assert "Traceback" not in err
    assert "1212121212" not in err


def test_a_killed_one_goes_on_where_it_was(start, connect, endpoint, wire):
    """Letters, planned receipts, endpoint, tokens and port are all there after a kill -9."""
    process, where = start("--delay", "0.5", "--push", endpoint.url)
    client = connect(where)
    assert wire.is_received(client.send(wire.kombi("Fysisk Post", wire.shipment())))
    process.kill()
    process.wait()
    reached = len(endpoint.got)
    time.sleep(0.6)
    assert len(endpoint.got) == reached
    _, again = start("--delay", "0.5")
    assert again.url == where.url
    wire.wait_for(lambda: len(endpoint.got) == 5)
    assert endpoint.statuses()[-1] == "Modtaget Post Danmark"
    assert wire.is_received(client.send(wire.kombi("Digital Post", wire.message())))
    assert len(list(where.folder.glob("received/*.xml"))) == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--fast", "--delay", "1"], "ikke begge"),
        (["--push", "http://example.dk"], "on this machine"),
        (["--port", "99999"], "99999"),
    ],
)
def test_what_cannot_be_is_told(tmp_path, options, message):
    """On stderr, with an exit code, and nothing on stdout."""
    command = [*PROGRAM, "--dir", str(tmp_path), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode != 0
    assert message in done.stderr
    assert done.stdout == ""


def test_a_folder_in_use_is_told(start):
    """A second program in the same folder ends at once."""
    _, where = start()
    command = [*PROGRAM, "--dir", str(where.folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 1
    assert "another sandbox runs" in done.stderr


def memory(process: subprocess.Popen[str]) -> int:
    """The most memory it ever had, in bytes."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) * 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_a_large_letter_costs_less_memory_than_it_is_large(start, connect, wire):
    """95 MiB of base64 are taken, kept byte for byte, and cost a fraction of that."""
    process, where = start()
    client = connect(where)
    name = str(uuid.uuid4())
    before, after = wire.kombi("Digital Post", wire.message(uuid=name, files=wire.file_part(content="@"))).split(b"@")

    def body() -> Iterator[bytes]:
        yield before
        for _ in range(95):
            yield b"A" * MIB
        yield after

    client.send(wire.kombi("Digital Post", wire.message()))
    small = memory(process)
    answer: Any = client.send(body())
    assert wire.is_received(answer), answer.text
    assert memory(process) - small < 95 * MIB / 2
    kept = where.folder / "received" / f"{name}.xml"
    assert kept.stat().st_size == len(before) + 95 * MIB + len(after)


def test_a_letter_that_is_too_large_is_refused(start, connect, wire):
    """With an answer, not with a broken connection."""
    _, where = start()
    before, after = wire.kombi("Digital Post", wire.message(files=wire.file_part(content="@"))).split(b"@")
    for megabytes, code in ((101, "sandbox.too.large"), (120, "sandbox.body")):
        pieces = [before, *[b"A" * MIB] * megabytes, after]
        answer = connect(where).send(iter(pieces))
        assert (answer.status_code, wire.fault_of(answer)) == (400, code)
    assert not list(where.folder.glob("received/*.xml"))
    assert not list(where.folder.glob("incoming/*"))
