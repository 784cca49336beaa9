"""Cases may be about a buddy suggestion, too.

On SQLite the table is not copied: dropping the old one would fail while reports refer to it. Its definition is edited in
place instead, as SQLite documents for changes that touch no row (lang_altertable, "Making Other Kinds Of Table Schema
Changes").
"""

import sqlalchemy as sa
from alembic import op

revision = "report_subjects"
down_revision = "invitation_notes"
branch_labels = None
depends_on = None

BEFORE = "kind IN ('message', 'meetup', 'member')"
AFTER = "kind IN ('message', 'meetup', 'member', 'suggestion')"


def upgrade() -> None:
    _change((BEFORE, 8), (AFTER, 12))


def downgrade() -> None:
    op.execute("UPDATE cases SET kind = 'member' WHERE kind = 'suggestion'")  # its id stays: one open case per subject
    _change((AFTER, 12), (BEFORE, 8))


def _change(before: tuple[str, int], after: tuple[str, int]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _edit_definition(before, after)
        return
    op.drop_constraint(op.f("ck_cases_kind"), "cases", type_="check")
    op.alter_column(
        "cases",
        "kind",
        existing_type=sa.String(length=before[1]),
        type_=sa.String(length=after[1]),
        existing_nullable=False,
    )
    op.create_check_constraint(op.f("ck_cases_kind"), "cases", after[0])


def _edit_definition(before: tuple[str, int], after: tuple[str, int]) -> None:
    bind = op.get_bind()
    find = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'cases'"
    found = bind.exec_driver_sql(find).scalar_one()
    wanted = found.replace(before[0], after[0]).replace(f"kind VARCHAR({before[1]})", f"kind VARCHAR({after[1]})")
    if wanted == found:
        raise RuntimeError("the table of cases is not as the migrations before this one made it")
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    bind.exec_driver_sql("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = 'cases'", (wanted,))
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = RESET")
    if bind.exec_driver_sql("PRAGMA integrity_check").scalar_one() != "ok":
        raise RuntimeError("the table of cases could not be changed")
