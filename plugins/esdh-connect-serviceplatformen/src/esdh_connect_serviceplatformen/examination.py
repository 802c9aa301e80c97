"""
Undersøgelse: what ``esdh-connect doctor`` asks of this plugin.

First what can be seen from here: our certificate. Then, only when online, the way that letters go: the name, the
connection, TLS, our certificate, the clock, the two tokens, and a question to KombiPostAfsend – each by itself, so that
a firewall is told apart from a certificate, and a certificate from an agreement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from esdh_connect import wording
from esdh_connect.diagnosis import Diagnosis, Level, error, fine, warning
from esdh_connect.errors import DeliveryError, SettingsError
from esdh_connect_serviceplatformen.certificate import Certificate, load, trusting
from esdh_connect_serviceplatformen.service import Service

if TYPE_CHECKING:
    from esdh_connect.http import Answer, Stepped

__all__ = ["examined"]

#: A new certificate takes weeks to order and have put in place; two weeks before the end it is urgent.
_SOON, _URGENT = timedelta(days=60), timedelta(days=14)
#: Tokens say from when and until when they hold, to the second.
_SKEW, _TOO_MUCH = timedelta(seconds=30), timedelta(minutes=5)
_STEPS = {
    "NAME": ("SP-010", "navnet kan slås op", "navnet kan ikke slås op", "Er adressen skrevet rigtigt? Ellers: DNS."),
    "CONNECTION": ("SP-011", "der er forbindelse", "der er ingen forbindelse", "Åbn for adressen i firewallen."),
    "PROXY": ("SP-012", "proxyen lukker igennem", "proxyen lukker ikke igennem", "Få adressen tilladt i proxyen."),
    "TLS": ("SP-013", "tjenesten viser et certifikat, vi stoler på", "ingen sikker forbindelse", "Se ca og proxy."),
}
_AGREEMENT = "Er certifikatet tilknyttet IT-systemet, og er serviceaftalen godkendt i Administrationsmodulet?"


def examined(service: Service, queue: str, at: datetime, *, online: bool) -> Iterator[Diagnosis]:
    """Make every check that can be made at the aware time ``at``. ``queue`` is Beskedfordeler's address, or nothing."""
    try:
        own = load(service.certificate.read(), service.certificate, service.certificate_password, at)
    except SettingsError as wrong:
        yield error("SP-001", f"Vores certifikat kan ikke bruges: {wrong.danish}", "Ingen breve sendes, før det kan.")
        return
    yield _lasts(own, at)
    yield from _environment(own, service.addresses.url)
    if online:
        yield from _way(service, queue)


def _lasts(own: Certificate, at: datetime) -> Diagnosis:
    left, text = own.until - at, f"Vores certifikat gælder til {own.until:%d.%m.%Y}"
    if left >= _SOON:
        return fine("SP-002", text)
    hint = "Det haster: bestil et nyt i dag." if left < _URGENT else "Bestil et nyt nu."
    return warning("SP-002", f"{text}, {left.days} dage endnu", hint)


def _environment(own: Certificate, url: str) -> Iterator[Diagnosis]:
    """Test certificates say so in their issuer's name, and so does the test environment in its address."""
    is_test = "test" in own.own.issuer.rfc4514_string().casefold()
    host = urlsplit(url).hostname or ""
    if is_test and host.startswith("prod."):
        yield error("SP-003", f"Certifikatet er til test, og {host} er til drift", "Brug det rigtige certifikat.")
    elif "test" in host and not is_test and not host.startswith("localhost"):
        yield warning(
            "SP-003", f"{host} er til test, men certifikatet ser ud til at være til drift", "Er det meningen?"
        )


def _way(service: Service, queue: str) -> Iterator[Diagnosis]:
    """Go the way that letters go. What stands on a step that failed is not tried."""
    well = True
    for url in _places(service, queue):
        for one in _walked(service, url):
            yield one
            well = well and one.level is not Level.ERROR
    if not well:
        return
    try:
        answer = service.greet()
    except DeliveryError as wrong:
        text = f"Vores certifikat blev ikke taget imod ({wrong.danish or wrong})"
        yield error("SP-014", text, "Er det udstedt af en CA, tjenesten stoler på, og ikke spærret?")
        return
    yield fine("SP-014", "Vores certifikat blev taget imod")
    yield from _clock(answer)
    for check, what, take in (
        ("SP-016", "en token fra Security Token Service", service.assertion),
        ("SP-017", "en access token fra Serviceplatformen", service.authorization),
        ("SP-018", "svar fra KombiPostAfsend", service.ask),
    ):
        found = _taken(check, what, take)
        yield found
        if found.level is Level.ERROR:
            return


def _places(service: Service, queue: str) -> Iterator[str]:
    """Give each address once: several services may be on one host."""
    known = set()
    for url in (service.addresses.url, service.addresses.sts_url, queue):
        end = (urlsplit(url).hostname, urlsplit(url).port)
        if url and end not in known:
            known.add(end)
            yield url


def _walked(service: Service, url: str) -> Iterator[Diagnosis]:
    from esdh_connect.http import walk

    proxy = service.proxy if url.startswith("https:") else ""
    for one in walk(url, trusting(service.ca), proxy=proxy):
        yield _step(one)


def _step(one: Stepped) -> Diagnosis:
    check, well, ill, hint = _STEPS[one.step.name]
    if one.is_well:
        return fine(check, f"{one.place}: {well}")
    if one.distrusted:
        ill, hint = "vi stoler ikke på dens certifikat", "Læser en firewall med? Så skal dens udsteder stå som ca."
    return error(check, f"{one.place}: {ill} ({wording.system(one.error or OSError(one.why))})", hint)


def _clock(answer: Answer) -> Iterator[Diagnosis]:
    try:
        theirs = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return
    apart = abs(answer.at - theirs)
    if apart <= _SKEW:
        yield fine("SP-015", "Urene går ens")
    else:
        text = f"Vores ur og Serviceplatformens er {apart.total_seconds():.0f} sekunder fra hinanden"
        hint = "Stil uret efter en tidsserver: ellers kan adgang blive afvist."
        yield (error if apart > _TOO_MUCH else warning)("SP-015", text, hint)


def _taken(check: str, what: str, take: Callable[[], object]) -> Diagnosis:
    try:
        take()
    except DeliveryError as wrong:
        return error(check, f"Vi fik ikke {what} ({wrong.danish or wrong})", _AGREEMENT)
    return fine(check, f"Vi fik {what}")
