"""Profiles, match runs, suggestions and pairings of buddies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "buddies_tables"
down_revision = "safety"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "buddy_profiles",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("ceiling", sa.Integer(), nullable=False),
        sa.Column("active_count", sa.Integer(), nullable=False),
        sa.Column("pathways", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("languages", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("interests", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("availability", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("gender", sa.String(length=10), nullable=False),
        sa.Column("buddy_gender", sa.String(length=10), nullable=False),
        sa.Column("prefers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("excludes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('seeking', 'mentor', 'peer')", name=op.f("ck_buddy_profiles_role")),
        sa.CheckConstraint("active_count >= 0 AND active_count <= ceiling", name=op.f("ck_buddy_profiles_places")),
        sa.ForeignKeyConstraint(["approved_by"], ["members.id"], name=op.f("fk_buddy_profiles_approved_by_members")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_buddy_profiles_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_buddy_profiles")),
    )
    op.create_table(
        "match_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("is_dry", sa.Boolean(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("proposal", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("published", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('running', 'done', 'failed')", name=op.f("ck_match_runs_state")),
        sa.ForeignKeyConstraint(["started_by"], ["members.id"], name=op.f("fk_match_runs_started_by_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_runs")),
    )
    op.create_index("ix_match_runs_created_at_id", "match_runs", ["created_at", "id"])
    op.create_index(
        "uq_match_runs_running",
        "match_runs",
        ["state"],
        unique=True,
        postgresql_where=sa.text("state = 'running'"),
        sqlite_where=sa.text("state = 'running'"),
    )

    op.create_table(
        "suggestions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("a_id", sa.Uuid(), nullable=False),
        sa.Column("b_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("a_answer", sa.String(length=8), nullable=False),
        sa.Column("b_answer", sa.String(length=8), nullable=False),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "a_answer IN ('', 'accepted', 'declined') AND b_answer IN ('', 'accepted', 'declined')",
            name=op.f("ck_suggestions_answers"),
        ),
        sa.CheckConstraint(
            "state IN ('suggested', 'accepted_by_one', 'matched', 'declined', 'expired', 'withdrawn', 'superseded')",
            name=op.f("ck_suggestions_state"),
        ),
        sa.CheckConstraint("a_id < b_id", name=op.f("ck_suggestions_order")),
        sa.ForeignKeyConstraint(["a_id"], ["members.id"], name=op.f("fk_suggestions_a_id_members"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["b_id"], ["members.id"], name=op.f("fk_suggestions_b_id_members"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["run_id"], ["match_runs.id"], name=op.f("fk_suggestions_run_id_match_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestions")),
    )
    op.create_index(op.f("ix_suggestions_a_id"), "suggestions", ["a_id"])
    op.create_index(op.f("ix_suggestions_b_id"), "suggestions", ["b_id"])
    op.create_index("ix_suggestions_created_at_id", "suggestions", ["created_at", "id"])
    op.create_index(
        "ix_suggestions_unsettled",
        "suggestions",
        ["expires_at"],
        postgresql_where=sa.text("settled_at IS NULL"),
        sqlite_where=sa.text("settled_at IS NULL"),
    )
    op.create_index(
        "uq_suggestions_open_pair",
        "suggestions",
        ["a_id", "b_id"],
        unique=True,
        postgresql_where=sa.text("settled_at IS NULL"),
        sqlite_where=sa.text("settled_at IS NULL"),
    )

    op.create_table(
        "pairings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("suggestion_id", sa.Uuid(), nullable=False),
        sa.Column("a_id", sa.Uuid(), nullable=False),
        sa.Column("b_id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("paused_by", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.String(length=10), nullable=True),
        sa.Column("looked_into_by", sa.Uuid(), nullable=True),
        sa.Column("looked_into_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_pairings_ended")),
        sa.CheckConstraint(
            "end_reason IS NULL OR end_reason IN ('completed', 'drifted', 'mismatch', 'safety', 'left')",
            name=op.f("ck_pairings_end_reason"),
        ),
        sa.CheckConstraint("state IN ('active', 'paused', 'ended')", name=op.f("ck_pairings_state")),
        sa.CheckConstraint("a_id < b_id", name=op.f("ck_pairings_order")),
        sa.ForeignKeyConstraint(["a_id"], ["members.id"], name=op.f("fk_pairings_a_id_members"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["b_id"], ["members.id"], name=op.f("fk_pairings_b_id_members"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["ended_by"], ["members.id"], name=op.f("fk_pairings_ended_by_members")),
        sa.ForeignKeyConstraint(["looked_into_by"], ["members.id"], name=op.f("fk_pairings_looked_into_by_members")),
        sa.ForeignKeyConstraint(["paused_by"], ["members.id"], name=op.f("fk_pairings_paused_by_members")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_pairings_room_id_rooms")),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestions.id"], name=op.f("fk_pairings_suggestion_id_suggestions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairings")),
        sa.UniqueConstraint("suggestion_id", name=op.f("uq_pairings_suggestion_id")),
    )
    op.create_index(op.f("ix_pairings_a_id"), "pairings", ["a_id"])
    op.create_index(op.f("ix_pairings_b_id"), "pairings", ["b_id"])
    op.create_index("ix_pairings_started_at_id", "pairings", ["started_at", "id"])
    op.create_index(
        "uq_pairings_together",
        "pairings",
        ["a_id", "b_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("pairings")
    op.drop_table("suggestions")
    op.drop_table("match_runs")
    op.drop_table("buddy_profiles")
