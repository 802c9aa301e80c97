"""
The other side of :mod:`.child`: takes its limits on, and then is a worker or becomes another program.

Run as a script, and imports nothing of ours before the limits hold.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import resource
import signal
import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from typing import Any

#: Linux: a network of its own, with nothing in it; where that takes a user namespace, that too.
_NEWNET, _NEWUSER = 0x40000000, 0x10000000
_FAILED = 1


def main(job: dict[str, Any]) -> int:
    """Do the job."""
    _confine(job)
    _leave_the_network()
    if "program" in job:
        os.execv(job["program"][0], job["program"])  # noqa: S606 - what run was told to run
    sys.path[:] = job["path"]
    try:
        _skip_packages(job["worker"])
        _work(job["worker"])
    except Exception as error:  # noqa: BLE001 - a stranger's file makes libraries raise nearly anything
        return _failed(error)
    return 0


def _skip_packages(worker: str) -> None:
    """Leave out what the packages around a worker import for the host: it takes half a second."""
    parts = worker.split(".")[:-1]
    for name in (".".join(parts[: at + 1]) for at in range(len(parts))):
        spec = find_spec(name)
        if spec is not None:
            sys.modules[name] = module_from_spec(spec)


def _work(worker: str) -> None:
    head = json.loads(sys.stdin.buffer.readline())
    said, parts = import_module(worker).answer(head["order"], sys.stdin.buffer.read(head["size"]))
    sys.stdout.buffer.write(json.dumps({"said": said, "sizes": [len(part) for part in parts]}).encode() + b"\n")
    for part in parts:
        sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()


def _failed(error: Exception) -> int:
    """Tell why, and only what we wrote ourselves: another's text may quote the file."""
    sys.stderr.seek(0)
    sys.stderr.truncate()
    if any(kind.__name__ == "Refused" for kind in type(error).__mro__):
        sys.stderr.write(f"Refused: {error}")
    elif isinstance(error, OSError) and error.errno == errno.EFBIG:
        sys.stderr.write("TooLarge")
    else:
        sys.stderr.write(type(error).__name__)
    return _FAILED


def _confine(job: dict[str, Any]) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump would hold the letter
    resource.setrlimit(resource.RLIMIT_CPU, (job["processor"], job["processor"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (job["output"], job["output"]))
    resource.setrlimit(resource.RLIMIT_AS, (job["memory"], job["memory"]))
    signal.alarm(job["clock"] + 1)  # where nobody is left to end us


def _leave_the_network() -> None:
    """Take the network away where the system lets us; where not, nothing here asks for it anyway."""
    unshare = getattr(ctypes.CDLL(None, use_errno=True), "unshare", None)
    if unshare is not None and unshare(_NEWNET) != 0:
        unshare(_NEWUSER | _NEWNET)


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
