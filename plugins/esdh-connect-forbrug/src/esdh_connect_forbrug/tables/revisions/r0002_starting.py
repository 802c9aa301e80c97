"""Who has not started, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "esdh_connect_forbrug_answer",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_esdh_connect_forbrug_answer"),
    )
    op.create_index("ix_esdh_connect_forbrug_answer_department", "esdh_connect_forbrug_answer", ["department"])
    op.create_table(
        "esdh_connect_forbrug_watch",
        sa.Column("id", sa.String(8), nullable=False),
        sa.Column("since", sa.String(27), nullable=False),
        sa.Column("told", sa.Date(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_esdh_connect_forbrug_watch"),
    )
    op.create_table(
        "esdh_connect_forbrug_starter",
        sa.Column("who", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("who", name="pk_esdh_connect_forbrug_starter"),
        sqlite_with_rowid=False,
    )
