"""``esdh-connect receipts`` as a process: one line when it is ready, receipts stored, ended by SIGTERM."""

import json
import signal
import socket
import subprocess
import sys
from base64 import b64encode
from http.client import HTTPConnection
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

SETTINGS = """
schema = 1
[secrets]
installation = "file:installation.secret"
[sender]
cvr = "55133018"
name = "Eksempel Kommune"
"""


@pytest.fixture
def installation(tmp_path):
    """An installation with an empty outbox."""
    (tmp_path / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    secret = tmp_path / "installation.secret"
    secret.write_bytes(b64encode(b"0123456789abcdef" * 2))
    secret.chmod(0o600)
    return tmp_path / "settings.toml"


def post(url, letter):
    status = (
        '<PKO_PostStatus xmlns="http://serviceplatformen.dk/xml/print/PKO_PostStatus/1/types">'
        f"<MessageUUID>{letter}</MessageUUID><TransaktionsStatusKode>Klar</TransaktionsStatusKode></PKO_PostStatus>"
    )
    connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request("POST", "/", status.encode(), {"Content-Type": "application/xml"})
    answer = connection.getresponse().read()
    connection.close()
    return answer


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM to end it with")
def test_it_takes_receipts_until_it_is_told_to_stop(installation):
    """Even one about a letter nobody knows yet is stored: the letter may be committed a moment later."""
    program = "from esdh_connect_serviceplatformen.command import receipts; receipts()"
    command = [sys.executable, "-c", program, "--settings", str(installation), "--listen", "127.0.0.1:0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            ready = json.loads(running.stdout.readline())
            assert set(ready) == {"url"}
            assert b"<StatusKode>20</StatusKode>" in post(ready["url"], uuid4())
        finally:
            running.send_signal(signal.SIGTERM)
        assert running.wait(10) == 0


def test_an_address_that_is_not_to_be_had_is_told(installation):
    """A port that is taken, and one that there is not: a sentence, not a traceback."""
    program = "from esdh_connect_serviceplatformen.command import receipts; receipts()"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for address in (f"127.0.0.1:{taken.getsockname()[1]}", "127.0.0.1:99999"):
            command = [sys.executable, "-c", program, "--settings", str(installation), "--listen", address]
            ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
            assert ended.returncode == 2
            assert "Traceback" not in ended.stderr
