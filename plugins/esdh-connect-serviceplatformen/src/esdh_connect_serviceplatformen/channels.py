"""Kanalerne: Digital Post, Fysisk Post and NemSMS, all handed over through KombiPostAfsend."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import attrs

from esdh_connect.channel import ChannelHealth, Conduct, Limits
from esdh_connect.dispatch import Dispatch, Receipt
from esdh_connect.errors import PlanError, Rejected
from esdh_connect.model import Envelope, Recipient
from esdh_connect_serviceplatformen import rules, wire
from esdh_connect_serviceplatformen.outcome import Duplicates, receipt_of
from esdh_connect_serviceplatformen.service import Service
from esdh_connect_serviceplatformen.wire import kombi

__all__ = ["DigitalPost", "FysiskPost", "NemSms"]


@attrs.frozen(eq=False)
class _Kombi:
    """What the channels have in common: one service, which takes letters of all three kinds."""

    service: Service = attrs.field(repr=False)
    limits: Limits = attrs.field(repr=False)
    conduct: Conduct
    duplicates: Duplicates

    def ask(self) -> None:
        """Ask whether letters are taken now. Raises TemporaryFailure."""
        self.service.ask()

    def health(self) -> ChannelHealth:
        """Tell how long our certificate lasts."""
        return self.service.health()


@attrs.frozen(eq=False)
class DigitalPost(_Kombi):
    """Digital Post: a letter in the recipient's digital mailbox."""

    name: ClassVar = "digital_post"
    label: ClassVar = "Digital Post"

    kle_version: str

    def reaches(self, recipient: Recipient) -> bool:
        """Ask whether the recipient has a digital mailbox. Raises TemporaryFailure."""
        return self.service.knows("digitalpost", recipient.id)

    def problems(self, envelope: Envelope) -> Iterable[PlanError]:
        """Give what Digital Post would refuse."""
        return rules.digital_post(envelope, self.limits, self.service.now())

    def send(self, dispatch: Dispatch) -> Receipt:
        """Hand the letter over. Raises DeliveryError."""
        _refuse(rules.digital_post(dispatch.envelope, self.limits, dispatch.entry.committed_at))
        body = wire.request(kombi.DIGITAL_POST, wire.message(dispatch, self.kle_version))
        return _handed_over(self.service, self.duplicates, dispatch, body, self.name)


@attrs.frozen(eq=False)
class FysiskPost(_Kombi):
    """Fysisk Post: a letter on paper, by remote print. ``print_product`` is the print supplier's number for it."""

    name: ClassVar = "fysisk_post"
    label: ClassVar = "Fysisk Post"

    print_product: int

    def reaches(self, recipient: Recipient) -> bool:
        """Tell whether there is an address; nobody is asked."""
        return recipient.address is not None

    def problems(self, envelope: Envelope) -> Iterable[PlanError]:
        """Give what remote print would refuse."""
        return rules.fysisk_post(envelope, self.limits)

    def send(self, dispatch: Dispatch) -> Receipt:
        """Hand the letter over. Raises DeliveryError."""
        _refuse(rules.fysisk_post(dispatch.envelope, self.limits))
        body = wire.request(kombi.FYSISK_POST, wire.forsendelse(dispatch, self.print_product))
        return _handed_over(self.service, self.duplicates, dispatch, body, self.name)


@attrs.frozen(eq=False)
class NemSms(_Kombi):
    """NemSMS: a reminder of at most 150 characters, the ``reminder`` of the options; it carries no letter."""

    name: ClassVar = "nemsms"
    label: ClassVar = "NemSMS"

    def reaches(self, recipient: Recipient) -> bool:
        """Ask whether the recipient has signed up; another register than Digital Post's. Raises TemporaryFailure."""
        return self.service.knows("nemsms", recipient.id)

    def problems(self, envelope: Envelope) -> Iterable[PlanError]:
        """Give what would be refused."""
        return rules.nemsms(envelope, self.limits)

    def send(self, dispatch: Dispatch) -> Receipt:
        """Hand the reminder over. Raises DeliveryError."""
        _refuse(rules.nemsms(dispatch.envelope, self.limits))
        body = wire.request(kombi.NEMSMS, wire.short_message(dispatch))
        return _handed_over(self.service, self.duplicates, dispatch, body, self.name)


def _refuse(problems: Iterable[PlanError]) -> None:
    """Send nothing that planning, at the time of the commit, would have refused: the last look before the line."""
    for problem in problems:
        raise Rejected(f"not sent: {problem}", code="esdh_connect.content", danish=problem.danish)


def _handed_over(service: Service, duplicates: Duplicates, dispatch: Dispatch, body: wire.Body, name: str) -> Receipt:
    answer = service.hand_over(body, dispatch.transaction_id)
    return receipt_of(answer, dispatch, name, duplicates)
