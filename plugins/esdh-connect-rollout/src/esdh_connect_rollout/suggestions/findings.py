"""Fund: what ``doctor`` found in each department, taken from what it says of a whole installation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from esdh_connect.diagnosis import Diagnosis, Level
from esdh_connect_rollout.suggestions.ranking import Findings

__all__ = ["findings_of", "found"]


def found(diagnoses: Iterable[Diagnosis]) -> Findings:
    """Give, by department, what is not fine there; one that was looked at and is fine has nothing."""
    by: dict[str, tuple[str, ...]] = {}
    for one in diagnoses:
        if one.department:
            texts = by.setdefault(one.department, ())
            by[one.department] = texts if one.level is Level.FINE else (*texts, one.text)
    return by


def findings_of(told: Any) -> Findings:  # noqa: ANN401 - as JSON has it
    """
    Read what ``doctor --json`` writes; or several of them by department, or lists of texts by department.

    Raises ValueError where it is none of these.
    """
    try:
        if "checks" in told:
            return found(map(_diagnosis, told["checks"]))
        return {str(id_): _texts(ones) for id_, ones in told.items()}
    except (AttributeError, TypeError, KeyError) as error:
        raise ValueError("no findings of doctor") from error


def _diagnosis(check: Mapping[str, Any]) -> Diagnosis:
    return Diagnosis(check["id"], str(check["text"]), department=str(check.get("department", "")))


def _texts(ones: Any) -> tuple[str, ...]:  # noqa: ANN401
    if isinstance(ones, dict):
        return tuple(str(one["text"]) for one in ones["checks"] if one["level"] != "fine")
    if not isinstance(ones, list):
        raise TypeError("no list")
    return tuple(map(str, ones))
