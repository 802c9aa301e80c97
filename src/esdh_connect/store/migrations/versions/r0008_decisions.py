"""Decisions about departments, kept for good."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_DECISION = "esdh_connect_decision"


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        _DECISION,
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.String(27), nullable=False),
        sa.Column("in_force", sa.String(27), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_esdh_connect_decision"),
    )
    op.create_index("ix_esdh_connect_decision_department", _DECISION, ["department"])
