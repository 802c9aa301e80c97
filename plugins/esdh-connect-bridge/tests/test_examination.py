"""What the doctor says of the host, from the secret to a question that is answered; nothing is written."""

import trustme

from esdh_connect.diagnosis import Level


def examined(host, *, online=True):
    return [one.id for one in host.examine_plugin(online, None)]


def test_all_is_well_with_a_host_that_is_as_it_should_be(example):
    """One question is asked, about a document that nobody has."""
    found = example.host().examine_plugin(online=True, at=None)
    assert {one.level for one in found} == {Level.FINE}
    assert [one.id for one in found] == ["BR-I001", "BR-I010", "BR-I011", "BR-I013", "BR-I014"]
    assert [call.path for call in example.calls] == ["/esdh-connect/document"]


def test_nobody_is_called_unless_that_is_wanted(example):
    """The secret is on this machine."""
    assert examined(example.host(), online=False) == ["BR-I001"]
    assert example.calls == []


def test_a_secret_that_is_gone_is_the_first_thing(example):
    """All else rests on it."""
    host = example.host()
    (example.folder / "host.secret").unlink()
    assert examined(host) == ["BR-E001"]


def test_a_secret_that_differs_is_told_apart_from_a_firewall(example):
    """The way there is well."""
    (example.folder / "host.secret").write_text("another secret, of the same length")
    host = example.host()
    assert examined(host)[-2:] == ["BR-I013", "BR-E014"]
    told = list(host.examine_plugin(online=True, at=None))[-1]
    assert "er hemmeligheden den samme begge steder" in told.text


def test_an_address_that_is_not_the_hosts_is_found(example):
    """A bare 404 is no »there is none«."""
    assert examined(example.host(url=f"{example.url}/v2"))[-1] == "BR-E014"


def test_a_host_that_has_everything_is_found(example):
    """Whatever it is asked for."""
    example.say(b"%PDF-1.7")
    assert examined(example.host())[-1] == "BR-E014"


def test_an_authority_we_do_not_trust_is_found(example, tmp_path):
    """Before anything is asked."""
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    assert examined(example.host(ca=tmp_path / "other.pem"))[-1] == "BR-E013"
    assert example.calls == []
