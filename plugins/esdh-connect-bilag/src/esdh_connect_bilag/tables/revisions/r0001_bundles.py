"""Shared bundles, and what is learnt of attachments, as they began."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "esdh_connect_bilag_version",
        sa.Column("seq", _LONG, nullable=False),
        sa.Column("bundle", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("in_force", sa.String(27), nullable=False),
        sa.Column("decided_at", sa.String(27), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_esdh_connect_bilag_version"),
        sa.UniqueConstraint("bundle", "number", name="uq_esdh_connect_bilag_version_bundle_number"),
    )
    op.create_table(
        "esdh_connect_bilag_letter",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("kle", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("pieces", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_esdh_connect_bilag_letter"),
    )
    op.create_index("ix_esdh_connect_bilag_letter_at", "esdh_connect_bilag_letter", ["at"])
    op.create_index("ix_esdh_connect_bilag_letter_department_at", "esdh_connect_bilag_letter", ["department", "at"])
    op.create_table(
        "esdh_connect_bilag_piece",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("last", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_esdh_connect_bilag_piece"),
    )
    op.create_index("ix_esdh_connect_bilag_piece_last", "esdh_connect_bilag_piece", ["last"])
    op.create_table(
        "esdh_connect_bilag_salt",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("month", name="pk_esdh_connect_bilag_salt"),
    )
    op.create_table(
        "esdh_connect_bilag_refusal",
        sa.Column("seq", _LONG, nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("kle", sa.String(), nullable=False),
        sa.Column("pieces", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_esdh_connect_bilag_refusal"),
    )
    op.create_index("ix_esdh_connect_bilag_refusal_department", "esdh_connect_bilag_refusal", ["department"])
