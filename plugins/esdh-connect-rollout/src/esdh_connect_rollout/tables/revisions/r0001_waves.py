"""Waves and what is counted of them, as they began."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables."""
    _acts()
    _counts()
    _senders()


def _acts() -> None:
    op.create_table(
        "esdh_connect_rollout_act",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("wave", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("in_force", sa.String(27), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_esdh_connect_rollout_act"),
    )
    op.create_index("ix_esdh_connect_rollout_act_wave_kind", "esdh_connect_rollout_act", ["wave", "kind"])


def _counts() -> None:
    op.create_table(
        "esdh_connect_rollout_day",
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("singles", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("department", "day", name="pk_esdh_connect_rollout_day"),
    )
    op.create_table(
        "esdh_connect_rollout_counted",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_esdh_connect_rollout_counted"),
    )
    op.create_index("ix_esdh_connect_rollout_counted_at", "esdh_connect_rollout_counted", ["at"])


def _senders() -> None:
    op.create_table(
        "esdh_connect_rollout_sender",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("wave", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("month", "wave", "sender", name="pk_esdh_connect_rollout_sender"),
    )
    op.create_table(
        "esdh_connect_rollout_shown",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("wave", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("month", "wave", name="pk_esdh_connect_rollout_shown"),
    )
    op.create_table(
        "esdh_connect_rollout_salt",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("month", name="pk_esdh_connect_rollout_salt"),
    )
