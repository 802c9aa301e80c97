"""Nothing is shown of a month that is running, so it is not remembered who saw it."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Drop the table of what was seen."""
    op.drop_table("esdh_connect_forbrug_shown")
