"""Members choose which first words of messages are shown outside the rooms."""

import sqlalchemy as sa
from alembic import op

revision = "message_previews"
down_revision = "notification_facts"
branch_labels = None
depends_on = None

CHOICES = "previews IN ('all', 'careful', 'none')"


def upgrade() -> None:
    with op.batch_alter_table("delivery_settings") as batch:
        batch.add_column(sa.Column("previews", sa.String(8), server_default="careful", nullable=False))
        batch.create_check_constraint(op.f("ck_delivery_settings_previews"), CHOICES)


def downgrade() -> None:
    with op.batch_alter_table("delivery_settings") as batch:
        batch.drop_constraint(op.f("ck_delivery_settings_previews"), type_="check")
        batch.drop_column("previews")
