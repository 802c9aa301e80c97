"""Which plugin a letter goes through, how long it took and why it failed, and who did what usage tells of."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_DISPATCH, _FACT, _USAGE = "esdh_connect_dispatch", "esdh_connect_fact", "esdh_connect_usage"


def upgrade() -> None:
    """Add it; of what was there nobody knows."""
    op.add_column(_DISPATCH, sa.Column("plugin", sa.String(), nullable=False, server_default=""))
    op.add_column(_FACT, sa.Column("actor", sa.LargeBinary(), nullable=True))
    its = sa.text("actor IS NOT NULL")
    op.create_index("ix_esdh_connect_fact_actor", _FACT, ["seq"], sqlite_where=its, postgresql_where=its)
    op.add_column(_USAGE, sa.Column("plugin", sa.String(), nullable=False, server_default=""))
    op.add_column(_USAGE, sa.Column("took", sa.BigInteger(), nullable=True))
    op.add_column(_USAGE, sa.Column("cause", sa.String(), nullable=False, server_default=""))
