"""How a department's policy and the changes to it are shown, as lines and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from esdh_connect import wording
from esdh_connect.cli import talk
from esdh_connect.departments import Consequence, Department, Departments, Origin, PolicyChange, said
from esdh_connect.plugins import Plugins
from esdh_connect.policy import plain

__all__ = ["change_lines", "consequence_lines", "plain_change", "plain_policy"]


def plain_policy(departments: Departments, one: Department, at: datetime, *, origin: bool = False) -> dict[str, Any]:
    """Give what holds, as JSON has it."""
    policy = departments.policy(one.id, at)
    found = {
        "id": one.id,
        "name": one.name,
        "parent": one.parent,
        "active": policy.is_active(at),
        "plugins": sorted(policy.plugins),
        "channels": list(policy.channels),
        "consolidate": policy.consolidate,
        "approval": policy.approval,
        "undo": policy.undo.total_seconds() / 60,
        "gate": list(policy.gate),
        "active_from": policy.active_from,
        "active_until": policy.active_until,
        "sender": _sender(departments, one.id, at),
        "product": policy.product,
        "cost_centre": policy.cost_centre,
        "values": dict(policy.values),
    }
    if origin:
        found["origin"] = {name: _origin(it) for name, it in departments.origins(one.id, at).items()}
    return found


def _sender(departments: Departments, id_: str, at: datetime) -> dict[str, Any]:
    sender = departments.policy(id_, at).sender
    parts = {"contact_point": sender.contact_point, "return_address": sender.return_address}
    said = plain({f"sender.{name}": value for name, value in parts.items()})
    told = {name.removeprefix("sender."): value for name, value in said.items()}
    return {"label": sender.label, **told, "replies": sender.replies}


def _origin(origin: Origin) -> dict[str, Any]:
    return {"department": origin.department, "inherited": origin.inherited, "change": plain_change(origin.change)}


def plain_change(change: PolicyChange) -> dict[str, Any]:
    """Give a change, as JSON has it."""
    return {
        "department": change.department.id,
        "what": plain(change.what),
        "by": change.by,
        "decided_at": _moment(change.decided_at),
        "in_force": _moment(change.in_force),
        "why": change.why,
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def change_lines(change: PolicyChange, plugins: Plugins) -> Iterator[str]:
    """Tell of a change; ``plugins`` know what they call their values."""
    later = change.in_force > change.decided_at
    since = f", gælder fra {wording.when(change.in_force)}" if later else ""
    yield f"{wording.when(change.decided_at)}  {change.department.id}, af {_told(change)}{since}"
    yield from (f"    {name}: {talk.on_one_line(word)}" for name, word in said(change, plugins=plugins).items())


def _told(change: PolicyChange) -> str:
    return talk.on_one_line(f"{change.by}: {change.why}" if change.why else change.by)


def consequence_lines(told: tuple[Consequence, ...]) -> Iterator[str]:
    """Tell what changes will do, department by department."""
    before = None
    for one in told:
        if one.department != before:
            yield f"{one.department}:"
            before = one.department
        yield f"  {'Bemærk: ' if one.warns else ''}{one.text}"
