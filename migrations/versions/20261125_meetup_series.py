"""Series, standing answers, offers, attendance, and what members want of reminders and calendars.

On SQLite the tables of meetups and dates are not made anew: dropping the old ones would take the answers with them.
Their new columns bring their checks along instead.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "meetup_series"
down_revision = "buddies_lives"
branch_labels = None
depends_on = None

WAITS = "(state = 'waitlisted') = (waitlist_seq IS NOT NULL)"
WAITS_OR_IS_ASKED = "(state IN ('waitlisted', 'offered')) = (waitlist_seq IS NOT NULL)"
HELD = "held_count >= 0 AND (capacity IS NULL OR going_count + held_count <= capacity)"


def json() -> sa.types.TypeEngine:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("meetups", sa.Column("recurrence", json(), nullable=True))
    op.add_column("meetups", sa.Column("capacity", sa.Integer(), nullable=True))
    op.add_column("meetups", sa.Column("made_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("meetups", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("meetups", sa.Column("room_id", sa.Uuid(), nullable=True))

    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE occurrences ADD COLUMN held_count INTEGER DEFAULT 0 NOT NULL "
            f"CONSTRAINT ck_occurrences_held CHECK ({HELD})"
        )
    else:
        op.add_column("occurrences", sa.Column("held_count", sa.Integer(), server_default="0", nullable=False))
        op.alter_column("occurrences", "held_count", server_default=None)
        op.create_check_constraint(op.f("ck_occurrences_held"), "occurrences", HELD)
    op.add_column("occurrences", sa.Column("recurrence_id", sa.DateTime(), nullable=True))
    op.execute("UPDATE occurrences SET recurrence_id = starts_at_local")
    op.add_column("occurrences", sa.Column("overrides", json(), nullable=True))
    op.add_column("occurrences", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("occurrences", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "uq_occurrences_meetup_id_recurrence_id", "occurrences", ["meetup_id", "recurrence_id"], unique=True
    )

    with op.batch_alter_table("rsvps") as rsvps:
        rsvps.add_column(sa.Column("is_standing", sa.Boolean(), server_default=sa.false(), nullable=False))
        rsvps.add_column(sa.Column("offer_expires_at", sa.DateTime(timezone=True), nullable=True))
        rsvps.add_column(sa.Column("passed_over_at", sa.DateTime(timezone=True), nullable=True))
        rsvps.add_column(sa.Column("asked_version", sa.Integer(), nullable=True))
        rsvps.drop_constraint(op.f("ck_rsvps_waits"), type_="check")
        rsvps.create_check_constraint(op.f("ck_rsvps_waits"), WAITS_OR_IS_ASKED)
        rsvps.create_check_constraint(op.f("ck_rsvps_offers"), "(state = 'offered') = (offer_expires_at IS NOT NULL)")
    with op.batch_alter_table("rsvps") as rsvps:
        rsvps.alter_column("is_standing", server_default=None, existing_type=sa.Boolean(), existing_nullable=False)

    op.create_table(
        "meetup_hosts",
        sa.Column("meetup_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meetup_id"], ["meetups.id"], name=op.f("fk_meetup_hosts_meetup_id_meetups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_meetup_hosts_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("meetup_id", "member_id", name=op.f("pk_meetup_hosts")),
    )
    op.create_index(op.f("ix_meetup_hosts_member_id"), "meetup_hosts", ["member_id"])
    op.create_table(
        "standing_rsvps",
        sa.Column("meetup_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answer IN ('going', 'maybe', 'declined')", name=op.f("ck_standing_rsvps_answer")),
        sa.ForeignKeyConstraint(
            ["meetup_id"], ["meetups.id"], name=op.f("fk_standing_rsvps_meetup_id_meetups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_standing_rsvps_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("meetup_id", "member_id", name=op.f("pk_standing_rsvps")),
    )
    op.create_index(op.f("ix_standing_rsvps_member_id"), "standing_rsvps", ["member_id"])
    op.create_table(
        "attendances",
        sa.Column("occurrence_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("marked_by", sa.Uuid(), nullable=True),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('attended', 'no_show', 'excused')", name=op.f("ck_attendances_state")),
        sa.ForeignKeyConstraint(
            ["marked_by"], ["members.id"], name=op.f("fk_attendances_marked_by_members"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_attendances_member_id_members"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["occurrences.id"],
            name=op.f("fk_attendances_occurrence_id_occurrences"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("occurrence_id", "member_id", name=op.f("pk_attendances")),
    )
    op.create_index(op.f("ix_attendances_member_id"), "attendances", ["member_id"])
    op.create_table(
        "attendance_marks",
        sa.Column("occurrence_id", sa.Uuid(), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["occurrences.id"],
            name=op.f("fk_attendance_marks_occurrence_id_occurrences"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("occurrence_id", "nonce", name=op.f("pk_attendance_marks")),
    )
    op.create_table(
        "meetup_preferences",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("remind_minutes", json(), nullable=False),
        sa.Column("has_full_titles", sa.Boolean(), nullable=False),
        sa.Column("feed_version", sa.Integer(), nullable=False),
        sa.Column("feed_hash", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_meetup_preferences_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_meetup_preferences")),
        sa.UniqueConstraint("feed_hash", name=op.f("uq_meetup_preferences_feed_hash")),
    )


def downgrade() -> None:
    op.drop_table("meetup_preferences")
    op.drop_table("attendance_marks")
    op.drop_table("attendances")
    op.drop_table("standing_rsvps")
    op.drop_table("meetup_hosts")
    op.execute("UPDATE rsvps SET state = 'waitlisted', offer_expires_at = NULL WHERE state = 'offered'")
    with op.batch_alter_table("rsvps") as rsvps:
        rsvps.drop_constraint(op.f("ck_rsvps_offers"), type_="check")
        rsvps.drop_constraint(op.f("ck_rsvps_waits"), type_="check")
        rsvps.create_check_constraint(op.f("ck_rsvps_waits"), WAITS)
        for name in ("is_standing", "offer_expires_at", "passed_over_at", "asked_version"):
            rsvps.drop_column(name)
    op.drop_index("uq_occurrences_meetup_id_recurrence_id", "occurrences")
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_occurrences_held"), "occurrences", type_="check")
    for name in ("confirmed_at", "changed_at", "overrides", "recurrence_id", "held_count"):
        op.drop_column("occurrences", name)
    for name in ("room_id", "paused_at", "made_until", "capacity", "recurrence"):
        op.drop_column("meetups", name)
