"""Rooms and messages of the demo."""

import random
import uuid
from collections import Counter
from datetime import timedelta

from sqlalchemy import insert

from community.core.unit_of_work import UnitOfWork
from community.demo.plan import BEGAN, Plan, random_id
from community.rooms.engine import search_index
from community.rooms.models import Message, Room, RoomMembership

SAID = (
    "Made soup, called my sister, going to bed before ten.",
    "Rough afternoon, but I kept driving.",
    "You kept driving. That is the whole thing.",
    "Kettle is on here too. Anyone else up for a while?",
    "Up till eleven at least.",
)


def write_rooms(uow: UnitOfWork, wanted: Plan) -> None:
    """Write the rooms: all members are in the first one, fewer in each that follows. The first three have messages."""
    chance = random.Random(wanted.seed + 1)  # noqa: S311
    for number, (room_id, name, topic) in enumerate(wanted.rooms):
        uow.session.add(
            Room(id=room_id, kind="open", name=name, topic=topic, created_at=BEGAN + timedelta(minutes=number))
        )
        uow.session.flush()
        inside = [one for place, (one, *_) in enumerate(wanted.members) if number == 0 or place % (number + 1) == 0]
        said = _said(chance, room_id, inside) if number < 3 else []
        uow.session.execute(
            insert(RoomMembership),
            [
                {"room_id": room_id, "member_id": one, "joined_at": BEGAN, "last_read_seq": max(0, len(said) - 2)}
                for one in inside
            ],
        )
        if said:
            uow.session.execute(insert(Message), said)
            room = uow.session.get_one(Room, room_id)
            room.head_seq = room.head_rev = len(said)
            search_index.index_range(uow, room_id=room_id, first_seq=1, last_seq=len(said))


def _said(chance: random.Random, room_id: uuid.UUID, inside: list[uuid.UUID]) -> list[dict[str, object]]:
    written: Counter[uuid.UUID] = Counter()
    rows: list[dict[str, object]] = []
    for seq, body in enumerate(SAID, start=1):
        message_id, author = random_id(chance), inside[chance.randrange(len(inside))]
        written[author] += 1
        rows.append(
            {
                "id": message_id,
                "room_id": room_id,
                "author_id": author,
                "seq": seq,
                "author_seq": written[author],
                "rev": seq,
                "client_msg_id": str(random_id(chance)),
                "body": body,
                "request_hash": "",
                "created_at": BEGAN + timedelta(hours=seq),
            }
        )
    return rows
