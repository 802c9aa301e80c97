"""What the doctor says of SBSYS, from the secrets to the last name that is looked up; nothing is written."""

from datetime import UTC, datetime

import pytest
import trustme

from esdh_connect.diagnosis import Level

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def examined(host, *, online=True):
    return {one.id.replace(f"-{one.level.value}", "-"): one for one in host.examine_plugin(online, NOW)}


def wrong(host, **how):
    return [one.id for one in examined(host, **how).values() if one.level is not Level.FINE]


def test_all_is_well_with_a_sbsys_that_is_as_it_should_be(sbsys):
    """Every check says so, and only look-ups were made."""
    found = examined(sbsys.host(departments={"": "teknik"}))
    assert {one.level for one in found.values()} == {Level.FINE}
    assert {"SB-001", "SB-013", "SB-014", "SB-015", "SB-016", "SB-017", "SB-018", "SB-019"} <= found.keys()
    assert found["SB-017"].text == "dokumentarten er slået op: Udgående"
    assert [call.path for call in sbsys.calls if call.method == "POST" and "realms" not in call.path] == []


def test_nobody_is_called_unless_that_is_wanted(sbsys, host):
    """The secrets are on this machine."""
    assert [*examined(host, online=False)] == ["SB-001"]
    assert sbsys.calls == []


def test_a_secret_that_cannot_be_read_is_the_first_thing(sbsys, host):
    """All else rests on it."""
    (sbsys.folder / "user.secret").unlink()
    assert wrong(host) == ["SB-E001"]


def test_a_password_that_is_wrong_is_told_apart_from_a_firewall(sbsys, host):
    """The way there is well."""
    (sbsys.folder / "user.secret").write_text("forkert")
    assert wrong(host) == ["SB-E014"]
    assert examined(host)["SB-013"].level is Level.FINE


def test_an_authority_we_do_not_trust_is_found(sbsys, tmp_path):
    """Before any password is sent."""
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    assert wrong(sbsys.host(ca=tmp_path / "other.pem")) == ["SB-E013"]
    assert sbsys.calls == []


def test_names_that_are_not_there_are_told_with_those_that_are(sbsys):
    """So that they can be mended at once."""
    found = examined(sbsys.host(document_art="Afsendt", reminder_type="Advis"))
    assert found["SB-017"].text == "SBSYS: dokumentart »Afsendt« findes ikke; der er: Indgående, Internt, Udgående"
    assert found["SB-018"].text == (
        "SBSYS: erindringstype »Advis« findes ikke; der er: Digital post fejlet, Opfølgning"
    )


def test_a_search_that_cannot_ask_for_changes_is_an_error_where_they_are_read(sbsys, host):
    """And nobody's business where they are not."""
    sbsys.archive.searches_changes = False
    assert wrong(sbsys.host(departments={"": "teknik"})) == ["SB-E019"]
    assert wrong(host) == []


@pytest.mark.parametrize("kind", ["html", "error", "garbage"])
def test_an_interface_that_is_not_described_is_a_warning(sbsys, kind):
    """Where kinds are listed must then stand in the settings."""
    sbsys.script.add("swagger", kind, times=20)
    assert wrong(sbsys.host(document_art_path="api/dokumentart")) == ["SB-W016"]


def test_another_version_of_the_interface_is_said(sbsys):
    """There is none of that name."""
    assert wrong(sbsys.host(api_version="v99", document_art_id=7)) == ["SB-W016"]
