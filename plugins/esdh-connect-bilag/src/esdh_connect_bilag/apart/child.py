"""The side of the host: it starts a child, waits for it no longer than agreed, and takes in what it gives."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import attrs

__all__ = ["Answer", "Confines", "Failed", "asked", "run"]

_CONFINED = Path(__file__).with_name("confined.py")
_MB = 1024 * 1024
#: What the child calls it, and what we do.
_REASONS = {"Refused": "refused", "MemoryError": "memory", "TooLarge": "size"}
#: Where a Python that does not lie in the usual place finds the libraries it is linked with.
_INHERITED = ("LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH")
_SAID_AT_MOST = 2000
_PAUSE = 0.05
#: Libraries that write when something was made write this instead: the same file, the same bytes.
_TIMELESS = {"SOURCE_DATE_EPOCH": "946684800"}


class Failed(Exception):
    """It gave nothing back; ``reason`` is one of started, time, memory, size, crashed, refused."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


@attrs.frozen
class Confines:
    """Grænser: what one child may use, in bytes and seconds."""

    memory: int = 1024 * _MB
    processor: int = 20
    clock: int = 60
    output: int = 256 * _MB


@attrs.frozen
class Answer:
    """What a worker gave back: what it says, and the bytes that belong to it."""

    said: Mapping[str, Any]
    parts: tuple[bytes, ...] = attrs.field(repr=False)


def asked(
    worker: str,
    order: Mapping[str, object],
    content: bytes,
    confines: Confines,
    charge: Callable[[float], None] | None = None,
) -> Answer:
    """
    Have a module do something with a file, in a Python of its own.

    It has a function ``answer(order, content)`` that gives a dictionary and a list of bytes, or raises Refused. What is
    told of any other exception is its name alone. ``charge`` is told how many seconds of a processor it took, whatever
    came of it. Raises Failed.
    """
    line = json.dumps({"order": order, "size": len(content)}).encode() + b"\n"
    with _nameless() as given, _nameless() as made, _nameless() as said:
        given.write(line)
        given.write(content)
        given.seek(0)
        job = {"path": sys.path, "worker": worker, **attrs.asdict(confines)}
        code = _ended(job, given, made, said, confines.clock, environment=_TIMELESS, charge=charge)
        for stream in (made, said):
            stream.seek(0)
        if code:
            raise _failure(code, said.read(_SAID_AT_MOST).decode("utf-8", "replace"))
        head = json.loads(made.readline())
        return Answer(head["said"], tuple(made.read(size) for size in head["sizes"]))


def run(program: Sequence[str], confines: Confines, *, folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run a program in a folder and give its exit code and what it said. Raises Failed where it was stopped."""
    job = {"program": list(program), **attrs.asdict(confines)}
    with _nameless() as nothing, _nameless() as said:
        code = _ended(job, nothing, said, said, confines.clock, folder=folder, environment=environment)
        said.seek(0)
        text = said.read(_SAID_AT_MOST).decode("utf-8", "replace")
    if code < 0:
        raise _failure(code, "")
    return code, text


def _ended(
    job: Mapping[str, object],
    given: IO[bytes],
    made: IO[bytes],
    said: IO[bytes],
    clock: int,
    *,
    folder: Path = Path(os.path.sep),
    environment: Mapping[str, str] | None = None,
    charge: Callable[[float], None] | None = None,
) -> int:
    try:
        process = subprocess.Popen(  # noqa: S603 - our own script
            [_python(), "-I", "-B", str(_CONFINED), json.dumps(job)],
            stdin=given,
            stdout=made,
            stderr=said,
            cwd=folder,
            env={name: os.environ[name] for name in _INHERITED if name in os.environ} | dict(environment or {}),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise Failed("started", type(error).__name__) from error
    with process:
        try:
            if not _has_ended(process.pid, clock):
                raise Failed("time", f"{clock} s on the clock")
        except ChildProcessError as error:
            raise Failed("started", "the host waits for children that are not its own") from error
        finally:  # with all it started; it was not waited for yet, so that its number is still its own
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                (charge or _nobody_counts)(_reaped(process))
    return process.returncode


def _nobody_counts(seconds: float) -> None:
    """Do nothing."""


def _reaped(process: subprocess.Popen[bytes]) -> float:
    """Take in how it ended, and give the seconds of a processor that it took."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def _has_ended(pid: int, clock: int) -> bool:
    """Wait until it has ended, and no longer than the clock allows; it stays to be waited for."""
    until, pause = time.monotonic() + clock, 0.001
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if time.monotonic() > until:
            return False
        time.sleep(pause)
        pause = min(2 * pause, _PAUSE)
    return True


@contextmanager
def _nameless() -> Iterator[IO[bytes]]:
    """Open a file that has no name, in memory where the system has such."""
    if hasattr(os, "memfd_create"):
        with open(os.memfd_create("esdh-connect", os.MFD_CLOEXEC), "w+b") as file:  # noqa: PTH123 - has no path
            yield file
    else:
        with TemporaryFile() as file:
            yield file


def _python() -> str:
    """Give our own Python. Raises Failed where the program that runs us is something else with a Python inside."""
    if not hasattr(os, "waitid"):
        raise Failed("started", "needs Linux or a system like it")
    found = Path(sys.executable or "")
    if not found.name.startswith(("python", "pypy")):
        found = Path(sys.prefix, "bin", "python3")
    if not found.is_file():
        raise Failed("started", "no Python to start")
    return str(found)


def _failure(code: int, said: str) -> Failed:
    if code in {-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGALRM}:
        return Failed("time", "it was too long about it")
    if code == -signal.SIGXFSZ:
        return Failed("size", "it made too much")
    if code < 0:
        return Failed("crashed", signal.Signals(-code).name)
    word, _, detail = said.partition(": ")
    return Failed(_REASONS.get(word, "crashed"), detail or word)
