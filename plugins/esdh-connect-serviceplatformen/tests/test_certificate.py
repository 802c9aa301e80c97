"""The certificate: read from what municipalities have, checked at start, and never in clear on a disk."""

import stat
from datetime import UTC, datetime

import pytest
import trustme
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12
from cryptography.x509 import load_pem_x509_certificate

from esdh_connect.errors import SettingsError, TemporaryFailure
from esdh_connect.settings import Secret
from esdh_connect.testing.dispatches import CITIZEN
from esdh_connect_serviceplatformen.certificate import load

NOW = datetime.now(UTC)
AUTHORITY = trustme.CA()
ISSUED = AUTHORITY.issue_cert("client@example.dk")
OTHER = AUTHORITY.issue_cert("other@example.dk")
PASSWORD = "hemmeligt æøå"


def leaf():
    return b"".join(blob.bytes() for blob in ISSUED.cert_chain_pems)


def chain():
    return leaf() + AUTHORITY.cert_pem.bytes()


def key(issued=ISSUED):
    return issued.private_key_pem.bytes()


def sealed_key():
    sealed = form.BestAvailableEncryption(PASSWORD.encode())
    return load_pem_private_key(key(), None).private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, sealed)


def p12(password=PASSWORD):
    own = load_pem_x509_certificate(ISSUED.cert_chain_pems[0].bytes())
    issuer = load_pem_x509_certificate(AUTHORITY.cert_pem.bytes())
    sealed = form.BestAvailableEncryption(password.encode()) if password else form.NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"x", load_pem_private_key(key(), None), own, [issuer], sealed)


@pytest.fixture
def secret(tmp_path):
    return Secret("file:client", tmp_path / "settings.toml", 7)


@pytest.fixture
def password(tmp_path, monkeypatch):
    def make(text):
        monkeypatch.setenv("P12_PASSWORD", text)
        return Secret("env:P12_PASSWORD", tmp_path / "settings.toml", 8)

    return make


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (key() + chain(), None),
        (chain() + key(), None),
        (b"Bag Attributes\r\n  friendlyName: x\r\n" + AUTHORITY.cert_pem.bytes() + key() + leaf(), None),
        (sealed_key() + chain(), PASSWORD),
        (p12(), PASSWORD),
        (p12(""), None),
    ],
    ids=["pem", "key last", "issuer first, with words around", "pem with a password", "p12", "p12 without a password"],
)
def test_what_municipalities_have_is_read(secret, password, content, word):
    """PEM in any order and PKCS#12, with or without a password; the issuers come along."""
    read = load(content, secret, password(word) if word else None, NOW)
    assert read.use_key.isascii()
    assert "\n" not in read.use_key
    assert len(read.issuers) == 1
    assert repr(read) == f"Certificate(until={read.until!r})"


@pytest.mark.parametrize(
    ("content", "word", "at", "words", "danish"),
    [
        (key() + chain(), None, datetime(9000, 1, 1, tzinfo=UTC), "expired on", "udløb"),
        (key() + chain(), None, datetime(1990, 1, 1, tzinfo=UTC), "not valid before", "gælder først"),
        (key(OTHER) + chain(), None, NOW, "belongs to none of its certificates", "hører ikke til"),
        (chain(), None, NOW, "no private key", "ingen privat nøgle"),
        (key(), None, NOW, "no certificate", "intet certifikat"),
        (sealed_key() + chain(), None, NOW, "needs certificate_password", "certificate_password"),
        (sealed_key() + chain(), "wrong", NOW, "wrong password", "forkert adgangskode"),
        (p12(), "wrong", NOW, "wrong password", "forkert adgangskode"),
        (p12(), None, NOW, "wrong password", "forkert adgangskode"),
        (b"-----BEGIN PRIVATE KEY-----\nxx\n-----END PRIVATE KEY-----", None, NOW, "cannot be read as PEM", "PEM"),
        (b"something else", None, NOW, "neither PEM nor PKCS#12", "ikke PEM"),
    ],
)
def test_what_is_wrong_is_said(secret, password, content, word, at, words, danish):
    """With the place of the reference, and without anything of the secret."""
    with pytest.raises(SettingsError) as caught:
        load(content, secret, password(word) if word else None, at)
    assert words in str(caught.value)
    assert danish in caught.value.danish
    assert "settings.toml:7: file:client" in str(caught.value)
    assert PASSWORD not in str(caught.value)


class FakeContext:
    """Looks at what TLS would be given."""

    def load_cert_chain(self, path, password):
        self.content, self.password = path.read_bytes(), password
        self.mode = stat.S_IMODE(path.stat().st_mode)
        self.folder = path.parent


def test_the_key_is_never_in_clear_on_a_disk(secret, tmp_path):
    """What TLS reads is encrypted, for the owner alone, and not there any more afterwards."""
    context, read = FakeContext(), load(key() + chain(), secret, None, NOW)
    read._show(context, tmp_path / "certificate.pem")
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in context.content
    assert context.content.count(b"PRIVATE KEY") == 2
    assert context.mode == 0o600
    assert len(context.password) >= 32


def test_nothing_is_left_behind(secret, tmp_path, monkeypatch):
    """Neither when it went well nor when it did not."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    read = load(key() + chain(), secret, None, NOW)
    read.context(None)
    with pytest.raises(SettingsError, match="No such file"):
        read.context(tmp_path / "missing.pem")
    assert list(tmp_path.iterdir()) == []


# --- in the plugin


def test_a_certificate_that_cannot_be_used_stops_the_start(plugin, tmp_path):
    """Before anybody has written a letter."""
    (tmp_path / "client.pem").write_bytes(key(OTHER) + chain())
    with pytest.raises(SettingsError, match="belongs to none"):
        plugin(certificate=Secret("file:client.pem", tmp_path / "settings.toml"))
    with pytest.raises(SettingsError, match=r"ca, .*: No such file"):
        plugin(ca=tmp_path / "missing.pem")
    (tmp_path / "ca.pem").write_bytes(b"nonsense")
    with pytest.raises(SettingsError, match=r"ca, .*: not a certificate"):
        plugin(ca=tmp_path / "ca.pem")


def test_a_renewed_certificate_counts_without_a_restart(plugin, fake, credentials, tmp_path):
    """The tokens were bound to the old one, so they are fetched anew."""
    file = tmp_path / "client.pem"
    first = (credentials.folder / "client.pem").read_bytes()
    renewed = credentials.authority.issue_cert("client@example.dk")
    file.write_bytes(first)
    channel = plugin(certificate=Secret("file:client.pem", tmp_path / "settings.toml")).register_channels()[0]
    channel.reaches(CITIZEN)
    channel.reaches(CITIZEN)
    file.write_bytes(renewed.private_key_pem.bytes() + b"".join(one.bytes() for one in renewed.cert_chain_pems))
    channel.reaches(CITIZEN)
    issued = [call.body for call in fake.calls if call.path.endswith("/issue")]
    assert len(issued) == 2
    assert issued[0] != issued[1]


def test_a_certificate_that_is_gone_while_running_sends_nothing(plugin, credentials, tmp_path):
    """A letter waits until it is back."""
    file = tmp_path / "client.pem"
    file.write_bytes((credentials.folder / "client.pem").read_bytes())
    channel = plugin(certificate=Secret("file:client.pem", tmp_path / "settings.toml")).register_channels()[0]
    file.unlink()
    with pytest.raises(TemporaryFailure, match="our certificate cannot be used"):
        channel.reaches(CITIZEN)


def test_each_channel_tells_how_long_the_certificate_lasts(channels, credentials):
    """As it lies there now: a renewed one counts, and one that is gone is said to be."""
    file = credentials.folder / "client.pem"
    before = file.read_bytes()
    try:
        own = load_pem_x509_certificate(before[before.index(b"-----BEGIN CERT") :])
        assert {one.health().certificate_ends for one in channels.values()} == {own.not_valid_after_utc}
        file.write_bytes(b"nothing")
        told = channels["digital_post"].health()
        assert told.certificate_ends is None
        assert told.problem.startswith("vores certifikat kan ikke bruges: ")
    finally:
        file.write_bytes(before)
