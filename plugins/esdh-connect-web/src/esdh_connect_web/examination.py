"""Undersøgelse: what can be wrong with how the pages are set up, before anybody opens them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources.abc import Traversable
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from esdh_connect import wording
from esdh_connect.diagnosis import Diagnosis, error, fine, warning
from esdh_connect.errors import ConfigurationError
from esdh_connect_web.rendering import check_assets
from esdh_connect_web.texts import CATALOGUES, LANGUAGES, lacking

if TYPE_CHECKING:
    from esdh_connect_web.plugin import Web

__all__ = ["findings"]

_LOOK, _ADDRESS, _ORIGINS, _SECRET, _TEXTS = "WEB-001", "WEB-002", "WEB-003", "WEB-004", "WEB-005"


def findings(web: Web, catalogues: Traversable = CATALOGUES) -> Iterator[Diagnosis]:
    """Look at the look, the address, the host's pages, the secret of the API and the texts in ``catalogues``."""
    yield _look()
    yield _address(web)
    yield _origins(web)
    if web.api is not None:
        yield _secret(web)
    yield _texts(catalogues)


def _look() -> Diagnosis:
    try:
        check_assets()
    except ConfigurationError:
        hint = "Kør `make assets` i den klon, der er installeret fra, eller installér en færdig pakke"
        return error(_LOOK, "Sidernes udseende er ikke lagt ind, og siderne kan ikke vises", hint)
    return fine(_LOOK, "Sidernes udseende er lagt ind")


def _address(web: Web) -> Diagnosis:
    if not web.address:
        hint = "Skriv `address` i [plugins.web], så et starttegn kun kan bruges dér"
        return warning(_ADDRESS, "Det er ikke sagt, hvor siderne ligger", hint)
    if _is_clear(web.address):
        hint = "Giv siderne et certifikat, og skriv adressen med https"
        return error(_ADDRESS, "Siderne ligger på en adresse uden kryptering: browsere gemmer ikke sessionen", hint)
    return fine(_ADDRESS, f"Siderne ligger på {web.address}")


def _origins(web: Web) -> Diagnosis:
    if not web.framed_by:
        hint = "Skriv ESDH-systemets adresse i `origins`"
        return error(_ORIGINS, "Ingen side må åbne dialogen", hint)
    clear = [one for one in web.framed_by if _is_clear(one)]
    if clear:
        hint = "Et starttegn, der sendes uden kryptering, kan læses af andre på nettet"
        return warning(_ORIGINS, f"Dialogen må åbnes fra en side uden kryptering: {', '.join(clear)}", hint)
    return fine(_ORIGINS, f"Dialogen må åbnes fra {', '.join(web.framed_by)}")


def _secret(web: Web) -> Diagnosis:
    try:
        long_enough = web.api is not None and len(web.api.text()) >= 24  # noqa: PLR2004 - as 16 random bytes in base64
    except ConfigurationError as problem:
        return error(_SECRET, f"API'ets hemmelighed kan ikke læses: {problem.danish or wording.of(problem)}")
    if not long_enough:
        return warning(_SECRET, "API'ets hemmelighed er kort", "Brug mindst 24 tilfældige tegn")
    return fine(_SECRET, "API'ets hemmelighed kan læses")


def _texts(catalogues: Traversable) -> Diagnosis:
    found = lacking(catalogues)
    hint = "Installér pakken igen; hvor I selv har rettet i teksterne, så tag rettelsen tilbage"
    unreadable = [LANGUAGES[code] for code, texts in found.items() if texts is None]
    if unreadable:
        return error(
            _TEXTS, f"Sidernes tekster kan ikke læses, og siderne kan ikke vises: {', '.join(unreadable)}", hint
        )
    lacks = [f"{LANGUAGES[code]} ({texts})" for code, texts in found.items() if texts]
    if lacks:
        return warning(_TEXTS, f"Der mangler tekster, eller de kan ikke bruges: {', '.join(lacks)}", hint)
    return fine(_TEXTS, f"Sidernes tekster er hele: {', '.join(LANGUAGES.values())}")


def _is_clear(address: str) -> bool:
    """Tell whether others could listen: not on the machine itself, which browsers take for safe."""
    parts = urlsplit(address)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return False
    try:
        return not ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return True
