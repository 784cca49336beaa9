"""Who is told of what was said: the other one in a pairing's room, and whoever was replied to. Never the words."""

from sqlalchemy.orm import Session

from community.core.subscribers import Notice, notices
from community.core.unit_of_work import Reading, utc_now
from community.rooms import queries
from community.rooms.events import MessagePosted


@notices.on(MessagePosted)
def tell_them(session: Session, event: MessagePosted) -> Notice | None:
    """Somebody wrote to them."""
    look = Reading(session, None, utc_now())
    kind, told = queries.who_hears(look, event.room_id, first_seq=event.first_seq, last_seq=event.last_seq)
    if not told:
        return None
    title = "You have a new message" if kind == "pairing" else "Somebody answered you"
    return Notice(to=sorted(told), title=title, url=f"/rooms/{event.room_id}")
