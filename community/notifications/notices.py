"""What coordinators hear of the way out of the house."""

from community.core.subscribers import Notice, notices
from community.core.unit_of_work import Reading
from community.members.queries.active import coordinators
from community.notifications.events import AddressRefused


@notices.on(AddressRefused)
def tell_coordinators(look: Reading, event: AddressRefused) -> Notice:
    """Somebody's mail comes back: another address has to be found."""
    to = [one for one in coordinators(look.session, now=look.now) if one != event.member_id]
    return Notice(to=to, title="Mail does not reach somebody", url=f"/console/members/{event.member_id}")
