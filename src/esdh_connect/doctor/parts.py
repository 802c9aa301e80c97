"""The parts: plugins, what the outbox says of itself, and what each plugin says when it is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import entry_points

from esdh_connect.connect import Connect
from esdh_connect.diagnosis import Diagnosis, error, fine, warning
from esdh_connect.hookspecs import PROJECT

__all__ = ["FINDINGS", "asked", "examined"]

#: The check of each finding of ``post.health()``, and whether letters stop because of it.
FINDINGS = {
    "letters_waiting": ("ESDH-050", "Kører »esdh-connect worker« eller ESDH-systemets eget job?"),
    "letters_stuck": ("ESDH-051", "Se i loggen, om en process blev stoppet midt i en aflevering."),
    "receipts_overdue": ("ESDH-052", "Kører det, der tager kvitteringer ind?"),
    "letters_for_a_person": ("ESDH-053", "»esdh-connect failures« viser dem, og hvem der skal gøre hvad."),
    "channel_missing": ("ESDH-054", "Sæt pluginet ind igen, eller kør en worker, som har det."),
    "proposals_missing": ("ESDH-055", "Se i loggen, hvilket plugin der ikke svarede."),
    "lines_damaged": ("ESDH-056", "Tag en sikkerhedskopi af udbakken, og få disken undersøgt."),
    "duties_waiting": ("ESDH-057", "Svarer ESDH-systemet?"),
    "duties_stuck": ("ESDH-058", "»esdh-connect failures« viser dem."),
    "facts_missed": ("ESDH-059", "Loggen nævner dem."),
    "gate_shut": ("ESDH-060", "Den åbner af sig selv; se leverandørens driftsmeldinger."),
    "source_away": ("ESDH-067", "Svarer ESDH-systemet, og gælder adgangen til det?"),
    "receiver_away": ("ESDH-068", "Breve går alligevel. Svarer modtageren?"),
    "subscriber_away": ("ESDH-069", "Breve går alligevel. Loggen siger, hvad der fejlede."),
    "channel_problem": ("ESDH-061", "Se pluginets egne punkter herunder."),
    "converter_problem": ("ESDH-062", "Installér det, der mangler, eller fjern konverteren fra indstillingerne."),
    "certificate_ends": ("ESDH-063", "Bestil et nyt nu; det tæller fra det øjeblik, filen er skiftet."),
    "disk_low": ("ESDH-064", "Gør plads, eller flyt udbakken."),
    "bell_away": ("ESDH-065", "Breve går alligevel, men måske senere."),
    "bell_stalled": ("ESDH-066", "Breve går alligevel."),
}


def examined(post: Connect) -> Iterator[Diagnosis]:
    """Look at what is loaded and at what the outbox says of itself."""
    yield from _plugins(post)
    found = post.health().findings
    for one in found:
        check, hint = FINDINGS[one.what]
        yield warning(check, one.text, hint)
    if not found:
        yield fine("ESDH-050", "Udbakken melder, at alt er i orden")


def _plugins(post: Connect) -> Iterator[Diagnosis]:
    offered = Counter(point.name for point in entry_points(group=PROJECT))
    broken = {one.name: one.error for one in post.plugins.broken}
    for name, wrong in broken.items():
        yield error("ESDH-031", f"Pluginet »{name}« kan ikke bruges: {wrong.danish or wrong}", "De andre går videre.")
    for name in post.plugins.names:
        if name in offered:
            yield fine("ESDH-031", f"Pluginet »{name}« er indlæst")
    for name, times in offered.items():
        if times > 1 and name in {*post.plugins.names, *broken}:
            yield warning(
                "ESDH-032", f"{times} installerede pakker har et plugin, der hedder »{name}«", "Fjern den ene."
            )


def asked(post: Connect, now: datetime, *, online: bool) -> Iterator[Diagnosis]:
    """Ask each plugin what it finds. One that fails while it is asked is told of, and hides no other."""
    for name, examine in post.plugins.examiners:
        try:
            yield from examine(online, now)
        except Exception as wrong:  # noqa: BLE001 - a plugin may raise anything: that is what was found
            yield error(
                "ESDH-033",
                f"Pluginet »{name}« kunne ikke undersøges ({type(wrong).__name__})",
                "Fejlen er pluginets: sig det til den, der har lavet det.",
            )
