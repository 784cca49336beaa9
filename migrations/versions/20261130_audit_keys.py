"""Entries of the audit log carry a MAC; the database takes them, and the head, only in the sealer's order."""

import sqlalchemy as sa
from alembic import op

revision = "audit_keys"
down_revision = "reach_out_answers"
branch_labels = None
depends_on = None

KEPT = ("id", "at", "actor_id", "action", "subject_id", "member_id", "facts")
SEAL = ("place", "hash", "key_id", "mac")
START = "0" * 64
REFUSAL = "the audit log is only appended to"
NEXT = "(SELECT 1 + coalesce(max(place), 0) FROM audit_entries)"
ENTRY_OF_HEAD = "SELECT 1 FROM audit_entries WHERE place = NEW.place AND hash = NEW.hash"

FIRST_GUARD_POSTGRES = """
    CREATE OR REPLACE FUNCTION audit_entries_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.place IS NOT NULL OR NEW.place IS NULL OR {changed} THEN
            RAISE EXCEPTION '{refusal}';
        END IF;
        RETURN NEW;
    END $$
"""
GUARDS_POSTGRES = (
    """
    CREATE OR REPLACE FUNCTION audit_entries_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF {sealed} THEN RAISE EXCEPTION '{refusal}'; END IF;
        ELSIF TG_OP = 'DELETE' OR OLD.place IS NOT NULL OR {unsealed} OR NEW.place <> {next} OR {changed} THEN
            RAISE EXCEPTION '{refusal}';
        END IF;
        RETURN NEW;
    END $$
    """,
    "DROP TRIGGER audit_entries_kept ON audit_entries",
    "CREATE TRIGGER audit_entries_kept BEFORE INSERT OR UPDATE OR DELETE ON audit_entries "
    "FOR EACH ROW EXECUTE FUNCTION audit_entries_are_kept()",
    """
    CREATE FUNCTION audit_head_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.place <> 0 OR NEW.hash <> '{start}' OR NEW.keyless <> 0 THEN RAISE EXCEPTION '{refusal}'; END IF;
        ELSIF TG_OP = 'DELETE' OR NEW.id <> OLD.id OR NEW.keyless <> OLD.keyless OR NEW.place <= OLD.place
            OR NOT EXISTS ({entry_of_head}) THEN
            RAISE EXCEPTION '{refusal}';
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER audit_head_kept BEFORE INSERT OR UPDATE OR DELETE ON audit_head "
    "FOR EACH ROW EXECUTE FUNCTION audit_head_is_kept()",
    """
    CREATE FUNCTION audit_is_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{refusal}';
    END $$
    """,
    "CREATE TRIGGER audit_entries_not_emptied BEFORE TRUNCATE ON audit_entries "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_not_emptied()",
    "CREATE TRIGGER audit_head_not_emptied BEFORE TRUNCATE ON audit_head "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_not_emptied()",
)

REFUSE_SQLITE = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
FIRST_GUARD_SQLITE = (
    "CREATE TRIGGER audit_entries_changed BEFORE UPDATE ON audit_entries "
    "WHEN OLD.place IS NOT NULL OR NEW.place IS NULL OR {changed} {refuse}"
)
# OR REPLACE deletes rows without their trigger: no row may come under an id or a rowid that is there.
GUARDS_SQLITE = (
    "DROP TRIGGER audit_entries_changed",
    "CREATE TRIGGER audit_entries_inserted BEFORE INSERT ON audit_entries WHEN {sealed} "
    "OR EXISTS (SELECT 1 FROM audit_entries WHERE id = NEW.id) "
    "OR EXISTS (SELECT 1 FROM audit_entries WHERE rowid = NEW.rowid) {refuse}",
    "CREATE TRIGGER audit_entries_changed BEFORE UPDATE ON audit_entries "
    "WHEN OLD.place IS NOT NULL OR {unsealed} OR NEW.place <> {next} OR NEW.rowid <> OLD.rowid OR {changed} {refuse}",
    "CREATE TRIGGER audit_head_inserted BEFORE INSERT ON audit_head WHEN NEW.place <> 0 OR NEW.hash <> '{start}' "
    "OR NEW.keyless <> 0 OR EXISTS (SELECT 1 FROM audit_head WHERE id = NEW.id) {refuse}",
    "CREATE TRIGGER audit_head_changed BEFORE UPDATE ON audit_head WHEN NEW.id <> OLD.id "
    "OR NEW.keyless <> OLD.keyless OR NEW.place <= OLD.place OR NOT EXISTS ({entry_of_head}) {refuse}",
    "CREATE TRIGGER audit_head_deleted BEFORE DELETE ON audit_head {refuse}",
)


def upgrade() -> None:
    op.add_column("audit_entries", sa.Column("key_id", sa.String(length=8), nullable=True))
    op.add_column("audit_entries", sa.Column("mac", sa.String(length=64), nullable=True))
    with op.batch_alter_table("audit_head") as head:
        head.add_column(sa.Column("keyless", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE audit_head SET keyless = place")
    with op.batch_alter_table("audit_head") as head:
        head.alter_column("keyless", server_default=None)
    for statement in GUARDS_POSTGRES if _is_postgres() else GUARDS_SQLITE:
        op.execute(_filled(statement))


def downgrade() -> None:
    """Remove the guards before the columns that they read."""
    if _is_postgres():
        for table in ("audit_entries", "audit_head"):
            op.execute(f"DROP TRIGGER {table}_not_emptied ON {table}")
        op.execute("DROP TRIGGER audit_head_kept ON audit_head")
        op.execute("DROP FUNCTION audit_is_not_emptied()")
        op.execute("DROP FUNCTION audit_head_is_kept()")
        op.execute("DROP TRIGGER audit_entries_kept ON audit_entries")
        op.execute(_filled(FIRST_GUARD_POSTGRES))
        op.execute(
            "CREATE TRIGGER audit_entries_kept BEFORE UPDATE OR DELETE ON audit_entries "
            "FOR EACH ROW EXECUTE FUNCTION audit_entries_are_kept()"
        )
    else:
        for name in ("entries_inserted", "entries_changed", "head_inserted", "head_changed", "head_deleted"):
            op.execute(f"DROP TRIGGER audit_{name}")
        op.execute(_filled(FIRST_GUARD_SQLITE))
    op.drop_column("audit_entries", "mac")
    op.drop_column("audit_entries", "key_id")
    op.drop_column("audit_head", "keyless")


def _is_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _filled(statement: str) -> str:
    differs = "IS DISTINCT FROM" if _is_postgres() else "IS NOT"
    return statement.format(
        changed=" OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in KEPT),
        sealed=" OR ".join(f"NEW.{column} IS NOT NULL" for column in SEAL),
        unsealed=" OR ".join(f"NEW.{column} IS NULL" for column in SEAL),
        next=NEXT,
        entry_of_head=ENTRY_OF_HEAD,
        start=START,
        refusal=REFUSAL,
        refuse=REFUSE_SQLITE,
    )
