"""Ord til planen: a finding as a plan shows it, and who must do something about it."""

from __future__ import annotations

from typing import Literal

from esdh_connect import model
from esdh_connect.dispatch import Owner
from esdh_connect_bilag.preflight.flaws import Finding, Flaw, Weight
from esdh_connect_bilag.preflight.wording import text

__all__ = ["told"]

#: Changes that nobody need do anything about.
_ONLY_TOLD = frozenset(flaw for flaw in Flaw if flaw.weight is Weight.CHANGED) - {
    Flaw.REPAIRED,
    Flaw.EMBEDDED_FILES,
    Flaw.TWO_TYPES,
}


def told(finding: Finding, document: int | None = None, *, words: str = "") -> model.Finding:
    """Give it as a plan shows it; ``words`` instead of its own text."""
    done = f"ved {finding.way}" if finding.way else ""
    return model.Finding(finding.flaw.value, words or text(finding), document, acts=_acts(finding), done=done)


def _acts(finding: Finding) -> Literal["", "caseworker", "administrator"]:
    if finding.flaw in _ONLY_TOLD:
        return ""
    return "administrator" if finding.owner is Owner.ADMINISTRATOR else "caseworker"
