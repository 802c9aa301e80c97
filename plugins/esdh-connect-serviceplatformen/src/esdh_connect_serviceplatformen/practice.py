"""
Øvelse: whether what is set up is a sandbox on this machine, and nothing else.

A production certificate is recognized by not being one of a sandbox's: its issuer must lie in ``ca``, and that must be
a sandbox's own. So a new issuer of OCES certificates needs no change here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from esdh_connect.errors import SettingsError
from esdh_connect.fence import is_here
from esdh_connect_serviceplatformen.certificate import load

if TYPE_CHECKING:
    from cryptography import x509

    from esdh_connect_serviceplatformen import Serviceplatformen

__all__ = ["ORGANISATION", "leading_outside"]

#: What the authority of a sandbox calls itself.
ORGANISATION = "esdh-connect sandbox"


def leading_outside(plugin: Serviceplatformen) -> Iterator[str]:
    """Say in Danish what of the settings leads off this machine, or is not a sandbox's."""
    addresses = {name: getattr(plugin, name) for name in ("url", "sts_url", "beskedfordeler", "proxy")}
    for name, address in addresses.items():
        if address and not is_here(urlsplit(address).hostname):
            yield f"{name} er ikke på denne maskine"
    try:
        yield from _certificates(plugin)
    except SettingsError as error:
        yield error.danish or str(error)


def _certificates(plugin: Serviceplatformen) -> Iterator[str]:
    if plugin.ca is None:
        yield "ca mangler: uden den stoles der på alle, systemet stoler på"
        return
    issuers = _read(plugin.ca.read_bytes())
    if not issuers or not all(map(_is_a_sandbox, issuers)):
        yield "ca er ikke sandkassens"
    secret = plugin.certificate
    own = load(secret.read(), secret, plugin.certificate_password, None).own
    if not any(_is_issued_by(own, one) for one in issuers if _is_a_sandbox(one)):
        yield "certifikatet er ikke udstedt af sandkassen: et rigtigt certifikat hører ikke til i øvelse"


def _read(pem: bytes) -> list[x509.Certificate]:
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return load_pem_x509_certificates(pem)
    except ValueError:
        return []


def _is_a_sandbox(authority: x509.Certificate) -> bool:
    from cryptography.x509.oid import NameOID

    names = authority.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return [one.value for one in names] == [ORGANISATION] and _is_issued_by(authority, authority)


def _is_issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    from cryptography.exceptions import InvalidSignature

    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
