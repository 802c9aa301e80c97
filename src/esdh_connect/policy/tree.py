"""Afdelingstræet: all decisions there are, and what holds in each department at any moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

import attrs

from esdh_connect.policy.attributes import VALUES, checked
from esdh_connect.policy.folding import Origin, Said, in_order, over, statement
from esdh_connect.policy.values import HERE, Department, Policy, PolicyChange, SenderProfile

__all__ = ["Tree", "begins", "fold", "lineage"]

_OWN = ("name", "parent")
_SENDER = "sender."


class Tree:
    """
    Decisions in the order they were stored, by department. It is a value: :meth:`more` gives another.

    A department has the name and parent it was introduced with, until a change says otherwise.
    """

    def __init__(self, changes: Iterable[PolicyChange] = ()) -> None:
        self.changes: tuple[PolicyChange, ...] = ()
        self._by: dict[str, list[PolicyChange]] = {}
        self._add(changes)

    def more(self, changes: Iterable[PolicyChange]) -> Tree:
        """Give the tree with these changes too. What is asked of this one stays as it is."""
        tree = Tree()
        tree.changes, tree._by = self.changes, dict(self._by)
        tree._add(changes)
        return tree

    def _add(self, changes: Iterable[PolicyChange]) -> None:
        fresh: dict[str, list[PolicyChange]] = defaultdict(list)
        added = tuple(attrs.evolve(change, what=checked(change.what)) for change in changes)
        for change in added:
            fresh[change.department.id].append(change)
        self.changes += added
        for id_, ones in fresh.items():
            self._by[id_] = in_order([*self._by.get(id_, ()), *ones])

    def __contains__(self, id: object) -> bool:  # noqa: A002 - the field's own word
        return id in self._by

    def __len__(self) -> int:
        return len(self._by)

    @property
    def ids(self) -> Collection[str]:
        """Give the ids of all departments."""
        return self._by.keys()

    def of(self, id: str) -> Sequence[PolicyChange]:  # noqa: A002 - the field's own word
        """Give what was decided about a department, as it counts."""
        return self._by.get(id, ())

    @cached_property
    def moments(self) -> list[datetime]:
        """Give the moments, in order, at which anything anywhere may begin or cease to hold."""
        return sorted({at for change in self.changes for at in begins(change)})

    def department(self, id: str, at: datetime) -> Department:  # noqa: A002
        """Give a department as it is at ``at``; one that nobody heard of by its id alone."""
        its = self._by.get(id)
        if its is None:
            return Department(id)
        said = statement(its, at)
        first = min(its, key=lambda change: change.decided_at).department
        own = {name: said[name].value for name in _OWN if name in said}
        moved = attrs.evolve(first, **own) if own else first
        return moved if moved.parent else attrs.evolve(moved, parent=None)

    def departments(self, at: datetime) -> tuple[Department, ...]:
        """Give all departments, in the order they were introduced."""
        return tuple(self.department(id_, at) for id_ in self._by)

    def lineage(self, id: str, at: datetime) -> tuple[str, ...]:  # noqa: A002
        """Give the ids of a department and of those above it, the nearest first; each once."""
        found: dict[str, None] = {}
        above: str | None = id
        while above and above not in found:
            found[above] = None
            above = self.department(above, at).parent
        return tuple(found)

    def said(self, id: str, at: datetime) -> dict[str, Said]:  # noqa: A002
        """Give what a department says itself."""
        return statement(self._by.get(id, ()), at)

    def policy(self, id: str, at: datetime) -> Policy:  # noqa: A002
        """Give what holds in a department; it has no plugins and no channels outside its dates."""
        return self._policy(self.department(id, at), self.lineage(id, at), at)

    def _policy(self, department: Department, lineage: Iterable[str], at: datetime) -> Policy:
        holds: dict[str, Any] = {}
        for above in reversed(tuple(lineage)):
            holds = over(holds, {name: one for name, one in self.said(above, at).items() if name not in _OWN})
        policy = Policy(department, **_together(holds))
        return policy if policy.is_active(at) else attrs.evolve(policy, plugins=(), channels=())

    def origins(self, id: str, at: datetime) -> dict[str, Origin]:  # noqa: A002
        """Give where each attribute of a department comes from that anybody said anything of."""
        found: dict[str, Origin] = {}
        for above in reversed(self.lineage(id, at)):
            for name, one in self.said(above, at).items():
                if name not in _OWN or above == id:
                    found[name] = Origin(one.changes[-1], above, above != id)
        return found


def _together(holds: Mapping[str, Any]) -> dict[str, Any]:
    """Put a policy's arguments together from attributes that stand by themselves."""
    sender = {name.removeprefix(_SENDER): one for name, one in holds.items() if name.startswith(_SENDER)}
    values = {name.removeprefix(VALUES): one for name, one in holds.items() if name.startswith(VALUES)}
    rest = {name: one for name, one in holds.items() if not name.startswith((_SENDER, VALUES))}
    return rest | ({"sender": SenderProfile(**sender)} if sender else {}) | ({"values": values} if values else {})


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), HERE)


def begins(change: PolicyChange) -> Iterator[datetime]:
    """Give the moments at which something begins or ceases to hold by a change."""
    yield change.in_force
    first, last = change.what.get("active_from"), change.what.get("active_until")
    if first:
        yield _midnight(first)
    if last and last < date.max:
        yield _midnight(last + timedelta(days=1))


def fold(changes: Iterable[PolicyChange], department: Department, at: datetime) -> Policy:
    """
    Give the policy of ``department`` that is in force at the aware time ``at``.

    Changes to those above it come first, the topmost at the very first, then its own; within each, by the day they
    took force and then by the order they were decided in. The order of ``changes`` itself does not matter.
    """
    tree = Tree(changes)
    known = tree.department(department.id, at) if department.id in tree else department
    above = tree.lineage(known.parent, at) if known.parent else ()
    return tree._policy(known, dict.fromkeys((known.id, *above)), at)  # noqa: SLF001 - a tree of our own


def lineage(departments: Iterable[Department], department: str) -> tuple[str, ...]:
    """Give the ids of a department and of those above it, the nearest first; each once, whatever their parents say."""
    parents = {one.id: one.parent for one in departments}
    found: dict[str, None] = {}
    above: str | None = department
    while above is not None and above not in found:
        found[above] = None
        above = parents.get(above)
    return tuple(found)
