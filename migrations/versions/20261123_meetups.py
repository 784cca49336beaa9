"""Meetups, their dates, and answers."""

import sqlalchemy as sa
from alembic import op

revision = "meetups"
down_revision = "rooms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meetups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("place_kind", sa.String(length=10), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("place_kind IN ('in_person', 'online', 'hybrid')", name=op.f("ck_meetups_place_kind")),
        sa.ForeignKeyConstraint(["host_id"], ["members.id"], name=op.f("fk_meetups_host_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetups")),
    )
    op.create_table(
        "occurrences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meetup_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at_local", sa.DateTime(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("going_count", sa.Integer(), nullable=False),
        sa.Column("waitlist_count", sa.Integer(), nullable=False),
        sa.Column("waitlist_next", sa.Integer(), nullable=False),
        sa.Column("cancel_reason", sa.String(length=300), nullable=True),
        sa.CheckConstraint("state IN ('scheduled', 'cancelled', 'completed')", name=op.f("ck_occurrences_state")),
        sa.CheckConstraint("capacity IS NULL OR going_count <= capacity", name=op.f("ck_occurrences_seats")),
        sa.CheckConstraint("going_count >= 0 AND waitlist_count >= 0", name=op.f("ck_occurrences_counts")),
        sa.ForeignKeyConstraint(
            ["meetup_id"], ["meetups.id"], name=op.f("fk_occurrences_meetup_id_meetups"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrences")),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_index("ix_occurrences_meetup_id", "occurrences", ["meetup_id"])
    op.create_index("ix_occurrences_starts_at_id", "occurrences", ["starts_at", "id"])

    op.create_table(
        "rsvps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("occurrence_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("waitlist_seq", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'waitlisted') = (waitlist_seq IS NOT NULL)", name=op.f("ck_rsvps_waits")),
        sa.CheckConstraint(
            "state IN ('going', 'waitlisted', 'offered', 'maybe', 'declined', 'cancelled')", name=op.f("ck_rsvps_state")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_rsvps_member_id_members"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name=op.f("fk_rsvps_occurrence_id_occurrences"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rsvps")),
        sa.UniqueConstraint("occurrence_id", "member_id", name=op.f("uq_rsvps_occurrence_id_member_id")),
    )
    op.create_index("ix_rsvps_member_id", "rsvps", ["member_id"])
    op.create_index("ix_rsvps_occurrence_id_waitlist_seq", "rsvps", ["occurrence_id", "waitlist_seq"])


def downgrade() -> None:
    op.drop_table("rsvps")
    op.drop_table("occurrences")
    op.drop_table("meetups")
