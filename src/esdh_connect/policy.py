"""
Afdelingspolitik: what a department may use, as facts.

A policy is folded from changes, each with who, when, from when and why; so what held on a given day, and what
will hold, are the same question. Nothing here reads a clock or a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

import attrs

__all__ = ["Department", "Policy", "PolicyChange", "fold", "lineage"]


def _names(names: Iterable[str]) -> frozenset[str]:
    return frozenset(names)


def _order(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(names)


@attrs.frozen
class Department:
    """Afdeling. ``id`` is the host's; ``parent`` the id of the department it inherits from."""

    id: str
    name: str = ""
    parent: str | None = None


@attrs.frozen
class Policy:
    """
    What holds for one department at one moment.

    ``plugins`` is an allow-list of plugin names; ``channels`` the channel names in order of preference;
    ``consolidate`` says that letter and bilag are laid together in one PDF wherever they can be; ``approval`` that a
    second person approves each letter (godkendelse) before it leaves.
    """

    department: Department
    plugins: frozenset[str] = attrs.field(default=frozenset(), converter=_names)
    channels: tuple[str, ...] = attrs.field(default=(), converter=_order)
    consolidate: bool = True
    approval: bool = False
    values: Mapping[str, Any] = attrs.field(factory=dict)

    def of(self, plugin: str) -> Any:  # noqa: ANN401 - a plugin's own frozen value; only the plugin knows its type
        """Give what this department has set for ``plugin``, or None."""
        return self.values.get(plugin)

    def most_files(self, channel: int) -> int:
        """Give how many files a letter may have, where the channel takes so many."""
        return min(1, channel) if self.consolidate else channel

    @cached_property
    def version(self) -> str:
        """Give a short digest of the content: equal policies have equal versions, in every process."""
        content = [
            self.department.id,
            sorted(self.plugins),
            list(self.channels),
            self.consolidate,
            self.approval,
            _plain(self.values),
        ]
        return sha256(json.dumps(content).encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:  # noqa: ANN401 - a plugin's own values are of all kinds
    """Give a value as JSON has it, the same in every process: ``repr`` has sets in any order, and leaves things out."""
    if attrs.has(type(value)):
        return [type(value).__qualname__, _plain(attrs.asdict(value, recurse=False))]
    if isinstance(value, Mapping):
        return sorted(([_plain(key), _plain(one)] for key, one in value.items()), key=json.dumps)
    if isinstance(value, AbstractSet):
        return sorted((_plain(one) for one in value), key=json.dumps)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, str | int | float) else repr(value)


@attrs.frozen
class PolicyChange:
    """
    One decision about one department. ``what`` maps attributes of :class:`Policy` to their new values.

    ``decided_at`` and ``in_force`` are aware times; a later decision about the same day wins.
    """

    department: Department
    what: Mapping[str, Any]
    by: str
    decided_at: datetime
    in_force: datetime
    why: str = ""


def lineage(departments: Iterable[Department], department: str) -> tuple[str, ...]:
    """Give the ids of a department and of those above it, the nearest first; each once, whatever their parents say."""
    parents = {one.id: one.parent for one in departments}
    found: dict[str, None] = {}
    above: str | None = department
    while above is not None and above not in found:
        found[above] = None
        above = parents.get(above)
    return tuple(found)


def fold(changes: Iterable[PolicyChange], department: Department, at: datetime) -> Policy:
    """
    Give the policy of ``department`` that is in force at the aware time ``at``.

    Changes to its parent come first, then its own; within each, by the day they took force and then by the
    order they were decided in. The order of ``changes`` itself does not matter.
    """
    known = sorted(
        (change for change in changes if change.in_force <= at),
        key=lambda change: (change.in_force, change.decided_at),
    )
    policy = Policy(department)
    for lineage in (department.parent, department.id):
        for change in known:
            if change.department.id == lineage:
                policy = attrs.evolve(policy, **change.what)
    return policy
