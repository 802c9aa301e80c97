"""
Plan: who gets what and how. Nothing happens here; documents are read, look-ups made, files laid together.

A plan never raises for a recipient: each row carries its error or none, and why each channel was taken or
skipped. What could not be found out is *unknown*, never *no*.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import attrs

from esdh_connect import fingerprint, pdf, wording
from esdh_connect.channel import Channel, ChecksContent
from esdh_connect.dispatch import Manifest, Plan, Reason, Request, Row
from esdh_connect.errors import (
    DeliveryError,
    NoChannel,
    NoRecipient,
    Objection,
    PlanChanged,
    PlanError,
    UnreadableDocument,
)
from esdh_connect.fit import Fitted, fit
from esdh_connect.log import Log
from esdh_connect.memo import Memo
from esdh_connect.model import PDF, Case, Document, Envelope, Letter, Party, Recipient, Sender, Source
from esdh_connect.outbox import Outbox
from esdh_connect.plugins import Asked, Plugins
from esdh_connect.policy import Policy

__all__ = ["Planner"]

#: An identical letter within this time under another key is shown as a warning.
_RECENT = timedelta(hours=24)


@attrs.frozen
class Planner:
    """Makes plans for one installation."""

    plugins: Plugins
    outbox: Outbox
    digest: fingerprint.Digest
    sender: Sender | None
    log: Log = Log()

    def plan(
        self,
        request: Request,
        policy: Policy,
        now: datetime,
        parties: Sequence[Party] | None = None,
        memo: Memo | None = None,
    ) -> Plan:
        """Plan the letter for ``parties``, by default for everybody the request names."""
        asked, memo = self.plugins.asked(policy), memo or Memo()
        memo.turn_to(request, policy.version)
        sources, problem = self._read(request.documents, asked, memo)
        work = _Work(self, request, policy, asked, tuple(source for source in sources if source), now, memo)
        rows = [row for party in (request.parties if parties is None else parties) for row in work.rows(party, problem)]
        marks = fingerprint.written(self.digest, request, sources, rows, policy.version)
        plan = Plan(request, tuple(rows), marks, policy.version, now)
        return attrs.evolve(plan, rows=self._reviewed(plan, asked, policy))

    def content_digest(self, envelope: Envelope, manifest: Manifest) -> str:
        """Give what is equal for equal letters to the same recipient."""
        who = fingerprint.party_digest(self.digest, envelope.recipient.party)
        return self.digest("content", who, envelope.letter.title, *(one.sha256 for one in manifest.documents))

    def _read(
        self, documents: Sequence[Document], asked: Asked, memo: Memo
    ) -> tuple[tuple[Source | None, ...], PlanError | None]:
        sources: list[Source | None] = []
        problem: PlanError | None = None
        for document in documents:
            try:
                self._refuse_stale(document, memo)
                if document not in memo.sources:
                    memo.sources[document] = _source(document, asked.read_document(document))
                sources.append(memo.sources[document])
            except PlanError as error:
                sources.append(None)
                problem = problem or error
        return tuple(sources), problem

    def _refuse_stale(self, document: Document, memo: Memo) -> None:
        if document.id not in memo.states:
            memo.states[document.id] = self.outbox.document_state(document.id)
        state = memo.states[document.id]
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
                danish=f"der er kommet en nyere version af dokumentet »{document.name}«. Åbn den, og send igen",
            )

    def _reviewed(self, plan: Plan, asked: Asked, policy: Policy) -> tuple[Row, ...]:
        try:
            objections = asked.review_plan(plan, policy)
        except PlanError as error:
            return tuple(attrs.evolve(row, error=row.error or error) for row in plan.rows)
        if not objections:
            return plan.rows
        objection = Objection(f"{len(objections)} objections to the plan", danish=". ".join(objections))
        return tuple(attrs.evolve(row, error=row.error or objection) for row in plan.rows)


def _source(document: Document, content: bytes | None) -> Source:
    if not content:
        raise UnreadableDocument(
            f"nobody could read document {document.id}",
            document=document.id,
            danish=f"dokumentet »{document.name}« kunne ikke læses"
            if content is None
            else f"dokumentet »{document.name}« er tomt",
        )
    if document.media_type != PDF:
        return Source(document, content)
    if not pdf.is_pdf(content):
        raise UnreadableDocument(
            f"document {document.id} is no PDF",
            document=document.id,
            danish=f"dokumentet »{document.name}« er ikke en PDF-fil, selv om det hedder det",
        )
    try:
        return Source(document, content, pdf.count_pages(content))
    except UnreadableDocument as error:
        raise UnreadableDocument(
            f"document {document.id}: {error}",
            document=document.id,
            danish=f"dokumentet »{document.name}« kan ikke bruges: {error.danish}",
        ) from error


@attrs.define
class _Work:
    """The planning of one request: what is the same for several recipients is done once."""

    planner: Planner
    request: Request
    policy: Policy
    asked: Asked
    sources: tuple[Source, ...]
    now: datetime
    memo: Memo

    def rows(self, party: Party, problem: PlanError | None) -> Sequence[Row]:
        """Give the letter's row, and the reminder's where it reaches somebody."""
        row = self._row(party, problem)
        texts = [one for one in self.planner.plugins.channels_of(self.policy) if not one.limits.max_files]
        if not self.request.options.reminder or row.recipient is None or row.error is not None:
            return (row,)
        if not texts:
            return (_without_reminder(row, "afdelingen har ingen kanal til påmindelser"),)
        channel = texts[0]
        reached = self._reaches(channel, row.recipient)
        reason = _reason(channel, reached, channel if reached else None)
        if not reached:
            told = attrs.evolve(row, reasons=(*row.reasons, reason))
            return (_without_reminder(told, reason.why[:1].lower() + reason.why[1:]),)
        return (row, self._reminder(row.party, row.recipient, channel, reason))

    def _row(self, party: Party, problem: PlanError | None) -> Row:
        row = Row(party)
        try:
            recipient = _resolved(self.asked, party, self.request.case)
            row = attrs.evolve(row, recipient=recipient)
            channel, reasons, error = self._choice(recipient)
            row = attrs.evolve(row, channel=channel.name if channel else "", reasons=reasons)
            for raised in (problem, error):
                if raised is not None:
                    raise raised
            return self._packed(row, recipient, channel) if channel else row
        except PlanError as error:
            return attrs.evolve(row, error=error)

    def _reaches(self, channel: Channel, recipient: Recipient) -> bool | None:
        try:
            return bool(channel.reaches(recipient))
        except DeliveryError as error:
            self.planner.log.warning("reach_unknown", channel=channel.name, error=str(error))
        except Exception as error:  # noqa: BLE001 - a channel that breaks its contract knows no more than another
            self.planner.log.error("channel_broke_its_contract", channel=channel.name, error=repr(error))
        return None

    def _problems(self, channel: Channel, envelope: Envelope) -> tuple[PlanError, ...]:
        if not isinstance(channel, ChecksContent):
            return ()
        try:
            return tuple(channel.problems(envelope))
        except Exception as error:
            self.planner.log.error("channel_broke_its_contract", channel=channel.name, error=repr(error))
            raise Objection(
                f"problems() of {channel.name} raised {type(error).__name__}",
                plugin=self.planner.plugins.owners.get(channel.name, ""),
                danish=f"{channel.label} kunne ikke se brevet efter. Spørg administratoren",
            ) from error

    def _choice(self, recipient: Recipient) -> tuple[Channel | None, tuple[Reason, ...], PlanError | None]:
        letters = [one for one in self.planner.plugins.channels_of(self.policy) if one.limits.max_files]
        answers = [(channel, self._reaches(channel, recipient)) for channel in letters]
        reaching = [channel for channel, reached in answers if reached]
        chosen = self.asked.choose_channel(recipient, reaching, self.policy) if reaching else None
        unknown = [channel for channel, reached in _before(answers, chosen) if reached is None]
        taken = None if unknown else chosen
        reasons = tuple(_reason(channel, reached, taken) for channel, reached in answers)
        if unknown:
            return (
                None,
                reasons,
                NoChannel(
                    f"{unknown[0].name} could not tell whether it reaches the recipient",
                    danish=f"det kunne ikke afgøres, om {unknown[0].label} når modtageren. Prøv igen om lidt",
                ),
            )
        if chosen is None:
            return None, reasons, NoChannel(danish=wording.no_channel([channel.label for channel in letters]))
        return chosen, reasons, None

    def _packed(self, row: Row, recipient: Recipient, channel: Channel) -> Row:
        fitted = self._fit(channel)
        envelope = self._envelope(recipient, fitted.letter)
        manifest = _manifest(self.sources, fitted.letter)
        problems = self._problems(channel, envelope)
        if problems:
            warnings = tuple(wording.of(problem) for problem in problems[1:])
            return attrs.evolve(row, error=problems[0], warnings=warnings)
        warnings = (*fitted.notes, *self._seen_before(envelope, manifest))
        return attrs.evolve(row, envelope=envelope, manifest=manifest, warnings=warnings)

    def _fit(self, channel: Channel) -> Fitted:
        if channel.name not in self.memo.fitted:
            self.memo.fitted[channel.name] = self._fitted_to(channel)
        fitted = self.memo.fitted[channel.name]
        if isinstance(fitted, PlanError):
            raise fitted
        return fitted

    def _fitted_to(self, channel: Channel) -> Fitted | PlanError:
        try:
            return fit(
                Letter.of(self.request.title, self.sources),
                channel.limits,
                wanted_files=1 if self.policy.consolidate else channel.limits.max_files,
                consolidate=lambda letter, limits: self.asked.consolidate_letter(letter, limits, self.policy),
            )
        except PlanError as error:
            return error

    def _envelope(self, recipient: Recipient, letter: Letter) -> Envelope:
        sender = self.request.sender or self.planner.sender
        if sender is None:
            raise NoChannel("neither the request nor the settings name a sender", danish="der er ingen afsender")
        return Envelope(self.request.case, sender, recipient, letter, self.request.options)

    def _seen_before(self, envelope: Envelope, manifest: Manifest) -> tuple[str, ...]:
        if not self.memo.looks_back:
            return ()
        content = self.planner.content_digest(envelope, manifest)
        key = self.planner.digest("key", self.request.key)
        seen = self.planner.outbox.identical(content, key, self.now - _RECENT)
        return ("et helt magen til brev er sendt til modtageren inden for det seneste døgn",) if seen else ()

    def _reminder(self, party: Party, recipient: Recipient, channel: Channel, reason: Reason) -> Row:
        row = Row(party, recipient, channel.name, reasons=(reason,), reminder=True)
        try:
            envelope = self._envelope(recipient, Letter(self.request.title, ()))
            for problem in self._problems(channel, envelope):
                raise problem
        except PlanError as error:
            return attrs.evolve(row, error=error)
        return attrs.evolve(row, envelope=envelope, manifest=Manifest((), ()))


def _without_reminder(row: Row, why: str) -> Row:
    return attrs.evolve(row, warnings=(*row.warnings, f"påmindelsen bliver ikke sendt: {why}"))


def _resolved(asked: Asked, party: Party, case: Case) -> Recipient:
    recipient = asked.resolve_recipient(party, case)
    if recipient is None:
        raise NoRecipient(danish="parten på sagen kunne ikke slås op som modtager")
    if recipient.party != party:
        raise NoRecipient(
            f"asked for party {party.id}, resolve_recipient answered with another",
            danish="opslaget gav en anden person end den, der skal have brevet",
        )
    return recipient


def _manifest(sources: Sequence[Source], letter: Letter) -> Manifest:
    try:
        return Manifest.of(sources, letter)
    except ValueError as error:
        raise Objection(
            f"the letter was put together wrongly: {error}", danish="bilagene blev lagt forkert sammen"
        ) from error


def _before(
    answers: Sequence[tuple[Channel, bool | None]], chosen: Channel | None
) -> Sequence[tuple[Channel, bool | None]]:
    """Give the answers that stand before the chosen channel in the policy's order: what it was preferred to."""
    names = [channel.name for channel, _ in answers]
    return answers[: names.index(chosen.name)] if chosen is not None and chosen.name in names else answers


def _reason(channel: Channel, reached: bool | None, chosen: Channel | None) -> Reason:  # noqa: FBT001 - three answers
    taken = None if reached is None else chosen is not None and chosen.name == channel.name
    return Reason(
        channel.name, taken, wording.reason(channel.label, reached=reached, chosen=chosen.label if chosen else "")
    )
