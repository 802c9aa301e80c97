"""Gates count the failures in a row of their channel, and may be shut until it has answered a question."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_GATE = "esdh_connect_gate"


def upgrade() -> None:
    """Add it; nothing had failed as far as anybody knows."""
    op.add_column(_GATE, sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
    op.add_column(_GATE, sa.Column("asks", sa.Boolean(), nullable=False, server_default=sa.false()))
