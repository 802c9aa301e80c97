"""The letters of a case that are not over, to be found without reading the others."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_OPEN = sa.text("(work NOT IN ('cancelled', 'closed') OR needs_person)")


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "ix_esdh_connect_dispatch_open",
        "esdh_connect_dispatch",
        ["case_id", "seq"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
