"""
Undersøgelse: what ``esdh-connect doctor`` asks of this plugin.

Without a network: the secrets. Online the way to F2, step by step: the name, the connection, TLS, the service index and
what must be in it, a token, and the query for events. No case, party or document is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

from esdh_connect import wording
from esdh_connect.diagnosis import Diagnosis, Level, error, fine, warning
from esdh_connect.errors import DeliveryError, SettingsError
from esdh_connect.settings import Secret
from esdh_connect_f2.happenings import Happenings
from esdh_connect_f2.index import Stray
from esdh_connect_f2.service import Service, trusting

__all__ = ["examined"]

_NEEDED = ("oauth2-token", "case-by-id", "case-by-case-number", "document-by-id")
_STEPS = {
    "NAME": ("CB-010", "navnet kan slås op", "navnet kan ikke slås op", "Er adressen skrevet rigtigt? Ellers: DNS."),
    "CONNECTION": ("CB-011", "der er forbindelse", "der er ingen forbindelse", "Åbn for adressen i firewallen."),
    "PROXY": ("CB-012", "proxyen lukker igennem", "proxyen lukker ikke igennem", "Få adressen tilladt i proxyen."),
    "TLS": ("CB-013", "F2 viser et certifikat, vi stoler på", "ingen sikker forbindelse", "Se ca og proxy."),
}


def examined(
    service: Service, secrets: tuple[Secret | None, ...], happenings: Happenings | None, *, online: bool
) -> Iterator[Diagnosis]:
    """Make every check. What stands on a step that failed is not tried."""
    for secret in secrets:
        try:
            if secret is not None:
                secret.text()
        except SettingsError as wrong:
            yield error("CB-001", f"En hemmelighed kan ikke læses: {wrong.danish}", "Uden den lukker F2 os ikke ind.")
            return
    yield fine("CB-001", "Hemmelighederne til F2 kan læses")
    if not online:
        return
    for one in _walked(service):
        yield one
        if one.level is Level.ERROR:
            return
    yield from _asked(service, happenings)


def _walked(service: Service) -> Iterator[Diagnosis]:
    from esdh_connect.http import walk

    for one in walk(service.way.url, trusting(service.way.ca), proxy=service.way.proxy):
        check, well, ill, hint = _STEPS[one.step.name]
        if one.is_well:
            yield fine(check, f"{one.place}: {well}")
            continue
        ill, hint = ("vi stoler ikke på dens certifikat", "Se ca.") if one.distrusted else (ill, hint)
        yield error(check, f"{one.place}: {ill} ({wording.system(one.error or OSError(one.why))})", hint)


def _asked(service: Service, happenings: Happenings | None) -> Iterator[Diagnosis]:
    try:
        known = service.index.relations()
        missing = [one for one in _NEEDED if one not in known]
        for relation in known & set(_NEEDED):
            service.index.href(relation)
    except DeliveryError as wrong:
        hint = "Er url adressen på F2-RESTs service index? Og viser dens links på den samme adresse?"
        where = f": »{wrong.where}«" if isinstance(wrong, Stray) else ""
        yield error("CB-020", f"F2's tjenesteoversigt kan ikke bruges ({wrong.danish or wrong}{where})", hint)
        return
    if missing:
        yield error(
            "CB-020", f"F2's tjenesteoversigt mangler {', '.join(missing)}", "Er F2-REST version 13 eller nyere?"
        )
        return
    yield fine("CB-020", f"F2's tjenesteoversigt har, hvad der skal bruges ({len(known)} links)")
    try:
        service.token()
    except DeliveryError as wrong:
        yield error(
            "CB-030",
            f"F2 gav os ingen token ({wrong.danish or wrong})",
            "Se client_id, client_secret, username og password.",
        )
        return
    yield fine("CB-030", "F2 gav os en token")
    if happenings is None:
        yield warning(
            "CB-040", "F2 bliver ikke spurgt om nye dokumenter", "Sæt events_query, eller kald post.tell selv."
        )
        return
    try:
        page = happenings.read("")
    except DeliveryError as wrong:
        yield error(
            "CB-040",
            f"Forespørgslen {happenings.query} kan ikke bruges ({wrong.danish or wrong})",
            "Er den installeret i F2-REST?",
        )
        return
    yield fine("CB-040", f"Forespørgslen {happenings.query} svarer ({len(page.events)} hændelser)")
