"""Stilling: what holds in a department, where each value comes from, and what an administrator can change there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import attrs

from esdh_connect.danish_numbers import typed_number
from esdh_connect.departments import decided_by, shown
from esdh_connect.errors import PolicyError
from esdh_connect.policy import ATTRIBUTES, VALUES, Origin, checked, label, plain
from esdh_connect_web.administration.tree import called
from esdh_connect_web.administration.values import in_a_field
from esdh_connect_web.call import Call
from esdh_connect_web.rendering import sentence
from esdh_connect_web.texts import N_

__all__ = ["FIELDS", "RULES_SAID", "Field", "Held", "changed", "complaint", "fields", "held"]

_OWN = ("name", "parent")
#: What attributes are called where English is read; in Danish they are called as the core has it.
_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "name": N_("Name"),
        "parent": N_("Department above"),
        "plugins": N_("Plugins"),
        "channels": N_("Channels"),
        "consolidate": N_("Lay attachments together in one PDF"),
        "approval": N_("Approval by a colleague"),
        "undo": N_("Time to undo, in minutes"),
        "gate": N_("Rules of the safety gate"),
        "active_from": N_("Active from and including"),
        "active_until": N_("Active until and including"),
        "sender.label": N_("Name of the sender"),
        "sender.contact_point": N_("Contact point"),
        "sender.return_address": N_("Return address"),
        "sender.replies": N_("Answers from the recipient"),
        "product": N_("Print product"),
        "cost_centre": N_("Cost centre"),
    }
)


#: The rules of the safety gate, as what each stops.
RULES_SAID: Mapping[str, str] = MappingProxyType(
    {
        "not_a_party": N_("the recipient is no party of the case"),
        "protected_address": N_("a protected address would be seen"),
        "dead": N_("the recipient is dead"),
        "emigrated": N_("the recipient has emigrated"),
        "under_15": N_("the recipient is under 15"),
        "unknown_address": N_("the address is missing or unknown"),
        "same_letter": N_("the same letter was ordered within a day"),
        "title_tells": N_("the title tells of somebody"),
        "name_mismatch": N_("the letter is addressed to somebody else"),
        "draft": N_("it is a draft"),
        "too_many_recipients": N_("there are more recipients than usual"),
    }
)


@attrs.frozen
class Held:
    """One value that holds: what it is called, what it is, and where it comes from."""

    name: str
    label: str
    value: str
    origin: Origin | None
    told: str

    @property
    def is_inherited(self) -> bool:
        """Tell whether it is a department above that says so."""
        return self.origin is not None and self.origin.inherited


def labelled(call: Call, name: str) -> str:
    """Give what an attribute is called."""
    known = _LABELS.get(name)
    return call.language.gettext(known) if known else label(name).capitalize()


def complaint(call: Call, error: str) -> tuple[str, str]:
    """Give which attribute a PolicyError is about, "" where it is none, and a sentence that names it."""
    name, _, told = error.partition(": ")
    full = "" if error.endswith((".", "?")) else "."
    if told and (name in ATTRIBUTES or name.startswith(VALUES)):
        return name, f"{labelled(call, name)}: {told}{full}"
    return "", f"{sentence(error)}{full}"


def held(call: Call, id_: str) -> tuple[Held, ...]:
    """Give all that holds in a department."""
    departments = call.post.departments
    words, origins = shown(departments.policy(id_), call.post.plugins), departments.origins(id_)
    names = (name for name in dict.fromkeys((*ATTRIBUTES, *words)) if name not in _OWN)
    return tuple(
        Held(
            name,
            labelled(call, name),
            _word(call, name, words.get(name, "")),
            origins.get(name),
            decided_by(_with_names(call, origins.get(name))),
        )
        for name in names
        if name in words or name in origins
    )


def _with_names(call: Call, origin: Origin | None) -> Origin | None:
    """Give where a value comes from with what the department and whoever decided it are called, in place of ids."""
    if origin is None:
        return None
    change = attrs.evolve(origin.change, by=call.who(origin.change.by))
    return attrs.evolve(origin, change=change, department=called(call.post.departments.get(origin.department)))


def _word(call: Call, name: str, word: str) -> str:
    if name in ("consolidate", "approval"):
        return word or "nej"
    if name == "undo" and word:
        return _minutes(call, typed_number(word))
    if name == "channels":
        found = call.post.plugins.channels
        return ", ".join(found[one].label if one in found else one for one in word.split(", ") if one)
    return word


def _minutes(call: Call, minutes: float) -> str:
    """Give a number of minutes; with seconds beside it where there is hardly one."""
    said, spoken = call.language.number(minutes), timedelta(minutes=minutes)
    return f"{said} ({call.language.duration(spoken)})" if 0 < minutes < 1 else said


# --- what can be changed on the page


@attrs.frozen
class Field:
    """A value that can be changed: ``kind`` is "choice", "replies", "minutes", "day" or "text"."""

    name: str
    kind: str


FIELDS = (
    Field("approval", "choice"),
    Field("undo", "minutes"),
    Field("consolidate", "choice"),
    Field("sender.label", "text"),
    Field("sender.replies", "replies"),
    Field("active_from", "day"),
    Field("active_until", "day"),
)


@attrs.frozen
class Shown:
    """A field as it is shown: ``own`` is what the department says itself, "" where nothing; ``now`` what holds."""

    field: Field
    label: str
    own: str
    now: str
    error: str = ""


def fields(
    call: Call, id_: str, written: Mapping[str, str] | None = None, wrong: Mapping[str, str] | None = None
) -> tuple[Shown, ...]:
    """Give the fields of a department; ``written`` is what somebody wrote there, and ``wrong`` what is not so good."""
    own, now = _own(call, id_), {one.name: one.value for one in held(call, id_)}
    return tuple(
        Shown(
            one,
            labelled(call, one.name),
            (written or own).get(one.name, ""),
            now.get(one.name, ""),
            (wrong or {}).get(one.name, ""),
        )
        for one in FIELDS
    )


def _own(call: Call, id_: str) -> dict[str, str]:
    """Give what a department says itself, as its form writes it."""
    table = call.post.departments.exported().get(id_, {})
    said = {**table, **{f"sender.{name}": one for name, one in table.get("sender", {}).items()}}
    return {one.name: in_a_field(said.get(one.name)) for one in FIELDS}


def changed(call: Call) -> dict[str, Any]:
    """
    Give what somebody has changed in the form: what was there when it was shown is not wanted again.

    Raises PolicyError, in Danish, for a value that cannot be.
    """
    pairs = ((one, call.field(one.name), call.field(f"was-{one.name}")) for one in FIELDS)
    what = {one.name: _read(one, text) for one, text, was in pairs if text != was}
    return plain(checked(what))


def _read(field: Field, text: str) -> object:
    if not text:
        return None
    if field.kind == "choice":
        return text == "yes"
    if field.kind != "minutes":
        return text
    try:
        return typed_number(text)
    except ValueError:
        raise PolicyError(
            f"{field.name}: a number of minutes is expected", danish=f"{field.name}: her skal stå et antal minutter"
        ) from None
