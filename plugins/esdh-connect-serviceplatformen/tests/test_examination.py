"""What the doctor asks of this plugin: the certificate, and the way that letters go, step by step."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest
import trustme

from esdh_connect.ids import Cvr
from esdh_connect.settings import Secret

NOW = datetime.now(UTC)
TOKEN = "/service/AccessTokenService_1/token"
STS = "/runtime/api/rest/wstrust/v1/issue"
KOMBI = "/service/KombiPostAfsend_1/kombi"


def found(plugin, *, online=True, at=NOW):
    """The checks in order; those of the last one that ended badly are the last."""
    return {one.id: one.text for one in plugin.examine_plugin(online, at)}


def test_a_way_that_is_open_is_all_in_order(plugin):
    """Every step is told, in the order that letters go."""
    assert [*found(plugin())] == [
        "SP-I002", "SP-I010", "SP-I011", "SP-I013", "SP-I014", "SP-I015", "SP-I016", "SP-I017", "SP-I018"
    ]  # fmt: skip


def test_nobody_is_called_unless_online(plugin, fake):
    """The certificate can be looked at from here."""
    assert [*found(plugin(), online=False)] == ["SP-I002"]
    assert fake.calls == []


def test_no_letter_is_sent(plugin, fake):
    """KombiPostAfsend is asked with a GET, which it has no use for."""
    found(plugin())
    assert {call.method for call in fake.calls if call.path == KOMBI} == {"GET"}


@pytest.mark.parametrize(
    ("left", "check"),
    [
        (timedelta(days=61), "SP-I002"), (timedelta(days=59), "SP-W002"), (timedelta(days=13), "SP-W002"),
        (timedelta(seconds=-2), "SP-E001"),
    ],
)  # fmt: skip
def test_a_certificate_that_ends_soon_is_a_warning_and_one_that_ended_an_error(
    plugin, credentials, tmp_path, left, check
):
    """Sixty days before; the last two weeks it is urgent."""
    lasting = made(credentials.authority, tmp_path, not_after=NOW + timedelta(days=90))
    end = NOW.replace(microsecond=0) + timedelta(days=90)
    assert check in found(plugin(certificate=lasting), online=False, at=end - left)


def test_a_certificate_that_cannot_be_read_is_an_error(plugin, credentials, tmp_path):
    """And nobody is called with it."""
    one = made(credentials.authority, tmp_path)
    made_plugin = plugin(certificate=one)
    one.path.write_text("rubbish")
    assert [*found(made_plugin)] == ["SP-E001"]


@pytest.mark.parametrize(
    ("organization", "host", "check"),
    [
        ("OCES Test", "prod.serviceplatformen.dk", "SP-E003"), ("OCES", "exttest.serviceplatformen.dk", "SP-W003"),
        ("OCES", "prod.serviceplatformen.dk", None), ("OCES Test", "exttest.serviceplatformen.dk", None),
    ],
)  # fmt: skip
def test_a_test_certificate_in_the_wrong_environment_is_told(plugin, tmp_path, organization, host, check):
    """Its issuer's name says that it is to test with, the address which environment it is."""
    one = made(trustme.CA(organization_name=organization, organization_unit_name="CA 1"), tmp_path)
    ids = {*found(plugin(certificate=one, url=f"https://{host}"), online=False)}
    assert ids == {"SP-I002"} | ({check} if check else set())


def test_a_name_nobody_knows_stops_there(plugin):
    """What stands on it is not tried."""
    ids = [*found(plugin(url="https://serviceplatformen.invalid"))]
    assert "SP-E010" in ids
    assert not {"SP-I014", "SP-E014"} & {*ids}


def test_a_service_we_do_not_trust_is_told_apart_from_a_firewall(plugin, tmp_path):
    """The connection is there, the trust is not."""
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(other)
    told = found(plugin(ca=other))
    assert "SP-I011" in told
    assert "stoler ikke" in told["SP-E013"]


def test_a_certificate_they_do_not_take_is_told_apart_from_an_agreement(plugin, tmp_path):
    """TLS 1.3 says so only when it is read from: it is not the token that fails."""
    ids = [*found(plugin(certificate=made(trustme.CA(), tmp_path)))]
    assert ids[-2:] == ["SP-I013", "SP-E014"]


@pytest.mark.parametrize(("path", "check"), [(STS, "SP-E016"), (TOKEN, "SP-E017")])
def test_an_agreement_that_is_missing_shows_at_the_token(plugin, fake, path, check):
    """And it is the last that is tried."""
    fake.reply(path, 403, "no agreement")
    assert [*found(plugin())][-1] == check


def test_a_service_that_is_closed_shows_last(plugin, fake):
    """All on the way is in order."""
    fake.reply(KOMBI, 503)
    assert [*found(plugin())][-2:] == ["SP-I017", "SP-E018"]


@pytest.mark.parametrize(
    ("apart", "check"),
    [(10, "SP-I015"), (-10, "SP-I015"), (120, "SP-W015"), (-120, "SP-W015"), (900, "SP-E015")],
)
def test_a_clock_that_is_wrong_is_told_with_by_how_much(plugin, apart, check):
    """Tokens say to the second from when and until when they hold."""
    made_plugin = plugin()
    moved = attrs.evolve(made_plugin._service, now=lambda: datetime.now(UTC) + timedelta(seconds=apart))
    object.__setattr__(made_plugin, "_service", moved)
    assert check in found(made_plugin)


def test_a_closed_port_is_what_a_firewall_looks_like(plugin, fake):
    """The name is known, and nobody answers."""
    ids = [*found(plugin(url="https://localhost:1"))]
    assert ids[:3] == ["SP-I002", "SP-I010", "SP-E011"]


def made(authority, folder, **more):
    """A certificate with its key, as a municipality has it."""
    one = authority.issue_cert("client@example.dk", **more)
    pem = one.private_key_pem.bytes() + b"".join(blob.bytes() for blob in one.cert_chain_pems)
    (folder / "own.pem").write_bytes(pem)
    return Secret("file:own.pem", folder / "settings.toml")


def test_the_authority_is_not_shown(plugin):
    """No number of anybody stands in what was found."""
    assert not any("1212121212" in text for text in found(plugin(authority=Cvr("55133018"))).values())
