"""Waves in words, for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from esdh_connect import wording
from esdh_connect.cli.talk import on_one_line
from esdh_connect_forbrug.months import Month
from esdh_connect_rollout.checklist import Item
from esdh_connect_rollout.door import Review, Waves
from esdh_connect_rollout.progress import Progress, Standing, WaveProgress
from esdh_connect_rollout.suggestions.ranking import Findings, Place
from esdh_connect_rollout.suggestions.reasons import reason, share
from esdh_connect_rollout.waves.acts import Act, Kind
from esdh_connect_rollout.waves.notes import Note, NoteKind
from esdh_connect_rollout.waves.states import State
from esdh_connect_rollout.waves.wave import Wave

__all__ = [
    "act",
    "headline",
    "names",
    "note",
    "place",
    "review",
    "status",
    "wave",
]

_HERE = ZoneInfo("Europe/Copenhagen")
#: Why a day is not told.
_DAYS = "Dage vises, når måneden er gjort op, og mindst fem i afdelingen har brugt det i den måned"
#: What a number of letters may be without.
_WITHOUT = "Uden måneder, der kun vises sammen med andre afdelinger"
_DONE: Mapping[Kind, str] = {
    Kind.PLANNED: "planlagt",
    Kind.CHANGED: "planlagt om",
    Kind.PREPARED: "klargøring begyndt",
    Kind.STARTED: "sat i gang",
    Kind.PAUSED: "sat på pause",
    Kind.RESUMED: "genoptaget",
    Kind.HALFWAY: "gjort op halvvejs",
    Kind.FINISHED: "afsluttet",
    Kind.ROLLED_BACK: "rullet tilbage",
    Kind.NOTED: "erfaring skrevet",
    Kind.TIPPED: "tip givet",
    Kind.TAKEN: "tip taget med på tjeklisten",
    Kind.DISMISSED: "tip lagt fra som ikke relevant",
    Kind.SOLVED: "vanskelighed løst",
    Kind.SKIPPED: "erfaringer sprunget over",
    Kind.CHECKED: "flueben sat",
    Kind.UNCHECKED: "flueben taget af",
    Kind.PROFILED: "oplysninger indlæst",
}


def names(waves: Waves) -> Mapping[str, str]:
    """Give the names of departments, by id."""
    return {one.id: one.name or one.id for one in waves.post.departments}


def day(on: date | datetime) -> str:
    """Give a day as it is read in Denmark: ``3. marts 2026``."""
    moment = on if isinstance(on, datetime) else datetime.combine(on, time(12), _HERE)
    return wording.when(moment).split(" kl. ")[0]


def month(of: Month) -> str:
    """Give a month as it is read in Denmark: ``oktober 2026``."""
    return day(of.first_day).partition(". ")[2]


def _listed(ids: Iterable[str], named: Mapping[str, str]) -> str:
    *first, last = (named.get(id_, id_) for id_ in ids)
    return f"{', '.join(first)} og {last}" if first else last


def _many(number: int, one: str, more: str) -> str:
    return f"{wording.number(number)} {one if number == 1 else more}"


# --- who comes first


def place(one: Place, named: Mapping[str, str]) -> Iterator[str]:
    """Tell a department's place, and why."""
    yield f"{one.rank:>3}. {named.get(one.department, one.department)}"
    yield f"     {reason(one)}"


# --- a wave


def headline(here: WaveProgress) -> str:
    """Tell in a line which wave it is, and how far."""
    begins = {
        State.PLANNED: f", begynder efter planen {day(here.begins)}",
        State.PREPARING: f", begynder {day(here.begins)}",
        State.PAUSED: "",
        State.ROLLED_BACK: "",
    }.get(here.state, f", begyndte {day(here.begins)}")
    return f"{on_one_line(here.wave.aim.title)} – {here.state.value}{begins}"


def wave(waves: Waves, it: Wave, findings: Findings | None = None) -> Iterator[str]:
    """Tell everything of a wave."""
    if it.is_damaged:
        yield f"{it.name} – bølgen er beskadiget i lageret og kan ikke læses"
        return
    here, named = waves.progress(it.name), names(waves)
    yield headline(here)
    yield f"    Ejer: {on_one_line(it.aim.owner)}"
    if it.aim.purpose:
        yield f"    Formål: {on_one_line(it.aim.purpose)}"
    yield f"    Slår til: {_brings(it.brings)}"
    yield from (f"    {line}" for line in _figures(here, named))
    yield from (f"        {one}" for one in here.sent.notes)
    yield "    Afdelinger:"
    yield from (f"        {_standing(one, named)}" for one in here.standings)
    if any(one.has_begun and one.began is None for one in here.standings):
        yield f"        {_DAYS}"
    yield "    Tjekliste:"
    everyone = frozenset(it.aim.departments)
    yield from (f"        {_item(one, named, everyone)}" for one in waves.checklist(it.name, findings))
    if it.notes:
        yield "    Erfaringer:"
        yield from (f"        {note(one)}" for one in it.notes)
    if it.skipped:
        yield f"    Erfaringerne er sprunget over: {on_one_line(it.skipped.why)}"


def _brings(what: Mapping[str, Any]) -> str:
    said = []
    for name, value in what.items():
        names_ = [str(one).removeprefix("+") for one in value] if isinstance(value, list | tuple) else [str(value)]
        said.append(f"{ {'plugins': 'plugins', 'channels': 'kanaler'}.get(name, name) } {', '.join(names_)}")
    return "; ".join(said)


def _standing(one: Standing, named: Mapping[str, str]) -> str:
    name = named.get(one.department, one.department)
    if one.month is None:
        return f"{name}: ikke begyndt"
    began = day(one.began) if one.began else f"i {month(one.month)}"
    if one.settled is None:
        return f"{name}: første brev {began}"
    if one.days is not None:
        routine = "samme dag" if one.days == 0 else f"efter {_many(one.days, 'dag', 'dage')}"
    else:
        routine = day(one.routine) if one.routine else f"senest i {month(one.settled)}"
    return f"{name}: første brev {began}, rutine {routine}"


def _item(one: Item, named: Mapping[str, str], everyone: frozenset[str]) -> str:
    mark = f"[{'x' if one.is_done else ' '}] {one.key}: {on_one_line(one.text)}"
    if one.ticked:
        return f"{mark} (flueben sat af {on_one_line(one.ticked.by)} {day(one.ticked.at)})"
    if one.is_done:
        return mark
    whom = "alle" if everyone <= set(one.departments) else _listed(one.departments, named) if one.departments else ""
    about = f" Gælder {whom}." if whom and (one.note or whom != "alle") else ""
    unsure = f" Ikke oplyst for {_listed(one.unsure, named)}." if one.unsure else ""
    return f"{mark}{about}{unsure}"


def note(one: Note) -> str:
    """Tell an experience."""
    kind = one.kind.value
    by = f" ({on_one_line(one.by)})" if one.by else ""
    whose = f" af {on_one_line(one.solved_by)}" if one.solved_by else ""
    solved = f" – løst{whose}: {on_one_line(one.solved)}" if one.solved else ""
    return f"{one.number}. {kind.capitalize()}{by}: {on_one_line(one.text)}{solved}{_verdict(one)}"


def _verdict(one: Note) -> str:
    if one.kind is not NoteKind.TIP:
        return ""
    if one.verdict is None:
        return " – venter på at blive taget med på tjeklisten"
    return " – taget med på tjeklisten" if one.verdict.is_taken else f" – ikke relevant: {on_one_line(one.verdict.why)}"


def act(one: Act) -> str:
    """Tell what was done, by whom, when and why."""
    thing = one.what.get("item", "") if one.kind in (Kind.CHECKED, Kind.UNCHECKED) else ""
    about = f" ved {thing}" if thing else ""
    counts = f", gælder fra {wording.when(one.in_force)}" if one.in_force > one.at else ""
    said = "; ".join(filter(None, [on_one_line(one.by), on_one_line(one.why)]))
    return f"{wording.when(one.at)}: {_DONE[one.kind]}{about}{counts}{f' ({said})' if said else ''}"


# --- how far


def status(here: Progress, named: Mapping[str, str]) -> Iterator[str]:
    """Tell how far the organisation is."""
    on = f"{here.on or 'Ingen'} af {_many(here.departments, 'afdeling', 'afdelinger')} er med"
    yield (
        f"{on}. {here.begun or 'Ingen'} har sendt deres første brev, og {here.in_routine or 'ingen'} har fået rutine."
    )
    if here.letters is not None and here.sent.until is not None:
        sent = _many(here.letters, "brev", "breve")
        yield f"{sent} er sendt herfra til og med {month(here.sent.until)}.{_pace(here)}"
    if here.sent.apart:
        yield f"{_WITHOUT}."
    for one in here.waves:
        yield ""
        yield headline(one)
        yield from (f"    {line}" for line in _figures(one, named))


def _pace(here: Progress) -> str:
    if here.pace is None or here.sent.last is None:
        return ""
    now = f" I {month(here.sent.last)} var det {wording.number(here.pace)}"
    if here.share is None:
        return f"{now}."
    known = here.departments - len(here.missing)
    told = "" if not here.missing else f", som {known} af {here.departments} afdelinger har oplyst"
    return f"{now}: {share(here.share)} af de {wording.number(here.all_letters or 0)} breve{told}."


def _figures(here: WaveProgress, named: Mapping[str, str]) -> Iterator[str]:
    many = len(here.standings)
    if here.state in {State.PLANNED, State.PREPARING}:
        yield f"{_many(many, 'afdeling', 'afdelinger')}: {_listed((one.department for one in here.standings), named)}"
    else:
        yield _begun(here, named)
    yield from _letters(here)
    yield from _hopes(here, named)
    if here.wave.open_difficulties:
        yield f"{_many(len(here.wave.open_difficulties), 'uløst vanskelighed', 'uløste vanskeligheder')}"


def _begun(here: WaveProgress, named: Mapping[str, str]) -> str:
    many = len(here.standings)
    days = sorted(one.days for one in here.standings if one.days is not None)
    took = f" (typisk {_many(days[len(days) // 2], 'dag', 'dage')} efter det første brev)" if days else ""
    waiting = [one.department for one in here.standings if not one.has_begun]
    missing = f". Ikke begyndt: {_listed(waiting, named)}" if waiting and here.begun else ""
    begun = f"{here.begun or 'Ingen'} af {_many(many, 'afdeling', 'afdelinger')} er begyndt"
    return f"{begun}, {here.in_routine or 'ingen'} har fået rutine{took}{missing}"


def _letters(here: WaveProgress) -> Iterator[str]:
    if here.letters is not None and here.sent.until is not None:
        latest = "" if here.pace is None else f", {wording.number(here.pace)} i den måned"
        verdict = f" – {here.verdict}" if here.verdict else ""
        yield f"{_many(here.letters, 'brev', 'breve')} til og med {month(here.sent.until)}{latest}{verdict}"
        if here.sent.apart:
            yield f"{_WITHOUT}: dem viser »rollout show«"
    elif here.sent.apart:
        yield "Brevtallet vises kun sammen med andre afdelinger: dem viser »rollout show«"
    elif here.begun and here.is_counted:
        yield "Brevtallet kommer, når en måned er gjort op, og fem i en afdeling med forbrug slået til har brugt det"
    elif here.begun:
        yield "Der er intet brevtal: [plugins.forbrug] står ikke i indstillingerne"


def _hopes(here: WaveProgress, named: Mapping[str, str]) -> Iterator[str]:
    hopes = []
    if here.wave.aim.goal:
        hopes.append(f"mål {_many(here.wave.aim.goal, 'brev', 'breve')} om måneden")
    if here.forecast.letters is not None:
        missing = here.forecast.missing
        without = f" uden {_listed(missing, named)}, hvor tallene ikke er oplyst" if missing else ""
        hopes.append(f"prognose {wording.number(here.forecast.letters)}{without}")
    if hopes:
        told = ", ".join(hopes)
        yield f"{told[0].upper()}{told[1:]}"


def review(it: Review, named: Mapping[str, str]) -> Iterator[str]:
    """Tell what a half-way review looks at."""
    yield headline(it.progress)
    yield from (f"    {line}" for line in _figures(it.progress, named))
    if not it.is_due:
        yield "    Halvdelen af afdelingerne er ikke begyndt endnu"
    yield "    Erfaringer:" if it.notes else "    Der er ikke skrevet erfaringer endnu"
    yield from (f"        {note(one)}" for one in it.notes)
    if it.difficulties:
        yield "    Ikke løst endnu:"
        yield from (f"        {note(one)}" for one in it.difficulties)
