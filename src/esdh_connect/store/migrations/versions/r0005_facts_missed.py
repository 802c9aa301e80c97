"""Subscribers missed facts that did not open any more, and letters are found by the one they came after."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_SUBSCRIBER = "esdh_connect_subscriber"


def upgrade() -> None:
    """Add it; nobody has missed anything as far as anybody knows."""
    op.add_column(_SUBSCRIBER, sa.Column("missed", sa.Integer(), nullable=False, server_default="0"))
    op.add_column(_SUBSCRIBER, sa.Column("missed_at", sa.String(27), nullable=True))
    op.create_index("ix_esdh_connect_dispatch_parent", "esdh_connect_dispatch", ["parent"])
