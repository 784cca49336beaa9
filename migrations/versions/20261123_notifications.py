"""Notifications, their deliveries and attempts, preferences, and addresses that were refused."""

import sqlalchemy as sa
from alembic import op

revision = "notifications"
down_revision = "buddies"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "refused_addresses",
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.String(length=60), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_refused_addresses")),
    )
    op.create_table(
        "notification_preferences",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("medium", sa.String(length=10), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.id"],
            name=op.f("fk_notification_preferences_member_id_members"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("member_id", "kind", "medium", name=op.f("pk_notification_preferences")),
    )
    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=True),
        sa.Column("subject_version", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_notifications_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint("event_id", "kind", "member_id", name=op.f("uq_notifications_event_id_kind_member_id")),
    )
    op.create_index(
        "ix_notifications_member_id_shown_at_id", "notifications", ["member_id", "shown_at", "id"], unique=False
    )
    op.create_index(
        "ix_notifications_unread",
        "notifications",
        ["member_id"],
        unique=False,
        postgresql_where=sa.text("read_at IS NULL"),
        sqlite_where=sa.text("read_at IS NULL"),
    )
    op.create_index(
        "uq_notifications_version",
        "notifications",
        ["member_id", "kind", "subject", "subject_version"],
        unique=True,
        postgresql_where=sa.text("subject_version IS NOT NULL"),
        sqlite_where=sa.text("subject_version IS NOT NULL"),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notification_id", sa.Uuid(), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("recipient", sa.Uuid(), nullable=False),
        sa.Column("medium", sa.String(length=10), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=True),
        sa.Column("subject_version", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("token", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("medium IN ('inapp', 'email')", name=op.f("ck_deliveries_medium")),
        sa.CheckConstraint(
            "state IN ('due', 'sending', 'sent', 'suppressed', 'dead', 'unknown')", name=op.f("ck_deliveries_state")
        ),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["notifications.id"],
            name=op.f("fk_deliveries_notification_id_notifications"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint(
            "event_id", "kind", "recipient", "medium", name=op.f("uq_deliveries_event_id_kind_recipient_medium")
        ),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_index(op.f("ix_deliveries_notification_id"), "deliveries", ["notification_id"], unique=False)
    op.create_index(
        "ix_deliveries_open",
        "deliveries",
        ["medium", "due_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('due', 'sending')"),
        sqlite_where=sa.text("state IN ('due', 'sending')"),
    )
    op.create_index(op.f("ix_deliveries_recipient"), "deliveries", ["recipient"], unique=False)
    op.create_index(
        "uq_deliveries_version",
        "deliveries",
        ["recipient", "medium", "kind", "subject", "subject_version"],
        unique=True,
        postgresql_where=sa.text("subject_version IS NOT NULL"),
        sqlite_where=sa.text("subject_version IS NOT NULL"),
    )
    op.create_table(
        "delivery_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.String(length=12), nullable=False),
        sa.Column("detail", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_delivery_attempts_delivery_id_deliveries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_attempts")),
    )
    op.create_index(op.f("ix_delivery_attempts_delivery_id"), "delivery_attempts", ["delivery_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_delivery_attempts_delivery_id"), table_name="delivery_attempts")
    op.drop_table("delivery_attempts")
    op.drop_index(
        "uq_deliveries_version",
        table_name="deliveries",
        postgresql_where=sa.text("subject_version IS NOT NULL"),
        sqlite_where=sa.text("subject_version IS NOT NULL"),
    )
    op.drop_index(op.f("ix_deliveries_recipient"), table_name="deliveries")
    op.drop_index(
        "ix_deliveries_open",
        table_name="deliveries",
        postgresql_where=sa.text("state IN ('due', 'sending')"),
        sqlite_where=sa.text("state IN ('due', 'sending')"),
    )
    op.drop_index(op.f("ix_deliveries_notification_id"), table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_index(
        "uq_notifications_version",
        table_name="notifications",
        postgresql_where=sa.text("subject_version IS NOT NULL"),
        sqlite_where=sa.text("subject_version IS NOT NULL"),
    )
    op.drop_index(
        "ix_notifications_unread",
        table_name="notifications",
        postgresql_where=sa.text("read_at IS NULL"),
        sqlite_where=sa.text("read_at IS NULL"),
    )
    op.drop_index("ix_notifications_member_id_shown_at_id", table_name="notifications")
    op.drop_table("notifications")
    op.drop_table("notification_preferences")
    op.drop_table("refused_addresses")
