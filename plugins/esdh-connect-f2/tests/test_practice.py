"""In training the case system is the one for testing on this machine, or the installation does not start."""

import pytest

trustme = pytest.importorskip("trustme")


def test_the_one_for_testing_leads_nowhere(f2):
    """It is on this machine, and trusts its own authority alone."""
    assert f2.host().leads_outside() == ""


@pytest.mark.parametrize("name", ["url", "proxy"])
def test_an_address_elsewhere_leads_outside(f2, name):
    """Whichever of them it is."""
    host = f2.host(**{name: "https://esdh.kommune.dk"})
    assert host.leads_outside() == f"{name} er ikke på denne maskine"


def test_who_is_trusted_is_the_authority_for_testing_and_nobody_else(f2, tmp_path):
    """A case system on this machine may be a real one behind a tunnel: its certificate tells."""
    assert f2.host(ca=None).leads_outside().startswith("ca mangler")
    other = tmp_path / "other.pem"
    trustme.CA(organization_name="Eksempel Kommune").cert_pem.write_to_path(str(other))
    assert f2.host(ca=other).leads_outside() == "ca er ikke prøvesystemets"
    both = tmp_path / "both.pem"
    both.write_bytes(f2.ca.read_bytes() + other.read_bytes())
    assert f2.host(ca=both).leads_outside() == "ca er ikke prøvesystemets"
