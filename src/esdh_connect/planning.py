"""
Plan: who gets what and how. Nothing happens here; documents are read, look-ups made, files laid together.

A plan never raises for a recipient: each row carries its error or none, and why each channel was taken or
skipped. What could not be found out is *unknown*, never *no*.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

import attrs

from esdh_connect import fingerprint
from esdh_connect.conversion import Conversion
from esdh_connect.dispatch import Dispatch, Manifest, Override, Plan, Remedy, Request
from esdh_connect.errors import PlanChanged, PlanError
from esdh_connect.gate import weighed
from esdh_connect.legal_clock import LegalClock
from esdh_connect.log import Log
from esdh_connect.model import PDF, Document, Envelope, Party, Sender, Source
from esdh_connect.outbox import Outbox
from esdh_connect.plan_cache import PlanCache
from esdh_connect.plugins import Asked, Plugins
from esdh_connect.policy import Policy
from esdh_connect.reading import source
from esdh_connect.reissue import Reissue, wish_of
from esdh_connect.rows import Rows
from esdh_connect.timing import timed
from esdh_connect.training import Training

__all__ = ["Planner"]

#: An identical letter within this time under another key is shown as a warning.
_RECENT = timedelta(hours=24)
#: No letter is kept longer for its value date: a year that was mistyped must not wait silently for decades. Ours, not
#: the provider's: how far ahead Digital Post takes a date is not public.
_FARTHEST = timedelta(days=366)
#: A deadline may be past, but no year is meant that lies farther away.
_IN_SIGHT = timedelta(days=3653)


@attrs.frozen
class Planner:
    """Makes plans for one installation."""

    plugins: Plugins
    outbox: Outbox
    digest: fingerprint.Digest
    sender: Sender | None
    log: Log = Log()
    clock: LegalClock = LegalClock()
    training: Training | None = None

    def plan(
        self,
        request: Request,
        policy: Policy,
        now: datetime,
        parties: Sequence[Party] | None = None,
        cache: PlanCache | None = None,
        *,
        overrides: Sequence[Override] = (),
    ) -> Plan:
        """Plan the letter for ``parties``, by default for everybody the request names."""
        cache = cache or PlanCache()
        asked = cache.shared.once("asked", policy, self.plugins.asked)
        cache.turn_to(request, policy.version)
        conversion = self._conversion(policy, now, cache)
        read = partial(self._source, asked, conversion)
        sources, problem = self._read(request.documents, read, cache)
        rows = Rows(
            request=request,
            policy=policy,
            plugins=self.plugins,
            asked=asked,
            sources=tuple(source for source in sources if source),
            sender=self.sender,
            is_recent=partial(self._is_recent, request.key, now) if cache.looks_back else _nobody_asks,
            conversion=conversion,
            log=self.log,
            training=self.training,
            cache=cache,
        )
        wanted = request.parties if parties is None else parties
        problem = problem or _too_far_ahead(request, now) or _out_of_sight(request, now)
        made = [row for party in wanted for row in rows.rows(party, problem)]
        return self._plan(Plan(request, tuple(made), "", policy.version, now), sources, policy, cache, overrides)

    def reissue(
        self,
        letter: Dispatch,
        remedy: Remedy,
        party: Party,
        policy: Policy,
        now: datetime,
        *,
        overrides: Sequence[Override] = (),
    ) -> Plan:
        """Plan a letter that was committed before once more, from what was stored of it."""
        request = wish_of(letter, party)
        rows = Reissue(
            request=request,
            policy=policy,
            plugins=self.plugins,
            asked=self.plugins.asked(policy),
            sources=(),
            sender=self.sender,
            is_recent=_nobody_asks,
            conversion=self._conversion(policy, now, PlanCache()),
            log=self.log,
            training=self.training,
            carried=letter,
            remedy=remedy,
        )
        made = rows.rows(party, self._stale(request.documents))
        nothing_read = [None] * len(request.documents)
        planned = Plan(request, tuple(made), "", policy.version, now)
        return self._plan(planned, nothing_read, policy, PlanCache(), overrides)

    def _plan(
        self,
        plan: Plan,
        sources: Sequence[Source | None],
        policy: Policy,
        cache: PlanCache,
        overrides: Sequence[Override],
    ) -> Plan:
        marked = attrs.evolve(plan, fingerprint=fingerprint.written(self.digest, plan, sources, cache.shared))
        told = timed(marked, self.plugins.channels, self.clock)
        reviewed = self._reviewed(told, cache.shared.once("asked", policy, self.plugins.asked), policy, overrides)
        return attrs.evolve(reviewed, fingerprint=fingerprint.with_concerns(self.digest, reviewed))

    def _conversion(self, policy: Policy, now: datetime, cache: PlanCache) -> Conversion:
        converters = cache.shared.once("converters", policy, self.plugins.converters_of)
        return Conversion(converters, self.outbox, now, self.log)

    @staticmethod
    def _source(asked: Asked, conversion: Conversion, document: Document) -> Source:
        return source(document, asked.read_document(document), mended=conversion.takes(PDF))

    def _is_recent(self, key: str, now: datetime, envelope: Envelope, manifest: Manifest) -> bool:
        content = self.content_digest(envelope, manifest)
        return self.outbox.identical(content, self.digest("key", key), now - _RECENT)

    def _stale(self, documents: Sequence[Document]) -> PlanError | None:
        cache = PlanCache()
        for document in documents:
            try:
                self._refuse_stale(document, cache)
            except PlanChanged as error:
                return error
        return None

    def content_digest(self, envelope: Envelope, manifest: Manifest) -> str:
        """Give what is equal for equal letters to the same recipient."""
        who = fingerprint.party_digest(self.digest, envelope.recipient.party)
        return self.digest("content", who, envelope.letter.title, *(one.sha256 for one in manifest.documents))

    def _read(
        self, documents: Sequence[Document], read: Callable[[Document], Source], cache: PlanCache
    ) -> tuple[tuple[Source | None, ...], PlanError | None]:
        sources: list[Source | None] = []
        problem: PlanError | None = None
        for document in documents:
            try:
                self._refuse_stale(document, cache)
                if document not in cache.sources:
                    cache.sources[document] = read(document)
                sources.append(cache.sources[document])
            except PlanError as error:
                sources.append(None)
                problem = problem or error
        return tuple(sources), problem

    def _refuse_stale(self, document: Document, cache: PlanCache) -> None:
        if document.id not in cache.states:
            cache.states[document.id] = self.outbox.document_state(document.id)
        state = cache.states[document.id]
        if state is None:
            return
        if state.withdrawn:
            raise PlanChanged(
                f"document {document.id} was withdrawn",
                changes=(document.id,),
                danish=f"dokumentet »{document.name}« er trukket tilbage",
            )
        if state.version != document.version:
            raise PlanChanged(
                f"document {document.id} is now in version {state.version}, not {document.version}",
                changes=(document.id,),
                danish=f"der er kommet en nyere version af dokumentet »{document.name}«. {_next_step(document)}",
            )

    def _reviewed(self, plan: Plan, asked: Asked, policy: Policy, overrides: Sequence[Override]) -> Plan:
        try:
            meant = plan if self.training is None else self.training.as_meant(plan)
            return weighed(plan, asked.review_plan(meant, policy), overrides)
        except PlanError as error:
            return _refused(plan, error)


def _refused(plan: Plan, error: PlanError) -> Plan:
    return attrs.evolve(plan, rows=tuple(attrs.evolve(row, error=row.error or error) for row in plan.rows))


def _next_step(document: Document) -> str:
    bundle, _, _ = document.bundle.partition("@")
    return f"Lav en ny version af bilagspakken {bundle}" if bundle else "Åbn den, og send igen"


def _too_far_ahead(request: Request, now: datetime) -> PlanError | None:
    """Refuse a value date that cannot be meant."""
    day = request.options.not_before
    if day is None or day <= (now + _FARTHEST).date():
        return None
    return PlanError(
        f"not_before is {day}, more than {_FARTHEST.days} days ahead",
        danish="den dag, brevet tidligst må leveres, ligger mere end et år ude i fremtiden. Ret datoen",
    )


def _out_of_sight(request: Request, now: datetime) -> PlanError | None:
    """Refuse a deadline that cannot be meant."""
    day = request.options.deadline
    if day is None or abs(day - now.date()) <= _IN_SIGHT:
        return None
    return PlanError(
        f"the deadline is {day}, more than {_IN_SIGHT.days} days away",
        danish="den dag, brevet senest skal være fremme, ligger mere end ti år fra i dag. Ret datoen",
    )


def _nobody_asks(envelope: Envelope, manifest: Manifest) -> bool:  # noqa: ARG001 - as _is_recent
    return False
