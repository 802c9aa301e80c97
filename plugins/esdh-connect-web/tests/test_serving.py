"""The pages beside a host: a real server, a real installation on disk, and a letter that goes all the way."""

import re
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest
import trustme

from esdh_connect import Connect
from esdh_connect.dispatch import Request, Status
from esdh_connect.model import Case
from esdh_connect.testing.fakes import FakeHost
from esdh_connect_sandbox import Sandbox
from esdh_connect_serviceplatformen.command import serving as receiving
from esdh_connect_serviceplatformen.endpoint import poststatus_app
from esdh_connect_web import Person, Role, launch_token

HOST = "https://esdh.example"
BO = Person("bo", "Bo", {Role.CASEWORKER}, {"demo"})
SETTINGS = '\n[plugins.web]\naddress = "http://127.0.0.1"\norigins = ["https://esdh.example"]\n'


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def sandbox(tmp_path):
    with Sandbox(tmp_path / "sandbox", delay=0.05) as sandbox:
        with Path(sandbox.settings).open("a", encoding="utf-8") as file:
            file.write(SETTINGS)
        yield sandbox


@pytest.fixture
def post(sandbox):
    with Connect.from_settings(sandbox.settings, host=FakeHost()) as post:
        yield post


@pytest.fixture
def served(sandbox, tmp_path):
    """`esdh-connect serve` as an administrator starts it, over TLS; gives a browser that trusts it."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    leaf = authority.issue_cert("127.0.0.1")
    leaf.private_key_pem.write_to_path(tmp_path / "key.pem")
    for at, pem in enumerate(leaf.cert_chain_pems):
        pem.write_to_path(tmp_path / "chain.pem", append=at > 0)
    port = free_port()
    words = ["serve", "--settings", str(sandbox.settings), "--port", str(port)]
    files = ["--certificate", str(tmp_path / "chain.pem"), "--key", str(tmp_path / "key.pem")]
    program = [sys.executable, "-m", "esdh_connect.cli", *words, *files]
    trusting = ssl.create_default_context(cafile=tmp_path / "ca.pem")
    with (
        subprocess.Popen(program, stderr=subprocess.DEVNULL) as server,
        httpx2.Client(base_url=f"https://127.0.0.1:{port}", verify=trusting, timeout=30) as browser,
    ):
        try:
            wait_for(browser)
            yield browser
        finally:
            server.terminate()


def wait_for(browser):
    end = time.monotonic() + 60
    while True:
        try:
            return browser.get("/")
        except httpx2.TransportError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def hidden(text, path):
    form = next(one for one in re.findall(r"<form.*?</form>", text, re.DOTALL) if f'action="{path}"' in one)
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))


def test_a_letter_goes_all_the_way_from_a_browser(post, sandbox):
    """Through the dialog on a real server in another thread, the sandbox and back: it ends as delivered."""
    from threading import Thread

    import uvicorn

    from esdh_connect_web import make_asgi_app

    host = FakeHost()
    with Connect.from_settings(sandbox.settings, host=host) as town, receiving(poststatus_app(town.receive)) as url:
        sandbox.push_to(url)
        documents = [host.document("afgoerelse", "one", "two"), host.document("bilag")]
        wish = Request("dialog-1", Case("17"), "demo", "Afgørelse", documents, [host.person("p1", "1212121212")])
        port = free_port()
        server = uvicorn.Server(uvicorn.Config(make_asgi_app(town), port=port, log_level="error", lifespan="off"))
        thread = Thread(target=server.run)
        thread.start()
        try:
            with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as browser:
                wait_for(browser)
                token = launch_token(town, wish, person=BO, origin=HOST)
                page = browser.post("/send", data={"launch": token}, headers={"Origin": HOST})
                after = browser.post("/send/go", data=hidden(page.text, "/send/go"))
                assert after.status_code == 200
                (entry,) = town.entries()
                end = time.monotonic() + 20
                while town.entry(entry.id).status is not Status.DELIVERED and time.monotonic() < end:
                    town.deliver()
                    time.sleep(0.05)
                shown = browser.post("/send/status", data=hidden(after.text, "/send/status"))
                assert "Leveret" in shown.text
                assert "Afleveret i Digital Post" in shown.text
                assert "121212" not in page.text + after.text + shown.text
        finally:
            server.should_exit = True
            thread.join(timeout=20)


def test_serve_opens_a_session_for_what_another_process_launched(served, post):
    """Over TLS; a token is good once, whichever process it was made in."""
    token = launch_token(post, person=BO, origin=HOST)
    answer = served.post("/open", data={"launch": token}, headers={"Origin": HOST})
    assert answer.status_code == 200
    assert served.get("/").status_code == 200
    assert served.post("/open", data={"launch": token}, headers={"Origin": HOST}).status_code == 403
    assert "server" not in answer.headers


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--host", "192.0.2.1"], "Uden certifikat kan siderne kun nås fra maskinen selv"),
        (["--certificate", "{settings}"], "Certifikat og nøgle følges ad"),
    ],
)
def test_serve_refuses_to_be_reached_in_clear(sandbox, words, said):
    """Usage errors, before anything is opened."""
    program = [sys.executable, "-m", "esdh_connect.cli", "serve", "--settings", str(sandbox.settings)]
    more = [one.format(settings=sandbox.settings) for one in words]
    done = subprocess.run([*program, *more], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert said in done.stderr
