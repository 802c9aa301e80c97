"""Afslag: what the codes mean with which Digital Post refuses a letter, and what the caseworker does about it."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

__all__ = ["Meaning", "meaning"]


@attrs.frozen
class Meaning:
    """What is wrong, and what is to be done, in Danish: parts of a sentence."""

    what: str
    todo: str


#: Those that are publicly known; the full list is not.
_KNOWN: Mapping[str, Meaning] = {
    "memo.invalid": Meaning(
        "Digital Post kan ikke læse brevet, sådan som programmet har lavet det",
        "Administratoren skal få programmet rettet, før det sendes igen ad samme kanal",
    ),
    "file.extension.not.allowed": Meaning(
        "en af filerne er af en type, som Digital Post ikke tager imod",
        "Sagsbehandleren skal lave filen om til PDF i ESDH-systemet og sende et nyt brev",
    ),
    "file.empty.not.allowed": Meaning(
        "en af filerne er tom",
        "Sagsbehandleren skal åbne dokumenterne i ESDH-systemet, rette det, der er tomt, og sende et nyt brev",
    ),
    "contact.point.id.format.not.allowed": Meaning(
        "kontaktpunktet i brevet har en forkert form",
        "Sagsbehandleren skal få administratoren til at rette kontaktpunktet og så sende igen",
    ),
    "empty.notification.not.allowed": Meaning(
        "teksten i sms'en mangler",
        "Sagsbehandleren skal skrive en tekst til sms'en og sende et nyt brev",
    ),
    "do.not.deliver.until.date.too.early": Meaning(
        "den dag, brevet tidligst måtte leveres, var allerede gået",
        "Sagsbehandleren skal sende et nyt brev med en senere dag eller uden",
    ),
    "do.not.deliver.until.date.too.late": Meaning(
        "den dag, brevet tidligst må leveres, ligger for langt ude i fremtiden",
        "Sagsbehandleren skal sende et nyt brev med en tidligere dag eller uden",
    ),
}


def meaning(code: str) -> Meaning | None:
    """Tell what a provider's code means, in its own spelling; None where nobody has said so."""
    return _KNOWN.get(code.casefold())
