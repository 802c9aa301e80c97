"""`esdh-connect demo` in a browser: it starts by itself, and its end leaves nothing."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from esdh_connect.cli.exits import Stopped
from esdh_connect_demo.command import _listening as taken
from esdh_connect_demo.serving import listening, open_browser

PROGRAM = [sys.executable, "-m", "esdh_connect.cli", "demo", "--no-browser", "--port", "0"]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONUTF8": "1"}
    with subprocess.Popen(PROGRAM, stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=environment) as program:
        yield program
        program.kill()


@pytest.mark.slow  # a whole installation, and its end
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_address_serves_and_leaves_nothing(served, tmp_path, how):
    """Ctrl-C or a signal: the same. Neither a folder nor anybody who listens is left."""
    served.stdout.readline()
    address = re.search(r"http://localhost:(\d+)/", served.stdout.readline())
    page = requests.get(address[0], timeout=20)
    assert "Hvem er du i dag?" in page.text
    assert [path for path in tmp_path.iterdir() if path.name.startswith("esdh-connect-demo-")]

    served.send_signal(how)
    assert served.wait(20) == 0
    assert list(tmp_path.iterdir()) == []
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.1", int(address[1]))) != 0


def test_a_port_that_is_asked_for_and_taken_stops_it():
    """It says so, and nothing was started."""
    with listening(0) as first, pytest.raises(Stopped) as stopped:
        taken(port := first.getsockname()[1])
    assert stopped.value.text == f"Port {port} er optaget af et andet program. Vælg en anden med --port."


def test_where_the_usual_port_is_taken_another_is_found_and_it_is_said(monkeypatch, capsys):
    """Nobody looks in vain at the address they know."""
    with listening(0) as first:
        monkeypatch.setattr("esdh_connect_demo.command._PORT", first.getsockname()[1])
        with taken(None) as second:
            assert first.getsockname() != second.getsockname()
    assert "er optaget af et andet program, så siderne vises på en anden port." in capsys.readouterr().out


def test_where_there_are_no_windows_no_browser_is_opened(monkeypatch):
    """In a terminal a text browser would take the screen."""
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("webbrowser.open", lambda address: pytest.fail("it was opened"))
    assert open_browser("http://localhost:1/") is False


def test_with_windows_the_browser_is_opened_at_the_address(monkeypatch):
    """Once."""
    opened = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    assert open_browser("http://localhost:1/") is True
    assert opened == ["http://localhost:1/"]
