"""Tillid: whom an emitter speaks to over TLS, which is never off."""

from __future__ import annotations

import ssl
from pathlib import Path

from esdh_connect import wording
from esdh_connect.errors import SettingsError

__all__ = ["trusting"]


def trusting(ca: Path | None) -> ssl.SSLContext:
    """Make a context that trusts ``ca``, by default what the system trusts. Raises SettingsError."""
    try:
        return ssl.create_default_context(cafile=ca)
    except OSError as error:
        why = "not a certificate" if isinstance(error, ssl.SSLError) else error.strerror
        told = "den er ikke et certifikat" if isinstance(error, ssl.SSLError) else wording.system(error)
        raise SettingsError(f"ca, {ca}: {why}", danish=f"ca: filen {ca} kan ikke bruges ({told})") from error
