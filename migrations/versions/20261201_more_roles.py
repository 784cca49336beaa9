"""Members may be moderators and auditors, too.

On SQLite the table is not copied: dropping the old one would delete what refers to members. Its definition is edited in
place instead, as SQLite documents for changes that touch no row (lang_altertable, "Making Other Kinds Of Table Schema
Changes").
"""

from alembic import op

revision = "more_roles"
down_revision = "email_changes"
branch_labels = None
depends_on = None

BEFORE = "role IN ('alumnus', 'coordinator', 'admin')"
AFTER = "role IN ('alumnus', 'moderator', 'coordinator', 'admin', 'auditor')"


def upgrade() -> None:
    _change(BEFORE, AFTER)


def downgrade() -> None:
    # Their rights go; a person keeps the account. An auditor's is closed, because it would become a member's.
    op.execute("UPDATE members SET state = 'deactivated' WHERE role = 'auditor'")
    op.execute(
        "DELETE FROM sessions WHERE member_id IN (SELECT id FROM members WHERE role IN ('moderator', 'auditor'))"
    )
    op.execute("UPDATE members SET role = 'alumnus' WHERE role IN ('moderator', 'auditor')")
    op.execute("DELETE FROM invitations WHERE role IN ('moderator', 'auditor') AND accepted_at IS NULL")
    _change(AFTER, BEFORE)


def _change(before: str, after: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _edit_definition(before, after)
        return
    op.drop_constraint(op.f("ck_members_role"), "members", type_="check")
    op.create_check_constraint(op.f("ck_members_role"), "members", after)


def _edit_definition(before: str, after: str) -> None:
    bind = op.get_bind()
    find = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'members'"
    found = bind.exec_driver_sql(find).scalar_one()
    wanted = found.replace(before, after)
    if wanted == found:
        raise RuntimeError("the table of members is not as the migrations before this one made it")
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    bind.exec_driver_sql("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = 'members'", (wanted,))
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = RESET")
    if bind.exec_driver_sql("PRAGMA integrity_check").scalar_one() != "ok":
        raise RuntimeError("the table of members could not be changed")
