"""The language somebody chose, in a dialog or on the pages."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "esdh_connect_web_language",
        sa.Column("who", sa.String(32), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.PrimaryKeyConstraint("who", name="pk_esdh_connect_web_language"),
    )
    op.create_index("ix_esdh_connect_web_language_at", "esdh_connect_web_language", ["at"])
