"""
Udbakke: the one place where truth about dispatches is kept, as a protocol.

The store implements it on SQLAlchemy, :mod:`esdh_connect.testing` in memory; ``OutboxSuite`` holds both to it.
An outbox keeps and finds; what a happening *does* to a dispatch is decided by the pure functions of
:mod:`esdh_connect.progress` and :mod:`esdh_connect.deeds`, handed in and run inside the outbox's own transaction. So
a change, the facts that tell of it and the duty it brings are stored together or not at all.
"""

from __future__ import annotations

from esdh_connect.facts import Change
from esdh_connect.outbox.figures import MISSED_FOR, UNASKED_FOR, Batch, Figures, Known
from esdh_connect.outbox.protocol import Outbox
from esdh_connect.outbox.searching import HOST_SILENT_AFTER, STUCK_AFTER, Found, Search
from esdh_connect.outbox.shelf import Shelf
from esdh_connect.outbox.trail import Checked, Fault, FaultKind, Head, Line, Trail
from esdh_connect.outbox.values import (
    EXPORTS,
    MAX_ASKED,
    NO_PACE,
    OPEN,
    OWN_GATES,
    Claim,
    Decide,
    DocumentState,
    Draft,
    Duty,
    Ended,
    Gate,
    KeyTaken,
    NotRung,
    Overtaken,
    Proposal,
    Ring,
    Telling,
    UnknownDispatch,
    check_change,
    other_kind,
    with_receipt,
)

__all__ = [
    "EXPORTS",
    "HOST_SILENT_AFTER",
    "MAX_ASKED",
    "MISSED_FOR",
    "NO_PACE",
    "OPEN",
    "OWN_GATES",
    "STUCK_AFTER",
    "UNASKED_FOR",
    "Batch",
    "Change",
    "Checked",
    "Claim",
    "Decide",
    "DocumentState",
    "Draft",
    "Duty",
    "Ended",
    "Fault",
    "FaultKind",
    "Figures",
    "Found",
    "Gate",
    "Head",
    "KeyTaken",
    "Known",
    "Line",
    "NotRung",
    "Outbox",
    "Overtaken",
    "Proposal",
    "Ring",
    "Search",
    "Shelf",
    "Telling",
    "Trail",
    "UnknownDispatch",
    "check_change",
    "other_kind",
    "with_receipt",
]
