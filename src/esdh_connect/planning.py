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
from esdh_connect.dispatch import Dispatch, Entry, Looked, Manifest, Override, Plan, Remedy, Request, Row
from esdh_connect.errors import PlanChanged, PlanError
from esdh_connect.gate import Evidence, judged, remarked, weighed
from esdh_connect.legal_clock import LegalClock
from esdh_connect.log import Log
from esdh_connect.model import PDF, Document, Envelope, Party, Recipient, Sender, Source
from esdh_connect.outbox import Outbox
from esdh_connect.plan_cache import PlanCache
from esdh_connect.plugins import Asked, Plugins
from esdh_connect.policy import Policy
from esdh_connect.reading import source
from esdh_connect.reissue import Reissue, wish_of
from esdh_connect.rows import Rows
from esdh_connect.timing import timed
from esdh_connect.training import Training

__all__ = ["RECENT", "Planner"]

#: The same letter within this time under another key is a concern.
RECENT = timedelta(hours=24)
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
            conversion=conversion,
            log=self.log,
            training=self.training,
            cache=cache,
        )
        wanted = request.parties if parties is None else parties
        problem = problem or _too_far_ahead(request, now) or _out_of_sight(request, now)
        made = [row for party in wanted for row in rows.rows(party, problem)]
        planned = Plan(request, tuple(made), "", policy.version, now)
        return self._reviewed(self._marked(planned, sources, cache), policy, overrides, cache)

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
            conversion=self._conversion(policy, now, PlanCache()),
            log=self.log,
            training=self.training,
            carried=letter,
            remedy=remedy,
        )
        made = rows.rows(party, self._stale(request.documents))
        nothing_read = [None] * len(request.documents)
        planned = Plan(request, tuple(made), "", policy.version, now)
        cache, again = PlanCache(follows=letter.entry), remedy is not Remedy.CHANGE_RECIPIENT
        return self._reviewed(self._marked(planned, nothing_read, cache), policy, overrides, cache, again=again)

    def _marked(self, plan: Plan, sources: Sequence[Source | None], cache: PlanCache) -> Plan:
        marked = attrs.evolve(plan, fingerprint=fingerprint.written(self.digest, plan, sources, cache.shared))
        return timed(marked, self.plugins.channels, self.clock)

    def _reviewed(
        self, plan: Plan, policy: Policy, overrides: Sequence[Override], cache: PlanCache, *, again: bool = False
    ) -> Plan:
        """Ask what speaks against it: our own rules, then the plugins."""
        asked = cache.shared.once("asked", policy, self.plugins.asked)
        meant = plan if self.training is None else self.training.as_meant(plan)
        seen = self._evidence(meant, policy, asked, cache)
        try:
            raised = [*judged(seen, again=again), *asked.review_plan(meant, policy)]
        except PlanError as error:
            return _refused(plan, error)
        looked = _with_looks(weighed(remarked(plan, seen, again=again), raised, overrides), cache)
        return attrs.evolve(looked, fingerprint=fingerprint.with_concerns(self.digest, looked))

    def _evidence(self, plan: Plan, policy: Policy, asked: Asked, cache: PlanCache) -> Evidence:
        return Evidence(
            plan=plan,
            policy=policy,
            parties=partial(cache.parties_of, plan.request.case, asked.find_parties),
            everybody=partial(_everybody, plan, asked),
            before=partial(self._before, plan.request.key, plan.made_at, cache),
            on_paper=self._on_paper,
            shared=cache.shared,
        )

    def _on_paper(self, channel: str) -> bool:
        found = self.plugins.channels.get(channel)
        return found is not None and found.limits.on_paper

    def _conversion(self, policy: Policy, now: datetime, cache: PlanCache) -> Conversion:
        converters = cache.shared.once("converters", policy, self.plugins.converters_of)
        return Conversion(converters, self.outbox, now, self.log)

    @staticmethod
    def _source(asked: Asked, conversion: Conversion, document: Document) -> Source:
        return source(document, asked.read_document(document), mended=conversion.takes(PDF))

    def _before(self, key: str, now: datetime, cache: PlanCache, row: Row) -> Entry | None:
        if not cache.looks_back or row.envelope is None or row.manifest is None:
            return None
        content, first = self.content_digest(row.envelope, row.manifest), cache.follows
        since = min(now - RECENT, first.committed_at) if first else now - RECENT
        found = self.outbox.identical(content, self.digest("key", key), since, batch=cache.batch)
        cache.looked[row.party] = Looked(since, found.id if found else "")
        if found is None or (first and found.id == first.id):
            return None
        return attrs.evolve(found, committed_by=self._called(found.committed_by))

    def _called(self, id_: str) -> str:
        """Give what somebody is called. A host that cannot say keeps nobody from a letter."""
        try:
            known = self.plugins.find_colleague(id_) if id_ else None
        except PlanError as error:
            self.log.warning("name_unknown", error=repr(error))
            known = None
        return known.shown if known else id_

    def _stale(self, documents: Sequence[Document]) -> PlanError | None:
        cache = PlanCache()
        for document in documents:
            try:
                self._refuse_stale(document, cache)
            except PlanChanged as error:
                return error
        return None

    def content_digest(self, envelope: Envelope, manifest: Manifest) -> str:
        """
        Give what is equal for the same letter to the same recipient.

        The letter itself tells, as it was chosen: it is the same one under another title, and with other bilag.
        """
        who = fingerprint.party_digest(self.digest, envelope.recipient.party)
        return self.digest("content", who, *(one.sha256 for one in manifest.documents[:1]))

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


def _everybody(plan: Plan, asked: Asked) -> dict[Party, Recipient]:
    """Give all the recipients of a request, also where the plan is of some of them."""
    known = {row.party: row.recipient for row in plan.rows if row.recipient is not None}
    asked_for = {row.party for row in plan.rows}
    for party in plan.request.parties:
        if party not in asked_for:
            try:
                found = asked.resolve_recipient(party, plan.request.case)
            except PlanError:
                found = None  # it stands in that party's own row
            if found is not None:
                known[party] = found
    return known


def _with_looks(plan: Plan, cache: PlanCache) -> Plan:
    """Note beside each letter which equal ones were found, where they were looked for."""
    rows = (row if row.reminder else attrs.evolve(row, looked=cache.looked.get(row.party)) for row in plan.rows)
    return attrs.evolve(plan, rows=tuple(rows))


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
