"""A message is written twice: by hand for every frame, and by its schema for the API. Both say the same."""

import json
from dataclasses import fields
from datetime import UTC, datetime
from uuid import UUID

from community.rooms.schemas.messages import MessageSchema
from community.rooms.views import Author, MessageView, Reaction, message_json

ADA, BEN = UUID(int=1), UUID(int=2)


def test_a_frame_and_the_api_say_the_same_of_a_message() -> None:
    full = MessageView(
        id=UUID(int=3),
        room_id=UUID(int=4),
        seq=5,
        rev=6,
        client_msg_id="c-1",
        author=Author(ADA, "Ada"),
        body='Tea? \u2028 </script> "yes"',
        reply_to=UUID(int=7),
        created_at=datetime(2026, 11, 26, 5, 4, 3, 21, tzinfo=UTC),
        edited_at=datetime(2026, 11, 26, 6, tzinfo=UTC),
        removed=False,
        reactions=(Reaction("\N{SEEDLING}", 2, (ADA, BEN)),),
        pinned=True,
    )
    assert set(MessageSchema().fields) == {field.name for field in fields(MessageView)}
    for view in (full, full.without(frozenset({BEN})), full.tombstone()):
        assert json.loads(message_json(view)) == MessageSchema().dump(view)
