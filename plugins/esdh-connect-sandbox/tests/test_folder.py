"""The folder: ready for use when the sandbox runs, and kept from run to run."""

import base64
import os
import socket
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12

from esdh_connect_sandbox import FolderInUse, Sandbox
from esdh_connect_sandbox.certificates import P12_PASSWORD
from esdh_connect_sandbox.moment import now

MINE = "# mine\n"


def port_of(sandbox: Sandbox) -> int:
    return int(sandbox.url.rsplit(":", 1)[1])


def test_settings_are_ready_for_use(sandbox):
    """Every address and file in them is there, and the secret is 32 bytes nobody else may read."""
    settings = tomllib.loads(sandbox.settings.read_text())
    plugin = settings["plugins"]["serviceplatformen"]
    assert settings["schema"] == 1
    assert plugin["url"] == sandbox.url
    assert plugin["sts_url"] == f"{sandbox.url}/runtime/api/rest/wstrust/v1/issue"
    assert plugin["certificate"] == "file:client.pem"
    assert (sandbox.directory / plugin["ca"]).read_bytes() == sandbox.ca.read_bytes()
    assert settings["sender"]["cvr"] == plugin["authority"] == "55133018"
    assert settings["departments"]["demo"]["channels"] == ["digital_post", "fysisk_post", "nemsms"]
    secret = settings["secrets"]["installation"].removeprefix("file:")
    assert len(base64.b64decode((sandbox.directory / secret).read_text())) == 32


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_keys_are_private(sandbox):
    """0600 for what holds a key or secret, 0700 for the folder when the sandbox made it."""
    private = {path.name for path in sandbox.directory.iterdir() if path.stat().st_mode & 0o777 == 0o600}
    assert private >= {"installation.secret", "client.pem", "client.p12", "ca-key.pem", "server.pem"}
    assert sandbox.directory.stat().st_mode & 0o777 == 0o700


def test_the_certificate_is_there_as_p12_too(sandbox):
    """With key, certificate and the CA in it."""
    key, certificate, others = pkcs12.load_key_and_certificates(
        (sandbox.directory / "client.p12").read_bytes(), P12_PASSWORD.encode()
    )
    assert key is not None
    assert certificate is not None
    assert certificate.issuer in {other.subject for other in others}


def test_a_second_run_finds_everything_as_it_was(tmp_path, said):
    """Same port, same certificates, same settings, what was edited included."""
    with Sandbox(tmp_path, say=said.append) as first:
        url = first.url
        first.settings.write_text(first.settings.read_text() + MINE)
        (first.directory / "faults.toml").write_text(MINE)
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.suffix in {".pem", ".toml", ".p12"}}
    with Sandbox(tmp_path, say=said.append) as second:
        assert second.url == url
    assert {name: (tmp_path / name).read_bytes() for name in files} == files
    assert said == []


def test_a_port_that_is_taken_is_changed_in_the_settings_and_nothing_else(tmp_path, said):
    """So an edited file goes on working."""
    with Sandbox(tmp_path) as first:
        old = port_of(first)
        first.settings.write_text(f'{first.settings.read_text()}{MINE}[x]\nurl = "https://localhost:1/"\n')
        before = first.settings.read_text()
    with socket.create_server(("127.0.0.1", old)), Sandbox(tmp_path, say=said.append) as second:
        assert port_of(second) != old
        assert second.settings.read_text() == before.replace(f":{old}", f":{port_of(second)}")
        assert f"port {old}" in said[0]


def test_a_port_that_was_asked_for_is_the_port(tmp_path):
    """Or an error, when it is taken; then nothing is left running."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            Sandbox(tmp_path, port=port)
    with Sandbox(tmp_path, port=port) as sandbox:
        assert port_of(sandbox) == port


def test_one_folder_has_one_sandbox(sandbox):
    """A second one would push every receipt twice."""
    with pytest.raises(FolderInUse, match="another sandbox runs"):
        Sandbox(sandbox.directory)


def test_two_sandboxes_live_side_by_side(sandbox, client, connect, tmp_path, wire):
    """In one process, each with its own CA: tokens and certificates of one are nothing to the other."""
    with Sandbox(tmp_path / "other") as other:
        assert wire.is_received(client.send(wire.kombi("Digital Post", wire.message())))
        assert wire.is_received(connect(other).send(wire.kombi("Digital Post", wire.message())))
        assert len(sandbox.received()) == len(other.received()) == 1


def test_certificates_are_renewed_in_time(tmp_path):
    """Valid ones are kept; those that end within a day, or do not fit together, are made anew."""
    with Sandbox(tmp_path) as sandbox:
        first = sandbox.ca.read_bytes()
    with Sandbox(tmp_path, clock=lambda: now() + timedelta(days=365 * 2000)) as sandbox:
        second = sandbox.ca.read_bytes()
    (tmp_path / "client.pem").write_bytes((tmp_path / "server.pem").read_bytes()[:300])
    with Sandbox(tmp_path) as sandbox:
        third = sandbox.ca.read_bytes()
    assert len({first, second, third}) == 3


def test_what_a_killed_run_left_half_written_does_no_harm(tmp_path, connect, wire):
    """A body that was still coming is thrown away, a torn line of log passed over, a kept body without one logged."""
    with Sandbox(tmp_path) as sandbox:
        connect(sandbox).send(wire.kombi("Digital Post", wire.message()))
    (tmp_path / "incoming" / "half").write_bytes(b"<?xml")
    with (tmp_path / "received" / "log.jsonl").open("a") as log:
        log.write('{"time": "2025-06-0')
    (tmp_path / "received" / "b-17.xml").write_bytes(b"<?xml")
    with Sandbox(tmp_path) as sandbox:
        connect(sandbox).send(wire.kombi("Digital Post", wire.message()))
        outcomes = [entry.outcome for entry in sandbox.received()]
        assert outcomes == ["accepted", "accepted, then killed", "accepted"]
    assert not [*Path(tmp_path, "incoming").iterdir()]


def test_stopping_twice_is_stopping_once(tmp_path):
    """A test may stop it, and the with-statement again."""
    with Sandbox(tmp_path) as sandbox:
        sandbox.stop()
    sandbox.stop()
