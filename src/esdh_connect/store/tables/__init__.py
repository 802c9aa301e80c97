"""
Tables of the outbox. All begin with ``esdh_connect_``, because they may lie in the host's own database.

What can name a person is ``LargeBinary`` and sealed; everything else is in clear, for those who must look without
the secret: ids, states, times and figures. Contents lie apart from the rows whose state changes, because SQLite
rewrites a row whole.
"""

from __future__ import annotations

from esdh_connect.store.tables.columns import METADATA
from esdh_connect.store.tables.letters import (
    ACT,
    ATTEMPT,
    DATA_KEY,
    DISPATCH,
    DISPATCH_DOCUMENT,
    DUTY,
    GATE,
    IS_OPEN,
    PAYLOAD,
    PURPOSE,
    RECEIPT,
    SCHEMA,
)
from esdh_connect.store.tables.told import (
    AUDIT,
    CONVERTED,
    DECISION,
    DOCUMENT_EVENT,
    FACT,
    POLICY,
    POSITION,
    PROPOSAL,
    SOURCE,
    SUBSCRIBER,
    USAGE,
)

__all__ = [
    "ACT",
    "ATTEMPT",
    "AUDIT",
    "CONVERTED",
    "DATA_KEY",
    "DECISION",
    "DISPATCH",
    "DISPATCH_DOCUMENT",
    "DOCUMENT_EVENT",
    "DUTY",
    "FACT",
    "GATE",
    "IS_OPEN",
    "METADATA",
    "PAYLOAD",
    "POLICY",
    "POSITION",
    "PROPOSAL",
    "PURPOSE",
    "RECEIPT",
    "SCHEMA",
    "SOURCE",
    "SUBSCRIBER",
    "USAGE",
]
