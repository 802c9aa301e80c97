"""
The same letters through esdh_connect: plan, commit, deliver.

``ours.py FOLDER send N`` prints letters a second from the wish to the hand-over and of the delivery alone,
``ours.py FOLDER commit FILE`` and ``ours.py FOLDER deliver -`` the most memory each had in MB, and
``ours.py FOLDER worker -`` delivers what the outbox says is ready.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from loop import CPR, peak

from esdh_connect import Connect, Request
from esdh_connect.model import Case, Document
from esdh_connect.testing.fakes import FakeHost


def commit(connect: Connect, host: FakeHost, count: int, content: bytes) -> None:
    """Plan and commit so many letters."""
    document = Document("letter", "1", "Brev.pdf")
    host.contents["letter", "1"] = content
    for at in range(count):
        wish = Request(f"wish {at}", Case("1"), "demo", f"Brev {at}", [document], [host.person(f"p{at}", CPR)])
        connect.commit(connect.plan(wish), by="bench")


def measure(connect: Connect, host: FakeHost, content: bytes, count: int) -> tuple[float, float]:
    """Send so many, once it is warm."""
    begin = time.perf_counter()
    commit(connect, host, count, content)
    middle = time.perf_counter()
    connect.deliver()
    end = time.perf_counter()
    return count / (end - begin), count / (end - middle)


def work(connect: Connect) -> None:
    """Deliver until nothing is ready."""
    print("ready", flush=True)
    while connect.deliver():
        pass


def main(where: str, verb: str, what: str) -> None:
    """Do one of the four."""
    sandbox, host = Path(where), FakeHost()
    with Connect.from_settings(
        sandbox / "settings.toml", host=None if verb in {"deliver", "worker"} else host
    ) as connect:
        if verb == "send":
            print(*measure(connect, host, (sandbox / "small.pdf").read_bytes(), int(what)))
        elif verb == "commit":
            commit(connect, host, 1, Path(what).read_bytes())
            print(peak())
        elif verb == "deliver":
            print(connect.deliver().letters and peak())
        else:
            work(connect)


if __name__ == "__main__":
    main(*sys.argv[1:])
