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


_LOOK = "Se i fejlbakken, hvad der står; det er tit det samme, der går igen."

#: By the code that a failure is counted with; a provider's own codes are called what they are.
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
    "rejected": Cause("afvist af leverandøren", "leverandøren afviste dem", _LOOK),
    "failed": Cause("ikke afleveret", "leverandøren ikke kunne aflevere dem", _LOOK),
    "recalled": Cause("tilbagekaldt", "de blev kaldt tilbage", _LOOK),
    "stopped": Cause("stoppet her", "de blev stoppet, før de kunne afleveres", _LOOK),
    "unreachable": Cause(
        "ingen forbindelse",
        "der ikke var forbindelse til leverandøren",
        "Det er ikke jeres fejl: bed administratoren køre »esdh-connect doctor --online«.",
    ),
    "no_answer": Cause("intet svar", "leverandøren ikke svarede", _LOOK),
    "no_receipt": Cause("ingen kvittering", "der aldrig kom en kvittering", _LOOK),
}


def cause(code: str) -> Cause:
    """Give the cause with this code; one that is not known is called by its code."""
    return CAUSES.get(code) or Cause(
        code.replace("_", " ") or "ikke oplyst",
        "noget gik galt på vejen",
        _LOOK,
    )
