"""
Øvelse: nothing can leave.

A guard of the test's own, below every library, remembers each connection that this process makes to anywhere but this
machine. The installation is a real one, against the sandbox, and set up wrongly in every way that somebody could.
"""

import re
import sys
from io import BytesIO
from ipaddress import ip_address

import pypdfium2
import pytest
import trustme

from esdh_connect import Connect
from esdh_connect.dispatch import Status
from esdh_connect.errors import OutboxError, SettingsError
from esdh_connect.testing.fakes import FakeHost
from esdh_connect.training import MARK
from esdh_connect_sandbox import Sandbox
from esdh_connect_serviceplatformen.command import serving
from esdh_connect_serviceplatformen.endpoint import poststatus_app
from tests.e2e.conftest import Town

#: Where this process went that was not this machine; for as long as it lives, because a guard cannot be taken away.
ABROAD: list[str] = []
_GUARDING = []


def _look(event, told):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = told[1]
        if isinstance(address, tuple) and not _is_here(str(address[0])):
            ABROAD.append(f"{event} {address}")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname") and not _is_here(str(told[0])):
        ABROAD.append(f"{event} {told[0]}")


def _is_here(host):
    try:
        return ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host in ("localhost", "None")


@pytest.fixture(autouse=True)
def nowhere():
    """Nothing went abroad while the test ran."""
    if not _GUARDING:
        sys.addaudithook(_look)
        _GUARDING.append(True)
    ABROAD.clear()
    yield
    assert ABROAD == []


@pytest.fixture
def sandbox(tmp_path):
    """One whose settings are those of an installation to learn with."""
    with Sandbox(tmp_path / "sandbox", delay=0.05) as started:
        text = started.settings.read_text(encoding="utf-8")
        started.settings.write_text(text.replace("schema = 1", 'schema = 1\nmode = "training"'), encoding="utf-8")
        yield started


def changed(sandbox, pattern, value):
    """Write one line of the settings anew."""
    text, count = re.subn(pattern, value, sandbox.settings.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count
    sandbox.settings.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("cpr", ["0101901234", "2412772222"])
def test_a_training_letter_goes_all_the_way_and_no_further(sandbox, cpr):
    """Look-up, token, hand-over, receipt; marked, and to the test person, whoever was meant."""
    host = FakeHost()
    with (
        Connect.from_settings(sandbox.settings, host=host) as post,
        serving(poststatus_app(post.receive)) as url,
    ):
        sandbox.push_to(url)
        town = Town(post, host, sandbox)
        plan = town.letter(cpr=cpr)
        [entry] = post.commit(plan, by="bo").entries
        assert town.deliver_until(lambda: post.entry(entry.id).status is Status.DELIVERED)
        [file] = post.dispatch(entry.id).envelope.letter.files
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(BytesIO(file.content))]
    assert [page.count(MARK) for page in pages] == [2, 2, 2]
    assert host.journal == {}
    received = b"".join(path.read_bytes() for path in sandbox.settings.parent.rglob("received/*") if path.is_file())
    assert b"1212121212" in received
    assert cpr.encode() not in received


REAL = "https://prod.serviceplatformen.dk"
MISUSE = {
    "a real service": (r'^url = ".*"', f'url = "{REAL}"', "url er ikke på denne maskine"),
    "a real token service": (r'^sts_url = ".*"', f'sts_url = "{REAL}/sts"', "sts_url er ikke på denne maskine"),
    "a name like ours": (r"^url = .*", 'url = "https://localhost.kombit.dk"', "url er ikke på denne maskine"),
    "a queue": (r"^ca = ", 'beskedfordeler = "amqps://queue.kombit.dk:5671"\nca = ', "beskedfordeler er ikke på denne"),
    "a proxy": (r"^ca = ", 'proxy = "http://proxy.kommune.dk:8080"\nca = ', "proxy er ikke på denne maskine"),
    "all that the system trusts": (r'^ca = ".*"', "", "ca mangler"),
    "another authority": (r'^ca = ".*"', 'ca = "oces.pem"', "ca er ikke sandkassens"),
    "two authorities": (r'^ca = ".*"', 'ca = "both.pem"', "ca er ikke sandkassens"),
    "a real certificate": (r"^certificate = .*", 'certificate = "file:oces-client.pem"', "ikke udstedt af sandkassen"),
    "one that calls itself a sandbox": (
        r"^certificate = .*",
        'certificate = "file:self-client.pem"',
        "ikke udstedt af sandkassen",
    ),
}


@pytest.fixture
def authorities(sandbox):
    """Certificates as a municipality has them, beside the sandbox's own."""
    folder = sandbox.settings.parent
    oces, pretender = (
        trustme.CA(organization_name="Den Danske Stat"),
        trustme.CA(organization_name="esdh-connect sandbox"),
    )
    oces.cert_pem.write_to_path(folder / "oces.pem")
    (folder / "both.pem").write_bytes(oces.cert_pem.bytes() + (folder / "ca.pem").read_bytes())
    for name, authority in (("oces", oces), ("self", pretender)):
        own = authority.issue_cert("kommune.dk", organization_name="Eksempel Kommune // CVR:55133018")
        own.private_key_and_cert_chain_pem.write_to_path(folder / f"{name}-client.pem")
        (folder / f"{name}-client.pem").chmod(0o600)


@pytest.mark.parametrize("how", MISUSE)
@pytest.mark.usefixtures("authorities")
def test_an_installation_that_could_reach_somebody_does_not_start(sandbox, how):
    """It says which setting leads out."""
    pattern, value, why = MISUSE[how]
    changed(sandbox, pattern, value)
    with pytest.raises(SettingsError) as caught:
        Connect.from_settings(sandbox.settings)
    assert why in caught.value.danish
    assert "»serviceplatformen« fører ud af øvelsen" in caught.value.danish


def test_what_hands_on_use_is_left_out(sandbox):
    """Practice counts nowhere, whether its receiver is far away or not."""
    folder = sandbox.settings.parent
    (folder / "webhook.secret").write_text("a secret to sign with, long enough")
    (folder / "webhook.secret").chmod(0o600)
    changed(
        sandbox,
        r"^\[departments.demo\]",
        """
[plugins.forbrug-webhook]
url = "https://statistik.kommune.dk/forbrug"
secret = "file:webhook.secret"
[plugins.forbrug-jsonl]
folder = "use"
[departments.demo]""",
    )
    host = FakeHost()
    with Connect.from_settings(sandbox.settings, host=host) as post:
        assert {one.name for one in post.plugins.broken} == {"forbrug-webhook", "forbrug-jsonl"}
        post.commit(Town(post, host, sandbox).letter(), by="bo")
        post.deliver()
        post.deliver()
    assert not (folder / "use").exists()


def test_what_was_practised_cannot_be_sent_in_earnest(sandbox):
    """Letters that wait in the outbox stay there when somebody turns the mode round; nor the other way."""
    host = FakeHost()
    with Connect.from_settings(sandbox.settings, host=host) as post:
        post.commit(Town(post, host, sandbox).letter(), by="bo")
    changed(sandbox, r'^mode = "training"', 'mode = "production"')
    with pytest.raises(OutboxError, match="begun in training"):
        Connect.from_settings(sandbox.settings)
    changed(sandbox, r'^path = ".*"', 'path = "real.db"')
    Connect.from_settings(sandbox.settings).close()
    changed(sandbox, r'^mode = "production"', 'mode = "training"')
    with pytest.raises(OutboxError, match="real letters"):
        Connect.from_settings(sandbox.settings)


def test_the_guard_of_these_tests_sees_what_it_is_there_for():
    """Else they would show nothing."""
    _look("socket.connect", (None, ("192.0.2.1", 443)))
    _look("socket.getaddrinfo", ("kommune.dk", 443, 0, 0, 0))
    _look("socket.connect", (None, ("127.0.0.1", 443)))
    assert len(ABROAD) == 2
    ABROAD.clear()
