"""Reactions have one form per emoji; those that were none are gone.

Before, a sign with and without U+FE0F were two, and invisible characters and direction marks were taken as signs.
"""

import sqlalchemy as sa
from alembic import op
from emoji import EMOJI_DATA, STATUS

revision = "emoji_forms"
down_revision = "calendar_revisions"
branch_labels = None
depends_on = None

REACTIONS = sa.table("message_reactions", sa.column("message_id"), sa.column("member_id"), sa.column("emoji"))


def upgrade() -> None:
    known = (sign for sign, data in EMOJI_DATA.items() if data["status"] == STATUS["fully_qualified"])
    forms = {sign.replace("\ufe0f", ""): sign for sign in known}
    connection = op.get_bind()
    for sign in list(connection.scalars(sa.select(REACTIONS.c.emoji).distinct())):
        form = forms.get(sign.replace("\ufe0f", ""))
        if form == sign:
            continue
        if form is not None:
            other = REACTIONS.alias()
            has_form = sa.exists().where(
                other.c.message_id == REACTIONS.c.message_id,
                other.c.member_id == REACTIONS.c.member_id,
                other.c.emoji == form,
            )
            op.execute(sa.update(REACTIONS).where(REACTIONS.c.emoji == sign, ~has_form).values(emoji=form))
        op.execute(sa.delete(REACTIONS).where(REACTIONS.c.emoji == sign))


def downgrade() -> None:
    """Change nothing: both forms are emoji."""
