"""Et gennemløb: one reading of the list of a mailing, chunk by chunk; what it has counted is all it keeps."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

import attrs

from esdh_connect import fingerprint, progress
from esdh_connect.commitment import Commitment, Terms
from esdh_connect.dispatch import Deed, Entry, Hold, Lane, Override, Request, everywhere
from esdh_connect.errors import KeyReused, PlanError
from esdh_connect.mailing.overview import Chain, Problems, marks, repeated_key
from esdh_connect.mailing.repeats import Repeats
from esdh_connect.model import Party
from esdh_connect.outbox import Draft, KeyTaken, Known, Outbox
from esdh_connect.plan_cache import PlanCache
from esdh_connect.planning import RECENT, Planner
from esdh_connect.policy import Policy

__all__ = ["Run"]

#: Somebody else may commit the same keys at the same moment; then they are looked up again, this often.
_TRIES = 3


@attrs.frozen
class _Looked:
    """What one request came to: drafts to add, and for each letter its mark and its error."""

    policy: Policy
    drafts: tuple[Draft, ...] = ()
    marks: tuple[tuple[str, PlanError | None], ...] = ()
    known: int = 0
    ours: int = 0
    held: int = 0


@attrs.define
class Run:
    """
    Takes requests in. ``ours`` letters were in the batch before, ``known`` ones were committed at all.

    ``held`` of the list's wait for its release, and in ``overridden`` of the fresh ones a rule of the gate was.
    """

    outbox: Outbox
    planner: Planner
    commitment: Commitment
    policy_of: Callable[[str], Policy]
    batch: str
    by: str = attrs.field(repr=False)
    overrides: tuple[Override, ...] = attrs.field(default=(), repr=False)
    given: int = attrs.field(default=0, init=False)
    fresh: int = attrs.field(default=0, init=False)
    known: int = attrs.field(default=0, init=False)
    ours: int = attrs.field(default=0, init=False)
    held: int = attrs.field(default=0, init=False)
    overridden: Counter[str] = attrs.field(factory=Counter, init=False)
    problems: Problems = attrs.field(factory=Problems, init=False)
    chain: Chain = attrs.field(init=False)
    _number: int = attrs.field(default=0, init=False)
    _keys: Repeats = attrs.field(factory=Repeats, init=False)
    _cache: PlanCache = attrs.field(factory=partial(PlanCache, looks_back=False), init=False)
    _back: PlanCache = attrs.field(init=False)

    @_back.default
    def _of_this_mailing(self) -> PlanCache:
        return PlanCache(batch=self.batch)

    @chain.default
    def _empty(self) -> Chain:
        return Chain(self.planner.digest)

    def take(self, requests: Sequence[Request], now: datetime) -> None:
        """Commit what is missing of these, and count them all."""
        self._cache.look_again()
        self._back.look_again()
        keys = [self.planner.digest("key", request.key) for request in requests]
        wished = [(request, key, self._keys.add(key)) for request, key in zip(requests, keys, strict=True)]
        for tried in range(1, _TRIES + 1):
            looked = self._looked_at(wished, now)
            try:
                self._added(looked)
            except KeyTaken:
                if tried == _TRIES:
                    raise KeyReused(
                        "another process commits this mailing at this moment", danish="prøv igen om lidt"
                    ) from None
                continue
            break
        for one in looked:
            self._count(one)

    def _looked_at(self, wished: Sequence[tuple[Request, str, bool]], now: datetime) -> list[_Looked]:
        known: dict[str, dict[str, Known]] = defaultdict(dict)
        for (key, recipient), one in self.outbox.known({key for _, key, _ in wished}).items():
            known[key][recipient] = one
        terms = {department: self._terms(department, now) for department in {one.department for one, _, _ in wished}}
        looked = [
            _repeated(request, terms[request.department].policy)
            if came_before
            else self._look(request, known[key], terms[request.department], self._cache)
            for request, key, came_before in wished
        ]
        return self._looked_back(wished, looked, known, terms, now)

    def _looked_back(
        self,
        wished: Sequence[tuple[Request, str, bool]],
        looked: list[_Looked],
        known: Mapping[str, Mapping[str, Known]],
        terms: Mapping[str, Terms],
        now: datetime,
    ) -> list[_Looked]:
        """Look at those anew of which an equal letter may have been sent lately: asked for all of them at once."""
        contents = {draft.content for one in looked for draft in one.drafts}
        sent = self.outbox.recent(contents, now - RECENT, batch=self.batch) if contents else frozenset()
        return [
            self._look(request, known[key], terms[request.department], self._back)
            if any(draft.content in sent for draft in one.drafts)
            else one
            for (request, key, _), one in zip(wished, looked, strict=True)
        ]

    def _terms(self, department: str, now: datetime) -> Terms:
        policy = self.policy_of(department)
        return Terms(policy, self.by, now, held_for=Hold.BATCH, batch=self.batch, lane=Lane.MAILING)

    def _look(self, request: Request, known: Mapping[str, Known], terms: Terms, cache: PlanCache) -> _Looked:
        """Plan what is not there yet. Plans are made before any transaction opens, and let go of one by one."""
        if any(not fingerprint.is_of(one.fingerprint, self.planner.digest, request) for one in known.values()):
            other = KeyReused("the key was used for another letter")
            return _Looked(terms.policy, marks=tuple(("", other) for _ in request.parties))
        names = {party: fingerprint.party_digest(self.planner.digest, party) for party in request.parties}
        there = {party: known[name] for party, name in names.items() if name in known}
        found: dict[Party, tuple[str, PlanError | None]] = {
            party: (one.fingerprint, None) for party, one in there.items()
        }
        drafts: tuple[Draft, ...] = ()
        missing = [party for party in request.parties if party not in there]
        if missing:
            said = everywhere(self.overrides, missing)
            plan = self.planner.plan(request, terms.policy, terms.now, missing, cache, overrides=said)
            drafts = self.commitment.drafts(plan, terms)
            found |= {row.party: (mark, row.error) for row, mark in marks(plan, self.planner.digest)}
        ours = [one for one in there.values() if one.batch == self.batch]
        marked, held = tuple(found[party] for party in request.parties), sum(one.held for one in ours)
        return _Looked(terms.policy, drafts, marked, len(there), len(ours), held)

    def _added(self, looked: Iterable[_Looked]) -> None:
        """Add the drafts: one transaction for each policy among them, which as a rule is one."""
        together: dict[str, list[_Looked]] = defaultdict(list)
        for one in looked:
            if one.drafts:
                together[one.policy.version].append(one)
        for some in together.values():
            drafts = [draft for one in some for draft in one.drafts]
            # Nobody is told of letters that wait for the count: they are when they are released.
            told = [progress.committed(one.entry) for one in drafts if one.entry.held_for is not Hold.BATCH]
            self.outbox.add(drafts, told, some[0].policy, ring=self.commitment.ring)

    def _count(self, one: _Looked) -> None:
        self._number += 1
        self.given += len(one.marks)
        self.known += one.known
        self.ours += one.ours
        self.held += one.held + sum(1 for draft in one.drafts if _waits(draft.entry))
        self.fresh += sum(1 for draft in one.drafts if draft.entry.beside is None)
        acts = [{act.concern for act in draft.entry.acts if act.deed is Deed.OVERRODE} for draft in one.drafts]
        self.overridden.update(rule for rules in acts for rule in rules)
        for mark, error in one.marks:
            self.chain.add(mark, error)
            if error is not None:
                self.problems.add(self._number, error)


def _repeated(request: Request, policy: Policy) -> _Looked:
    return _Looked(policy, marks=tuple(("", repeated_key()) for _ in request.parties))


def _waits(entry: Entry) -> bool:
    return entry.held_for is Hold.BATCH and entry.beside is None
