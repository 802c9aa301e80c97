"""
Rækkefølge: the easiest first – much effect for little effort. The same facts give the same order.

Everything that is known of a department becomes a number from 0 to 1, and its place follows from their weighted mean.
What is not known of it counts as the mean of those of whom it is known: neither for it nor against it, and never as
zero. What is known of nobody is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import fsum
from types import MappingProxyType

import attrs

from esdh_connect_rollout.profiles.profile import Profile
from esdh_connect_rollout.suggestions.weights import CLEAN, Weights

__all__ = ["CRITERIA", "EFFECT", "Facts", "Findings", "Part", "Place", "ranked"]

#: What ``doctor`` found in each department, in Danish; a department that is not in it was not examined.
Findings = Mapping[str, Sequence[str]]

#: So many letters a month are half of all the effect that letters can have: 100 more matter less where there are 1000.
_HALF = 100
_HALF_SAVED = 1.0


@attrs.frozen
class Facts:
    """What is known of one department: its profile, and what ``doctor`` found there – None where nobody looked."""

    profile: Profile
    findings: tuple[str, ...] | None = None
    clean: tuple[str, ...] = CLEAN

    @property
    def department(self) -> str:
        """Give its id."""
        return self.profile.department


def _letters(facts: Facts) -> float | None:
    letters = facts.profile.letters
    return None if letters is None else letters / (letters + _HALF)


def _addressable(facts: Facts) -> float | None:
    return facts.profile.addressable


def _attachments(facts: Facts) -> float | None:
    """Give what sharing bilag saves: how many of a letter's need not be chosen one by one."""
    many, recurring = facts.profile.attachments, facts.profile.recurring
    if many == 0:
        return 0.0
    return None if many is None or recurring is None else many * recurring / (many * recurring + _HALF_SAVED)


def _types(facts: Facts) -> float | None:
    types = facts.profile.document_types
    return len(types.intersection(facts.clean)) / len(types) if types else None


def _findings(facts: Facts) -> float | None:
    return None if facts.findings is None else 1 / (1 + len(facts.findings))


def _contact(facts: Facts) -> float | None:
    contact = facts.profile.contact
    return None if contact is None else float(bool(contact))


#: What counts, by the name of its weight, and how it is read: from 0, which is the worst, to 1; None is not known.
CRITERIA: Mapping[str, Callable[[Facts], float | None]] = MappingProxyType(
    {
        "letters": _letters,
        "addressable": _addressable,
        "attachments": _attachments,
        "types": _types,
        "findings": _findings,
        "contact": _contact,
    }
)
#: Those that are the effect; the others are how little it takes.
EFFECT = frozenset({"letters", "addressable", "attachments"})


@attrs.frozen
class Part:
    """What one criterion is for a department: ``value`` is None where it is not known, ``usual`` the others' mean."""

    name: str
    value: float | None
    usual: float
    weight: float

    @property
    def counted(self) -> float:
        """Give what it counts as."""
        return self.usual if self.value is None else self.value

    @property
    def pull(self) -> float:
        """Give how far it moves the department from where it would be without: up above zero, down below."""
        return self.weight * (self.counted - self.usual)


@attrs.frozen
class Place:
    """Plads: a department's place in the order, from 1, and what it comes from."""

    rank: int
    of: int
    facts: Facts
    parts: tuple[Part, ...]
    missing: tuple[str, ...]

    @property
    def department(self) -> str:
        """Give its id."""
        return self.facts.department

    @property
    def score(self) -> float:
        """Give the weighted mean, from 0 to 1."""
        return _mean(self.parts)

    @property
    def effect(self) -> float:
        """Give the part of it that is effect."""
        return _mean(part for part in self.parts if part.name in EFFECT)

    @property
    def ease(self) -> float:
        """Give the part of it that is how little it takes."""
        return _mean(part for part in self.parts if part.name not in EFFECT)


def ranked(known: Iterable[Facts], weights: Weights) -> tuple[Place, ...]:
    """Put departments in order; of two alike the one whose id comes first. The order of ``known`` does not matter."""
    rows = {facts: {name: reads(facts) for name, reads in CRITERIA.items()} for facts in known}
    usual = {name: _usual([values[name] for values in rows.values()]) for name in CRITERIA}
    found = [
        Place(0, len(rows), facts, _parts(values, usual, weights), _missing(values)) for facts, values in rows.items()
    ]
    found.sort(key=lambda place: (-place.score, place.department))
    return tuple(attrs.evolve(place, rank=rank) for rank, place in enumerate(found, start=1))


def _usual(values: Iterable[float | None]) -> float | None:
    told = [value for value in values if value is not None]
    return fsum(told) / len(told) if told else None


def _parts(values: Mapping[str, float | None], usual: Mapping[str, float | None], weights: Weights) -> tuple[Part, ...]:
    return tuple(
        Part(name, value, mean, getattr(weights, name))
        for name, value in values.items()
        if (mean := usual[name]) is not None
    )


def _missing(values: Mapping[str, float | None]) -> tuple[str, ...]:
    return tuple(name for name, value in values.items() if value is None)


def _mean(parts: Iterable[Part]) -> float:
    counted = tuple(parts)
    total = fsum(part.weight for part in counted)
    return fsum(part.weight * part.counted for part in counted) / total if total else 0.0
