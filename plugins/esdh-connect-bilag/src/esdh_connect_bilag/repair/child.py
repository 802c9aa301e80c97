"""
Barn: a Python of its own for a library that may crash, hang or eat the memory, and what it is allowed.

C libraries crash on hostile chains and take the process with them; pypdf is slow on others. So none of them reads a
damaged file in the host's process. The child gets no environment and no open file but three without a name: the
letter never lies on a disk under a name that somebody else could open.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import attrs

from esdh_connect_bilag.engine import Bounds

__all__ = ["Called", "ChildFailed", "Confines", "called"]

_WORKER = Path(__file__).with_name("worker.py")
_MB = 2**20
#: Where a Python that does not lie in the usual place finds the libraries it is linked with.
_INHERITED = ("LD_LIBRARY_PATH",)
_TOLD_AT_MOST = 2**16
_PASSWORD = frozenset({"FileNotDecryptedError", "PasswordError", "WrongPasswordError"})
_TOO_LONG = frozenset({-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGALRM}) if os.name == "posix" else frozenset()


class ChildFailed(Exception):
    """It gave nothing back; ``reason`` is one of started, time, memory, crashed, password, refused."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason} ({detail})" if detail else reason)
        self.reason = reason


@attrs.frozen
class Confines:
    """
    Grænser: what one child may use.

    Two seconds of a processor are plenty for what people send: two ways, one after the other, stay below five seconds
    for a file made to be slow, and below 512 MB. Python and a library take 100 MB of addresses before they begin.
    """

    memory: int = 400 * _MB
    processor: int = 2
    clock: int = 20
    output: int = 16 * _MB

    def within(self, bounds: Bounds, size: int) -> Confines:
        """Give a file of so many bytes room for itself thrice, and for what is packed in it."""
        return attrs.evolve(self, memory=self.memory + 3 * size, output=min(self.output + 16 * size, bounds.bytes))


@attrs.frozen
class Called:
    """What a child made, and what it told beside it."""

    content: bytes = attrs.field(repr=False)
    told: str


def called(
    way: str, files: Sequence[bytes], confines: Confines, *, titles: Sequence[str] = (), worker: Path = _WORKER
) -> Called:
    """Have one of the worker's ways done in a child. Raises ChildFailed."""
    order = {"way": way, "path": sys.path, "sizes": [len(file) for file in files], "titles": list(titles)}
    with _nameless() as given, _nameless() as made, _nameless() as said:
        given.write(json.dumps(order).encode() + b"\n")
        given.writelines(files)
        given.seek(0)
        code = _run(worker, (given, made, said), confines)
        made.seek(0)
        said.seek(0)
        told = said.read(_TOLD_AT_MOST).decode("ascii", "replace")
        if code:
            raise _failure(code, told)
        return Called(made.read(), told)


@contextmanager
def _nameless() -> Iterator[IO[bytes]]:
    """Open a file that has no name, in memory where the system has such."""
    if hasattr(os, "memfd_create"):
        with os.fdopen(os.memfd_create("esdh-connect"), "w+b") as file:
            yield file
    else:
        with TemporaryFile() as file:
            yield file


def _run(worker: Path, streams: tuple[IO[bytes], IO[bytes], IO[bytes]], confines: Confines) -> int:
    limits = (confines.memory, confines.processor, confines.clock + 1, confines.output)
    try:
        process = subprocess.Popen(  # noqa: S603 - our own script
            [_python(), "-I", "-B", str(worker), *map(str, limits)],
            stdin=streams[0],
            stdout=streams[1],
            stderr=streams[2],
            cwd=os.path.sep,
            env={name: os.environ[name] for name in _INHERITED if name in os.environ},
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise ChildFailed("started", type(error).__name__) from error
    with process:
        try:
            return process.wait(confines.clock)
        except subprocess.TimeoutExpired as error:
            raise ChildFailed("time", f"{confines.clock} s on the clock") from error
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill one that still runs, and all it started; it has not been waited for, so its number is still its own."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _python() -> str:
    """Give our own Python. Raises ChildFailed where the program that runs us is another one with a Python inside."""
    if os.name != "posix":
        raise ChildFailed("started", "needs a POSIX system")
    found = Path(sys.executable)
    if not found.name.startswith("python"):
        found = Path(sys.prefix, "bin", "python3")
    if not found.is_file():
        raise ChildFailed("started", "no Python to start")
    return str(found)


def _failure(code: int, said: str) -> ChildFailed:
    if code in _TOO_LONG:
        return ChildFailed("time", "too long about it")
    if code < 0:
        return ChildFailed("crashed", signal.Signals(-code).name)
    if said == MemoryError.__name__:
        return ChildFailed("memory")
    return ChildFailed("password" if said in _PASSWORD else "refused", said if said.isidentifier() else "")
