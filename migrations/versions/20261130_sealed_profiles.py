"""Answers of buddy profiles and inputs of match runs are sealed. Workers seal the answers that are there already."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "sealed_profiles"
down_revision = "quotas"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("buddy_profiles", sa.Column("answers", sa.Text(), nullable=True))
    op.add_column("match_runs", sa.Column("sealed_inputs", sa.Text(), nullable=True))
    op.drop_column("match_runs", "inputs")  # a migration has no key to seal them; such a run is not replayed any more


def downgrade() -> None:
    op.add_column(
        "match_runs", sa.Column("inputs", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True)
    )
    op.drop_column("match_runs", "sealed_inputs")
    op.drop_column("buddy_profiles", "answers")
