"""
Rækker: one recipient's line of a plan – who, by which channel, and the letter made to fit it.

Part of planning: nothing happens here. What is the same for several recipients is done once.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from esdh_connect import wording
from esdh_connect.channel import Channel, ChecksContent, Limits
from esdh_connect.conversion import Conversion
from esdh_connect.dispatch import Manifest, Reason, Request, Row
from esdh_connect.errors import DeliveryError, NoChannel, NoRecipient, Objection, PlanError
from esdh_connect.fit import fit
from esdh_connect.log import Log
from esdh_connect.model import Envelope, Letter, Party, Recipient, Sender, Source
from esdh_connect.plan_cache import Packed, PlanCache
from esdh_connect.plugins import Asked, Plugins
from esdh_connect.policy import Policy
from esdh_connect.training import Training

__all__ = ["Choice", "Rows"]

#: The channel that was taken or none, why, and what is wrong where none was.
Choice = tuple[Channel | None, tuple[Reason, ...], PlanError | None]
#: A channel, and whether it reaches the recipient; None where that could not be found out.
Answer = tuple[Channel, bool | None]


@attrs.define(kw_only=True)
class Rows:
    """The planning of one request."""

    request: Request
    policy: Policy
    plugins: Plugins
    asked: Asked
    sources: tuple[Source, ...]
    sender: Sender | None
    conversion: Conversion
    log: Log
    cache: PlanCache = attrs.field(factory=PlanCache)
    training: Training | None = None

    def rows(self, party: Party, problem: PlanError | None) -> Sequence[Row]:
        """Give the letter's row, and the reminder's where it reaches somebody."""
        row = self._row(party, problem)
        if not self.request.options.reminder or row.recipient is None or row.error is not None:
            return (row,)
        texts = [one for one in self._channels() if not one.limits.max_files]
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
            recipient, meant = self._instead(self._recipient(party))
            row = Row(party, recipient, meant=meant)
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
            self.log.warning("reach_unknown", channel=channel.name, error=str(error))
        except Exception as error:  # noqa: BLE001 - a channel that breaks its contract knows no more than another
            self.log.error("channel_broke_its_contract", channel=channel.name, error=repr(error))
        return None

    def _problems(self, channel: Channel, envelope: Envelope) -> tuple[PlanError, ...]:
        checking = self.cache.shared.once("checking", channel, _checking)
        if checking is None:
            return ()
        try:
            return tuple(checking.problems(envelope))
        except Exception as error:
            self.log.error("channel_broke_its_contract", channel=channel.name, error=repr(error))
            raise Objection(
                f"problems() of {channel.name} raised {type(error).__name__}",
                plugin=self.plugins.owners.get(channel.name, ""),
                danish=f"{channel.label} kunne ikke se brevet efter. Spørg administratoren",
            ) from error

    def _choice(self, recipient: Recipient) -> Choice:
        letters = self._letters()
        answers = [(channel, self._reaches(channel, recipient)) for channel in letters]
        reaching = [channel for channel, reached in answers if reached]
        chosen = self.asked.choose_channel(recipient, reaching, self.policy) if reaching else None
        unknown = [channel for channel, reached in _before(answers, chosen) if reached is None]
        taken = None if unknown else chosen
        reasons = self._reasons(answers, taken)
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

    def _reasons(self, answers: Sequence[Answer], taken: Channel | None) -> tuple[Reason, ...]:
        same = (*((channel.name, reached) for channel, reached in answers), taken and taken.name)
        if same not in self.cache.reasons:
            self.cache.reasons[same] = tuple(_reason(channel, reached, taken) for channel, reached in answers)
        return self.cache.reasons[same]

    def _packed(self, row: Row, recipient: Recipient, channel: Channel) -> Row:
        packed = self._pack(channel)
        envelope, manifest = self._envelope(recipient, packed.letter), packed.manifest
        problems = self._problems(channel, envelope)
        if problems:
            warnings = tuple(wording.of(problem) for problem in problems[1:])
            return attrs.evolve(row, error=problems[0], warnings=warnings)
        unmarked = () if self.training is None else self.training.unmarked(packed.letter)
        warnings = (*packed.notes, *_practised(row), *map(wording.unmarked, unmarked))
        return attrs.evolve(row, envelope=envelope, manifest=manifest, warnings=warnings)

    def _pack(self, channel: Channel) -> Packed:
        if channel.name not in self.cache.packed:
            self.cache.packed[channel.name] = self._newly_packed(channel)
        packed = self.cache.packed[channel.name]
        if isinstance(packed, PlanError):
            raise packed
        return packed

    def _newly_packed(self, channel: Channel) -> Packed | PlanError:
        limits = channel.limits
        try:
            letter = self.conversion.fitted(self._letter(), limits, self._most_files(limits))
            fitted = fit(letter, limits, consolidate=self._as_sent)
            return Packed(fitted.letter, self._checked_manifest(fitted.letter), fitted.notes)
        except PlanError as error:
            return error

    def _envelope(self, recipient: Recipient, letter: Letter) -> Envelope:
        wish, profile = self.request, self.policy.sender
        sender = wish.sender or (self.sender and profile.of(self.sender))
        if sender is None:
            raise NoChannel("neither the request nor the settings name a sender", danish="der er ingen afsender")
        return Envelope(wish.case, sender, recipient, letter, profile.ruled(wish.options), self.policy.printing)

    def _reminder(self, party: Party, recipient: Recipient, channel: Channel, reason: Reason) -> Row:
        row = Row(party, recipient, channel.name, reasons=(reason,), reminder=True)
        try:
            envelope = self._envelope(recipient, Letter(self.request.title, ()))
            for problem in self._problems(channel, envelope):
                raise problem
        except PlanError as error:
            return attrs.evolve(row, error=error)
        return attrs.evolve(row, envelope=envelope, manifest=Manifest((), ()))

    def _checked_manifest(self, letter: Letter) -> Manifest:
        try:
            return self._manifest(letter)
        except ValueError as error:
            raise Objection(
                f"the letter was put together wrongly: {error}", danish="bilagene blev lagt forkert sammen"
            ) from error

    def _instead(self, meant: Recipient) -> tuple[Recipient, Recipient | None]:
        """Give who gets the letter, and whom it was meant for where that is another."""
        if self.training is None:
            return meant, None
        person = self.training.instead_of(meant)
        return person, None if person == meant else meant

    def _as_sent(self, letter: Letter, limits: Limits) -> Letter | None:
        made = self._consolidated(letter, limits)
        return made if self.training is None else self.training.marked(made or letter)

    # --- what is planned from: another where a letter that was committed before goes again

    def _recipient(self, party: Party) -> Recipient:
        recipient = self.asked.resolve_recipient(party, self.request.case)
        if recipient is None:
            raise NoRecipient(danish="parten på sagen kunne ikke slås op som modtager")
        if recipient.party != party:
            raise NoRecipient(
                f"asked for party {party.id}, resolve_recipient answered with another",
                danish="opslaget gav en anden person end den, der skal have brevet",
            )
        return recipient

    def _letters(self) -> Sequence[Channel]:
        return [one for one in self._channels() if one.limits.max_files]

    def _channels(self) -> Sequence[Channel]:
        return self.cache.shared.once("channels", self.policy, self.plugins.channels_of)

    def _most_files(self, limits: Limits) -> int:
        return self.policy.most_files(limits.max_files)

    def _consolidated(self, letter: Letter, limits: Limits) -> Letter | None:
        return self.asked.consolidate_letter(letter, limits, self.policy)

    def _letter(self) -> Letter:
        return Letter.of(self.request.title, self.sources)

    def _manifest(self, letter: Letter) -> Manifest:
        return Manifest.of(self.sources, letter)


def _checking(channel: Channel) -> ChecksContent | None:
    return channel if isinstance(channel, ChecksContent) else None


def _practised(row: Row) -> tuple[str, ...]:
    if row.meant is None or row.recipient is None:
        return ()
    return (f"øvelse: brevet går til {row.recipient.name} i stedet for {row.meant.name or 'modtageren'}",)


def _without_reminder(row: Row, why: str) -> Row:
    return attrs.evolve(row, warnings=(*row.warnings, f"påmindelsen bliver ikke sendt: {why}"))


def _before(answers: Sequence[Answer], chosen: Channel | None) -> Sequence[Answer]:
    """Give the answers that stand before the chosen channel in the policy's order: what it was preferred to."""
    names = [channel.name for channel, _ in answers]
    return answers[: names.index(chosen.name)] if chosen is not None and chosen.name in names else answers


def _reason(channel: Channel, reached: bool | None, chosen: Channel | None) -> Reason:  # noqa: FBT001 - three answers
    taken = None if reached is None else chosen is not None and chosen.name == channel.name
    label, by = chosen.label if chosen else "", channel.limits.signed_up_for
    return Reason(channel.name, taken, wording.reason(channel.label, reached=reached, chosen=label, signed_up_for=by))
