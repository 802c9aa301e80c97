"""The first settings of a new installation: a secret, and a file to fill in."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from pathlib import Path

from esdh_connect import wording
from esdh_connect.errors import SettingsError
from esdh_connect.ids import Cvr

__all__ = ["SECRET_NAME", "SETTINGS_NAME", "initialize"]

SETTINGS_NAME = "esdh-connect.toml"
SECRET_NAME = "installation.secret"  # noqa: S105 - the name of its file

_SECRET_BYTES = 32
_TEMPLATE = """\
# Indstillinger for esdh_connect. Stier er i forhold til denne fil.
# Hemmeligheder står aldrig her: skriv "file:STI" eller "env:NAVN".
schema = 1

[secrets]
# Nøglen til alt, hvad der gemmes. Tag en sikkerhedskopi: uden den kan ingen gemte breve åbnes.
installation = "file:{secret}"

[store]
# Udbakken, en SQLite-fil på denne maskines egen disk.
path = "outbox.db"

[sender]
# Afsender: den myndighed, der står på brevet.
cvr = "{cvr}"
name = {name}

# Et plugin bliver indlæst, fordi det er nævnt her. Nøglerne står i pluginets egen vejledning.
#[plugins.serviceplatformen]
#url = "https://..."

# Hver afdeling under sit id i ESDH-systemet. Kanalerne står i den rækkefølge, de foretrækkes.
#[departments.demo]
#name = "Demo"
#plugins = ["serviceplatformen"]
#channels = ["digital_post", "fysisk_post"]
"""


def initialize(directory: Path, *, cvr: Cvr, name: str) -> tuple[Path, Path]:
    """
    Write the settings file and the installation secret of a new installation; gives their two paths.

    ``cvr`` and ``name`` are the sender's. Only its owner may read the secret. Nothing is ever overwritten: raises
    SettingsError where one of the files is there already, or cannot be written.
    """
    settings, secret = directory / SETTINGS_NAME, directory / SECRET_NAME
    for path in (secret, settings):
        if os.path.lexists(path):
            raise _exists(path)
    text = _TEMPLATE.format(secret=SECRET_NAME, cvr=cvr, name=_toml(name)).encode()
    try:
        directory.mkdir(parents=True, exist_ok=True)
        _write_both(settings, text, secret)
    except OSError as error:
        raise SettingsError(
            f"{directory}: cannot be written to: {error.strerror}",
            danish=f"{directory}: her kan ikke skrives ({wording.system(error)})",
        ) from error
    return settings, secret


def _write_both(settings: Path, text: bytes, secret: Path) -> None:
    # Randomness is no argument here: a secret from anywhere else could be guessed.
    _write_new(secret, b64encode(os.urandom(_SECRET_BYTES)) + b"\n", mode=0o600)
    try:
        _write_new(settings, text, mode=0o644)
    except (OSError, SettingsError):
        secret.unlink()  # made a moment ago: nothing is sealed with it, and it would stand in the way
        raise


def _write_new(path: Path, content: bytes, *, mode: int) -> None:
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    except FileExistsError:
        raise _exists(path) from None
    try:
        with os.fdopen(opened, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink()  # half of it would be taken for the whole next time
        raise


def _exists(path: Path) -> SettingsError:
    return SettingsError(
        f"{path}: is there already, and is not overwritten; without the first secret no stored letter opens",
        danish=f"{path}: findes allerede og bliver ikke overskrevet. "
        "Uden den første hemmelighed kan gemte breve ikke åbnes",
    )


def _toml(text: str) -> str:
    # A JSON string is a TOML string but for DEL, which TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
