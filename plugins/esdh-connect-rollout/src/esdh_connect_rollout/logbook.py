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
_TRIES = 10


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

    def heard(self, connection: Any, wave: str, kind: Kind) -> tuple[Act, ...]:  # noqa: ANN401
        """Give the acts of one kind of a wave, as a transaction sees them."""
        from esdh_connect_rollout.tables import acts

        return tuple(map(self._act, acts.heard(connection, wave, kind.value)))

    def write(self, decide: Callable[[Sequence[Act], Any], Act]) -> Act:
        """
        Write the act that ``decide`` makes of all there are, and of the connection of its transaction.

        What ``decide`` does with the connection is stored with the act, or not at all. It is asked again where another
        acted at the same time; what it raises comes out. Raises WaveRefused where others never stop.
        """
        for _ in range(_TRIES):
            try:
                with self.store.transaction() as connection:
                    return self.add(connection, decide(self.read(connection), connection))
            except _TakenError:
                continue
        raise WaveRefused("others act all the time", danish="andre gør noget ved bølgerne i dette øjeblik. Prøv igen")

    def add(self, connection: Any, act: Act) -> Act:  # noqa: ANN401
        """Add an act with the next number, and a line in the audit log."""
        from esdh_connect_rollout.tables import acts

        numbered = attrs.evolve(act, number=acts.last(connection) + 1)
        if not acts.add(connection, self._row(numbered)):
            raise _TakenError
        self.store.note(connection, f"rollout {act.kind.value}", act.wave, by=act.by, why=act.why)
        return numbered

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


class _TakenError(Exception):
    """Another took the number."""
