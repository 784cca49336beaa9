"""Reach-outs: when the claim began, and when the responder first wrote."""

import sqlalchemy as sa
from alembic import op

revision = "reach_out_answers"
down_revision = "attempt_networks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reach_outs", sa.Column("claim_began_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reach_outs", sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
    # Until now a claim counted as an answer.
    op.execute(
        "UPDATE reach_outs SET claim_began_at = claimed_at, answered_at = claimed_at WHERE claimed_by IS NOT NULL"
    )
    op.create_index("ix_reach_outs_room_id", "reach_outs", ["room_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_reach_outs_room_id", table_name="reach_outs")
    op.drop_column("reach_outs", "answered_at")
    op.drop_column("reach_outs", "claim_began_at")
