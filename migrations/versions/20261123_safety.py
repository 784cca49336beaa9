"""Tables of safety."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "safety"
down_revision = "notifications"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
