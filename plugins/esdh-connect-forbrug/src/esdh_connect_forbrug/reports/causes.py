"""Årsager: why letters did not arrive, in words, and what helps."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

__all__ = ["CAUSES", "Cause", "cause"]


@attrs.frozen
class Cause:
    """Årsag: what it is called, why that stopped a letter ("fordi …"), and what a department can try."""

    name: str
    because: str
    try_next: str


CAUSES: Mapping[str, Cause] = {
    "recipient": Cause(
        "modtageren",
        "modtageren ikke kunne findes eller nås",
        "Se, om CPR- eller CVR-nummeret står på sagens part, før I trykker på Send digitalt.",
    ),
    "attachment": Cause(
        "et bilag",
        "et bilag ikke kunne læses eller var for stort",
        "Gem bilag som PDF, før de lægges på sagen; de største kan deles i to.",
    ),
    "certificate": Cause(
        "certifikatet",
        "certifikatet ikke blev taget imod",
        "Det er ikke jeres fejl: bed administratoren køre »esdh-connect doctor«.",
    ),
    "network": Cause(
        "forbindelsen",
        "der ikke var forbindelse til leverandøren",
        "Det er ikke jeres fejl: bed administratoren se på forbindelsen.",
    ),
    "provider": Cause(
        "leverandøren",
        "leverandøren afviste dem",
        "Se i fejlbakken, hvad leverandøren skriver; det er tit det samme, der går igen.",
    ),
}


def cause(code: str) -> Cause:
    """Give the cause with this code; one that is not known is called by its code."""
    return CAUSES.get(code) or Cause(
        code.replace("_", " ") or "ikke oplyst",
        "noget gik galt på vejen",
        "Se i fejlbakken, hvad der står; det er tit det samme, der går igen.",
    )
