"""Whether the host has refused to journalize a letter: of those there are, none was noted."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the column."""
    op.add_column("esdh_connect_duty", sa.Column("is_refused", sa.Boolean(), nullable=False, server_default=sa.false()))
