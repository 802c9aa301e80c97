"""Forventning: how many letters a month are expected of departments, as the settings say."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches

from esdh_connect.diagnosis import Diagnosis, fine, warning
from esdh_connect.errors import SettingsError

__all__ = ["are_letters", "examined", "refuse_unknown"]

#: More letters a month are expected of nobody.
_MOST = 1_000_000
_CHECK = "FB-020"


def are_letters(_plugin: object, _field: object, expected: Mapping[str, float]) -> None:
    """Refuse what is no number of letters. Raises SettingsError."""
    wrong = sorted(id_ for id_, letters in expected.items() if not 0 <= letters <= _MOST)
    if wrong:
        raise SettingsError(
            f"expected.{wrong[0]} is letters a month: 0 to {_MOST}",
            danish=f"expected.{wrong[0]}: her skal stå et antal breve om måneden, fra 0 til {_MOST}",
        )


def refuse_unknown(expected: Mapping[str, float], departments: Collection[str]) -> None:
    """Refuse letters that are expected of departments nobody has set up. Raises SettingsError."""
    wrong = _unknown(expected, departments)
    if wrong:
        raise SettingsError(
            f"plugins.forbrug.expected.{wrong[0]}: no such department",
            danish=f"plugins.forbrug.expected.{_told(wrong[0], departments)}",
        )


def examined(expected: Mapping[str, float], departments: Collection[str]) -> list[Diagnosis]:
    """Tell the doctor of departments that are not there. Letters do not stop for it: statistics do."""
    wrong = _unknown(expected, departments)
    if expected and not wrong:
        return [fine(_CHECK, "forbrug: de afdelinger, der er forventet noget af, er der alle")]
    told = (f"forbrug, expected.{_told(one, departments)}" for one in wrong)
    return [warning(_CHECK, text, "Ret id'et i indstillingerne, eller opret afdelingen.") for text in told]


def _unknown(expected: Mapping[str, float], departments: Collection[str]) -> list[str]:
    return sorted(set(expected) - set(departments))


def _told(wrong: str, departments: Collection[str]) -> str:
    meant = get_close_matches(wrong, list(departments), n=1)
    return f"{wrong}: der er ingen afdeling »{wrong}«" + (f" – mente du »{meant[0]}«?" if meant else "")
