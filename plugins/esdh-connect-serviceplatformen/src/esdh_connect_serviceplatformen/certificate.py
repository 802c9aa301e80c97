"""
Certifikatet: the OCES organisation or function certificate that we show, and that tokens are bound to.

It is read through a reference to a secret, as PEM (key and chain in one file) or PKCS#12. Python's TLS takes a key
from a file only; it gets one that is encrypted with a password made for the occasion, and the file is gone before
the first connection. The key is never in clear on a disk.
"""

from __future__ import annotations

import os
import re
import secrets
import ssl
from base64 import b64encode
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import attrs

from esdh_connect import wording
from esdh_connect.errors import SettingsError
from esdh_connect.settings import Secret

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = ["Certificate", "load", "trusting"]

_BLOCK = re.compile(rb"-----BEGIN (?P<kind>[A-Z0-9 ]+)-----.+?-----END (?P=kind)-----", re.DOTALL)


@attrs.frozen(eq=False)
class Certificate:
    """A certificate with its key, and the issuers it came with. Nothing of it is shown but its last day."""

    until: datetime
    own: x509.Certificate = attrs.field(repr=False)
    issuers: tuple[x509.Certificate, ...] = attrs.field(repr=False)
    key: PrivateKeyTypes = attrs.field(repr=False)

    @property
    def use_key(self) -> str:
        """Give the certificate as the token service wants it: DER in base64, one line."""
        from cryptography.hazmat.primitives.serialization import Encoding

        return b64encode(self.own.public_bytes(Encoding.DER)).decode()

    def context(self, ca: Path | None) -> ssl.SSLContext:
        """
        Make what TLS needs: this certificate to show, and trust in ``ca``, by default in what the system trusts.

        Raises SettingsError where ``ca`` cannot be used.
        """
        context = trusting(ca)
        with TemporaryDirectory() as folder:
            self._show(context, Path(folder) / "certificate.pem")
        return context

    def _show(self, context: ssl.SSLContext, path: Path) -> None:
        from cryptography.hazmat.primitives import serialization as form

        password = secrets.token_bytes(32).hex().encode()
        sealed = form.BestAvailableEncryption(password)
        key = self.key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, sealed)
        chain = b"".join(one.public_bytes(form.Encoding.PEM) for one in (self.own, *self.issuers))
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key + chain)
        context.load_cert_chain(path, password=password)


def trusting(ca: Path | None) -> ssl.SSLContext:
    """Make a context that trusts ``ca``, by default what the system trusts. Raises SettingsError."""
    try:
        return ssl.create_default_context(cafile=ca)
    except OSError as error:
        why = "not a certificate" if isinstance(error, ssl.SSLError) else error.strerror
        told = "den er ikke et certifikat" if isinstance(error, ssl.SSLError) else wording.system(error)
        raise SettingsError(f"ca, {ca}: {why}", danish=f"ca: filen {ca} kan ikke bruges ({told})") from error


def load(content: bytes, secret: Secret, password: Secret | None, now: datetime | None) -> Certificate:
    """
    Read a certificate and check it.

    ``secret`` is where the content came from; ``now`` is aware, and None asks for no look at the calendar.

    Raises SettingsError that says which reference it is and what is wrong: no certificate, no key, a wrong password,
    a key of another certificate, not valid yet or any more.
    """
    word = password.text().encode() if password else None
    read = _from_pem if b"-----BEGIN " in content else _from_pkcs12
    key, found = read(content, word, secret)
    own = next((one for one in found if _belongs(key, one)), None)
    if own is None:
        raise secret.error("the key belongs to none of its certificates", "nøglen hører ikke til certifikatet")
    if now is not None:
        _refuse_other_times(own, secret, now)
    issuers = tuple(one for one in found if one is not own)
    return Certificate(own.not_valid_after_utc, own, issuers, key)


def _belongs(key: PrivateKeyTypes, certificate: x509.Certificate) -> bool:
    return bool(certificate.public_key() == key.public_key())


def _refuse_other_times(certificate: x509.Certificate, secret: Secret, now: datetime) -> None:
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now > last:
        raise secret.error(f"the certificate expired on {last:%Y-%m-%d}", f"certifikatet udløb den {last:%d.%m.%Y}")
    if now < first:
        raise secret.error(
            f"the certificate is not valid before {first:%Y-%m-%d}", f"certifikatet gælder først fra {first:%d.%m.%Y}"
        )


def _from_pem(content: bytes, password: bytes | None, secret: Secret) -> tuple[PrivateKeyTypes, list[x509.Certificate]]:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from cryptography.x509 import load_pem_x509_certificate

    blocks = [(one["kind"], one[0]) for one in _BLOCK.finditer(content)]
    keys = [block for kind, block in blocks if kind.endswith(b"PRIVATE KEY")]
    if not keys:
        raise secret.error("it holds no private key", "der er ingen privat nøgle i den")
    is_sealed = b"ENCRYPTED" in keys[0]
    if is_sealed and password is None:
        raise secret.error("its key needs certificate_password", "nøglen kræver certificate_password")
    try:
        key = load_pem_private_key(keys[0], password if is_sealed else None)
        found = [load_pem_x509_certificate(block) for kind, block in blocks if kind == b"CERTIFICATE"]
    except (ValueError, TypeError) as error:
        raise _unreadable(secret, has_password=is_sealed) from error
    if not found:
        raise secret.error("it holds no certificate", "der er intet certifikat i den")
    return key, found


def _from_pkcs12(
    content: bytes, password: bytes | None, secret: Secret
) -> tuple[PrivateKeyTypes, list[x509.Certificate]]:
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

    try:
        store = load_pkcs12(content, password)
    except ValueError as error:
        raise _unreadable(secret, has_password=True) from error
    if store.key is None or store.cert is None:
        raise secret.error("it holds no key with its certificate", "der er ingen nøgle med certifikat i den")
    return store.key, [store.cert.certificate, *(one.certificate for one in store.additional_certs)]


def _unreadable(secret: Secret, *, has_password: bool) -> SettingsError:
    if has_password:
        return secret.error("wrong password, or neither PEM nor PKCS#12", "forkert adgangskode, eller ikke PEM/PKCS#12")
    return secret.error("it cannot be read as PEM", "den kan ikke læses som PEM")
