"""What reads a stranger's file runs apart, and the system holds it to its limits."""

import socket
import sys
import time
from pathlib import Path

import attrs
import pytest

from esdh_connect_bilag import apart
from esdh_connect_bilag.apart import Confines, Failed

MB = 1024 * 1024
SMALL = Confines(memory=512 * MB, processor=2, clock=20, output=MB)

WORKER = """
import os, resource, signal, socket, sys, time
from esdh_connect_bilag.apart import Refused

def answer(order, content):
    return {name: value for name, value in globals()[order["do"]](order, content).items()}, [content[::-1]]

def echo(order, content): return order
def refuse(order, content): raise Refused("det er en prøve")
def break_down(order, content): raise RuntimeError("CPR 010190-" + "1234")
def eat(order, content): bytearray(order["bytes"]); return {}
def spin(order, content):
    while True: pass
def sleep(order, content): time.sleep(order["seconds"]); return {}
def write(order, content):
    with open(order["path"], "wb") as file: file.write(bytes(order["bytes"]))
    return {}
def die(order, content): os.kill(os.getpid(), signal.SIGSEGV)
def call(order, content):
    try: socket.create_connection(("127.0.0.1", order["port"]), timeout=5).close()
    except OSError as error: return {"error": type(error).__name__}
    return {"error": ""}
def environment(order, content): return dict(os.environ)
def chatter(order, content): print("on standard error", file=sys.stderr); return {}
def limits(order, content):
    return {name: resource.getrlimit(getattr(resource, name)) for name in order["names"]}
def files(order, content): return {str(at): os.readlink(f"/proc/self/fd/{at}") for at in range(3)}
def breed(order, content):
    if os.fork() == 0:
        time.sleep(order["seconds"]); open(order["path"], "w").close(); os._exit(0)
    return {}
"""


@pytest.fixture
def ask(tmp_path, monkeypatch):
    """Asks a worker of ours, which stands beside the real ones."""
    folder = tmp_path / "workers"
    folder.mkdir()
    (folder / "worker_to_test_with.py").write_text(WORKER)
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])

    def one(do, content=b"abc", confines=SMALL, **order):
        return apart.asked("worker_to_test_with", {"do": do, **order}, content, confines)

    return one


def test_an_answer_comes_back_with_its_bytes(ask):
    """And what the worker prints meanwhile is no part of it."""
    answer = ask("echo", b"\x00\n\xff", why="æøå")

    assert answer.said == {"do": "echo", "why": "æøå"}
    assert answer.parts == (b"\xff\n\x00",)
    assert ask("chatter").parts == (b"cba",)


@pytest.mark.parametrize(
    ("do", "order", "reason"),
    [
        ("refuse", {}, "refused"),
        ("break_down", {}, "crashed"),
        ("die", {}, "crashed"),
        ("eat", {"bytes": 2048 * MB}, "memory"),
        ("spin", {}, "time"),
        ("write", {"path": "/tmp/never", "bytes": 4 * MB}, "size"),  # noqa: S108 - it is never written
    ],
)
def test_what_goes_wrong_has_a_name(ask, tmp_path, do, order, reason):
    """And says nothing of the file, unless we wrote it ourselves."""
    if "path" in order:
        order = order | {"path": str(tmp_path / "much")}
    with pytest.raises(Failed) as failed:
        ask(do, **order)

    assert failed.value.reason == reason
    assert "010190" not in str(failed.value)
    assert (failed.value.detail == "det er en prøve") == (reason == "refused")


def test_the_clock_is_kept(ask):
    """Who sleeps uses no processor."""
    begun = time.monotonic()
    with pytest.raises(Failed, match="time"):
        ask("sleep", seconds=60, confines=attrs.evolve(SMALL, clock=1))

    assert time.monotonic() - begun < 20


def test_there_is_no_network(ask):
    """Where the system lets us take it away: here it does, or the test cannot tell."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        if not can_unshare():
            pytest.skip("this system does not let us take the network away")
        assert ask("call", port=server.getsockname()[1]).said["error"]


def can_unshare():
    if sys.platform != "linux":
        return False
    code = "import ctypes, sys; u = ctypes.CDLL(None).unshare; sys.exit(u(0x40000000) != 0 and u(0x50000000) != 0)"
    return apart.run([sys.executable, "-c", code], SMALL, folder=Path("/"), environment={})[0] == 0


def test_it_has_no_environment_of_ours(ask, monkeypatch):
    """Where secrets may stand."""
    monkeypatch.setenv("ESDH_SECRET", "hemmeligt")

    assert "hemmeligt" not in ask("environment").said.values()


def test_its_limits_hold_before_it_reads(ask):
    """Memory, processor, size of what it writes, and no dump that would hold the letter."""
    said = ask("limits", names=["RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_CORE"]).said

    assert said == {
        "RLIMIT_AS": [SMALL.memory] * 2,
        "RLIMIT_CPU": [SMALL.processor] * 2,
        "RLIMIT_FSIZE": [SMALL.output] * 2,
        "RLIMIT_CORE": [0, 0],
    }


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_what_it_is_given_lies_under_no_name(ask):
    """A letter is never on the disk in clear where somebody else could open it."""
    assert [name for name in ask("files").said.values() if "(deleted)" not in name] == []


def test_nothing_it_started_goes_on(ask, tmp_path):
    """The whole group ends with it."""
    left = tmp_path / "left"
    ask("breed", seconds=1, path=str(left))
    time.sleep(1.5)

    assert not left.exists()


def test_a_python_that_cannot_be_started_is_told(ask, monkeypatch):
    """A program with a Python inside may have none beside it."""
    monkeypatch.setattr(sys, "executable", "/nowhere/program")
    monkeypatch.setattr(sys, "prefix", "/nowhere")
    with pytest.raises(Failed, match="started"):
        ask("echo")
