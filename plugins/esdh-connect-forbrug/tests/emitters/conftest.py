"""A receiver that is there, and what is needed to speak to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from emitters.receiving import AUTHORITY, Receiver, receiving

from esdh_connect.settings.secret import Secret

SECRET = "a secret to sign with, of more than 24 bytes"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def ca(tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    AUTHORITY.cert_pem.write_to_path(path)
    return path


@pytest.fixture
def secret(tmp_path: Path) -> Secret:
    (tmp_path / "webhook.secret").write_text(f"{SECRET}\n")
    return Secret("file:webhook.secret", tmp_path / "esdh-connect.toml")
