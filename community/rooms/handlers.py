"""Event handlers and periodic jobs of rooms."""

from community.core.outbox.periodic import periodic
from community.core.outbox.subscriptions import handlers
from community.core.unit_of_work import UnitOfWork
from community.members.events import MemberCohortChanged, MemberJoined
from community.members.queries import active_members
from community.rooms import access
from community.rooms.actions import backfill, membership, retention
from community.rooms.engine import search_index
from community.rooms.events import MessagePosted

periodic.every(backfill.EVERY_SECONDS)(backfill.continue_backfills)
periodic.every(retention.EVERY_SECONDS)(retention.purge_expired)


@handlers.on(MemberJoined)
def join_cohort_rooms(uow: UnitOfWork, event: MemberJoined) -> None:
    """Add a member who joins with a cohort to the cohort's rooms."""
    if event.cohort_id is None or not active_members.takes_part(uow.session, event.member_id):
        return
    for room in access.rooms_of_cohort(uow, event.cohort_id):
        membership.add_members(uow, room, [event.member_id])


@handlers.on(MemberCohortChanged)
def change_cohort_rooms(uow: UnitOfWork, event: MemberCohortChanged) -> None:
    """Move a member from the rooms of one cohort to those of another."""
    if active_members.cohort_of(uow.session, event.member_id) != event.cohort_id:
        return  # moved again since
    for room in access.rooms_of_cohort(uow, event.before_id) if event.before_id else ():
        membership.remove_members(uow, room_id=room.id, members=[event.member_id])
    for room in access.rooms_of_cohort(uow, event.cohort_id) if event.cohort_id else ():
        membership.add_members(uow, room, [event.member_id])


@handlers.on(MessagePosted, shared=True)
def index_messages(uow: UnitOfWork, event: MessagePosted) -> None:
    """Add posted messages to the search index."""
    search_index.index_range(uow, room_id=event.room_id, first_seq=event.first_seq, last_seq=event.last_seq)
