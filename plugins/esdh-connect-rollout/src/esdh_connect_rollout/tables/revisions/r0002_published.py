"""Letters of waves are those the statistics publish, so it is kept no more who sent and which months are shown."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Drop the tables of senders."""
    for name in ("sender", "shown", "salt"):
        op.drop_table(f"esdh_connect_rollout_{name}")
