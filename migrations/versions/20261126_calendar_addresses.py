"""A calendar's address is known by its digest and needs no row."""

import sqlalchemy as sa
from alembic import op

revision = "calendar_addresses"
down_revision = "slow_rooms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("meetup_preferences") as preferences:
        preferences.drop_constraint(op.f("uq_meetup_preferences_feed_hash"), type_="unique")
        preferences.drop_column("feed_hash")


def downgrade() -> None:
    with op.batch_alter_table("meetup_preferences") as preferences:
        preferences.add_column(sa.Column("feed_hash", sa.String(length=64), nullable=True))
        preferences.create_unique_constraint(op.f("uq_meetup_preferences_feed_hash"), ["feed_hash"])
