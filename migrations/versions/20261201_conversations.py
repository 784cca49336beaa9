"""A member and the coordinators have a conversation: a kind of room, with its member and its owner.

On SQLite the table of rooms is not copied: dropping the old one would delete what refers to it. Its definition is
edited in place instead, as SQLite documents for changes that touch no row (lang_altertable).
"""

import sqlalchemy as sa
from alembic import op

revision = "conversations"
down_revision = "known_devices"
branch_labels = None
depends_on = None

BEFORE = "kind IN ('open', 'cohort', 'private', 'pairing', 'meetup')"
AFTER = "kind IN ('open', 'cohort', 'private', 'pairing', 'meetup', 'conversation')"


def upgrade() -> None:
    _change((BEFORE, 10), (AFTER, 12))
    op.create_table(
        "conversation_rooms",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_conversation_rooms_member_id_members"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["rooms.id"], name=op.f("fk_conversation_rooms_room_id_rooms"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("room_id", name=op.f("pk_conversation_rooms")),
        sa.UniqueConstraint("member_id", name=op.f("uq_conversation_rooms_member_id")),
    )
    op.create_table(
        "conversations",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_conversations_member_id_members"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["members.id"], name=op.f("fk_conversations_owner_id_members"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["rooms.id"], name=op.f("fk_conversations_room_id_rooms"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("room_id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("member_id", name=op.f("uq_conversations_member_id")),
    )
    op.create_index(op.f("ix_conversations_owner_id"), "conversations", ["owner_id"])


def downgrade() -> None:
    op.drop_table("conversations")
    op.drop_table("conversation_rooms")
    op.execute("UPDATE rooms SET kind = 'private' WHERE kind = 'conversation'")
    _change((AFTER, 12), (BEFORE, 10))


def _change(before: tuple[str, int], after: tuple[str, int]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _edit_definition(before, after)
        return
    op.drop_constraint(op.f("ck_rooms_kind"), "rooms", type_="check")
    op.alter_column(
        "rooms",
        "kind",
        existing_type=sa.String(length=before[1]),
        type_=sa.String(length=after[1]),
        existing_nullable=False,
    )
    op.create_check_constraint(op.f("ck_rooms_kind"), "rooms", after[0])


def _edit_definition(before: tuple[str, int], after: tuple[str, int]) -> None:
    bind = op.get_bind()
    find = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'rooms'"
    found = bind.exec_driver_sql(find).scalar_one()
    wanted = found.replace(before[0], after[0]).replace(f"kind VARCHAR({before[1]})", f"kind VARCHAR({after[1]})")
    if wanted == found:
        raise RuntimeError("the table of rooms is not as the migrations before this one made it")
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    bind.exec_driver_sql("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = 'rooms'", (wanted,))
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = RESET")
    if bind.exec_driver_sql("PRAGMA integrity_check").scalar_one() != "ok":
        raise RuntimeError("the table of rooms could not be changed")
