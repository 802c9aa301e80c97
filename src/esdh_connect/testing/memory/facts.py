"""Facts, who has heard them, and the policies that govern them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from threading import RLock

import attrs

from esdh_connect.events import Event, PolicyChanged, UsageRecorded
from esdh_connect.outbox import EXPORTS, Telling, UnknownDispatch
from esdh_connect.policy import Policy, PolicyChange, checked
from esdh_connect.usage import Usage, UsageKind, counts

__all__ = ["Facts"]


@attrs.define(eq=False)
class Facts:
    """The part of the outbox that tells. Positions count from 1, in the order facts were stored."""

    _lock: RLock = attrs.field(factory=RLock, init=False)
    _policies: dict[str, Policy] = attrs.field(factory=dict, init=False)
    _facts: dict[tuple[str, str], tuple[Event, str]] = attrs.field(factory=dict, init=False)
    _heard: dict[str, int] = attrs.field(factory=dict, init=False)
    _actors: dict[str, tuple[datetime, str]] = attrs.field(factory=dict, init=False)
    _decided: list[PolicyChange] = attrs.field(factory=list, init=False)
    _forgotten: set[str] = attrs.field(factory=set, init=False)
    _missed: list[datetime] = attrs.field(factory=list, init=False)

    def decisions(self, *, connection: object | None = None) -> int:
        """Tell how many decisions about departments are kept."""
        _refuse(connection)
        return len(self._decided)

    def decided(self, after: int = 0, *, connection: object | None = None) -> tuple[PolicyChange, ...]:
        """Give the decisions kept after so many."""
        _refuse(connection)
        return tuple(self._decided[after:])

    def decide(
        self,
        changes: Sequence[PolicyChange],
        facts: Sequence[tuple[PolicyChanged, Policy]],
        after: int,
        *,
        connection: object | None = None,
    ) -> bool:
        """Keep decisions and their facts."""
        _refuse(connection)
        with self._lock:
            if len(self._decided) != after:
                return False
            self._decided += [attrs.evolve(one, what=checked(one.what)) for one in changes]
            for event, policy in facts:
                self._policies.setdefault(policy.version, policy)
                self._store_facts([event], policy.version)
            return True

    def policy(self, version: str) -> Policy:
        """Give the policy of this version."""
        with self._lock:
            if version not in self._policies:
                raise LookupError(f"no policy {version!r}")
            return self._policies[version]

    def install(self, subscriber: str) -> None:
        """Let a subscriber hear from now on."""
        with self._lock:
            self._heard.setdefault(subscriber, len(self._facts))

    def unheard(self, subscriber: str, limit: int = 100) -> tuple[Telling, ...]:
        """Give the facts a subscriber has not heard."""
        with self._lock:
            start = self._position(subscriber)
            facts = tuple(islice(self._facts.values(), start, start + limit))
            return tuple(
                Telling(at, event, self._plugins_of(version), self._actor(event))
                for at, (event, version) in enumerate(facts, start + 1)
            )

    def heard(self, subscriber: str, position: int, *, missed: datetime | None = None) -> None:
        """Note how far a subscriber is."""
        with self._lock:
            if missed is not None and position > self._position(subscriber):
                self._missed.append(missed)
            self._heard[subscriber] = max(self._position(subscriber), position)
            for event, _ in islice(self._facts.values(), min(self._hearers(), default=0)):
                if isinstance(event, UsageRecorded):
                    self._actors.pop(event.id, None)

    def record(self, event: UsageRecorded, policy: Policy, actor: str | None = None) -> bool:
        """Store usage that no letter tells of."""
        with self._lock:
            is_fresh = (event.hook(), event.id) not in self._facts
            self._policies.setdefault(policy.version, policy)
            self._store_facts([event], policy.version, {event.id: actor} if actor else {})
            return is_fresh

    def forget_usage(self, until: datetime, limit: int = 1000) -> int:
        """Forget what was used: positions stay, so the facts stay with them, and count no more."""
        with self._lock:
            old = [
                event.id
                for event, _ in self._facts.values()
                if isinstance(event, UsageRecorded) and event.at <= until and event.id not in self._forgotten
            ]
            self._forgotten.update(old[:limit])
            return len(old[:limit])

    def erase_usage(self) -> int:
        """Erase all that was used. Positions are places in a row, and move up."""
        with self._lock:
            gone = [at for at, (event, _) in enumerate(self._facts.values()) if isinstance(event, UsageRecorded)]
            erased = [list(self._facts)[at] for at in gone]
            for name, position in self._heard.items():
                self._heard[name] = position - sum(at < position for at in gone)
            for key in erased:
                del self._facts[key]
                self._actors.pop(key[1], None)
            counted = sum(id_ not in self._forgotten for _, id_ in erased)
            self._forgotten.difference_update(id_ for _, id_ in erased)
            return counted

    def forget_actors(self, until: datetime) -> int:
        """Forget who did what."""
        with self._lock:
            gone = [id_ for id_, (at, _) in self._actors.items() if at <= until]
            for id_ in gone:
                del self._actors[id_]
            return len(gone)

    def usage(self, since: datetime, until: datetime) -> Counter[tuple[str, UsageKind, str]]:
        """Count the usage facts."""
        with self._lock:
            used: list[Usage] = [event.usage for event, _ in self._facts.values() if isinstance(event, UsageRecorded)]
            used = [one for one in used if str(one.id) not in self._forgotten]
        return counts(one for one in used if since <= one.at < until)

    def _hearers(self) -> list[int]:
        return [position for name, position in self._heard.items() if not name.startswith(EXPORTS)]

    def _actor(self, event: Event) -> str | None:
        return self._actors.get(event.id, (None, None))[1] if isinstance(event, UsageRecorded) else None

    def _store_facts(self, facts: Iterable[Event], policy_version: str, actors: Mapping[str, str] = {}) -> None:
        for event in facts:
            is_fresh = (event.hook(), event.id) not in self._facts
            if is_fresh and isinstance(event, UsageRecorded) and event.id in actors and self._hearers():
                self._actors[event.id] = (event.at, actors[event.id])
            self._facts.setdefault((event.hook(), event.id), (event, policy_version))

    def _plugins_of(self, version: str) -> frozenset[str]:
        policy = self._policies.get(version)
        return frozenset() if policy is None else policy.plugins

    def _position(self, subscriber: str) -> int:
        if subscriber not in self._heard:
            raise UnknownDispatch(f"no subscriber {subscriber!r}")
        return self._heard[subscriber]


def _refuse(connection: object | None) -> None:
    if connection is not None:
        raise ValueError("an outbox in memory has no part in the host's transaction")
