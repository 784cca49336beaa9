"""Events that wait for their moment, in order of urgency, once for a key, and in their subject's line."""

import sqlalchemy as sa
from alembic import op

revision = "timed_events"
down_revision = "rooms_to_live_in"
branch_labels = None
depends_on = None

WAITING = "state = 'waiting'"


def partial(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "outbox_events", columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))


def upgrade() -> None:
    op.drop_index("ix_outbox_events_waiting", "outbox_events")
    with op.batch_alter_table("outbox_events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("urgency", sa.SmallInteger(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("key", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("place", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("outbox_events", schema=None) as batch_op:
        batch_op.alter_column("urgency", existing_type=sa.SmallInteger(), server_default=None)
    op.create_index("uq_outbox_events_key", "outbox_events", ["key"], unique=True)
    partial("ix_outbox_events_urgency_due_at", ["urgency", "due_at"], WAITING)
    partial("ix_outbox_events_tried", ["due_at"], f"{WAITING} AND attempts > 0")
    partial("ix_outbox_events_in_order", ["subject", "place"], f"{WAITING} AND place IS NOT NULL")
    partial("ix_outbox_events_dead", ["finished_at"], "state = 'dead'")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE outbox_events SET (autovacuum_vacuum_scale_factor = 0.02)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE outbox_events RESET (autovacuum_vacuum_scale_factor)")
    for name in ("dead", "in_order", "tried", "urgency_due_at"):
        op.drop_index(f"ix_outbox_events_{name}", "outbox_events")
    op.drop_index("uq_outbox_events_key", "outbox_events")
    with op.batch_alter_table("outbox_events", schema=None) as batch_op:
        batch_op.drop_column("place")
        batch_op.drop_column("key")
        batch_op.drop_column("urgency")
    partial("ix_outbox_events_waiting", ["due_at"], WAITING)
