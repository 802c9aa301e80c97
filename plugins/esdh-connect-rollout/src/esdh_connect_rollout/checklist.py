"""Tjekliste: what is to be seen to before a wave begins – the usual things, and what earlier waves have learnt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from esdh_connect_rollout.profiles.profile import Profile
from esdh_connect_rollout.suggestions.ranking import Findings
from esdh_connect_rollout.waves.acts import Act
from esdh_connect_rollout.waves.notes import Note, NoteKind
from esdh_connect_rollout.waves.wave import Wave

__all__ = ["Fit", "Item", "checklist", "fit"]


@attrs.frozen
class Item:
    """
    Punkt: ``key`` names it when it is checked.

    ``departments`` are those it is about, ``unsure`` those of which too little is known to tell. ``is_done`` where
    somebody ticked it (``ticked``), or the facts say so. What was learnt has its ``note``, and the title of the
    ``wave`` it is about; a tip may be about none.
    """

    key: str
    text: str
    departments: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    note: Note | None = None
    wave: str = ""
    is_done: bool = False
    ticked: Act | None = None


@attrs.frozen
class Fit:
    """Which departments an experience fits, and of which nobody knows enough to tell."""

    departments: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()


def checklist(
    wave: Wave,
    learnt: Iterable[tuple[str, Note]],
    profiles: Mapping[str, Profile],
    findings: Findings,
    clean: Sequence[str],
) -> tuple[Item, ...]:
    """Give the checklist of a wave: the usual things, then what was ``learnt`` before, with the title of its wave."""
    known = [profiles.get(id_, Profile(id_)) for id_ in wave.aim.departments]
    items = [*_usual(known, findings, clean), *_learnt(learnt, known)]
    return tuple(_ticked(item, wave.checked.get(item.key)) for item in items)


def _ticked(item: Item, act: Act | None) -> Item:
    return item if act is None else attrs.evolve(item, is_done=True, ticked=act)


def _usual(known: Sequence[Profile], findings: Findings, clean: Sequence[str]) -> Iterator[Item]:
    yield _about(
        "kontaktperson", "Hver afdeling har en kontaktperson.", [one.department for one in known if not one.contact]
    )
    yield _about(
        "doctor",
        "Undersøgelsen har intet at udsætte, eller det er accepteret.",
        [one.department for one in known if findings.get(one.department, ("",))],
    )
    hard = [one.department for one in known if one.document_types and one.document_types.difference(clean)]
    unsure = tuple(one.department for one in known if one.document_types is None)
    yield Item(
        "dokumenttyper", "Dokumenter, der ikke bliver til PDF uden videre, er prøvet.", tuple(hard), unsure,
        is_done=not hard and not unsure,
    )  # fmt: skip
    yield Item("skabeloner", "Breve og skabeloner er set igennem.")
    yield Item("oplæring", "Sagsbehandlerne har set, hvordan et brev sendes, og ved, hvem de kan spørge.")
    yield Item("prøvebrev", "Der er sendt et prøvebrev til en prøvemodtager.")


def _about(key: str, text: str, departments: Sequence[str]) -> Item:
    return Item(key, text, tuple(departments), is_done=not departments)


def _learnt(learnt: Iterable[tuple[str, Note]], known: Sequence[Profile]) -> Iterator[Item]:
    for title, note in learnt:
        fits = fit(note, known)
        if note.comes_up and (fits.departments or fits.unsure):
            yield Item(f"note-{note.number}", _told(note), fits.departments, fits.unsure, note, title)


def _told(note: Note) -> str:
    if note.solved and note.kind is NoteKind.DIFFICULTY:
        return f"{note.text} (løst: {note.solved})"
    return note.text


def fit(note: Note, known: Iterable[Profile]) -> Fit:
    """
    Give the departments an experience fits: those with one of its document types, or in the same module of the host.

    One that says neither fits all.
    """
    fits, unsure = [], []
    for profile in known:
        told = _fits(note, profile)
        if told:
            fits.append(profile.department)
        elif told is None:
            unsure.append(profile.department)
    return Fit(tuple(fits), tuple(unsure))


def _fits(note: Note, profile: Profile) -> bool | None:
    """Tell whether it fits; None where what would tell is not known of the department."""
    if not note.document_types and not note.module:
        return True
    types, module = profile.document_types, profile.module
    if note.document_types.intersection(types or ()) or (note.module and module == note.module):
        return True
    is_unknown = (note.document_types and types is None) or (note.module and module is None)
    return None if is_unknown else False
