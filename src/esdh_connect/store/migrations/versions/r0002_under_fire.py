"""What people do to letters, gates, lanes, batches, shifts, the positions of facts, and the audit log."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_DISPATCH = "esdh_connect_dispatch"


def upgrade() -> None:
    """Add it all; what was there before was nobody's batch, and nobody had done anything to it."""
    _columns()
    _indexes()
    _acts_and_gates()
    _positions_of_facts()
    _audit()


def _columns() -> None:
    no, nothing = sa.false(), ""
    for column in (
        sa.Column("held_for", sa.String(32), nullable=True),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("batch", sa.String(), nullable=False, server_default=nothing),
        sa.Column("lane", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("settled", sa.Boolean(), nullable=False, server_default=no),
        sa.Column("needs_person", sa.Boolean(), nullable=False, server_default=no),
    ):
        op.add_column(_DISPATCH, column)
    op.execute(sa.text(f"UPDATE {_DISPATCH} SET needs_person = :yes WHERE work = 'set_aside'").bindparams(yes=True))  # noqa: S608
    op.add_column("esdh_connect_attempt", sa.Column("shift", sa.String(), nullable=False, server_default=nothing))
    op.add_column("esdh_connect_duty", sa.Column("begun", sa.Boolean(), nullable=False, server_default=no))
    op.add_column("esdh_connect_duty", sa.Column("is_unknown", sa.Boolean(), nullable=False, server_default=no))
    op.add_column("esdh_connect_duty", sa.Column("shift", sa.String(), nullable=False, server_default=nothing))


def _indexes() -> None:
    op.drop_index("ix_esdh_connect_dispatch_work_waits_due_seq", _DISPATCH)
    for columns in (
        ("work", "waits", "lane", "due", "seq"),
        ("work", "due"),
        ("held_for", "work", "due"),
        ("needs_person", "seq"),
        ("batch", "work", "seq"),
    ):
        op.create_index(f"ix_esdh_connect_dispatch_{'_'.join(columns)}", _DISPATCH, list(columns))


def _acts_and_gates() -> None:
    op.create_table(
        "esdh_connect_act",
        sa.Column("dispatch", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(32), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["dispatch"], ["esdh_connect_dispatch.id"], name="fk_esdh_connect_act_dispatch"),
        sa.PrimaryKeyConstraint("dispatch", "number", name="pk_esdh_connect_act"),
    )
    op.create_table(
        "esdh_connect_gate",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("shut_at", sa.String(27), nullable=False),
        sa.Column("opens_at", sa.String(27), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name="pk_esdh_connect_gate"),
    )


def _positions_of_facts() -> None:
    """Facts get their position when they are read; on a server alone, where it is not their sequence."""
    table = "esdh_connect_fact"
    op.add_column(table, sa.Column("position", sa.BigInteger(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.schema.CreateSequence(sa.Sequence("esdh_connect_fact_position")))
        op.execute(f"UPDATE {table} SET position = seq")  # noqa: S608 - a name of ours
        op.execute(f"SELECT setval('esdh_connect_fact_position', coalesce(max(seq), 0) + 1) FROM {table}")  # noqa: S608
        op.create_index("ix_esdh_connect_fact_position", table, ["position"], unique=True)
        op.create_index("ix_esdh_connect_fact_unnumbered", table, ["seq"], postgresql_where=sa.text("position IS NULL"))


def _audit() -> None:
    """Begin the log: of letters from before it has no line. What is over counts as over from today."""
    op.add_column(_DISPATCH, sa.Column("audited", sa.Integer(), nullable=False, server_default="0"))
    op.add_column(_DISPATCH, sa.Column("over_at", sa.String(27), nullable=True))
    today = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    over = f"UPDATE {_DISPATCH} SET over_at = :today WHERE work IN ('closed', 'cancelled') AND NOT needs_person"  # noqa: S608
    op.execute(sa.text(over).bindparams(today=today))
    op.create_index("ix_esdh_connect_dispatch_over_at", _DISPATCH, ["over_at"])
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "esdh_connect_audit",
        sa.Column("seq", number, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("link", sa.LargeBinary(), nullable=True),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("dispatch", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("work", sa.String(32), nullable=True),
        sa.Column("private", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name="pk_esdh_connect_audit"),
        sa.UniqueConstraint("dispatch", "number", name="uq_esdh_connect_audit_dispatch_number"),
        sa.UniqueConstraint("position", name="uq_esdh_connect_audit_position"),
        sqlite_autoincrement=True,
    )
