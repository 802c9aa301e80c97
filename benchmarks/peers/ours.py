"""
The same letters through esdh_connect: plan, commit, deliver.

``ours.py FOLDER send N`` prints letters a second from the list to the hand-over and of the delivery alone,
``ours.py FOLDER commit FILE`` and ``ours.py FOLDER deliver -`` the most memory each had in MB, and
``ours.py FOLDER worker -`` delivers what the outbox says is ready. Journalizing is left to another process, as the
loop that this is compared with does not journalize.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from loop import CPR, peak

from esdh_connect import Connect, Request
from esdh_connect.model import Case, Document
from esdh_connect.testing.fakes import FakeHost

#: Letters under way at once: what a worker is told with --threads.
THREADS = 8


def wishes(host: FakeHost, count: int, content: bytes) -> Iterator[Request]:
    """Give so many letters, to one person each."""
    document = Document("letter", "1", "Brev.pdf")
    host.contents["letter", "1"] = content
    for at in range(count):
        yield Request(f"wish {at}", Case("1"), "demo", f"Brev {at}", [document], [host.person(f"p{at}", CPR)])


def commit(connect: Connect, host: FakeHost, count: int, content: bytes) -> None:
    """Plan and commit them one by one."""
    for wish in wishes(host, count, content):
        connect.commit(connect.plan(wish), by="bench")


def opened(sandbox: Path, host: FakeHost | None = None) -> Connect:
    """Open the installation whose settings the sandbox has made."""
    return Connect.from_settings(sandbox / "settings.toml", host=host)


def measure(sandbox: Path, count: int) -> tuple[float, float]:
    """Commit a mailing of so many and send it."""
    host, content = FakeHost(), (sandbox / "small.pdf").read_bytes()
    with opened(sandbox, host) as caseworkers, opened(sandbox) as worker:
        commit(caseworkers, host, 1, content)
        worker.deliver()  # fetches a token, as the loop has one when it is measured
        begin = time.perf_counter()
        caseworkers.commit_many(wishes(host, count + 1, content), batch="bench", expect=count + 1, by="bench")
        middle = time.perf_counter()
        worker.deliver(threads=THREADS)
        end = time.perf_counter()
    return count / (end - begin), count / (end - middle)


def main(where: str, verb: str, what: str) -> None:
    """Do one of the four."""
    sandbox = Path(where)
    if verb == "send":
        print(*measure(sandbox, int(what)))
        return
    host = FakeHost() if verb == "commit" else None
    with opened(sandbox, host) as connect:
        if host is not None:
            commit(connect, host, 1, Path(what).read_bytes())
            print(peak())
        elif verb == "deliver":
            print(connect.deliver().letters and peak())
        else:
            print("ready", flush=True)
            while connect.deliver():
                pass


if __name__ == "__main__":
    main(*sys.argv[1:])
