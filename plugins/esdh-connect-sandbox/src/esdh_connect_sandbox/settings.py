"""The settings file and the secret a client starts with, and the port that is kept between runs."""

from __future__ import annotations

import base64
import re
import secrets

from esdh_connect_sandbox.folder import Folder

__all__ = ["earlier_port", "ensure", "url_of"]

_ADDRESS = r"(https://(?:localhost|127\.0\.0\.1):)({port})(?=[\"'/])"

_TEMPLATE = """\
# Made by `esdh-connect sandbox`. Change it as you like: only the port of the sandbox is kept up to date.
schema = 1

[secrets]
installation = "file:installation.secret"

[store]
path = "outbox.db"

[sender]
cvr = "55133018"
name = "Eksempel Kommune"

[plugins.serviceplatformen]
url = "{url}"
sts_url = "{url}/runtime/api/rest/wstrust/v1/issue"
authority = "55133018"
certificate = "file:client.pem"
ca = "ca.pem"
print_product = 1234
dedup = "unproven"

[departments.demo]
name = "Demo"
plugins = ["serviceplatformen"]
channels = ["digital_post", "fysisk_post", "nemsms"]
"""


def url_of(port: int) -> str:
    """Give the address clients use: the name is in the server's certificate."""
    return f"https://localhost:{port}"


def earlier_port(folder: Folder) -> int:
    """Give the port the settings file names, 0 where there is none."""
    try:
        written = folder.settings.read_text(encoding="utf-8")
    except FileNotFoundError:
        return 0
    found = re.search(_ADDRESS.format(port=r"\d{1,5}"), written)
    return int(found[2]) if found else 0


def ensure(folder: Folder, port: int) -> None:
    """Make settings and secret; of settings that are there, change the port and nothing else."""
    secret = base64.b64encode(secrets.token_bytes(32)) + b"\n"
    folder.write_once("installation.secret", secret, private=True)
    folder.write_once("settings.toml", _TEMPLATE.format(url=url_of(port)).encode())
    written = folder.settings.read_bytes().decode()
    ours = _ADDRESS.format(port=earlier_port(folder))
    updated = re.sub(ours, lambda found: f"{found[1]}{port}", written)
    if updated != written:
        folder.write("settings.toml", updated.encode(), private=False)
