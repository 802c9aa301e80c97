"""In training the case system is the one for testing on this machine, or the installation does not start."""

import pytest

trustme = pytest.importorskip("trustme")


def test_the_one_for_testing_leads_nowhere(sbsys):
    """It is on this machine, and trusts its own authority alone."""
    assert sbsys.host().leads_outside() == ""


@pytest.mark.parametrize("name", ["url", "token_url", "proxy"])
def test_an_address_elsewhere_leads_outside(sbsys, name):
    """Whichever of them it is."""
    host = sbsys.host(**{name: "https://esdh.kommune.dk"})
    assert host.leads_outside() == f"{name} er ikke på denne maskine"


def test_who_is_trusted_is_the_authority_for_testing_and_nobody_else(sbsys, tmp_path):
    """A case system on this machine may be a real one behind a tunnel: its certificate tells."""
    assert sbsys.host(ca=None).leads_outside().startswith("ca mangler")
    other = tmp_path / "other.pem"
    trustme.CA(organization_name="Eksempel Kommune").cert_pem.write_to_path(str(other))
    assert sbsys.host(ca=other).leads_outside() == "ca er ikke prøvesystemets"
    both = tmp_path / "both.pem"
    both.write_bytes(sbsys.ca.read_bytes() + other.read_bytes())
    assert sbsys.host(ca=both).leads_outside() == "ca er ikke prøvesystemets"
