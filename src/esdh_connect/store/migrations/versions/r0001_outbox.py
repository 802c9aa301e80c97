"""The outbox as it began."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "esdh_connect_data_key",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name="pk_esdh_connect_data_key"),
    )
    op.create_table(
        "esdh_connect_dispatch",
        sa.Column("seq", _LONG, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("message_uuid", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("case_system", sa.String(), nullable=False),
        sa.Column("work", sa.String(32), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("due", sa.String(27), nullable=False),
        sa.Column("policy_version", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("committed_at", sa.String(27), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("beside", sa.String(), nullable=True),
        sa.Column("owes_journal", sa.Boolean(), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=True),
        sa.Column("stopped_because", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name="pk_esdh_connect_dispatch"),
        sa.UniqueConstraint("id", name="uq_esdh_connect_dispatch_id"),
        sa.UniqueConstraint("key", "recipient", name="uq_esdh_connect_dispatch_key_recipient"),
        sa.UniqueConstraint("message_uuid", name="uq_esdh_connect_dispatch_message_uuid"),
    )
    op.create_index("ix_esdh_connect_dispatch_beside", "esdh_connect_dispatch", ["beside"])
    op.create_index("ix_esdh_connect_dispatch_case_id_seq", "esdh_connect_dispatch", ["case_id", "seq"])
    op.create_index("ix_esdh_connect_dispatch_content", "esdh_connect_dispatch", ["content"])
    op.create_index("ix_esdh_connect_dispatch_department_seq", "esdh_connect_dispatch", ["department", "seq"])
    op.create_index(
        "ix_esdh_connect_dispatch_work_waits_due_seq", "esdh_connect_dispatch", ["work", "waits", "due", "seq"]
    )
    op.create_table(
        "esdh_connect_document_event",
        sa.Column("seq", _LONG, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("policy_version", sa.String(), nullable=False),
        sa.Column("treated", sa.Boolean(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_esdh_connect_document_event"),
        sa.UniqueConstraint("id", name="uq_esdh_connect_document_event_id"),
    )
    op.create_index("ix_esdh_connect_document_event_document", "esdh_connect_document_event", ["document"])
    op.create_index("ix_esdh_connect_document_event_treated_seq", "esdh_connect_document_event", ["treated", "seq"])
    op.create_table(
        "esdh_connect_fact",
        sa.Column("seq", _LONG, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("dispatch", sa.String(), nullable=True),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("policy_version", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_esdh_connect_fact"),
        sa.UniqueConstraint("name", "id", name="uq_esdh_connect_fact_name_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_esdh_connect_fact_dispatch", "esdh_connect_fact", ["dispatch"])
    op.create_table(
        "esdh_connect_policy",
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_esdh_connect_policy"),
    )
    op.create_table(
        "esdh_connect_proposal",
        sa.Column("seq", _LONG, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name="pk_esdh_connect_proposal"),
        sa.UniqueConstraint("id", name="uq_esdh_connect_proposal_id"),
    )
    op.create_table(
        "esdh_connect_subscriber",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_esdh_connect_subscriber"),
    )
    op.create_table(
        "esdh_connect_usage",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_esdh_connect_usage"),
    )
    op.create_index("ix_esdh_connect_usage_at", "esdh_connect_usage", ["at"])
    op.create_table(
        "esdh_connect_attempt",
        sa.Column("dispatch", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("transaction_id", sa.String(), nullable=False),
        sa.Column("started_at", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.Column("outcome", sa.String(32), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["dispatch"], ["esdh_connect_dispatch.id"], name="fk_esdh_connect_attempt_dispatch"),
        sa.PrimaryKeyConstraint("dispatch", "number", name="pk_esdh_connect_attempt"),
    )
    op.create_table(
        "esdh_connect_dispatch_document",
        sa.Column("dispatch", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dispatch"], ["esdh_connect_dispatch.id"], name="fk_esdh_connect_dispatch_document_dispatch"
        ),
        sa.PrimaryKeyConstraint("dispatch", "position", name="pk_esdh_connect_dispatch_document"),
    )
    op.create_index("ix_esdh_connect_dispatch_document_document", "esdh_connect_dispatch_document", ["document"])
    op.create_table(
        "esdh_connect_duty",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("dispatch", sa.String(), nullable=False),
        sa.Column("due", sa.String(27), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["dispatch"], ["esdh_connect_dispatch.id"], name="fk_esdh_connect_duty_dispatch"),
        sa.PrimaryKeyConstraint("mark", name="pk_esdh_connect_duty"),
    )
    op.create_index("ix_esdh_connect_duty_done_due", "esdh_connect_duty", ["done", "due"])
    op.create_table(
        "esdh_connect_payload",
        sa.Column("id", _LONG, nullable=False),
        sa.Column("dispatch", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["dispatch"], ["esdh_connect_dispatch.id"], name="fk_esdh_connect_payload_dispatch"),
        sa.PrimaryKeyConstraint("id", name="pk_esdh_connect_payload"),
        sa.UniqueConstraint("dispatch", "part", "chunk", name="uq_esdh_connect_payload_dispatch_part_chunk"),
    )
    op.create_table(
        "esdh_connect_receipt",
        sa.Column("seq", _LONG, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("message_uuid", sa.String(), nullable=False),
        sa.Column("dispatch", sa.String(), nullable=True),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["dispatch"], ["esdh_connect_dispatch.id"], name="fk_esdh_connect_receipt_dispatch"),
        sa.PrimaryKeyConstraint("seq", name="pk_esdh_connect_receipt"),
        sa.UniqueConstraint("message_uuid", "id", name="uq_esdh_connect_receipt_message_uuid_id"),
    )
    op.create_index("ix_esdh_connect_receipt_dispatch", "esdh_connect_receipt", ["dispatch"])
