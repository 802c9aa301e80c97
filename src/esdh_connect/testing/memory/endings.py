"""The end of letters: erased, and what there is no audit log of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import attrs

from esdh_connect.converter import Converted
from esdh_connect.dispatch import TRANSITIONS, Cover, Dispatch, Entry, Request
from esdh_connect.errors import DamagedPayload
from esdh_connect.outbox import Checked, Head, Line, other_kind
from esdh_connect.seal import Seal
from esdh_connect.testing.memory.letters import Letters

__all__ = ["Endings", "NoTrail"]


class NoTrail:
    """An audit log of nothing: what lives and dies with its process proves nothing afterwards."""

    def verify(self, expect: Head | None = None) -> Checked:  # noqa: ARG002 - the protocol's word
        """Find nothing."""
        return Checked(Head(), 0, 0)

    def head(self) -> Head:
        """Give the beginning."""
        return Head()

    def of(self, dispatch: str) -> Sequence[Line]:  # noqa: ARG002
        """Give nothing."""
        return ()


@attrs.define(eq=False)
class Endings(Letters):
    """The part of the outbox that forgets."""

    _erased: set[str] = attrs.field(factory=set, init=False)
    _training: bool | None = attrs.field(default=None, init=False)
    _converted: dict[tuple[str, str], tuple[Converted, datetime]] = attrs.field(factory=dict, init=False)

    @property
    def audit(self) -> NoTrail:
        """Give the audit log."""
        return NoTrail()

    def link_audit(self, *, at_least: int = 1) -> int:  # noqa: ARG002
        """Do nothing."""
        return 0

    @property
    def file(self) -> Path | None:
        """There is none."""
        return None

    def is_exchanged(self, seal: Seal) -> bool:  # noqa: ARG002 - nothing is sealed in memory
        """There is nothing to exchange."""
        return True

    def exchange(self, seal: Seal, *, by: str) -> Iterator[int]:  # noqa: ARG002
        """There is nothing to exchange."""
        return iter(())

    def begin(self, *, training: bool) -> None:
        """Note whether it is one of training."""
        if self._training not in (None, training):
            raise other_kind(training=training)
        self._training = training

    def lasting(self, seal: Seal) -> Seal:
        """Give the seal."""
        return seal

    def erase(self, id: str, *, by: str = "", why: str = "") -> None:  # noqa: A002, ARG002
        """Erase what a dispatch that is over tells of people."""
        with self._lock:
            self._refuse_unfinished(self.entry(id))
            made_of = {one.sha256 for one in self._letters[id].draft.manifest.documents}
            self._converted = {name: kept for name, kept in self._converted.items() if name[0] not in made_of}
            self._erased.add(id)

    def erasable(self, until: datetime, limit: int = 100) -> tuple[str, ...]:
        """Give the dispatches that nobody has had anything to do with since ``until``."""
        owing = {duty.dispatch for duty in self._open_duties()} | self._erased
        over = self._having(lambda one: not (TRANSITIONS[one.work] or one.needs_person or one.id in owing))
        quiet = sorted((_last(one), one.id) for one in over)
        return tuple(id_ for at, id_ in quiet if at <= until)[:limit]

    def converted(self, original: str, how: str) -> Converted | None:
        """Give what was made of these bytes in this way."""
        with self._lock:
            made, _ = self._converted.get((original, how), (None, None))
            return made

    def keep_converted(self, original: str, how: str, made: Converted, now: datetime) -> Converted:
        """Keep what was made."""
        with self._lock:
            return self._converted.setdefault((original, how), (made, now))[0]

    def forget_converted(self, until: datetime) -> int:
        """Erase what was kept at ``until`` or before."""
        with self._lock:
            before = len(self._converted)
            self._converted = {name: kept for name, kept in self._converted.items() if kept[1] > until}
            return before - len(self._converted)

    def forget(self, until: datetime, limit: int = 100) -> int:
        """Forget what was kept beside letters and has done its work."""
        with self._lock:
            done = [id_ for id_, one in self._proposals.items() if id_ in self._closed and one.made_at <= until]
            known = {kept.entry.message_uuid for kept in self._letters.values()}
            nobodys = [name for name, one in self._unmatched.items() if one.at <= until and name[0] not in known]
            for id_ in done[:limit]:
                del self._proposals[id_]
            for name in nobodys[:limit]:
                del self._unmatched[name]
            return len(done[:limit]) + len(nobodys[:limit])

    def _refuse_unfinished(self, entry: Entry) -> None:
        if TRANSITIONS[entry.work] or entry.needs_person:
            raise ValueError(f"a dispatch that is {entry.work.value} is not over")
        if any(duty.dispatch == entry.id for duty in self._open_duties()):
            raise ValueError("a dispatch that is not journalized yet is not over")

    def _refuse_erased(self, id_: str) -> None:
        if id_ in self._erased:
            raise DamagedPayload(
                f"what dispatch {id_} carried was erased", danish="brevets indhold er slettet eller beskadiget"
            )

    def cover(self, id: str) -> Cover:  # noqa: A002
        """Give what the dispatch carries, without the contents."""
        self._refuse_erased(id)
        return super().cover(id)

    def dispatch(self, id: str) -> Dispatch:  # noqa: A002
        """Give the dispatch with its contents."""
        self._refuse_erased(id)
        return super().dispatch(id)

    def wish(self, id: str) -> Request | None:  # noqa: A002
        """Give the wish a held letter came from."""
        self._refuse_erased(id)
        return super().wish(id)


def _last(entry: Entry) -> datetime:
    """Give when something last happened to it, as far as it tells."""
    ends = [one.ended_at for one in entry.attempts if one.ended_at is not None]
    return max([entry.committed_at, *ends, *(one.at for one in entry.receipts), *(one.at for one in entry.acts)])
