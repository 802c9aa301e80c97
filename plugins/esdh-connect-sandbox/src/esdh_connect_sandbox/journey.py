"""A letter's way after it was taken: which receipts come, in which order, and when."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import attrs

from esdh_connect_sandbox.content import SHIPMENT, failure_of_message, failure_of_print, recipient
from esdh_connect_sandbox.faults import Fault
from esdh_connect_sandbox.moment import Clock
from esdh_connect_sandbox.poststatus import Notice, Status
from esdh_connect_sandbox.reading import Flaw, Letter
from esdh_connect_sandbox.register import Register

__all__ = ["Plan", "Route", "planned", "route"]

DIGITAL = (Status.TAKEN_DIGITAL, Status.DELIVERED_DIGITAL)
PRINT = (
    Status.TAKEN_PRINT,
    Status.READY,
    Status.PRINTING,
    Status.POSTED,
    Status.DELIVERED_PRINT,
)

_NOT_REGISTERED = Flaw("sandbox.recipient.not.registered", "the recipient is not registered")


@attrs.frozen
class Route:
    """The channel a letter takes, and why it fails there, if it does."""

    is_print: bool
    failure: Flaw | None

    @property
    def statuses(self) -> Sequence[Status]:
        """Give the receipts in order."""
        if self.failure:
            return (Status.FAILED,)
        return PRINT if self.is_print else DIGITAL


@attrs.frozen
class Plan:
    """Receipts to come: each ``times`` times, all of them ``late`` seconds later than usual."""

    notices: tuple[Notice, ...]
    times: int
    late: float
    before_answer: bool

    def dues(self, start: float, delay: float) -> list[tuple[float, str]]:
        """Give the time (seconds since 1970) of each, ``delay`` apart, with the receipt as text."""
        return [
            (start + self.late + delay * place, notice.dumps())
            for place, notice in enumerate(self.notices, 1)
            for _ in range(self.times)
        ]


def route(letter: Letter, register: Register, clock: Clock) -> Route:
    """
    Choose the channel, as Postkomponenten does for *Automatisk Valg*: digital where the recipient is registered.

    A message that is wrong fails even if its letter would go on paper: a developer wants to know.
    """
    code = letter.text("KombiValgKode")
    if code == "Fysisk Post":
        return Route(is_print=True, failure=failure_of_print(letter))
    failure = failure_of_message(letter, clock().date())
    if failure is None and not _is_reached(letter, register):
        if code == "Automatisk Valg":
            return Route(is_print=True, failure=failure_of_print(letter))
        failure = _NOT_REGISTERED
    return Route(is_print=False, failure=failure)


def _is_reached(letter: Letter, register: Register) -> bool:
    _, number = recipient(letter)
    return register.reaches("nemsms" if letter.text("KombiValgKode") == "NemSMS" else "digital_post", number)


def planned(letter: Letter, way: Route, cvr: str, transmission: str, fault: Fault | None) -> Plan:
    """Give a letter's receipts in the order they come, changed by a fault of the script if there is one."""
    kind = fault.kind if fault else ""
    if fault and kind == "failed":
        way = attrs.evolve(way, failure=Flaw(fault.code or "sandbox.failed", fault.text or "as the script says"))
    notices = [_notice(letter, way, status, cvr, transmission) for status in way.statuses]
    if kind == "corrupt":
        notices[0] = attrs.evolve(notices[0], damaged=True)
    elif kind == "unknown_code":
        notices[0] = attrs.evolve(notices[0], status=Status.UNKNOWN.name)
    elif kind == "reordered":
        notices.reverse()
    return Plan(
        () if kind == "dropped" else tuple(notices),
        times=fault.n if fault and kind == "repeated" else 1,
        late=fault.lasts(60.0) if fault and kind == "late" else 0.0,
        before_answer=kind == "before_answer",
    )


def _notice(letter: Letter, way: Route, status: Status, cvr: str, transmission: str) -> Notice:
    notice = Notice(
        message=str(uuid.uuid4()),
        status=status.name,
        transmission=transmission,
        cvr=cvr,
        code=way.failure.code if way.failure else "",
        text=way.failure.text if way.failure else "",
    )
    if way.is_print:
        return attrs.evolve(
            notice,
            shipment=letter.text(f"{SHIPMENT}/AfsendelseIdentifikator"),
            product=letter.text(f"{SHIPMENT}/ForsendelseTypeIdentifikator"),
        )
    header = "Message/MessageHeader"
    return attrs.evolve(
        notice,
        uuid=letter.text(f"{header}/messageUUID").lower(),
        message_id=letter.text(f"{header}/messageID"),
    )
