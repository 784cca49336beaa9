"""A notification keeps the ids that its sentence is written from when it is read."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "notification_facts"
down_revision = "standard_names"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("notifications", sa.Column("facts", json, nullable=True))


def downgrade() -> None:
    op.drop_column("notifications", "facts")
