"""Whether an outbox is one of training: those there are, are not."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the table, and say it."""
    purpose = op.create_table(
        "esdh_connect_purpose",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("training", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_esdh_connect_purpose"),
    )
    op.bulk_insert(purpose, [{"id": 1, "training": False}])
