"""The lived-in demo: five rooms with two weeks of talk, meetups, pairs, care, a case and invitations."""

from functools import partial
from uuid import UUID

from sqlalchemy import select

from community.core.unit_of_work import UnitOfWork
from community.demo.care_story import add_care, add_pairs
from community.demo.meetups import add_meetups
from community.demo.story import Story
from community.demo.talk import ROOMS
from community.members.actions.invitations import invite
from community.members.models import Cohort
from community.notifications.actions import mark_read as mark_notifications_read
from community.onboarding.actions import choose_newcomer_room
from community.rooms.actions.create import create_room
from community.rooms.actions.membership_settings import mark_read, mute
from community.rooms.models import Message, Room, RoomMembership
from community.rooms.queries.rooms import my_rooms
from community.safety.actions.reports import report

SIGN_IN = ("Dana", "Wren", "Juniper", "Otis")
NEWCOMERS_ROOM = "First weeks"
UNREAD = {"Evenings": 5, "Night owls": 2, "Slow cooking": 1}


def run_story(story: Story, *, secret: str, newcomer: str) -> dict[str, UUID]:
    """Tell the whole demo, and return its rooms by name. `newcomer` joined yesterday and is part of none of it."""
    rooms = _add_rooms(story, [handle for handle in story.members if handle != newcomer])
    add_meetups(story)
    add_pairs(story)
    add_care(story)
    _add_staff_work(story, secret=secret)
    for handle in SIGN_IN:
        story.at(story.ago(hours=24), story.act, handle, mark_notifications_read)
        for name, room_id in rooms.items():
            story.at(story.now, _read_all_but_the_newest, story, handle, room_id, UNREAD.get(name, 0))
        story.at(story.now, _read_talks_of_two, story, handle)
    story.run()
    return rooms


def _add_rooms(story: Story, members: list[str]) -> dict[str, UUID]:
    """Open the rooms at once, since their ids are needed for later steps, and add what is said in them."""
    rooms: dict[str, UUID] = {}
    for number, talk in enumerate(ROOMS):
        present = {line.author for line in talk.lines} | {handle for line in talk.lines for _, handle in line.signs}
        inside = [story.members[handle].id for handle in members if number == 0 or handle in present]
        room = story.act("Dana", create_room, kind="open", name=talk.name, topic=talk.topic, members=inside)
        rooms[talk.name] = room.id
        story.talk(partial(rooms.__getitem__, talk.name), talk.lines)
    story.act("Dana", choose_newcomer_room, room_id=rooms[NEWCOMERS_ROOM])
    story.at(story.local(3, "21:00"), story.act, "Otis", mute, room_id=rooms["Slow cooking"])
    return rooms


def _add_staff_work(story: Story, *, secret: str) -> None:
    def add_cohort(uow: UnitOfWork) -> None:
        uow.session.add(Cohort(name="Autumn", created_at=uow.now))

    def report_unkind() -> None:
        with story.store.read_context() as ctx:
            alder = story.members["Alder"].id
            message = ctx.session.scalars(select(Message.id).where(Message.author_id == alder)).one()
        reason = "People come here at night because they're struggling."
        story.act("Teal", report, message_id=message, reason=reason, category="harassment")

    story.at(story.local(40, "08:00"), story.act, None, add_cohort)
    story.at(story.ago(hours=5), report_unkind)
    for days, email in ((3, "robin.k@demo.invalid"), (1, "sam@demo.invalid")):
        story.at(story.local(days, "12:00"), story.act, "Dana", invite, email=email, role="alumnus", secret=secret)


def _read_all_but_the_newest(story: Story, handle: str, room_id: UUID, unread: int) -> None:
    with story.store.unit_of_work(story.members[handle], durable=False) as uow:
        if uow.session.get(RoomMembership, (room_id, uow.actor.id)) is not None:
            head = uow.session.scalars(select(Room.head_seq).where(Room.id == room_id)).one()
            mark_read(uow, room_id=room_id, seq=head - unread)


def _read_talks_of_two(story: Story, handle: str) -> None:
    with story.store.read_context(story.members[handle]) as ctx:
        rooms = [room.id for room in my_rooms(ctx) if room.kind == "pairing"]
    for room_id in rooms:
        _read_all_but_the_newest(story, handle, room_id, 0)
