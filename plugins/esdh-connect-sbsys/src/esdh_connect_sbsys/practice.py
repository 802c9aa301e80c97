"""Øvelse: whether what is set up is the SBSYS for testing on this machine, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from esdh_connect.fence import is_here

if TYPE_CHECKING:
    from esdh_connect_sbsys import Sbsys

__all__ = ["ORGANISATION", "leading_outside"]

#: What the authority of the SBSYS for testing calls itself.
ORGANISATION = "esdh-connect fake SBSYS"


def leading_outside(plugin: Sbsys) -> Iterator[str]:
    """Say in Danish what of the settings leads off this machine, or is not of the SBSYS for testing."""
    for name in ("url", "token_url", "proxy"):
        address = getattr(plugin, name)
        if address and not is_here(urlsplit(address).hostname):
            yield f"{name} er ikke på denne maskine"
    if plugin.ca is None:
        yield "ca mangler: uden den stoles der på alle, systemet stoler på"
    elif not _is_for_testing(plugin.ca):
        yield "ca er ikke prøvesystemets"


def _is_for_testing(ca: Path) -> bool:
    from cryptography.x509 import load_pem_x509_certificates
    from cryptography.x509.oid import NameOID

    try:
        issuers = load_pem_x509_certificates(ca.read_bytes())
    except (OSError, ValueError):
        return False
    names = [
        [one.value for one in issuer.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)] for issuer in issuers
    ]
    return bool(names) and all(one == [ORGANISATION] for one in names)
