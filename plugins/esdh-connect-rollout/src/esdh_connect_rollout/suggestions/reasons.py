"""Begrundelse: why a department has its place, in a Danish sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from esdh_connect import wording
from esdh_connect_rollout.suggestions.ranking import Facts, Place

__all__ = ["reason", "share"]

#: Where a department is no further than this from the others' mean, it is as they are.
_NOTABLE = 0.05
_MOST = 3


def reason(place: Place) -> str:
    """Tell what speaks for an early place, what against, and what is not known."""
    pulls = sorted(place.parts, key=lambda part: (-abs(part.pull), part.name))
    notable = [part for part in pulls if part.pull and abs(part.counted - part.usual) > _NOTABLE]
    for_it = [_told(place.facts, part.name) for part in notable if part.pull > 0][:_MOST]
    against = [_told(place.facts, part.name) for part in notable if part.pull < 0][:_MOST]
    said = _sides(for_it, against) or _plain(place)
    return f"{said} {_unknown(place.missing)}".rstrip()


def _sides(for_it: Sequence[str], against: Sequence[str]) -> str:
    sides = []
    if for_it:
        sides.append(f"for taler, at {_listed(for_it, ', og at ')}")
    if against:
        sides.append(f"imod taler, at {_listed(against, ', og at ')}")
    return _sentence("; ".join(sides)) if sides else ""


def _plain(place: Place) -> str:
    if all(part.value is None for part in place.parts):
        return "Der er intet oplyst om afdelingen, så den er regnet som gennemsnittet af de andre."
    return "Den er som de andre i det, der er oplyst."


def _unknown(missing: Sequence[str]) -> str:
    return f"Ikke oplyst: {_listed([_MISSING[name] for name in missing], ' og ')}." if missing else ""


def _listed(texts: Sequence[str], last: str) -> str:
    *first, end = texts
    return f"{', '.join(first)}{last}{end}" if first else end


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def share(value: float) -> str:
    """Give a share as people read it: ``85 %``; never 100 where something is left, nor 0 where there is something."""
    percent = round(value * 100)
    return f"{min(99, max(1, percent)) if 0 < value < 1 else percent} %"


# --- one criterion each, as what follows "at"


def _told(facts: Facts, name: str) -> str:
    return _TOLD[name](facts)


def _letters(facts: Facts) -> str:
    many = facts.profile.letters or 0
    return f"den sender {wording.number(many)} {'brev' if many == 1 else 'breve'} om måneden"


def _addressable(facts: Facts) -> str:
    return f"{share(facts.profile.addressable or 0)} af modtagerne har CPR- eller CVR-nummer"


def _attachments(facts: Facts) -> str:
    many, recurring = facts.profile.attachments or 0, facts.profile.recurring or 0
    if not many:
        return "brevene ingen bilag har"
    return f"{_decimal(many * recurring)} bilag i hvert brev går igen"


def _decimal(value: float) -> str:
    rounded = round(value, 1)
    return wording.number(int(rounded) if rounded == int(rounded) else rounded)


def _types(facts: Facts) -> str:
    types = facts.profile.document_types or frozenset()
    clean = len(types.intersection(facts.clean))
    if clean == len(types):
        return "alle dokumenttyper bliver til PDF uden videre"
    return f"{clean or 'ingen'} af {len(types)} dokumenttyper bliver til PDF uden videre"


def _findings(facts: Facts) -> str:
    many = len(facts.findings or ())
    return f"doctor har {many} fund" if many else "doctor intet har fundet"


def _contact(facts: Facts) -> str:
    return "der er en kontaktperson" if facts.profile.contact else "der ingen kontaktperson er"


_TOLD: Mapping[str, Callable[[Facts], str]] = {
    "letters": _letters,
    "addressable": _addressable,
    "attachments": _attachments,
    "types": _types,
    "findings": _findings,
    "contact": _contact,
}
_MISSING: Mapping[str, str] = {
    "letters": "breve om måneden",
    "addressable": "modtagernes numre",
    "attachments": "bilag, der går igen",
    "types": "dokumenttyper",
    "findings": "doctor",
    "contact": "kontaktperson",
}
