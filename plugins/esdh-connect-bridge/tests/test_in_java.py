"""The one thing that is easily done wrong in another language, in Java: it takes our signatures, and no others."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from esdh_connect.settings import Secret
from esdh_connect.signature import signed

EXAMPLE = Path(__file__).parents[1] / "examples" / "Signature.java"
BODY = '{"case": {"id": "sag-1", "title": "Tilbygning på Ærø"}}'.encode()
AN_HOUR = timedelta(hours=1)
SECRETS = ["a secret to sign with, long enough", "whsec_YSBzZWNyZXQgdG8gc2lnbiB3aXRoLCBsb25nIGVub3VnaA=="]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """The example, compiled."""
    javac = shutil.which("javac") or pytest.skip("needs a JDK")
    folder = tmp_path_factory.mktemp("java")
    subprocess.run([javac, "-Xlint:all", "-Werror", "-d", str(folder), str(EXAMPLE)], check=True)
    return folder


def takes(compiled, folder, headers, body, secret=SECRETS[0]):
    (folder / "secret.txt").write_text(f"{secret}\n")
    (folder / "body.json").write_bytes(body)
    given = [headers[f"webhook-{name}"] for name in ("id", "timestamp", "signature")]
    words = ["-cp", str(compiled), "Signature", str(folder / "secret.txt"), *given, str(folder / "body.json")]
    return subprocess.run(["java", *words], check=True, capture_output=True, text=True).stdout.strip() == "true"


def headers_of(folder, *secrets, ago=timedelta()):
    for name, secret in enumerate(secrets):
        (folder / f"{name}.secret").write_text(secret)
    settings = folder / "settings.toml"
    at = datetime.now(UTC) - ago
    return signed([Secret(f"file:{name}.secret", settings) for name in range(len(secrets))], "m-1", at, [BODY])


@pytest.mark.parametrize("secret", SECRETS, ids=["text", "base64"])
def test_what_we_sign_is_taken(compiled, tmp_path, secret):
    """With a secret of either kind, and while it is exchanged."""
    assert takes(compiled, tmp_path, headers_of(tmp_path, secret), BODY, secret)
    assert takes(compiled, tmp_path, headers_of(tmp_path, "another secret, of good length", secret), BODY, secret)


def test_nothing_else_is(compiled, tmp_path):
    """Another body, another secret, another time."""
    assert not takes(compiled, tmp_path, headers_of(tmp_path, SECRETS[0]), BODY + b" ")
    assert not takes(compiled, tmp_path, headers_of(tmp_path, "another secret, of good length"), BODY)
    assert not takes(compiled, tmp_path, headers_of(tmp_path, SECRETS[0], ago=AN_HOUR), BODY)
    assert not takes(compiled, tmp_path, headers_of(tmp_path, SECRETS[0], ago=-AN_HOUR), BODY)
