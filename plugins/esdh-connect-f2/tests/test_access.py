"""Who we are in F2: a user of ours, the person who clicked, or one that another provider knows."""

import threading

import pytest
import trustme

from esdh_connect.errors import NoRecipient, SettingsError, TemporaryFailure, UnreadableDocument
from esdh_connect.model import Case, Party
from esdh_connect.settings import Secret
from esdh_connect.testing.fakes import pdf_of
from esdh_connect_f2 import F2
from esdh_connect_f2.index import Stray
from esdh_connect_f2.testing import FakeF2, Fault
from esdh_connect_f2.testing.bench import F2Bench
from esdh_connect_f2.testing.world import World


@pytest.fixture
def document(f2):
    return F2Bench(f2).document(pdf_of("A"))


def test_f2_may_do_without_the_password(f2, document):
    """As the client does that is in use."""
    assert f2.host(password=None).read_document(document) == pdf_of("A")


def test_a_user_of_several_organisations_says_which(f2, document):
    """By its party number."""
    f2.world.account.organization = "20"
    assert f2.host(organization=20).read_document(document) == pdf_of("A")
    with pytest.raises(UnreadableDocument):
        f2.host().read_document(document)


def test_a_wrong_password_is_tried_once_a_minute(f2, tmp_path, document):
    """F2 locks users; and the caseworker reads that it is ours to mend."""
    (tmp_path / "wrong").write_text("forkert")
    host = f2.host(password=Secret("file:wrong", tmp_path / "settings.toml"))
    for _ in range(3):
        with pytest.raises(UnreadableDocument) as caught:
            host.read_document(document)
        assert caught.value.danish.endswith("kunne ikke hentes fra F2: adgangen til systemet blev afvist")
        assert "forkert" not in str(caught.value)
    assert len([one for one in f2.calls if "token" in one]) == 1


def test_a_secret_that_cannot_be_read_is_told_without_it(f2, tmp_path, document):
    """The file is gone, while the program runs."""
    host = f2.host(client_secret=Secret("file:gone", tmp_path / "settings.toml"))
    with pytest.raises(UnreadableDocument) as caught:
        host.read_document(document)
    assert caught.value.danish.endswith("adgangen til F2 er sat forkert op")


@pytest.mark.parametrize("who", [{"session": "session-1"}, {"id_token": "identitet-1"}])
def test_whoever_clicked_reads_as_themselves(f2, document, who):
    """With a token of their own, beside ours."""
    host = f2.host()
    host.read_document(document)
    assert host.acting(**who).content(document) == pdf_of("A")
    assert {*f2.world.account.access.values()} == {"esdh-bruger", "klikker" if "session" in who else "identificeret"}


@pytest.mark.parametrize("who", [{"session": "gammel"}, {"id_token": "falsk"}])
def test_a_session_that_is_over_reads_nothing(f2, document, who):
    """And is not shown."""
    with pytest.raises(UnreadableDocument) as caught:
        f2.host().acting(**who).content(document)
    assert not any(one in f"{caught.value}" for one in who.values())


@pytest.mark.parametrize("who", [{}, {"session": "a", "id_token": "b"}])
def test_one_is_somebody_by_one_thing(f2, who):
    """A mistake in a program."""
    with pytest.raises(ValueError, match="one of them"):
        f2.host().acting(**who)


def test_nothing_secret_is_shown(f2, document):
    """A repr stands in logs and tracebacks."""
    host = f2.host()
    host.read_document(document)
    acting = host.acting(session="hemmelig-session")
    shown = "".join(map(repr, (host, acting, acting.service, host._service, host._service._line, host._service.index)))
    secrets = [*f2.world.account.access, "hemmelig", "Bearer", "Basic "]
    assert not any(one in shown for one in secrets)


def test_threads_share_one_token_and_one_index(f2, document):
    """Twelve that begin at once."""
    host, gate, read = f2.host(), threading.Barrier(12), []

    def run():
        gate.wait()
        read.append(host.read_document(document))

    threads = [threading.Thread(target=run) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert read == [pdf_of("A")] * 12
    assert len([one for one in f2.calls if "token" in one or "index" in one]) == 2


def test_a_server_of_another_authority_is_refused(f2, tmp_path):
    """Whoever stands in between has a certificate too."""
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    for host in (f2.host(ca=other), f2.host(ca=None)):
        with pytest.raises(NoRecipient) as caught:
            host.resolve_recipient(Party("nr1", "f2"), Case("1"))
        assert "certifikat kan ikke godkendes" in caught.value.danish
    assert f2.calls == []


def test_a_ca_that_is_none_stops_the_start(f2, tmp_path):
    """Not the first letter."""
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(SettingsError, match="ca"):
        f2.host(ca=tmp_path / "ca.pem")


@pytest.mark.parametrize("on", ["case", "token", "index"])
def test_a_redirect_to_another_f2_is_not_followed(f2, tmp_path, on):
    """Another server that we could reach, and even trust: nobody asks it anything, and it gets no token."""
    with FakeF2(tmp_path / "other", World()) as other:
        both = tmp_path / "both.pem"
        both.write_bytes(f2.ca.read_bytes() + other.ca.read_bytes())
        there = f2.world.add_case()
        f2.script.add(Fault(on, "astray", location=other.url))
        with pytest.raises(TemporaryFailure):
            f2.host(ca=both).cases.case(str(there.id))
        assert f2.script.waiting == 0
        assert other.calls == []


def test_an_index_that_shows_elsewhere_is_not_followed(f2, tmp_path):
    """Not even for the token: our secret would go there."""
    with FakeF2(tmp_path / "other", World()) as other:
        both = tmp_path / "both.pem"
        both.write_bytes(f2.ca.read_bytes() + other.ca.read_bytes())
        f2.world.add_case()
        f2._serving.deeds.at = other._serving.at
        with pytest.raises(Stray):
            f2.host(ca=both).cases.case("2026 - 1")
        assert other.calls == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://f2.test/x"}, {"url": "https://u:p@f2.test/x"}, {"url": "https://f2.test/x?y=1"},
        {"url": "ftp://x"}, {"proxy": "f2"}, {"time_zone": "Mars/Olympus"}, {"time_zone": "../etc/passwd"},
        {"max_megabytes": 0}, {"max_megabytes": 1001}, {"events_query": "../x"}, {"events_overlap_minutes": 0},
        {"client_id": ""}, {"username": ""}, {"organization": -1},
    ],
)  # fmt: skip
def test_wrong_settings_are_refused_at_start(f2, wrong):
    """By name, without their value."""
    with pytest.raises(ValueError, match=next(iter(wrong))) as caught:
        F2(**{**f2.settings(), **wrong})
    assert "passwd" not in str(caught.value)
