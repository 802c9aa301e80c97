"""What documents were made into."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_TABLE = "esdh_connect_converted"


def upgrade() -> None:
    """Begin to keep it."""
    op.create_table(
        _TABLE,
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("original", sa.String(), nullable=False),
        sa.Column("kept_at", sa.String(27), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("findings", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_esdh_connect_converted"),
    )
    for column in ("original", "kept_at"):
        op.create_index(f"ix_esdh_connect_converted_{column}", _TABLE, [column])
