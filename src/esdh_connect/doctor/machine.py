"""The machine: the program's own version, and what in the environment people think is used."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping
from importlib.metadata import version

from esdh_connect.diagnosis import Diagnosis, fine, warning

__all__ = ["examined"]

#: What other programs take from the environment. We do not: a proxy and a CA stand in the settings.
_NOT_USED = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTPS_PROXY", "https_proxy", "ALL_PROXY")


def examined(environment: Mapping[str, str] = os.environ) -> Iterator[Diagnosis]:
    """Look at the machine."""
    yield fine("ESDH-001", f"esdh-connect {version('esdh-connect')} på Python {platform.python_version()}")
    found = [name for name in _NOT_USED if environment.get(name)]
    if found:
        yield warning(
            "ESDH-002",
            f"Miljøet har {', '.join(found)}, som ikke bliver brugt",
            "Skal der gås gennem en proxy, eller skal en anden udsteder stoles på, står det i pluginets indstillinger "
            "(proxy, ca).",
        )
    if environment.get("SSL_CERT_FILE"):
        yield warning(
            "ESDH-003",
            "Miljøet har SSL_CERT_FILE: den afgør, hvem der stoles på, hvor indstillingerne ikke siger det",
            "Skriv ca i pluginets indstillinger, hvis det ikke er meningen.",
        )
