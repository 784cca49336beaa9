"""What more members say of themselves, runs that start by themselves and are replayed, and how pairings live."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "buddies_lives"
down_revision = "timed_events"
branch_labels = None
depends_on = None

PROFILE: dict[str, tuple[Any, str | None]] = {
    "life_stage": (sa.String(length=12), ""),
    "family": (sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), "[]"),
    "work": (sa.String(length=12), ""),
    "spirituality": (sa.String(length=12), ""),
    "along_since": (sa.Date(), None),
    "mentor_months": (sa.Integer(), "0"),
    "meets": (sa.String(length=10), "any"),
    "area": (sa.String(length=40), ""),
    "quiet_days": (sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), "[]"),
    "stands_in": (sa.Boolean(), "0"),
    "rests_until": (sa.DateTime(timezone=True), None),
    "approved_places": (sa.Integer(), None),
    "trained_on": (sa.Date(), None),
}
RUN: dict[str, tuple[Any, str | None]] = {
    "attempts": (sa.Integer(), "1"),
    "progress": (sa.Integer(), "0"),
    "inputs": (sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), None),
}
PAIRING: dict[str, tuple[Any, str | None]] = {
    "trial_until": (sa.DateTime(timezone=True), None),
    "asked_at": (sa.DateTime(timezone=True), None),
    "asked_why": (sa.String(length=5), None),
    "answers_until": (sa.DateTime(timezone=True), None),
    "a_choice": (sa.String(length=4), ""),
    "b_choice": (sa.String(length=4), ""),
    "a_phone": (sa.Text(), ""),
    "b_phone": (sa.Text(), ""),
    "beat": (sa.Integer(), "0"),
}
CHECKS = {
    "asked_why": "asked_why IS NULL OR asked_why IN ('trial', 'quiet')",
    "choices": "a_choice IN ('', 'keep', 'end', 'new') AND b_choice IN ('', 'keep', 'end', 'new')",
}


def add(table: str, columns: dict[str, tuple[Any, str | None]]) -> None:
    """New columns, filled. SQLite keeps the default: taking it away would write other tables' parent anew."""
    for name, (kind, fill) in columns.items():
        op.add_column(table, sa.Column(name, kind, nullable=fill is None, server_default=_default(kind, fill)))
        if fill is not None and op.get_bind().dialect.name == "postgresql":
            op.alter_column(table, name, server_default=None)


def _default(kind: Any, fill: str | None) -> Any:
    return sa.false() if isinstance(kind, sa.Boolean) else fill


def upgrade() -> None:
    add("buddy_profiles", PROFILE)
    add("match_runs", RUN)
    add("pairings", PAIRING)
    with op.batch_alter_table("pairings", schema=None) as batch_op:
        for name, rule in CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_pairings_{name}"), rule)
    op.create_table(
        "match_schedules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_match_schedules_one")),
        sa.ForeignKeyConstraint(["changed_by"], ["members.id"], name=op.f("fk_match_schedules_changed_by_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_schedules")),
    )
    op.create_table(
        "stand_ins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pairing_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("claimed_by", sa.Uuid(), nullable=True),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('offered', 'wanted', 'claimed', 'over')", name=op.f("ck_stand_ins_state")),
        sa.CheckConstraint(
            "state != 'claimed' OR (claimed_by IS NOT NULL AND room_id IS NOT NULL)", name=op.f("ck_stand_ins_claimed")
        ),
        sa.ForeignKeyConstraint(
            ["pairing_id"], ["pairings.id"], name=op.f("fk_stand_ins_pairing_id_pairings"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_stand_ins_member_id_members"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["claimed_by"], ["members.id"], name=op.f("fk_stand_ins_claimed_by_members"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_stand_ins_room_id_rooms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_ins")),
    )
    for column in ("pairing_id", "member_id", "claimed_by"):
        op.create_index(op.f(f"ix_stand_ins_{column}"), "stand_ins", [column])
    op.create_index(
        "uq_stand_ins_open",
        "stand_ins",
        ["pairing_id", "member_id"],
        unique=True,
        postgresql_where=sa.text("state != 'over'"),
        sqlite_where=sa.text("state != 'over'"),
    )


def downgrade() -> None:
    op.drop_table("stand_ins")
    op.drop_table("match_schedules")
    with op.batch_alter_table("pairings", schema=None) as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(op.f(f"ck_pairings_{name}"), type_="check")
        for name in PAIRING:
            batch_op.drop_column(name)
    for table, columns in (("match_runs", RUN), ("buddy_profiles", PROFILE)):
        for name in columns:
            op.drop_column(table, name)
