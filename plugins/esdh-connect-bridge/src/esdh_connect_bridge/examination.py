"""
Undersøgelse: what ``esdh-connect doctor`` asks of this plugin.

Offline: whether the secret can be read. Online: the way to the host, and whether it lets us in and answers as the
contract says – to a question about a document there is not. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

from esdh_connect import wording
from esdh_connect.diagnosis import Diagnosis, error, fine
from esdh_connect.errors import DeliveryError, SettingsError
from esdh_connect.model import Document
from esdh_connect.signature import key
from esdh_connect_bridge import wire
from esdh_connect_bridge.calls import trusting

if TYPE_CHECKING:
    from esdh_connect_bridge import Bridge

__all__ = ["NOBODYS", "examined"]

#: A document that no host has.
NOBODYS = Document("esdh-connect-findes-ikke", "1", "Findes ikke.pdf")
_STEPS = {
    "NAME": ("BR-010", "navnet kan slås op", "navnet kan ikke slås op", "Er adressen skrevet rigtigt? Ellers: DNS."),
    "CONNECTION": ("BR-011", "der er forbindelse", "der er ingen forbindelse", "Åbn for adressen i firewallen."),
    "PROXY": ("BR-012", "proxyen lukker igennem", "proxyen lukker ikke igennem", "Få adressen tilladt i proxyen."),
    "TLS": ("BR-013", "der er en sikker forbindelse", "ingen sikker forbindelse", "Se ca og proxy."),
}


def examined(bridge: Bridge, *, online: bool) -> Iterator[Diagnosis]:
    """Make every check; what rests on something that is broken is left out."""
    try:
        for secret in bridge.calls.secrets:
            key(secret)
    except SettingsError as wrong:
        yield error("BR-001", f"Hemmeligheden til sagssystemet kan ikke bruges: {wrong.danish}", "Intet kan hentes.")
        return
    yield fine("BR-001", "Hemmeligheden til sagssystemet kan bruges")
    if online and (yield from _way(bridge)):
        yield _let_in(bridge)


def _way(bridge: Bridge) -> Generator[Diagnosis, None, bool]:
    """Go there; gives whether the end was reached."""
    from esdh_connect.http import walk

    for step in walk(bridge.url, trusting(bridge.ca), proxy=bridge.proxy):
        check, well, wrong, hint = _STEPS[step.step.name]
        if not step.is_well:
            yield error(check, f"{step.place}: {wrong} ({wording.system(step.error or OSError(step.why))})", hint)
            return False
        yield fine(check, f"{step.place}: {well}")
    return True


def _let_in(bridge: Bridge) -> Diagnosis:
    hint = "»esdh-connect bridge check« siger mere om, hvad sagssystemet svarer."
    try:
        found = bridge.calls.content("/document", {"document": wire.document_as(NOBODYS)})
    except DeliveryError as wrong:
        return error("BR-014", f"Sagssystemet svarer ikke som aftalt: {wrong.danish}", hint)
    if found is not None:
        return error("BR-014", "Sagssystemet har svaret med et dokument, der ikke findes", hint)
    return fine("BR-014", "Sagssystemet lukker os ind og svarer som aftalt")
