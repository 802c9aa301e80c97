"""What is counted day by day, who was active, and what is published of it, as they began."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "esdh_connect_forbrug_day",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("figure", sa.String(16), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "department", "figure", "name", name="pk_esdh_connect_forbrug_day"),
    )
    op.create_table(
        "esdh_connect_forbrug_counted",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_esdh_connect_forbrug_counted"),
    )
    op.create_index("ix_esdh_connect_forbrug_counted_day", "esdh_connect_forbrug_counted", ["day"])
    op.create_table(
        "esdh_connect_forbrug_month",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.Column("closed_at", sa.String(27), nullable=True),
        sa.Column("parents", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("month", name="pk_esdh_connect_forbrug_month"),
    )
    op.create_table(
        "esdh_connect_forbrug_active",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("who", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("month", "department", "who", name="pk_esdh_connect_forbrug_active"),
    )
    op.create_table(
        "esdh_connect_forbrug_shown",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("month", "department", name="pk_esdh_connect_forbrug_shown"),
    )
    op.create_table(
        "esdh_connect_forbrug_cell",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("departments", sa.String(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("month", "departments", name="pk_esdh_connect_forbrug_cell"),
    )
