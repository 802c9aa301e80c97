"""As a vendor without Python has it: `esdh-connect serve` beside his program, and nothing of ours in it."""

import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs
import httpx2
import pytest
import trustme

from esdh_connect import Connect
from esdh_connect.dispatch import Status
from esdh_connect.ids import Cvr
from esdh_connect.settings import initialize
from esdh_connect.testing.fakes import pdf_of
from esdh_connect_bridge import AUTHORITY
from esdh_connect_bridge.testing import SECRET
from esdh_connect_bridge.turns import Turns
from esdh_connect_sandbox import Sandbox
from esdh_connect_serviceplatformen.command import serving as receiving
from esdh_connect_serviceplatformen.endpoint import poststatus_app

NODE = Path(__file__).parents[1] / "examples" / "host.mjs"
PAGE = "https://esdh.example"
API = "what the vendor's backend says to the pages"
PROGRAM = [sys.executable, "-m", "esdh_connect.cli"]


@attrs.frozen
class Vendor:
    """A case system with a case to send from; ``told`` gives what it was told of letters, if it wants to know."""

    settings: str
    case: str
    party: str
    document: dict
    told: Callable[[], list[str]]


@pytest.fixture
def ours(example):
    """The host to test with."""
    case = example.records.add_case()
    address = {"street": "Solsikkevej", "number": "12", "post_code": "8000", "city": "Aarhus C"}
    party = example.records.add_party(case, name="Frida Mortensen", cpr="1212121212", address=address)
    document = example.records.add_document(pdf_of("Afgørelse"))

    def told():
        return [one["type"] for one in example.records.told.values()]

    return Vendor(example.settings, case, party, document, told)


@pytest.fixture
def in_node(tmp_path):
    """The example in JavaScript, a process of its own."""
    node = shutil.which("node") or pytest.skip("needs node")
    authority = trustme.CA(organization_name=AUTHORITY)
    leaf = authority.issue_cert("localhost")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    leaf.private_key_pem.write_to_path(tmp_path / "key.pem")
    leaf.cert_chain_pems[0].write_to_path(tmp_path / "certificate.pem")
    (tmp_path / "host.secret").write_text(SECRET)
    files = [str(tmp_path / name) for name in ("key.pem", "certificate.pem", "host.secret")]
    with subprocess.Popen([node, str(NODE), *files], stdout=subprocess.PIPE, text=True) as host:
        url = host.stdout.readline().strip()
        settings = f'[plugins.bridge]\nurl = "{url}"\nsecret = "file:{files[2]}"\nca = "{tmp_path / "ca.pem"}"\n'
        document = {"id": "dok-1", "version": "1", "name": "Afgørelse.txt", "media_type": "text/plain"}
        yield Vendor(f'{settings}has = ["parties"]\n', "sag-1", "part-1", document, list)
        host.kill()


@pytest.fixture(params=["ours", "in_node"])
def vendor(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def sandbox(vendor, tmp_path):
    with Sandbox(tmp_path / "sandbox", delay=0.02) as running:
        (tmp_path / "api.secret").write_text(API)
        with Path(running.settings).open("a", encoding="utf-8") as file:
            file.write(
                f'\n{vendor.settings}\n[plugins.web]\naddress = "http://127.0.0.1"\norigins = ["{PAGE}"]\n'
                f'api = "file:{tmp_path / "api.secret"}"\n[departments.teknik]\n'
                'plugins = ["serviceplatformen", "bridge"]\nchannels = ["digital_post"]\nundo = 0\n'
            )
        yield running


@contextmanager
def serving(settings, log=subprocess.DEVNULL):
    """`esdh-connect serve -v`, as it is started."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    words = ["serve", "--settings", str(settings), "--port", str(port), "-v"]
    with (
        subprocess.Popen([*PROGRAM, *words], stderr=log) as server,
        httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as browser,
    ):
        try:
            until(lambda: answers(browser), 60)
            yield browser
        finally:
            server.terminate()


def answers(browser):
    try:
        return browser.get("/")
    except httpx2.TransportError:
        return None


def until(so, seconds):
    end = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < end, "it did not come to its end in time"
        time.sleep(0.1)  # a look is a program or a call over a network: no need to hurry


def hidden(text, path):
    form = next(one for one in re.findall(r"<form.*?</form>", text, re.DOTALL) if f'action="{path}"' in one)
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))


def launched(browser, vendor, key="dialog-1"):
    """What the vendor's backend asks for when somebody presses the button."""
    wish = {
        "person": {"id": "bo", "name": "Bo", "roles": ["caseworker"], "departments": ["teknik"]},
        "origin": PAGE,
        "request": {
            "key": key,
            "case": {"id": vendor.case},
            "department": "teknik",
            "title": "Afgørelse om carport",
            "documents": [vendor.document],
            "parties": [{"id": vendor.party}],
        },
    }
    answer = browser.post("/api/launch", json=wish, headers={"Authorization": f"Bearer {API}"})
    assert answer.status_code == 200, answer.text
    return answer.json()["launch"]


def delivered(sandbox):
    """Deliver what was ordered, with a process of its own, until it is there; gives its line of the outbox."""
    with Connect.from_settings(sandbox.settings) as town, receiving(poststatus_app(town.receive)) as url:
        sandbox.push_to(url)
        [entry] = town.entries()

        def is_there():
            words = ["drain", "--settings", str(sandbox.settings)]
            done = subprocess.run([*PROGRAM, *words], capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            assert "121212" not in done.stderr + done.stdout
            tomorrow = datetime.now(UTC) + timedelta(days=1)
            return town.entry(entry.id).status is Status.DELIVERED and not town.outbox.duties(tomorrow, 10)

        until(is_there, 60)
        return town.entry(entry.id)


@pytest.mark.slow  # a server, and a process for each time something is delivered
def test_a_letter_goes_from_a_program_without_python_and_its_case_knows(vendor, sandbox):
    """Launched over HTTP, confirmed in the dialog, delivered by the sandbox, journaled and told to the host."""
    with serving(sandbox.settings) as browser:
        page = browser.post("/send", data={"launch": launched(browser, vendor)}, headers={"Origin": PAGE})
        assert "Frida Mortensen" in page.text
        after = browser.post("/send/go", data=hidden(page.text, "/send/go"))
        entry = delivered(sandbox)
        shown = browser.post("/send/status", data=hidden(after.text, "/send/status"))
        assert "Leveret" in shown.text
    with Connect.from_settings(sandbox.settings) as town:
        town.deliver()
        assert town.plugins.get("bridge").find_journal_entry(entry.id, entry.case).startswith("akt-")
    assert vendor.told() in ([], ["committed", "sent", "delivered"])


def opened(browser, vendor, key):
    """Open a dialog; gives its page and how long it took."""
    begin = time.monotonic()
    page = browser.post("/send", data={"launch": launched(browser, vendor, key)}, headers={"Origin": PAGE})
    return page.text, time.monotonic() - begin


@pytest.mark.slow  # a server, and people who wait
@pytest.mark.parametrize("vendor", ["ours"], indirect=True)
def test_a_host_that_stands_still_takes_nothing_else_with_it(vendor, sandbox, example, tmp_path):
    """More dialogs than there are threads wait for it, each once; what needs no host is answered meanwhile."""
    example.script.add("/recipient", "hang", times=99, seconds=60)
    secret = {"Authorization": f"Bearer {API}"}
    with (
        (tmp_path / "log").open("w") as log,
        serving(sandbox.settings, log) as browser,
        ThreadPoolExecutor(44) as people,
    ):
        dialogs = [people.submit(opened, browser, vendor, f"dialog-{at}") for at in range(44)]
        until(lambda: sum(call.path.endswith("/recipient") for call in example.calls) >= Turns(1).most, 20)
        begin = time.monotonic()
        assert browser.get("/api/counts", headers=secret).status_code == 200
        assert time.monotonic() - begin < 5
        answers = [one.result() for one in dialogs]
    assert max(seconds for _, seconds in answers) < 28
    assert all("Der er ikke sendt noget" in text for text, _ in answers)


@pytest.mark.slow  # a server
@pytest.mark.parametrize("vendor", ["ours"], indirect=True)
def test_the_log_of_the_pages_says_why_the_host_failed(vendor, sandbox, example, tmp_path):
    """Broken, misspelt, or with another secret: the line that the worker writes; so does a refused call."""
    with (tmp_path / "log").open("w") as log, serving(sandbox.settings, log) as browser:
        for kind in ("error", "html"):
            example.script.add("/recipient", kind)
            text, _ = opened(browser, vendor, kind)
            assert "Der er ikke sendt noget" in text
        browser.get("/api/counts", headers={"Authorization": "Bearer x"})
        browser.post("/api/launch", json={"persn": "0101901234"}, headers={"Authorization": f"Bearer {API}"})
        (example.folder / "host.secret").write_text("another secret, of the same length")
        opened(browser, vendor, "unsigned")
    lines = (tmp_path / "log").read_text()
    for said in (
        "HTTP 500 from localhost",
        "no JSON",
        "signature refused: is the secret the same on both sides",
        "hook=resolve_recipient",
        "route=api-counts status=401",
        "route=api-launch status=422",
    ):
        assert said in lines
    assert "0101901234" not in lines


def test_the_example_in_another_language_keeps_the_contract(in_node, tmp_path):
    """By the command that vendors prove their side with."""
    home = tmp_path / "home"
    home.mkdir()
    initialize(home, cvr=Cvr("55133018"), name="Eksempel Kommune")
    with (home / "esdh-connect.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{in_node.settings}\n")
    words = ["bridge", "check", "--settings", str(home / "esdh-connect.toml"), "--case", in_node.case]
    words += ["--party", in_node.party, "--document", "dok-1", "--closed-case", "sag-2", "--write"]
    done = subprocess.run([*PROGRAM, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "Ingen fejl, 16 i orden." in done.stdout
