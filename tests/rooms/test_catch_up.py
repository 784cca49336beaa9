"""What is pushed leads exactly where a fresh look leads: an old snapshot with every push applied equals a new one.

The idea is Zulip's `verify_action`. A client here is as simple as one can be: messages by place, the newer `rev` wins.
"""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from community.core.live.interfaces import Cursor
from community.core.unit_of_work import Actor
from community.members.actions import accounts
from community.rooms.actions import membership_settings, messages, pins, reactions, retention, settings
from community.rooms.engine.live_feed import RoomFeedSource
from community.rooms.queries import history, read_markers
from community.rooms.schemas.messages import MessageSchema
from community.rooms.views import MessageView
from tests.conftest import Act
from tests.factories import Cast
from tests.support.room_helpers import Chat

Do = Callable[[Act, Cast, Chat, dict[str, UUID]], Any]

# Everything that pushes something about a room, by what it is called. `said` are messages that stand: two of Ben's, one
# of Dov's, and one of Cleo's that is pinned and has signs under it.
CHANGES: dict[str, Do] = {
    "post": lambda act, cast, chat, said: chat.say(cast.ben, "Soup is ready"),
    "reply": lambda act, cast, chat, said: chat.say(cast.cleo, "On my way", reply_to=said["ben"]),
    "post by somebody hidden": lambda act, cast, chat, said: chat.say(cast.dov, "Hello"),
    "edit": lambda act, cast, chat, said: act(cast.ben, messages.edit_message, message_id=said["ben"], body="Oranges"),
    "edit by somebody hidden": lambda act, cast, chat, said: act(
        cast.dov, messages.edit_message, message_id=said["dov"], body="Hello again"
    ),
    "sign": lambda act, cast, chat, said: act(cast.cleo, reactions.react, message_id=said["ben"], emoji="🌿"),
    "sign by somebody hidden": lambda act, cast, chat, said: act(
        cast.dov, reactions.react, message_id=said["cleo"], emoji="☕"
    ),
    "sign taken back": lambda act, cast, chat, said: act(
        cast.ben, reactions.take_back_reaction, message_id=said["cleo"], emoji="🌿"
    ),
    "pin": lambda act, cast, chat, said: act(cast.ada, pins.pin, message_id=said["ben"]),
    "unpin": lambda act, cast, chat, said: act(cast.ada, pins.unpin, message_id=said["cleo"]),
    "removal": lambda act, cast, chat, said: act(cast.ben, messages.remove_message, message_id=said["ben"]),
    "removal by a coordinator": lambda act, cast, chat, said: act(
        cast.ada, messages.remove_message, message_id=said["cleo"]
    ),
}
AT_ONCE = ("post", "edit", "sign", "pin", "reply", "removal", "post by somebody hidden")

Snapshot = dict[int, dict[str, Any]]


@pytest.fixture
def chat(act: Act, cast: Cast) -> Chat:
    """A room of Ada, Ben, Cleo and Dov."""
    return Chat(act, cast)


def fresh(act: Act, actor: Actor, room_id: UUID) -> Snapshot:
    """What somebody sees who opens the room now."""
    views, _, _ = act.read(actor, history.history, room_id=room_id, limit=200)
    return {view.seq: cast_to_json(view) for view in views}


def cast_to_json(view: MessageView) -> dict[str, Any]:
    """A message as it goes over the wire."""
    shown: dict[str, Any] = MessageSchema().dump(view)
    return shown


def applied(snapshot: Snapshot, pushes: list[dict[str, Any]]) -> Snapshot:
    """A snapshot after these pushes."""
    after = dict(snapshot)
    for message in pushes:
        if message["seq"] not in after or after[message["seq"]]["rev"] <= message["rev"]:
            after[message["seq"]] = message
    return after


def pushes(act: Act, actor: Actor, room_id: UUID, place: Cursor) -> list[dict[str, Any]]:
    """What the socket of somebody who has the room open is sent after a place in its log."""
    push = RoomFeedSource(act.store, cast_none()).push(room_id, place)
    assert push is not None
    assert not push.more
    frames = [(instead or {}).get(actor.id, whole) for whole, instead in push.frames]
    return [json.loads(frame[frame.index(b"42[") + 2 :])[1] for frame in frames]


def head(act: Act, room_id: UUID) -> Cursor:
    """How far the log goes."""
    return RoomFeedSource(act.store, cast_none()).heads([room_id])[room_id]


def test_every_push_leads_where_a_fresh_look_leads(act: Act, cast: Cast, chat: Chat) -> None:  # R14 R16
    said = {"ben": chat.say(cast.ben, "Apples"), "dov": chat.say(cast.dov, "Psst"), "cleo": chat.say(cast.cleo, "Tea")}
    act(cast.ben, reactions.react, message_id=said["cleo"], emoji="🌿")
    act(cast.ada, pins.pin, message_id=said["cleo"])
    act(cast.ben, accounts.block, member_id=cast.dov.id)
    everybody = (cast.ada, cast.ben, cast.cleo, cast.dov)
    before = {actor.id: fresh(act, actor, chat.room_id) for actor in everybody}
    for name, change in CHANGES.items():
        place = head(act, chat.room_id)
        change(act, cast, chat, said)
        for actor in everybody:
            sent = pushes(act, actor, chat.room_id, place)
            assert sent, name
            after = applied(before[actor.id], sent)
            assert after == fresh(act, actor, chat.room_id), name
            # Again, and in another order, it changes nothing.
            assert applied(before[actor.id], [*reversed(sent), *sent]) == after, name
            before[actor.id] = after


def test_ben_reconnects_and_sees_what_dov_who_stayed_sees(act: Act, cast: Cast, chat: Chat) -> None:  # R5 R7 R14 R16
    said = {"ben": chat.say(cast.ben, "Apples"), "dov": chat.say(cast.dov, "Psst"), "cleo": chat.say(cast.cleo, "Tea")}
    before, place = fresh(act, cast.ben, chat.room_id), head(act, chat.room_id)
    act.later(days=3)
    for name in AT_ONCE:
        CHANGES[name](act, cast, chat, said)
    act(cast.ada, settings.change_room, room_id=chat.room_id, retention_days=1)
    while act(None, retention.purge_expired):
        pass
    with act.store.read_context(cast.ben, now=act.now) as ctx:
        missed = history.read_after(ctx.session, chat.room_id, seq=place.seq, rev=place.rev)
        assert missed is not None
        views = history.to_view(ctx, list(missed.in_order()))
    after = applied(before, [cast_to_json(view) for view in views])
    # Removed among them are reset by where the log begins now.
    assert {place: one for place, one in after.items() if place >= missed.oldest_seq} == fresh(
        act, cast.ben, chat.room_id
    )
    assert missed.oldest_seq == 4


def test_the_unread_that_is_pushed_is_the_one_that_is_counted(act: Act, cast: Cast, chat: Chat) -> None:  # R16
    source = RoomFeedSource(act.store, cast_none())
    source.news([cast.ben.id])
    for change in (
        lambda: chat.say(cast.cleo, "One"),
        lambda: chat.say(cast.cleo, "Two"),
        lambda: act(cast.ben, membership_settings.mark_read, room_id=chat.room_id, seq=2),
        lambda: act(cast.ben, membership_settings.mark_unread, room_id=chat.room_id, seq=2),
        lambda: act(cast.ben, accounts.block, member_id=cast.cleo.id),
    ):
        change()
        [(_, event, payload)] = source.news([cast.ben.id])
        counted = act.read(cast.ben, read_markers.marker, room_id=chat.room_id)
        assert (event, payload["unread"], payload["last_read_seq"]) == (
            "room.unread",
            counted.unread,
            counted.last_read_seq,
        )


def cast_none() -> Any:
    """No sockets are needed to read what they are sent."""
    return None
