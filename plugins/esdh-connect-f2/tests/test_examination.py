"""What the doctor asks of F2: the secrets, and the way there, step by step."""

from datetime import UTC, datetime

import pytest
import trustme

from esdh_connect.settings import Secret
from esdh_connect_f2.testing import Fault

NOW = datetime.now(UTC)


def found(host, *, online=True):
    return {one.id: f"{one.text} {one.hint}" for one in host.examine_plugin(online, NOW)}


def test_a_way_that_is_open_is_all_in_order(f2):
    """Every step is told, in the order that everything goes."""
    assert [*found(f2.host())] == ["CB-I001", "CB-I010", "CB-I011", "CB-I013", "CB-I020", "CB-I030", "CB-I040"]


def test_nobody_is_called_unless_online(f2):
    """The secrets can be looked at from here."""
    assert [*found(f2.host(), online=False)] == ["CB-I001"]
    assert f2.calls == []


def test_no_case_party_or_document_is_looked_at(f2):
    """And nothing is written."""
    found(f2.host())
    assert {one.split(" ")[1] for one in f2.calls} == {"index", "token", "query"}


def test_a_secret_that_is_not_there_is_an_error(f2, tmp_path):
    """Named by its reference."""
    host = f2.host(password=Secret("file:gone", tmp_path / "x.toml"))
    [(check, text)] = found(host).items()
    assert check == "CB-E001"
    assert "gone" in text


def test_a_server_of_another_authority_is_an_error_of_its_own(f2, tmp_path):
    """Nothing behind it is tried."""
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    assert [*found(f2.host(ca=other))] == ["CB-I001", "CB-I010", "CB-I011", "CB-E013"]


def test_a_host_nobody_knows_is_one_of_its_own(f2):
    """Most often a spelling mistake."""
    assert [*found(f2.host(url="https://f2.invalid/ServiceIndex"))][-1] == "CB-E010"


@pytest.mark.parametrize(
    ("fault", "last"),
    [
        (Fault("index", "html"), "CB-E020"),
        (Fault("index", "unavailable"), "CB-E020"),
        (Fault("token", "forbidden"), "CB-E030"),
        (Fault("query", "html"), "CB-E040"),
        (Fault("query", "forbidden"), "CB-E040"),
    ],
    ids=lambda one: f"{one.on}-{one.kind}" if isinstance(one, Fault) else one,
)
def test_the_step_that_failed_is_the_last(f2, fault, last):
    """With what to do about it."""
    f2.script.add(Fault(fault.on, fault.kind))
    assert [*found(f2.host())][-1] == last


def test_an_index_that_shows_elsewhere_is_told(f2):
    """F2-REST behind a proxy calls itself something else."""
    f2._serving.deeds.at = "https://internt-navn:8443/f2"
    text = found(f2.host())["CB-E020"]
    assert "internt-navn" in text
    assert "viser dens links på den samme adresse" in text


def test_without_a_query_that_is_a_warning(f2):
    """The program may tell by itself."""
    assert [*found(f2.host(events_query=""))][-1] == "CB-W040"


def test_no_secret_is_shown(f2, tmp_path):
    """Not one that is wrong, either."""
    (tmp_path / "wrong").write_text("forkert-kode")
    host = f2.host(password=Secret("file:wrong", tmp_path / "x.toml"))
    assert "forkert-kode" not in repr(found(host))
