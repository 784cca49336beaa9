"""Quiet hours, muted things, browsers to push to, and what deliveries need for them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "reaching_members"
down_revision = "meetup_series"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('due', 'sending')")
GATHERING = sa.text("gather IS NOT NULL AND state = 'due' AND attempts = 0")
IN_A_DIGEST = sa.text("digest_id IS NOT NULL")
VERSIONED = sa.text("subject_version IS NOT NULL")
VERSION = ["recipient", "medium", "kind", "subject", "subject_version"]


def upgrade() -> None:
    op.create_table(
        "reach_settings",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("quiet", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=True),
        sa.Column("is_discreet", sa.Boolean(), nullable=False),
        sa.Column("rhythm", sa.String(length=12), nullable=False),
        sa.Column("daily_at", sa.String(length=5), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rhythm IN ('as_it_comes', 'daily')", name=op.f("ck_reach_settings_rhythm")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_reach_settings_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_reach_settings")),
    )
    op.create_table(
        "notification_mutes",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("sort", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sort IN ('meetup', 'member')", name=op.f("ck_notification_mutes_sort")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_notification_mutes_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "subject_id", name=op.f("pk_notification_mutes")),
    )
    op.create_table(
        "push_subscriptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_push_subscriptions_member_id_members"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_push_subscriptions_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscriptions")),
        sa.UniqueConstraint("endpoint", name=op.f("uq_push_subscriptions_endpoint")),
    )
    op.create_index(op.f("ix_push_subscriptions_member_id"), "push_subscriptions", ["member_id"])
    op.create_index(op.f("ix_push_subscriptions_session_id"), "push_subscriptions", ["session_id"])
    op.add_column("notifications", sa.Column("why", sa.String(length=120), nullable=False, server_default=""))
    op.add_column("notifications", sa.Column("digest_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_notifications_digest_id",
        "notifications",
        ["digest_id"],
        postgresql_where=IN_A_DIGEST,
        sqlite_where=IN_A_DIGEST,
    )
    op.drop_index("ix_deliveries_open", table_name="deliveries")
    op.add_column("deliveries", sa.Column("worthless_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("deliveries", sa.Column("urgency", sa.SmallInteger(), nullable=False, server_default="1"))
    op.add_column("deliveries", sa.Column("gather", sa.String(length=80), nullable=True))
    allow_media("'inapp', 'email', 'push'")
    op.create_index(
        "ix_deliveries_open", "deliveries", ["medium", "urgency", "due_at"], postgresql_where=OPEN, sqlite_where=OPEN
    )
    op.create_index(
        "uq_deliveries_gather",
        "deliveries",
        ["recipient", "medium", "gather"],
        unique=True,
        postgresql_where=GATHERING,
        sqlite_where=GATHERING,
    )
    op.add_column("delivery_attempts", sa.Column("target", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("delivery_attempts", "target")
    op.execute("DELETE FROM delivery_attempts WHERE delivery_id IN (SELECT id FROM deliveries WHERE medium = 'push')")
    op.execute("DELETE FROM deliveries WHERE medium = 'push'")
    op.drop_index("uq_deliveries_gather", table_name="deliveries", postgresql_where=GATHERING, sqlite_where=GATHERING)
    op.drop_index("ix_deliveries_open", table_name="deliveries")
    allow_media("'inapp', 'email'")
    op.drop_column("deliveries", "gather")
    op.drop_column("deliveries", "urgency")
    op.drop_column("deliveries", "worthless_at")
    op.create_index("ix_deliveries_open", "deliveries", ["medium", "due_at"], postgresql_where=OPEN, sqlite_where=OPEN)
    op.drop_index("ix_notifications_digest_id", table_name="notifications")
    op.drop_column("notifications", "digest_id")
    op.drop_column("notifications", "why")
    op.drop_table("push_subscriptions")
    op.drop_table("notification_mutes")
    op.drop_table("reach_settings")


def allow_media(media: str) -> None:
    """Change the check. SQLite has to make the table anew, which would take its attempts along: they wait outside."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        op.execute("CREATE TEMPORARY TABLE kept_attempts AS SELECT * FROM delivery_attempts")
        op.drop_index("uq_deliveries_version", table_name="deliveries")
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.drop_constraint(op.f("ck_deliveries_medium"), type_="check")
        batch_op.create_check_constraint(op.f("ck_deliveries_medium"), f"medium IN ({media})")
    if is_sqlite:
        op.create_index("uq_deliveries_version", "deliveries", VERSION, unique=True, sqlite_where=VERSIONED)
        op.execute("INSERT INTO delivery_attempts SELECT * FROM kept_attempts")
        op.execute("DROP TABLE kept_attempts")
