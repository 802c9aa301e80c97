"""Det nye brev: what would be made in the place of one that failed, as it is shown before anything is ordered."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import attrs
from starlette.responses import Response

from esdh_connect import wording
from esdh_connect.dispatch import Plan, Remedy, Row
from esdh_connect.errors import OutboxError, PlanError
from esdh_connect.model import Address, Circumstance, Recipient
from esdh_connect.policy import HERE
from esdh_connect_web.call import UNREADABLE, Call, Refused, whole
from esdh_connect_web.dialog.files import as_file
from esdh_connect_web.dialog.prices import estimate
from esdh_connect_web.failing.asking import Asked, chosen

__all__ = ["Replacement", "file", "place", "replacement", "was_shown"]


@attrs.frozen
class Replacement:
    """
    The new letter: to whom, where, by what, how much it is and costs, and how long it can be undone.

    ``error`` is what stops it and cannot be overridden; where there is one, the rest may be empty. ``doubts`` is what
    speaks against it and can be: all of it, in one text. What is ordered has the ``fingerprint`` of what was shown.
    """

    row: Row
    fingerprint: str
    channel: str
    on_paper: bool
    pages: int
    price: Decimal | None
    undo: timedelta
    approval: bool
    error: str
    doubts: str

    @property
    def name(self) -> str:
        """Give who gets it."""
        return self.row.recipient.name if self.row.recipient else ""

    @property
    def address(self) -> tuple[str, ...]:
        """Give what stands on the envelope, line by line; a protected address is shown to nobody."""
        to = self.row.recipient
        if to is None or to.address is None or self.is_protected or not self.on_paper:
            return ()
        return _lines(to.address)

    @property
    def is_protected(self) -> bool:
        """Tell whether the address is protected."""
        return self.row.recipient is not None and Circumstance.PROTECTED in self.row.recipient.circumstances


def replacement(call: Call, about: Asked) -> Replacement | None:
    """Look at it; None where none would be made, or nobody is chosen yet who is to have it."""
    plan = _plan(call, about)
    if plan is None:
        return None
    post, policy, row = call.post, call.post.policy(about.entry.department), plan.rows[0]
    channel = post.plugins.channels.get(row.channel)
    only_doubts = bool(row.open) and all(one.overridable for one in row.open)
    said = "" if row.error is None else wording.of(row.error)
    return Replacement(
        row=row,
        fingerprint=plan.fingerprint,
        channel=channel.label if channel else "",
        on_paper=channel is not None and channel.limits.on_paper,
        pages=row.manifest.extent.pages if row.manifest else 0,
        price=estimate(post, plan.rows, plan.made_at.astimezone(HERE).date()),
        undo=policy.undo,
        approval=policy.approval,
        error="" if only_doubts else said,
        doubts=" ".join(wording.concern(one) for one in row.open) if only_doubts else "",
    )


def place(to: Recipient) -> str:
    """Give where somebody lives, on one line; a protected address is shown to nobody."""
    if to.address is None or Circumstance.PROTECTED in to.circumstances:
        return ""
    return ", ".join(_lines(to.address))


def was_shown(call: Call, about: Asked) -> bool:
    """Tell whether somebody has seen the new letter, to the one who is chosen. Where there is none it is said why."""
    if about.remedy is Remedy.CHANGE_RECIPIENT and call.field("shown") != call.field("party"):
        return False
    return bool(call.field("fingerprint")) or replacement(call, about) is None


def file(call: Call, about: Asked) -> Response:
    """Give one file of it, the very bytes that would go. Raises Refused where there is none."""
    plan, at = _plan(call, about), whole(call.field("file"))
    envelope = plan.rows[0].envelope if plan else None
    if envelope is None or at is None or not 0 <= at < len(envelope.letter.files):
        raise Refused(400, UNREADABLE)
    return as_file(envelope.letter.files[at])


def _plan(call: Call, about: Asked) -> Plan | None:
    """Plan it; None where that cannot be: why is said when it is asked for."""
    if about.one is None or not about.one.name or not about.remedy.makes_a_letter:
        return None
    party = chosen(call, about) if about.remedy is Remedy.CHANGE_RECIPIENT else None
    if (about.remedy is Remedy.CHANGE_RECIPIENT) is (party is None):
        return None
    try:
        return call.post.replacement(about.entry.id, about.remedy, party=party)
    except (PlanError, OutboxError):
        return None


def _lines(address: Address) -> tuple[str, ...]:
    if address.lines:
        return address.lines
    street = f"{address.street} {address.number}".strip()
    home = f"{address.floor} {address.door}".strip()
    lines = (
        f"c/o {address.co}" if address.co else "",
        f"{street}, {home}" if home else street,
        f"{address.post_code} {address.city}".strip(),
        address.country if address.country != "DK" else "",
    )
    return tuple(filter(None, lines))
