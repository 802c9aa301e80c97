"""
Forsendelse: from the wish to send to what its receipts say.

``Request`` (the wish) → ``Plan`` (who gets what and how, nothing has happened) → ``Dispatch`` (one letter, one
recipient, one channel) → ``Receipt`` s → ``Status``. *Work* is what the machine does next and is stored;
*status* is what people see and is computed from attempts and receipts alone, so late, repeated and reordered
receipts need no code.
"""

from __future__ import annotations

from esdh_connect.dispatch.concerns import Concern, Override, everywhere
from esdh_connect.dispatch.letters import Cover, Dispatch, Entry
from esdh_connect.dispatch.manifest import Extent, Manifest, ManifestDocument, ManifestFile
from esdh_connect.dispatch.plan import Looked, Plan, Reason, Request, Row
from esdh_connect.dispatch.remedies import (
    DAMAGED,
    MAYBE_THERE,
    NOT_THERE,
    Cause,
    Owner,
    Remedy,
    cause_of,
    counts,
    failure_of,
    owner_of,
    remedies_of,
)
from esdh_connect.dispatch.status import (
    FINAL,
    TRANSITIONS,
    Act,
    Attempt,
    Deed,
    Hold,
    Lane,
    Outcome,
    Receipt,
    ReceiptEvent,
    Standing,
    Status,
    Work,
    is_proof,
    ours,
    status_of,
)

__all__ = [
    "DAMAGED",
    "FINAL",
    "MAYBE_THERE",
    "NOT_THERE",
    "TRANSITIONS",
    "Act",
    "Attempt",
    "Cause",
    "Concern",
    "Cover",
    "Deed",
    "Dispatch",
    "Entry",
    "Extent",
    "Hold",
    "Lane",
    "Looked",
    "Manifest",
    "ManifestDocument",
    "ManifestFile",
    "Outcome",
    "Override",
    "Owner",
    "Plan",
    "Reason",
    "Receipt",
    "ReceiptEvent",
    "Remedy",
    "Request",
    "Row",
    "Standing",
    "Status",
    "Work",
    "cause_of",
    "counts",
    "everywhere",
    "failure_of",
    "is_proof",
    "ours",
    "owner_of",
    "remedies_of",
    "status_of",
]
