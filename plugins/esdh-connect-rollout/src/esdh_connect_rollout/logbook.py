"""Logbog: the acts of an installation, read and written. Nothing in it is ever changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from esdh_connect.errors import DamagedPayload
from esdh_connect.outbox import Shelf
from esdh_connect_rollout.errors import WaveRefused
from esdh_connect_rollout.waves.acts import Act, Kind

__all__ = ["Logbook"]

_SEALED = "rollout:act"


@attrs.frozen(eq=False)
class Logbook:
    """Reads and writes acts. SQLAlchemy is imported with the first of them."""

    store: Shelf

    def acts(self) -> tuple[Act, ...]:
        """Give all acts, the first first."""
        with self.store.reading() as connection:
            return self.read(connection)

    def read(self, connection: Any) -> tuple[Act, ...]:  # noqa: ANN401 - SQLAlchemy's Connection
        """Give them as a transaction sees them."""
        from esdh_connect_rollout.tables import acts

        return tuple(map(self._act, acts.everything(connection)))

    def write(self, decide: Callable[[Sequence[Act], Any], Act]) -> Act:
        """
        Write the act that ``decide`` makes of all there are, and of the connection of its transaction.

        What ``decide`` does with the connection is stored with the act, or not at all; what it raises comes out. Those
        who act at the same time come one after the other. Raises WaveRefused where the very first was another's.
        """
        with self.store.transaction() as connection:
            known = self._alone(connection)
            made = attrs.evolve(decide(known, connection), number=len(known) + 1)
            self._add(connection, made)
        return made

    def hear(self, connection: Any, *heard: Act, unless: Callable[[Sequence[Act]], bool] = lambda _: False) -> None:  # noqa: ANN401
        """Add what nobody decided, in a transaction that goes on, ``unless`` what was done says that it is there."""
        known = self._alone(connection)
        if not unless(known):
            for number, act in enumerate(heard, start=len(known) + 1):
                self._add(connection, attrs.evolve(act, number=number))

    def _alone(self, connection: Any) -> tuple[Act, ...]:  # noqa: ANN401
        """Be the only one who acts, and give what was done."""
        from esdh_connect_rollout.tables import acts

        acts.alone(connection)
        return self.read(connection)

    def _add(self, connection: Any, act: Act) -> None:  # noqa: ANN401
        from esdh_connect_rollout.tables import acts

        if not acts.add(connection, self._row(act)):
            raise WaveRefused("another acted first", danish="en anden gjorde noget i samme øjeblik. Prøv igen")
        self.store.note(connection, f"rollout {act.kind.value}", act.wave, by=act.by, why=act.why)

    # --- rows

    def _row(self, act: Act) -> dict[str, Any]:
        private = json.dumps({"by": act.by, "why": act.why, "what": act.what}, ensure_ascii=False)
        return {
            "number": act.number,
            "wave": act.wave,
            "kind": act.kind.value,
            "at": act.at,
            "in_force": act.in_force,
            "private": self.store.sealed(f"{_SEALED}:{act.number}", private),
        }

    def _act(self, row: Mapping[Any, Any]) -> Act:
        act = Act(row["number"], row["wave"], Kind(row["kind"]), row["at"], row["in_force"])
        try:
            private = json.loads(self.store.unsealed(f"{_SEALED}:{act.number}", row["private"]))
        except DamagedPayload:
            return act  # the others are as good as before, and its kind and its day still count
        return attrs.evolve(act, **private)
