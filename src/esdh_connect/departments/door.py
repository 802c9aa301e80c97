"""The door to departments: ``post.departments``."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import attrs

from esdh_connect.departments.checking import fitting, mentioned, refuse_broken
from esdh_connect.departments.file import catching_up, exported
from esdh_connect.departments.foresight import Consequence, Foresight
from esdh_connect.errors import PolicyError, UnknownDepartment
from esdh_connect.events import PolicyChanged
from esdh_connect.log import Log
from esdh_connect.outbox import Outbox
from esdh_connect.plugins import Plugins
from esdh_connect.policy import Department, Origin, Policy, PolicyChange, Tree, refuse_unfit

__all__ = ["Departments"]

#: So many policies are remembered; one that is not is folded again.
_REMEMBERED = 20_000
#: How often a change is thought through again because somebody else changed something meanwhile.
_TRIES = 10


@attrs.define(eq=False)
class _Known:
    """The tree as it was after so many decisions, and what was folded from it."""

    number: int
    tree: Tree
    _policies: dict[tuple[int, str], Policy] = attrs.field(factory=dict)
    _all: tuple[int, tuple[Department, ...]] = (-1, ())

    def policy(self, id_: str, at: datetime) -> Policy:
        """Fold it, or give what was folded: between two moments of the tree nothing changes."""
        key = self._between(at), id_
        found = self._policies.get(key)
        if found is None:
            if len(self._policies) >= _REMEMBERED:
                self._policies.clear()
            found = self._policies[key] = self.tree.policy(id_, at)
        return found

    def departments(self, at: datetime) -> tuple[Department, ...]:
        """Give all, as they are at this time."""
        between = self._between(at)
        if self._all[0] != between:
            self._all = between, self.tree.departments(at)
        return self._all[1]

    def _between(self, at: datetime) -> int:
        return bisect_right(self.tree.moments, at)


class Departments:
    """
    Afdelinger of an installation: iterate over them, ask for one, and change what holds in it.

    What another process has changed counts from the next question on. Safe to use from several threads.
    """

    def __init__(self, outbox: Outbox, plugins: Plugins, now: Callable[[], datetime], log: Log | None = None) -> None:
        self._outbox, self._plugins, self._now, self._log = outbox, plugins, now, log or Log()
        self._seen = _Known(0, Tree())

    def begin(self, changes: Iterable[PolicyChange]) -> None:
        """
        Take over what the settings say, where nothing was ever decided; later the file counts by its import alone.

        Says in the log where file and truth differ by now.
        """
        said, known = tuple(changes), self._known()
        if known.number:
            differing = catching_up(known.tree, said, by="", at=self._now())
            if differing:
                names = sorted({change.department.id for change in differing})
                self._log.warning("departments_differ_from_settings", departments=names)
        elif said:
            for one in said:
                refuse_unfit(one, is_new=True)
            refuse_broken(Tree(said), said)
            # Where another process begins at the same moment, it has the same file.
            self._outbox.decide([attrs.evolve(one, decided_at=self._now()) for one in said], (), 0)

    # --- which there are

    def __iter__(self) -> Iterator[Department]:
        """Give all, in the order they were set up."""
        return iter(self.all())

    def all(self, at: datetime | None = None) -> tuple[Department, ...]:
        """Give all, in the order they were set up, as they are now or ``at`` an aware time."""
        return self._known().departments(self._now() if at is None else at)

    def __len__(self) -> int:
        """Count them."""
        return len(self._known().tree)

    def __contains__(self, id: object) -> bool:  # noqa: A002 - the field's own word
        """Tell whether there is one of this id."""
        return id in self._known().tree

    def get(self, id: str, at: datetime | None = None) -> Department:  # noqa: A002
        """Give the department of this id. Raises UnknownDepartment."""
        tree = self._known().tree
        if id not in tree:
            raise UnknownDepartment(department=id)
        return tree.department(id, self._now() if at is None else at)

    def lineage(self, id: str, at: datetime | None = None) -> tuple[str, ...]:  # noqa: A002
        """Give its id and the ids of those above it, the nearest first."""
        return self._known().tree.lineage(id, self._now() if at is None else at)

    def children(self, id: str | None) -> tuple[Department, ...]:  # noqa: A002
        """Give those right below it; with None those that have nothing above them."""
        return tuple(one for one in self if one.parent == id)

    # --- what holds

    def policy(self, id: str, at: datetime | None = None) -> Policy:  # noqa: A002
        """Give what holds in a department now, or ``at`` an aware time. One that nobody set up has nothing."""
        return self._known().policy(id, self._now() if at is None else at)

    def origins(self, id: str, at: datetime | None = None) -> Mapping[str, Origin]:  # noqa: A002
        """Give where each value comes from, by attribute (``channels``, ``sender.label``, ``values.bilag``)."""
        return self._known().tree.origins(id, self._now() if at is None else at)

    def history(self, id: str | None = None) -> tuple[PolicyChange, ...]:  # noqa: A002
        """Give what was ever decided about a department, or about all of them, in the order it was decided."""
        return tuple(one for one in self._known().tree.changes if id is None or one.department.id == id)

    def exported(self, at: datetime | None = None) -> dict[str, dict[str, Any]]:
        """Give what each says itself, as plain data in the form of ``[departments]``."""
        return exported(self._known().tree, self._now() if at is None else at)

    @property
    def mentioned(self) -> frozenset[str]:
        """Give the plugins that any decision has spoken of, those that are gone among them."""
        return mentioned(self._known().tree.changes)

    # --- changing it

    def news(self, changes: Iterable[PolicyChange]) -> tuple[PolicyChange, ...]:
        """Give those after which a department says something else than it does, or than it is to say some day."""
        tree, found = self._known().tree, []
        for change in self._fitting(changes):
            after = tree.more([change])
            if change.department.id not in tree or _differ(tree, after, change):
                found.append(change)
                tree = after
        return tuple(found)

    def catching_up(
        self, said: Iterable[PolicyChange], *, by: str, at: datetime, why: str = ""
    ) -> tuple[PolicyChange, ...]:
        """Give the changes after which those that a file names are as it says; none where they are."""
        return catching_up(self._known().tree, said, by=by, at=at, why=why)

    def foresee(self, changes: Iterable[PolicyChange]) -> tuple[Consequence, ...]:
        """Tell in Danish what changes will do, before they are made. Raises what :meth:`change` does."""
        wanted, known = self._fitting(changes), self._known()
        refuse_broken(known.tree.more(wanted), wanted)
        return Foresight(self._plugins, self._now(), self._outbox.under_way()).told(known.tree, wanted)

    def supposing(self, changes: Iterable[PolicyChange]) -> Tree:
        """Give all departments as they would be if changes were made. Raises what :meth:`change` does."""
        wanted = self._fitting(changes)
        tree = self._known().tree.more(wanted)
        refuse_broken(tree, wanted)
        return tree

    def change(self, changes: Iterable[PolicyChange], *, connection: object | None = None) -> None:
        """
        Decide: all of it, or nothing. It counts from each change's ``in_force``; what is under way goes on as it was.

        ``policy_changed`` is told of each. With ``connection`` (a SQLAlchemy Connection of the host) it is written
        there, and the host's commit is when it is decided. Raises PolicyError where a department cannot be like that.
        """
        wanted = self._fitting(changes)
        if not wanted:
            return
        for _ in range(_TRIES):
            known = self._known() if connection is None else self._known_to(connection)
            tree = known.tree.more(wanted)
            refuse_broken(tree, wanted)
            facts = [self._fact(one, number, tree) for number, one in enumerate(wanted, known.number + 1)]
            if self._outbox.decide(wanted, facts, known.number, connection=connection):
                return
        raise PolicyError("others change departments all the time", danish="der er andre i gang. Prøv igen om lidt")

    def _fitting(self, changes: Iterable[PolicyChange]) -> tuple[PolicyChange, ...]:
        tree = self._known().tree
        return tuple(fitting(change, self._plugins, tree) for change in changes)

    def _fact(self, change: PolicyChange, number: int, tree: Tree) -> tuple[PolicyChanged, Policy]:
        about, now = change.department.id, self._now()
        fact = PolicyChanged(f"policy/{number}", now, about, tuple(change.what), change.in_force)
        return fact, tree.policy(about, now)

    # --- what is known

    def _known(self) -> _Known:
        """Give the tree as it is now: read anew only where more was decided."""
        seen = self._seen
        if self._outbox.decisions() != seen.number:
            fresh = self._outbox.decided(seen.number)
            self._seen = seen = _Known(seen.number + len(fresh), seen.tree.more(fresh))
        return seen

    def _known_to(self, connection: object) -> _Known:
        """Give it as the host's transaction sees it, which may be taken back: nobody else is to know."""
        seen = self._seen
        fresh = self._outbox.decided(seen.number, connection=connection)
        return _Known(seen.number + len(fresh), seen.tree.more(fresh))


def _differ(before: Tree, after: Tree, change: PolicyChange) -> bool:
    """Tell whether a department says something else after a change, on any day from which something counts."""
    id_, since = change.department.id, change.in_force
    moments = {since, *(one.in_force for one in before.of(id_) if one.in_force > since)}
    return any(_values(before, id_, at) != _values(after, id_, at) for at in moments)


def _values(tree: Tree, id_: str, at: datetime) -> dict[str, Any]:
    return {name: one.value for name, one in tree.said(id_, at).items()}
