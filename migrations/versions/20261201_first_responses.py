"""Cases have a time for the first response, and planned shifts an event for their start."""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "first_responses"
down_revision = "staff_notes"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
SHIFTS = sa.table("shifts", sa.column("id", sa.Uuid), sa.column("starts_at", MOMENT))
OUTBOX = sa.table(
    "outbox_events",
    sa.column("id", sa.Uuid),
    sa.column("type", sa.String),
    sa.column("subject", sa.String),
    sa.column("payload", sa.JSON),
    sa.column("created_at", MOMENT),
    sa.column("state", sa.String),
    sa.column("priority", sa.SmallInteger),
    sa.column("dedupe_key", sa.String),
    sa.column("due_at", MOMENT),
    sa.column("attempts", sa.Integer),
)
TIMED = 2


def upgrade() -> None:
    op.add_column("cases", sa.Column("first_response_by", MOMENT))
    op.add_column("cases", sa.Column("asked_at", MOMENT))
    connection, now = op.get_bind(), datetime.now(UTC)
    rows = [
        {
            "id": uuid4(),
            "type": "shift.started",
            "subject": str(shift.id),
            "payload": {"shift_id": str(shift.id)},
            "created_at": now,
            "state": "waiting",
            "priority": TIMED,
            "dedupe_key": f"shift:{shift.id}:start",
            "due_at": shift.starts_at,
            "attempts": 0,
        }
        for shift in connection.execute(sa.select(SHIFTS).where(SHIFTS.c.starts_at > now))
    ]
    if rows:
        connection.execute(OUTBOX.insert(), rows)


def downgrade() -> None:
    op.get_bind().execute(OUTBOX.delete().where(OUTBOX.c.type == "shift.started"))
    op.drop_column("cases", "asked_at")  # in place: copying the table would drop it under the reports that point at it
    op.drop_column("cases", "first_response_by")
