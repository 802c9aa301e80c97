"""Valg: why a channel was taken or skipped, what changed in a plan, who stopped a letter."""

from __future__ import annotations

from collections.abc import Sequence

from esdh_connect.dispatch import Request
from esdh_connect.ids import mask
from esdh_connect.model import Finding
from esdh_connect.reasons import on_one_line

__all__ = ["cancelled_by", "change", "changed", "for_whom", "no_channel", "reason", "sent_back_by"]

_CHANGES = {
    "converted": "lavet om til PDF",
    "repaired": "repareret",
    "made safe": "gjort sikker",
    "watermarked": "mærket som øvelse",
}
#: How a line about a document begins, by who must act.
_FOR_WHOM = {"": "Bemærk", "caseworker": "Se efter", "administrator": "Til administratoren"}


def reason(label: str, *, reached: bool | None, chosen: str = "", signed_up_for: bool = False) -> str:
    """
    Tell why the channel called ``label`` was taken or skipped; ``chosen`` is the label of the one that was taken.

    ``reached`` None: it could not be found out. ``signed_up_for`` where it reaches only those who are.
    """
    if reached is None:
        return f"Det kunne ikke afgøres, om {label} når modtageren. Prøv igen om lidt"
    if not reached:
        return f"Ikke tilmeldt {label}" if signed_up_for else f"{label} når ikke modtageren"
    if not chosen:
        return f"{label} når modtageren, men bruges ikke, før de andre kanaler er afklaret"
    return f"Sendes med {label}" if chosen == label else f"{label} når modtageren, men {chosen} er valgt"


def no_channel(labels: Sequence[str]) -> str:
    """Tell that none of these channels reaches the recipient: the Danish text of a NoChannel, without its opening."""
    if not labels:
        return "afdelingen har ingen kanaler, der er slået til. Spørg administratoren"
    tried = labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} eller {labels[-1]}"
    return f"modtageren kan ikke nås med {tried}. Send brevet på en anden måde"


def changed(changes: Sequence[str], request: Request) -> str:
    """Tell which parts of a plan's fingerprint differ: the Danish text of a PlanChanged, without its opening."""
    if all(change.startswith("gate.") for change in changes):
        return "der er noget nyt, der taler imod at sende brevet. Se det igennem igen"
    parts = tuple(dict.fromkeys(_part(change, request) for change in changes))
    return mask(f"brevet er ændret, siden det blev vist ({', '.join(parts)}). Se det igennem igen")


def training(person: str) -> str:
    """Say loudly that an installation is one to learn with."""
    return (
        f"ØVELSE: her sendes ingen rigtige breve. Alt går til prøvetjenester på denne maskine og til {person}, "
        "og hver side i hver PDF er mærket."
    )


def unmarked(name: str) -> str:
    """Say that a file of a letter to learn with does not say itself what it is."""
    return mask(f"øvelse: »{name}« er ikke en PDF og siger ikke selv, at det ikke er et rigtigt brev")


def change(word: str) -> str:
    """Tell what was done to a document on its way into a file: a word of a place, or of a plugin as it is."""
    return _CHANGES.get(word, word)


def for_whom(finding: Finding) -> str:
    """Give the words a line about a finding begins with: to whom it is said."""
    return _FOR_WHOM[finding.acts]


def cancelled_by(who: str, why: str = "") -> str:
    """Tell who stopped a letter, and why, as a part of a sentence."""
    return mask(on_one_line(f"{who} stoppede det: {why}" if why.strip() else f"{who} stoppede det"))


def sent_back_by(who: str, why: str) -> str:
    """Tell who did not approve a letter, and why, as a part of a sentence."""
    return mask(on_one_line(f"{who} sendte det tilbage: {why}" if why.strip() else f"{who} sendte det tilbage"))


def _part(change: str, request: Request) -> str:
    kind, _, which = change.partition(".")
    if kind == "doc" and which.isdecimal() and int(which) < len(request.documents):
        return f"dokumentet »{request.documents[int(which)].name}«"
    names = {
        "request": "titel, modtagere eller valg",
        "row": "modtager eller kanal",
        "files": "de filer, der sendes",
        "gate": "det, der taler imod at sende det",
    }
    return names.get(kind, "et dokument")
