"""Somebody's visits can be ended. Of those under way it is not known whose they are: they end by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_VISIT = "esdh_connect_web_visit"


def upgrade() -> None:
    """Add whose a visit is, as a digest."""
    op.add_column(_VISIT, sa.Column("who", sa.String(32), nullable=False, server_default=""))
    op.create_index("ix_esdh_connect_web_visit_who", _VISIT, ["who"])
