"""A letter that is held for two reasons, one after the other, and the undo window that begins when neither holds it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add it; what is held already waits for one thing alone."""
    op.add_column(
        "esdh_connect_dispatch", sa.Column("to_approve", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("esdh_connect_dispatch", sa.Column("undo", sa.BigInteger(), nullable=False, server_default="0"))
