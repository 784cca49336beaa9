"""What rooms do when something happened elsewhere."""

from community.core.subscribers import reactions
from community.core.unit_of_work import UnitOfWork
from community.members.events import MemberJoined
from community.rooms import access, search
from community.rooms.actions import coming
from community.rooms.events import MessagePosted


@reactions.on(MemberJoined)
def bring_into_cohort_rooms(uow: UnitOfWork, event: MemberJoined) -> None:
    """Who joins with a cohort is in the cohort's rooms."""
    if event.cohort_id is None:
        return
    for room in access.rooms_of_cohort(uow, event.cohort_id):
        coming.bring_in(uow, room, [event.member_id])


@reactions.on(MessagePosted, shared=True)
def index_words(uow: UnitOfWork, event: MessagePosted) -> None:
    """What was said can be found."""
    search.index_range(uow, room_id=event.room_id, first_seq=event.first_seq, last_seq=event.last_seq)
