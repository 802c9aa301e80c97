"""Status and cause of each letter in its row, so that letters are found by them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_DISPATCH = "esdh_connect_dispatch"


def _any(table: str, such: str) -> str:
    its = f"t.dispatch = {_DISPATCH}.id"
    return f"EXISTS (SELECT 1 FROM esdh_connect_{table} t WHERE {its} AND {such})"  # noqa: S608 - words of ours


_REJECTED = _any("attempt", "t.outcome = 'rejected'")
_ARRIVED = _any("receipt", "t.event IN ('delivered', 'with_postal_service')")
_FAILED = _any("receipt", "t.event IN ('failed', 'recalled')")
_GOOD = _any("receipt", "t.event NOT IN ('failed', 'recalled', 'update', 'unknown')")
_OURS = "t.code LIKE 'esdh\\_connect.ours:%' ESCAPE '\\'"
_ACCEPTED, _CONFIRMED = _any("attempt", "t.outcome = 'accepted'"), _any("act", "t.deed = 'confirmed'")
_STATUS = f"""
CASE
  WHEN work = 'cancelled' THEN 'cancelled'
  WHEN {_FAILED} OR {_REJECTED} THEN 'failed'
  WHEN {_ARRIVED} THEN 'delivered'
  WHEN {_any("receipt", "t.event = 'sent'")} THEN 'sent'
  WHEN {_GOOD} OR {_ACCEPTED} OR {_CONFIRMED} THEN 'in_progress'
  WHEN {_any("attempt", "t.outcome = 'unknown'")} THEN 'unresolved'
  WHEN work IN ('set_aside', 'closed') THEN 'failed'
  WHEN work = 'sending' THEN 'in_progress'
  ELSE 'waiting'
END
"""
_TRIED = f"FROM esdh_connect_attempt t WHERE t.dispatch = {_DISPATCH}.id"
_LAST = f"(SELECT t.code {_TRIED} ORDER BY t.number DESC LIMIT 1)"
_CAUSE = f"""
CASE
  WHEN status = 'cancelled' THEN 'stopped_in_vain'
  WHEN status = 'unresolved' THEN 'no_answer'
  WHEN status <> 'failed' THEN 'no_receipt'
  WHEN {_ARRIVED} OR ({_REJECTED} AND {_GOOD}) THEN 'contradicted'
  WHEN {_any("attempt", _OURS)} OR {_any("receipt", _OURS)} THEN 'malformed'
  WHEN {_any("receipt", "t.event = 'failed'")} THEN 'not_delivered'
  WHEN {_any("receipt", "t.event NOT IN ('update', 'unknown')")} THEN 'recalled'
  WHEN NOT {_REJECTED} THEN 'gave_up'
  WHEN {_LAST} = 'esdh_connect.damaged' THEN 'damaged'
  ELSE 'refused'
END
"""


def upgrade() -> None:
    """Add both, and say of each letter what follows from what is known of it."""
    op.add_column(_DISPATCH, sa.Column("status", sa.String(32), nullable=False, server_default="waiting"))
    op.add_column(_DISPATCH, sa.Column("cause", sa.String(32), nullable=True))
    op.execute(sa.text(f"UPDATE {_DISPATCH} SET status = {_STATUS}"))  # noqa: S608
    op.execute(sa.text(f"UPDATE {_DISPATCH} SET cause = {_CAUSE} WHERE needs_person"))  # noqa: S608
    op.create_index(
        "ix_esdh_connect_dispatch_committed_at_seq_department_status",
        _DISPATCH,
        ["committed_at", "seq", "department", "status"],
    )
    known = sa.text("cause IS NOT NULL")
    op.create_index(
        "ix_esdh_connect_dispatch_cause",
        _DISPATCH,
        ["cause", "seq", "department"],
        sqlite_where=known,
        postgresql_where=known,
    )
