"""
Certificates of the sandbox: a CA of its own, one for the server, one for the client. Kept while they are valid.

A CA that lies in a new folder already is taken: so a sandbox and a queue beside it can trust each other.
"""

from __future__ import annotations

import ssl
from datetime import datetime, timedelta

import trustme
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    load_pem_private_key,
    pkcs12,
)

from esdh_connect_sandbox.folder import Folder

__all__ = ["P12_PASSWORD", "client_context", "ensure", "server_context"]

#: Of client.p12: some programs refuse one without a password. It protects nothing but this machine's sandbox.
P12_PASSWORD = "sandbox"  # noqa: S105 - see above

_SOON = timedelta(days=1)
_FILES = ("ca.pem", "ca-key.pem", "server.pem", "client.pem", "client.p12")


def ensure(folder: Folder, now: datetime) -> None:
    """Make the certificates unless all of them are there, fit together and are valid for another day."""
    if not _are_good(folder, now):
        _make(folder, _authority(folder, now))


def server_context(folder: Folder) -> ssl.SSLContext:
    """Give the server's TLS: a client must show a certificate of our CA, TLS 1.2 or newer."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=folder.ca)
    context.load_cert_chain(folder.path / "server.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


def client_context(folder: Folder) -> ssl.SSLContext:
    """Give TLS for pushing: the client's certificate is shown, our CA and those of the system are trusted."""
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
    context.load_verify_locations(folder.ca)
    context.load_cert_chain(folder.client)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _are_good(folder: Folder, now: datetime) -> bool:
    try:
        pems = {name: (folder.path / name).read_bytes() for name in _FILES}
        ca, server, client = (
            x509.load_pem_x509_certificate(pems[f"{name}.pem"]) for name in ("ca", "server", "client")
        )
        server.verify_directly_issued_by(ca)
        client.verify_directly_issued_by(ca)
        key = load_pem_private_key(pems["client.pem"], None)
    except (OSError, ValueError, TypeError, InvalidSignature):
        return False
    return (
        all(certificate.not_valid_after_utc > now + _SOON for certificate in (ca, server, client))
        and key.public_key() == client.public_key()
    )


def _authority(folder: Folder, now: datetime) -> trustme.CA:
    is_new = not any((folder.path / name).exists() for name in _FILES[2:])
    try:
        pem, key = folder.ca.read_bytes(), (folder.path / "ca-key.pem").read_bytes()
        found = x509.load_pem_x509_certificate(pem)
        fits = load_pem_private_key(key, None).public_key() == found.public_key()
    except (OSError, ValueError, TypeError):
        return trustme.CA(organization_name="esdh-connect sandbox")
    if is_new and fits and found.not_valid_after_utc > now + _SOON:
        return trustme.CA.from_pem(pem, key)
    return trustme.CA(organization_name="esdh-connect sandbox")


def _make(folder: Folder, ca: trustme.CA) -> None:
    server = ca.issue_cert("localhost", "127.0.0.1", "::1", common_name="esdh-connect sandbox")
    client = ca.issue_cert(
        "sandbox-client.invalid",
        common_name="Eksempel Kommune (sandbox)",
        organization_name="Eksempel Kommune // CVR:55133018",
    )
    folder.write("ca.pem", ca.cert_pem.bytes(), private=False)
    folder.write("ca-key.pem", ca.private_key_pem.bytes(), private=True)
    folder.write("server.pem", server.private_key_and_cert_chain_pem.bytes(), private=True)
    folder.write("client.pem", client.private_key_and_cert_chain_pem.bytes(), private=True)
    folder.write("client.p12", _p12(client, ca), private=True)


def _p12(client: trustme.LeafCert, ca: trustme.CA) -> bytes:
    key = load_pem_private_key(client.private_key_pem.bytes(), None)
    chain = [x509.load_pem_x509_certificate(pem.bytes()) for pem in client.cert_chain_pems]
    authority = x509.load_pem_x509_certificate(ca.cert_pem.bytes())
    return pkcs12.serialize_key_and_certificates(
        b"esdh-connect sandbox",
        key,  # type: ignore[arg-type]  # trustme makes EC keys, which PKCS#12 takes
        chain[0],
        [*chain[1:], authority],
        BestAvailableEncryption(P12_PASSWORD.encode()),
    )
