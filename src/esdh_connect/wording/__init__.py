"""
Ordlyd: what caseworkers and operators read, in Danish. Everything else in the library is English.

A text about an error or a letter begins with whether anything was sent, for that is the first question; then what
happened, who must act and what next. No text holds a CPR number, whatever was put into it.
"""

from __future__ import annotations

from esdh_connect.wording.choices import (
    cancelled_by,
    change,
    changed,
    for_whom,
    no_channel,
    reason,
    sent_back_by,
    training,
    unmarked,
)
from esdh_connect.wording.condition import (
    bell_away,
    bell_stalled,
    certificate_ends,
    channel_missing,
    damaged,
    disk_low,
    duties_stuck,
    duties_waiting,
    facts_missed,
    for_a_person,
    gate_shut,
    proposals_missing,
    receipts_overdue,
    receiver_away,
    source_away,
    stuck,
    subscriber_away,
    waiting,
)
from esdh_connect.wording.deadlines import complaint, timing
from esdh_connect.wording.failures import kind, of, of_no_letter
from esdh_connect.wording.figures import day, number, size, span, when
from esdh_connect.wording.gate import concern, rule, whereabouts
from esdh_connect.wording.late import too_late
from esdh_connect.wording.letters import explain, receipt, status, work
from esdh_connect.wording.logged import logged, outcome
from esdh_connect.wording.standing import standing
from esdh_connect.wording.stopping import stoppable
from esdh_connect.wording.system import system
from esdh_connect.wording.troubles import act, cause, deed, owner, remedy, sent_beside, sent_since, trouble

__all__ = [
    "act",
    "bell_away",
    "bell_stalled",
    "cancelled_by",
    "cause",
    "certificate_ends",
    "change",
    "changed",
    "channel_missing",
    "complaint",
    "concern",
    "damaged",
    "day",
    "deed",
    "disk_low",
    "duties_stuck",
    "duties_waiting",
    "explain",
    "facts_missed",
    "for_a_person",
    "for_whom",
    "gate_shut",
    "kind",
    "logged",
    "no_channel",
    "number",
    "of",
    "of_no_letter",
    "outcome",
    "owner",
    "proposals_missing",
    "reason",
    "receipt",
    "receipts_overdue",
    "receiver_away",
    "remedy",
    "rule",
    "sent_back_by",
    "sent_beside",
    "sent_since",
    "size",
    "source_away",
    "span",
    "standing",
    "status",
    "stoppable",
    "stuck",
    "subscriber_away",
    "system",
    "timing",
    "too_late",
    "training",
    "trouble",
    "unmarked",
    "waiting",
    "when",
    "whereabouts",
    "work",
]
