"""What people are called, as they came here last."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "esdh_connect_web_name",
        sa.Column("who", sa.String(32), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("who", name="pk_esdh_connect_web_name"),
    )
    op.create_index("ix_esdh_connect_web_name_at", "esdh_connect_web_name", ["at"])
