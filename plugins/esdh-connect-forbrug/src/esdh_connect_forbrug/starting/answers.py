"""Svar, as they are kept: the reason in clear, everything that can name a person sealed."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import attrs

from esdh_connect.errors import DamagedPayload
from esdh_connect.outbox import Shelf
from esdh_connect_forbrug.starting.values import Answer, Hurdle, Reason, Step

__all__ = ["Answers"]

_SEALED = "forbrug:answer"
_MONTH = timedelta(days=31)
_DAMAGED = "(beskadiget)"


@attrs.frozen(eq=False)
class Answers:
    """The answers of one installation."""

    store: Shelf

    def add(self, answer: Answer, person: str = "") -> None:
        """Keep an answer; ``person`` is the digest of the user it is about, nothing where it is the department's."""
        from esdh_connect_forbrug.tables import starting

        row = {
            "department": answer.department,
            "person": person,
            "reason": answer.reason.value,
            "at": answer.at,
            "private": self.store.sealed(_SEALED, json.dumps(_private(answer))),
        }
        with self.store.transaction() as connection:
            starting.add_answer(connection, row)
            self.store.note(connection, "forbrug answer noted", answer.department, by=answer.by)

    def of(self, department: str, person: str = "") -> tuple[Answer, ...]:
        """Give the answers of a department, or of a user, the oldest first."""
        return tuple(one for its, one in self._all() if its == (department, person))

    def last(self) -> dict[tuple[str, str], Answer]:
        """Give the last answer of each department, and of each user, by (department, digest)."""
        return dict(self._all())

    def forget(self, months: int) -> int:
        """Erase answers older than that, but for the last of each; gives how many."""
        from esdh_connect_forbrug.tables import starting

        with self.store.transaction() as connection:
            return starting.forget_answers(connection, self.store.now() - months * _MONTH)

    def _all(self) -> list[tuple[tuple[str, str], Answer]]:
        from esdh_connect_forbrug.tables import starting

        with self.store.reading() as connection:
            rows = starting.answers(connection)
        return [((row["department"], row["person"]), self._answer(**row)) for row in rows]

    def _answer(self, *, department: str, reason: str, at: datetime, private: bytes, **_: object) -> Answer:
        try:
            said = json.loads(self.store.unsealed(_SEALED, private))
        except DamagedPayload:
            return Answer(department, Reason.OTHER, _DAMAGED, at, note=_DAMAGED)
        step = said["step"]
        return Answer(
            department,
            Reason(reason),
            said["by"],
            at,
            hurdle=Hurdle(said["hurdle"]) if said["hurdle"] else None,
            note=said["note"],
            step=Step(step["what"], step["owner"], date.fromisoformat(step["due"])) if step else None,
            until=date.fromisoformat(said["until"]) if said["until"] else None,
        )


def _private(answer: Answer) -> dict[str, object]:
    return {key: value for key, value in answer.plain.items() if key not in ("reason", "at")}
