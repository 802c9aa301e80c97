"""In training the host is the one for testing on this machine, or the installation does not start."""

import pytest
import trustme


def test_the_one_for_testing_leads_nowhere(example):
    """It is on this machine, and trusts its own authority alone."""
    assert example.host().leads_outside() == ""


@pytest.mark.parametrize("name", ["url", "proxy"])
def test_an_address_elsewhere_leads_outside(example, name):
    """Whichever of them it is."""
    host = example.host(**{name: "https://esdh.kommune.dk"})
    assert host.leads_outside() == f"{name} er ikke på denne maskine"


def test_who_is_trusted_is_the_authority_for_testing_and_nobody_else(example, tmp_path):
    """A host on this machine may be a real one behind a tunnel: its certificate tells."""
    assert example.host(ca=None).leads_outside().startswith("ca mangler")
    other = tmp_path / "other.pem"
    trustme.CA(organization_name="Eksempel Kommune").cert_pem.write_to_path(str(other))
    assert example.host(ca=other).leads_outside() == "ca er ikke prøvesystemets"
