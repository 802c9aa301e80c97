"""A letter that is held for two reasons, the undo window that begins when neither holds it, and damaged lines."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_DISPATCH = "esdh_connect_dispatch"


def upgrade() -> None:
    """Add it; what is held already waits for one thing alone."""
    op.add_column(_DISPATCH, sa.Column("to_approve", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column(_DISPATCH, sa.Column("undo", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column(_DISPATCH, sa.Column("damaged", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        "ix_esdh_connect_dispatch_damaged",
        _DISPATCH,
        ["seq"],
        sqlite_where=sa.text("damaged = 1"),
        postgresql_where=sa.text("damaged"),
    )
