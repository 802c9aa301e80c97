"""Letters held for two reasons and their undo window, damaged lines, and events that plugins are asked about again."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_DISPATCH, _EVENT = "esdh_connect_dispatch", "esdh_connect_document_event"


def upgrade() -> None:
    """Add it; what is held already waits for one thing alone."""
    op.add_column(_DISPATCH, sa.Column("to_approve", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column(_DISPATCH, sa.Column("undo", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column(_DISPATCH, sa.Column("damaged", sa.Boolean(), nullable=False, server_default=sa.false()))
    _index("ix_esdh_connect_dispatch_damaged", _DISPATCH, "damaged = 1", "damaged")
    op.add_column(_EVENT, sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
    op.add_column(_EVENT, sa.Column("due", sa.String(27), nullable=True))
    _index("ix_esdh_connect_document_event_tried", _EVENT, "tries > 0", "tries > 0")


def _index(name: str, table: str, in_file: str, on_server: str) -> None:
    op.create_index(name, table, ["seq"], sqlite_where=sa.text(in_file), postgresql_where=sa.text(on_server))
