"""The way to SBSYS: whom we trust, what lets us in, and what is shown to nobody."""

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
import trustme

from esdh_connect.errors import SettingsError, TemporaryFailure
from esdh_connect.model import Case
from esdh_connect_sbsys.testing.tokens import CLIENT_SECRET, PASSWORD, TOKEN_PATH


def tokens(sbsys):
    return [call for call in sbsys.calls if call.path == TOKEN_PATH]


def test_one_token_serves_many_calls_and_threads(sbsys, host):
    """Ten threads, one sign-in."""
    case = sbsys.archive.add_case()
    with ThreadPoolExecutor(10) as pool:
        assert len({one.id for one in pool.map(host.case, [case] * 40)}) == 1
    assert len(tokens(sbsys)) == 1


def test_a_token_that_has_ended_is_renewed_once(sbsys, host):
    """401, a new token, and the same request again."""
    case = sbsys.archive.add_case()
    host.case(case)
    sbsys.issued.expire()
    assert host.case(case) is not None
    assert len(tokens(sbsys)) == 2


def test_a_user_who_may_not_is_not_asked_for_ever(sbsys, host):
    """A second 401 is an answer."""
    sbsys.script.add("case", "unauthorized", times=2)
    with pytest.raises(TemporaryFailure, match="401"):
        host.case(1)
    assert len(tokens(sbsys)) == 2


def test_a_wrong_password_is_tried_once_a_minute(sbsys, host):
    """More often would lock the account."""
    (sbsys.folder / "user.secret").write_text("forkert")
    for _ in range(5):
        with pytest.raises(TemporaryFailure, match="invalid_grant"):
            host.case(1)
    assert len(tokens(sbsys)) == 1


def test_a_secret_that_is_gone_for_a_while_stops_nothing_for_good(sbsys, host):
    """Somebody exchanges it: what waits goes on when it is there again, without a restart."""
    kept = (sbsys.folder / "client.secret").read_text()
    (sbsys.folder / "client.secret").unlink()
    with pytest.raises(TemporaryFailure, match="cannot be read"):
        host.case(1)
    (sbsys.folder / "client.secret").write_text(kept)
    assert host.case(sbsys.archive.add_case()) is not None


def test_a_certificate_of_another_authority_is_refused(sbsys, tmp_path):
    """Nothing reaches who is not SBSYS: no password, no case."""
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    host = sbsys.host(ca=tmp_path / "other.pem")
    with pytest.raises(TemporaryFailure, match="not to be trusted"):
        host.case(1)
    assert sbsys.calls == []


def test_the_systems_authorities_are_trusted_where_none_is_named(sbsys):
    """And they know nothing of a CA that somebody made himself."""
    with pytest.raises(TemporaryFailure, match="not to be trusted"):
        sbsys.host(ca=None).case(1)


def test_a_ca_that_is_none_stops_the_start(sbsys, tmp_path):
    """With the file's name."""
    (tmp_path / "ca.pem").write_text("not a certificate")
    with pytest.raises(SettingsError, match=r"ca\.pem"):
        sbsys.host(ca=tmp_path / "ca.pem")


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://sbsys.test"},
        {"token_url": "https://user@sbsip.test/token"},
        {"proxy": "proxy.test:8080"},
        {"changed_since": "a b"},
        {"settle_seconds": -1},
        {"max_file_mb": 0},
        {"reminder_type": ""},
    ],
)
def test_a_setting_that_cannot_be_is_refused_at_once(sbsys, wrong):
    """With its name in the message."""
    [name] = wrong
    with pytest.raises(ValueError, match=name):
        sbsys.host(**wrong)


def test_no_secret_is_shown_by_anything(sbsys, host, caplog):
    """Neither by the host nor by a log of everything that happens."""
    caplog.set_level(logging.DEBUG)
    case = sbsys.archive.add_case()
    number = sbsys.archive.add_person(case, "Frida Mortensen", "1212121212", "Solsikkevej 12, 8000 Aarhus C")
    on = host.case(case)
    [party] = host.parties(on)
    sbsys.script.add("person", "error")
    sbsys.script.add("token", "html")
    with pytest.raises(Exception, match="500"):
        host.resolve_recipient(party, on)
    recipient = host.resolve_recipient(party, on)
    shown = f"{host!r} {host.parties(on)!r} {recipient!r} {caplog.text}"
    for secret in (CLIENT_SECRET, PASSWORD, "fake-access-token", "1212121212", "121212-1212", "Frida", "Solsikkevej"):
        assert secret not in shown
    assert f"person-{number}" in shown


def test_what_sbsys_asks_for_is_obeyed_by_every_request(sbsys, host):
    """429 with Retry-After: nobody calls until then, whatever it is about."""
    sbsys.script.add("case", "too_many", seconds=60)
    with pytest.raises(TemporaryFailure):
        host.case(1)
    before = len(sbsys.calls)
    for ask in (lambda: host.case(1), lambda: host.document(7), lambda: host.parties(Case("1"))):
        with pytest.raises(TemporaryFailure, match="left alone"):
            ask()
    assert len(sbsys.calls) == before
