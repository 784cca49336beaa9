"""Counting what is unread for many at once is the same as counting for one."""

import random
from uuid import UUID

from community.core.unit_of_work import Store, utc_now
from community.members.models import Block
from community.rooms import log, queries
from community.rooms.actions import create_room, mark_read, remove_message
from community.rooms.unread import reached, unread
from community.rooms.writer import Writer
from tests.conftest import Act
from tests.factories import Cast


def test_what_sockets_are_told_is_what_the_list_says(cast: Cast, act: Act, store: Store) -> None:  # R9
    chance, writer = random.Random(7), Writer(store)
    people = (cast.ada, cast.ben, cast.cleo, cast.dov)
    rooms: list[UUID] = [
        act(cast.ada, create_room, kind="private", name=name, members=[one.id for one in people]).id
        for name in ("Stairs", "Porch")
    ]
    with store.unit_of_work() as uow:
        uow.session.add(Block(blocker_id=cast.cleo.id, blocked_id=cast.ben.id, created_at=utc_now()))
    for number in range(40):
        who, room = chance.choice(people), chance.choice(rooms)
        posted = writer.post(who, room_id=room, client_msg_id=str(number), body="Words")
        if chance.random() < 0.2:
            act(who, remove_message, message_id=posted.message.id)
        if chance.random() < 0.3:
            act(chance.choice(people), mark_read, room_id=room, seq=chance.randrange(12))
        if number % 8 == 0 or number == 39:
            assert at_once(store, [one.id for one in people]) == one_by_one(store, [one.id for one in people])


def at_once(store: Store, members: list[UUID]) -> dict[tuple[UUID, UUID], int]:
    """As the tail counts."""
    with store.reading() as look:
        places = reached(look.session, members)
        return unread(look.session, places, log.apart_from(look.session, members))


def one_by_one(store: Store, members: list[UUID]) -> dict[tuple[UUID, UUID], int]:
    """As the list of rooms counts."""
    with store.reading() as look:
        return {
            (member_id, marker.room_id): marker.unread
            for member_id in members
            for marker in queries.markers(look, member_id)
        }
