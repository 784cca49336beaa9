"""Reports become cases; measures say why in a word, and can be disagreed with; private rooms are opened for a while."""

import sqlalchemy as sa
from alembic import op

revision = "cases"
down_revision = "reaching_members"
branch_labels = None
depends_on = None

WAITING = sa.text("state IN ('open', 'triaged')")


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("category", sa.String(length=12), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("handled_by", sa.Uuid(), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('message', 'meetup', 'member')", name=op.f("ck_cases_kind")),
        sa.CheckConstraint(
            "state IN ('open', 'triaged', 'actioned', 'dismissed', 'appealed')", name=op.f("ck_cases_state")
        ),
        sa.ForeignKeyConstraint(["assignee_id"], ["members.id"], name=op.f("fk_cases_assignee_id_members")),
        sa.ForeignKeyConstraint(["handled_by"], ["members.id"], name=op.f("fk_cases_handled_by_members")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_cases_member_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    op.create_index("ix_cases_state_due_at_id", "cases", ["state", "due_at", "id"])
    op.create_index(op.f("ix_cases_member_id"), "cases", ["member_id"])
    op.create_index(op.f("ix_cases_room_id"), "cases", ["room_id"])
    op.execute(
        """
        INSERT INTO cases (id, kind, subject_id, room_id, is_private, member_id, state, category, opened_at, due_at,
                           handled_by, handled_at, note)
        SELECT reports.id, 'message', reports.message_id, reports.room_id, rooms.kind IN ('private', 'pairing'),
               reports.author_id, reports.state, 'other', reports.created_at, reports.created_at, reports.handled_by,
               reports.handled_at, reports.note
        FROM reports JOIN rooms ON rooms.id = reports.room_id
        """
    )
    # Of several that wait about one message the first stays; the others' reports go into its case.
    op.create_table("case_of", sa.Column("report_id", sa.Uuid()), sa.Column("case_id", sa.Uuid()))
    op.execute(
        """
        INSERT INTO case_of (report_id, case_id)
        SELECT one.id, CASE WHEN one.state = 'open' THEN (
            SELECT first.id FROM cases AS first WHERE first.subject_id = one.subject_id AND first.state = 'open'
            ORDER BY first.opened_at, first.id LIMIT 1) ELSE one.id END
        FROM cases AS one
        """
    )
    op.execute("DELETE FROM cases WHERE id NOT IN (SELECT case_id FROM case_of)")
    op.create_index(
        "uq_cases_waiting_subject",
        "cases",
        ["subject_id"],
        unique=True,
        postgresql_where=WAITING,
        sqlite_where=WAITING,
    )

    op.drop_index("ix_reports_created_at_id", "reports")
    op.drop_index(op.f("ix_reports_message_id"), "reports")
    with op.batch_alter_table("reports") as batch:
        batch.add_column(sa.Column("case_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("category", sa.String(length=12), nullable=False, server_default="other"))
        batch.drop_constraint(op.f("fk_reports_message_id_messages"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_reports_room_id_rooms"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_reports_author_id_members"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_reports_handled_by_members"), type_="foreignkey")
        batch.drop_constraint(op.f("uq_reports_reporter_id_message_id"), type_="unique")
        batch.drop_constraint(op.f("ck_reports_state"), type_="check")
        batch.alter_column("message_id", new_column_name="subject_id")
        for gone in ("room_id", "author_id", "state", "handled_by", "handled_at", "note"):
            batch.drop_column(gone)
    op.execute("UPDATE reports SET case_id = (SELECT case_id FROM case_of WHERE case_of.report_id = reports.id)")
    with op.batch_alter_table("reports") as batch:
        batch.alter_column("case_id", existing_type=sa.Uuid(), nullable=False)
        batch.alter_column("category", existing_type=sa.String(length=12), server_default=None)
        batch.create_foreign_key(op.f("fk_reports_case_id_cases"), "cases", ["case_id"], ["id"])
        batch.create_unique_constraint(op.f("uq_reports_case_id_reporter_id"), ["case_id", "reporter_id"])
    op.create_index(op.f("ix_reports_reporter_id"), "reports", ["reporter_id"])
    op.create_index(op.f("ix_reports_subject_id"), "reports", ["subject_id"])
    op.drop_table("case_of")

    op.create_table(
        "case_openings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_openings_case_id_cases")),
        sa.ForeignKeyConstraint(["opened_by"], ["members.id"], name=op.f("fk_case_openings_opened_by_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_openings")),
    )
    op.create_index(op.f("ix_case_openings_case_id"), "case_openings", ["case_id"])
    op.create_index("ix_case_openings_room_id_opened_at", "case_openings", ["room_id", "opened_at"])

    op.add_column("sanctions", sa.Column("code", sa.String(length=12), nullable=False, server_default="rules"))
    op.add_column("sanctions", sa.Column("case_id", sa.Uuid(), nullable=True))
    op.add_column("sanctions", sa.Column("lifted_by", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_sanctions_case_id"), "sanctions", ["case_id"])
    op.create_table(
        "appeals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sanction_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'upheld', 'lifted')", name=op.f("ck_appeals_state")),
        sa.ForeignKeyConstraint(["decided_by"], ["members.id"], name=op.f("fk_appeals_decided_by_members")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_appeals_member_id_members")),
        sa.ForeignKeyConstraint(
            ["sanction_id"], ["sanctions.id"], name=op.f("fk_appeals_sanction_id_sanctions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("sanction_id", name=op.f("uq_appeals_sanction_id")),
    )
    op.create_index(op.f("ix_appeals_made_at"), "appeals", ["made_at"])
    op.create_index(op.f("ix_appeals_member_id"), "appeals", ["member_id"])


def downgrade() -> None:
    op.drop_table("appeals")
    op.drop_index(op.f("ix_sanctions_case_id"), "sanctions")
    for gone in ("lifted_by", "case_id", "code"):
        op.drop_column("sanctions", gone)
    op.drop_table("case_openings")
    op.drop_index(op.f("ix_reports_subject_id"), "reports")
    op.drop_index(op.f("ix_reports_reporter_id"), "reports")
    # What a case is about besides a message has no place in the older shape, nor has a message that is gone.
    op.execute(
        "DELETE FROM reports WHERE case_id IN (SELECT id FROM cases WHERE kind <> 'message' OR room_id IS NULL) "
        "OR subject_id NOT IN (SELECT id FROM messages)"
    )
    with op.batch_alter_table("reports") as batch:
        batch.add_column(sa.Column("room_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("author_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("state", sa.String(length=10), nullable=True))
        batch.add_column(sa.Column("handled_by", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("note", sa.Text(), nullable=True))
        batch.alter_column("subject_id", new_column_name="message_id")
    for column, source in (
        ("room_id", "room_id"),
        ("author_id", "member_id"),
        ("handled_by", "handled_by"),
        ("handled_at", "handled_at"),
    ):
        op.execute(
            f"UPDATE reports SET {column} = (SELECT {source} FROM cases WHERE cases.id = reports.case_id)"  # noqa: S608  # our own columns
        )
    op.execute("UPDATE reports SET note = (SELECT note FROM cases WHERE cases.id = reports.id)")
    op.execute(
        "UPDATE reports SET state = (SELECT CASE state WHEN 'triaged' THEN 'open' WHEN 'appealed' THEN 'actioned' "
        "ELSE state END FROM cases WHERE cases.id = reports.case_id)"
    )
    op.execute(
        "DELETE FROM reports WHERE EXISTS (SELECT 1 FROM reports AS other WHERE other.reporter_id = reports.reporter_id "
        "AND other.message_id = reports.message_id AND other.created_at < reports.created_at)"
    )
    with op.batch_alter_table("reports") as batch:
        batch.drop_constraint(op.f("uq_reports_case_id_reporter_id"), type_="unique")
        batch.drop_constraint(op.f("fk_reports_case_id_cases"), type_="foreignkey")
        batch.drop_column("case_id")
        batch.drop_column("category")
        for column, kind in (("room_id", sa.Uuid()), ("author_id", sa.Uuid()), ("state", sa.String(length=10))):
            batch.alter_column(column, existing_type=kind, nullable=False)
        batch.create_check_constraint(op.f("ck_reports_state"), "state IN ('open', 'actioned', 'dismissed')")
        batch.create_foreign_key(op.f("fk_reports_author_id_members"), "members", ["author_id"], ["id"])
        batch.create_foreign_key(op.f("fk_reports_handled_by_members"), "members", ["handled_by"], ["id"])
        batch.create_foreign_key(
            op.f("fk_reports_message_id_messages"), "messages", ["message_id"], ["id"], ondelete="CASCADE"
        )
        batch.create_foreign_key(op.f("fk_reports_room_id_rooms"), "rooms", ["room_id"], ["id"], ondelete="CASCADE")
        batch.create_unique_constraint(op.f("uq_reports_reporter_id_message_id"), ["reporter_id", "message_id"])
    op.create_index("ix_reports_created_at_id", "reports", ["created_at", "id"])
    op.create_index(op.f("ix_reports_message_id"), "reports", ["message_id"])
    op.drop_table("cases")
