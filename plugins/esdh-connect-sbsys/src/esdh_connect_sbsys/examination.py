"""
Undersøgelse: what ``esdh-connect doctor`` asks of this plugin.

Offline: whether the secrets can be read. Online, step by step: the way there, a token, whom SBSYS takes us for, what it
says of its interface, and whether what is looked up by name is there. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING

import attrs

from esdh_connect import wording
from esdh_connect.diagnosis import Diagnosis, error, fine, warning
from esdh_connect.errors import DeliveryError, SettingsError
from esdh_connect_sbsys import wire
from esdh_connect_sbsys.api import Api
from esdh_connect_sbsys.lookups import Lookups

if TYPE_CHECKING:
    from ssl import SSLContext

    from esdh_connect.settings import Secret

__all__ = ["Examination"]

_STEPS = {
    "NAME": ("SB-010", "navnet kan slås op", "navnet kan ikke slås op", "Er adressen skrevet rigtigt? Ellers: DNS."),
    "CONNECTION": ("SB-011", "der er forbindelse", "der er ingen forbindelse", "Åbn for adressen i firewallen."),
    "PROXY": ("SB-012", "proxyen lukker igennem", "proxyen lukker ikke igennem", "Få adressen tilladt i proxyen."),
    "TLS": ("SB-013", "der er en sikker forbindelse", "ingen sikker forbindelse", "Se ca og proxy."),
}
#: What this adapter uses, in the words of the description.
_USED = (
    "api/sag/{id}",
    "api/sag/{id}/part",
    "api/sag/{id}/dokumenter",
    "api/sag/{id}/journalarknotes",
    "api/sag/search",
    "api/dokument/{id}",
    "api/dokument/journaliser",
    "api/fil/{id}",
    "api/journalarknote/create",
    "api/erindring",
    "api/erindring/typer",
)


@attrs.frozen(eq=False)
class Examination:
    """
    Looks at everything this adapter needs. ``changed_since`` is empty where nothing is read.

    ``left_out`` are the cases no changes are read of, as far as this process knows.
    """

    secrets: tuple[Secret, ...]
    addresses: tuple[str, ...]
    trust: SSLContext
    proxy: str
    api: Api
    lookups: Lookups
    changed_since: str
    left_out: tuple[int, ...] = ()

    def made(self, *, online: bool) -> Iterator[Diagnosis]:
        """Make every check; what rests on something that is broken is left out."""
        for secret in self.secrets:
            try:
                secret.text()
            except SettingsError as wrong:
                yield error("SB-001", f"Adgangen til SBSYS kan ikke læses: {wrong.danish}", "Intet kan hentes i SBSYS.")
                return
        yield fine("SB-001", "Adgangen til SBSYS kan læses")
        if self.left_out:
            cases = ", ".join(map(str, self.left_out))
            text = f"Ændringer på disse sager kan ikke læses, og de er udeladt: {cases} (numrene er SBSYS' egne, Id)"
            yield warning("SB-020", text, "Åbn sagen i SBSYS. Den prøves igen hver time, og intet af den er glemt.")
        if online:
            yield from self._online()

    def _online(self) -> Iterator[Diagnosis]:
        for address in self.addresses:
            reached = yield from self._way(address)
            if not reached:
                return
        for check, asked, well in (
            ("SB-014", self._token, "SBSIP giver adgang"),
            ("SB-015", self._who, "SBSYS svarer"),
        ):
            try:
                asked()
            except DeliveryError as wrong:
                yield error(check, f"{well.partition(' ')[0]} siger nej: {wrong.danish or wrong}", str(wrong))
                return
            yield fine(check, well)
        yield from self._interface()
        yield self._named("SB-017", "dokumentarten", self.lookups.art)
        yield self._named("SB-018", "erindringstypen", self.lookups.reminder)

    def _way(self, address: str) -> Generator[Diagnosis, None, bool]:
        """Go there; gives whether the end was reached."""
        from esdh_connect.http import walk

        for step in walk(address, self.trust, proxy=self.proxy):
            check, well, wrong, hint = _STEPS[step.step.name]
            if not step.is_well:
                yield error(check, f"{step.place}: {wrong} ({wording.system(step.error or OSError(step.why))})", hint)
                return False
            yield fine(check, f"{step.place}: {well}")
        return True

    def _token(self) -> None:
        self.api.tokens.authorization()

    def _who(self) -> None:
        self.api.get("api/bruger/me")

    def _interface(self) -> Iterator[Diagnosis]:
        try:
            described = self.lookups.described()
        except DeliveryError as wrong:
            yield warning(
                "SB-016",
                f"SBSYS' beskrivelse af sig selv kan ikke læses: {wrong.danish or wrong}",
                "Prøv igen om lidt.",
            )
            return
        if described is None:
            yield warning("SB-016", "SBSYS har ingen beskrivelse af sig selv (Swagger)", "Er api_version den rigtige?")
            return
        lacking = [path for path in _USED if not described.has(path)]
        if lacking:
            yield warning(
                "SB-016", f"{described.title} nævner ikke {', '.join(lacking)}", "Er api_version den rigtige?"
            )
        else:
            yield fine("SB-016", f"{described.title} har alt, hvad der bruges")
        if self.changed_since and not described.mentions(self.changed_since):
            text = f"{described.title} kan ikke søge efter {self.changed_since}"
            yield error("SB-019", text, "Find feltets navn i Swagger, og skriv det i changed_since.")
        elif self.changed_since:
            yield fine("SB-019", f"Der kan søges efter {self.changed_since}")

    def _named(self, check: str, what: str, look: Callable[[], wire.Row]) -> Diagnosis:
        try:
            found = look()
        except DeliveryError as wrong:
            return error(check, wrong.danish or f"{what} kan ikke slås op: {wrong}", "Ret navnet i indstillingerne.")
        return fine(check, f"{what} er slået op: {wire.text(found, 'Navn') or found['Id']}")
