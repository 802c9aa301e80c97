"""Visits, and who saw what, as they began."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "esdh_connect_web_visit",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("expires", sa.String(27), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_esdh_connect_web_visit"),
    )
    op.create_index("ix_esdh_connect_web_visit_expires", "esdh_connect_web_visit", ["expires"])
    op.create_table(
        "esdh_connect_web_seen",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("who", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_esdh_connect_web_seen"),
    )
    op.create_index("ix_esdh_connect_web_seen_at", "esdh_connect_web_seen", ["at"])
    op.create_index("ix_esdh_connect_web_seen_about", "esdh_connect_web_seen", ["about"])
