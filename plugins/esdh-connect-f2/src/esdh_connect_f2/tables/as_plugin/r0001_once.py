"""One-time addresses as they began."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "esdh_connect_f2_once",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("mark", "step", name="pk_esdh_connect_f2_once"),
    )
    op.create_index("ix_esdh_connect_f2_once_at", "esdh_connect_f2_once", ["at"])
