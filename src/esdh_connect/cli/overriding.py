"""``--override REGEL="hvorfor"``: what speaks against letters, how that is told, and what somebody says to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any

import click

from esdh_connect import wording
from esdh_connect.cli import talk
from esdh_connect.cli.exits import Exit, Stopped, did_you_mean
from esdh_connect.dispatch import Concern, Override, Plan, Row
from esdh_connect.errors import Objection, PlanError
from esdh_connect.ids import mask

__all__ = [
    "anyway",
    "anyway_seen",
    "concern_lines",
    "concerns_json",
    "idle",
    "is_told",
    "option",
    "overrides_of",
    "raised",
    "said_to",
    "seen_option",
    "unused",
]

#: So many signs tell two texts of one rule apart.
_CODE = 8

option = click.option(
    "--override", "override", metavar='REGEL="HVORFOR"', multiple=True,
    help="Send, selv om sikkerhedsportens REGEL standser det; begrundelsen gemmes med brevet. Kan skrives flere gange.",
)  # fmt: skip


seen_option = click.option(
    "--seen", metavar="KODE", default="",
    help="Det, der stod i vejen, da kommandoen blev prøvet før: så gælder --override kun for det.",
)  # fmt: skip


def overrides_of(typed: Iterable[str], *, nothing: str = "Der er ikke sendt noget") -> tuple[Override, ...]:
    """Read what was typed. Raises Stopped for what is no rule and a reason, and for a CPR number in one."""
    found: dict[str, Override] = {}
    for one in typed:
        rule, equals, why = (part.strip() for part in one.partition("="))
        if not equals:
            raise Stopped(Exit.USAGE, f'{nothing}: --override skrives som REGEL="hvorfor"')
        if rule in found:
            raise Stopped(Exit.USAGE, f"{nothing}: --override {rule} står der to gange")
        try:
            found[rule] = Override(rule, why)
        except ValueError:
            raise Stopped(Exit.USAGE, f"{nothing}: --override {mask(rule)}: {_WRONG}") from None
    return tuple(found.values())


_WRONG = (
    "en regel er små bogstaver og _ (planen viser dens navn), og begrundelsen er én linje, der kan læses, på højst 500 "
    "tegn, uden styretegn og uden noget, der ligner et CPR-nummer"
)


def idle(overrides: Iterable[Override], raised: Iterable[str]) -> Iterator[str]:
    """Tell of what was typed and overrides nothing: a rule with another name, or one that is content."""
    known = set(raised)
    for one in overrides:
        if one.concern not in known:
            yield f"Bemærk: --override {one.concern} tilsidesætter ikke noget{did_you_mean(one.concern, known)}"


def unused(overrides: Iterable[Override], used: Iterable[str]) -> Iterator[str]:
    """Tell of what was typed for letters that are ordered already: what was said to them then is what stays."""
    known = set(used)
    for one in overrides:
        if one.concern not in known:
            yield f"Bemærk: --override {one.concern} er ikke brugt: brevene er bestilt i forvejen"


def raised(plan: Plan) -> set[str]:
    """Give the ids of what speaks against any letter of a plan."""
    return {one.id for row in plan.rows for one in row.concerns}


def concern_lines(row: Row) -> Iterator[str]:
    """Tell what speaks against a letter, and what can be said to it."""
    for one in row.concerns:
        why = _why(one, row.overrides)
        if why is not None:
            told = f"{wording.concern(one)} Begrundelse: {mask(why)}"
            yield f"    Tilsidesat [{one.id}]: {talk.on_one_line(told)}"
        else:
            told = wording.concern(one)
            yield f"    Der er ikke sendt noget: {talk.on_one_line(f'{told[:1].lower()}{told[1:]}')} [{one.id}]"
    if row.open:
        yield f"    {_way_out(row.open)}"


def is_told(error: PlanError) -> bool:
    """Tell whether an error says no more than the concerns that are open."""
    return isinstance(error, Objection) and bool(error.concerns)


def _way_out(concerns: Sequence[Concern]) -> str:
    shut = [one.id for one in concerns if not one.overridable]
    if shut:
        return f"{', '.join(dict.fromkeys(shut))} kan ikke tilsidesættes."
    return anyway(dict.fromkeys(one.id for one in concerns)).lstrip()


def anyway(ids: Iterable[str]) -> str:
    """Say what to write so that a letter goes anyway; nothing where no concern stops it."""
    said = " ".join(f'--override {id_}="hvorfor"' for id_ in ids)
    return f" Skal det sendes alligevel: {said}" if said else ""


def code_of(told: Sequence[tuple[str, str]]) -> str:
    """Give a short code of what stands in the way, each with what it says: another text has another code."""
    return sha256(json.dumps(told).encode()).hexdigest()[:_CODE]


def said_to(told: Sequence[tuple[str, str]], typed: Iterable[Override], seen: str) -> tuple[Override, ...]:
    """Give what was typed, tied to what was read; nothing where something else stands in the way, or more."""
    why = {one.concern: one.why for one in typed}
    if seen != code_of(told) or not why.keys() >= {id_ for id_, _ in told}:
        return ()
    return tuple(Override(id_, why[id_], seen=text) for id_, text in told)


def anyway_seen(told: Sequence[tuple[str, str]], seen: str) -> str:
    """Say the same, with the code of what was read."""
    if not told:
        return ""
    code = code_of(told)
    changed = " Det er ikke det, der stod i vejen før." if seen not in ("", code) else ""
    return f"{changed}{anyway(dict.fromkeys(id_ for id_, _ in told))} --seen {code}"


def _why(concern: Concern, overrides: Iterable[Override]) -> str | None:
    return next((one.why for one in overrides if one.meets(concern)), None)


def concerns_json(row: Row) -> list[dict[str, Any]]:
    """Give them as JSON has them; ``overridden`` is the reason, null while a concern is open."""
    return [
        {
            "id": one.id,
            "text": mask(one.text),
            "advice": mask(one.advice),
            "overridable": one.overridable,
            "overridden": _why(one, row.overrides),
        }
        for one in row.concerns
    ]
