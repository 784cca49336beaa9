"""Previews of messages: whether their first words are shown in the app outside their rooms."""

from dataclasses import dataclass

from sqlalchemy import select

from community.core.crisis_keywords import asks_for_help
from community.core.unit_of_work import ReadContext
from community.notifications.models import DeliverySettings

CAREFUL = "careful"
PREVIEWS = ("all", CAREFUL, "none")


@dataclass(frozen=True)
class PreviewPolicy:
    """A member's choice: first words of all messages, of all but sensitive ones (the default), or of none."""

    choice: str = CAREFUL

    def shows(self, text: str) -> bool:
        """Return whether the first words of this message may be shown outside its room."""
        if self.choice == CAREFUL:
            return not asks_for_help(text)
        return self.choice == "all"


def previews(ctx: ReadContext) -> PreviewPolicy:
    """Return the actor's choice of previews."""
    query = select(DeliverySettings.previews).where(DeliverySettings.member_id == ctx.actor.id)
    return PreviewPolicy(ctx.session.scalar(query) or CAREFUL)
