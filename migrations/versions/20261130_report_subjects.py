"""Cases may be about a buddy suggestion, too."""

import sqlalchemy as sa
from alembic import op

revision = "report_subjects"
down_revision = "invitation_notes"
branch_labels = None
depends_on = None

BEFORE = "kind IN ('message', 'meetup', 'member')"
AFTER = "kind IN ('message', 'meetup', 'member', 'suggestion')"


def upgrade() -> None:
    _change(AFTER, before=8, after=12)


def downgrade() -> None:
    op.execute("UPDATE cases SET kind = 'member' WHERE kind = 'suggestion'")  # its id stays: one open case per subject
    _change(BEFORE, before=12, after=8)


def _change(kinds: str, *, before: int, after: int) -> None:
    with op.batch_alter_table("cases") as batch:
        batch.drop_constraint(op.f("ck_cases_kind"), type_="check")
        batch.alter_column(
            "kind", existing_type=sa.String(length=before), type_=sa.String(length=after), existing_nullable=False
        )
        batch.create_check_constraint(op.f("ck_cases_kind"), kinds)
