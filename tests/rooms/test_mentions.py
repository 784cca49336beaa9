"""Who is named with an `@`: the longest name that is written there, in words that the author says; resolved once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, func, select

from community.core.text import render_markdown
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.members.rules.handles import handle_key
from community.rooms.actions import backfill, create, messages, retention, settings
from community.rooms.engine import mentions
from community.rooms.models import Message, MessageBackfill, MessageMention
from community.rooms.queries import messages as message_queries
from community.rooms.queries import recipients
from community.rooms.queries.unread_mentions import count_unread_mentions
from tests.conftest import Act
from tests.factories import Cast, make_member
from tests.support.room_helpers import Chat

NAMES = ("Q", "Q Lee", "nehim", "nehiman", "J.R.", "O’Brien", "Zoë", "李雷", "प्रिया", "Anne-Marie")


class Crowd(Chat):
    """A room in which the members of NAMES are, too."""

    def __init__(self, act: Act, cast: Cast) -> None:
        with act.store.unit_of_work(now=act.now) as uow:
            self.named = {make_member(uow, name).id: name for name in NAMES}
        super().__init__(act, cast)
        self.room_id = act(cast.ada, _open, members=[cast.ben.id, cast.cleo.id, *self.named])


def _open(uow: Any, members: list[UUID]) -> UUID:
    return create.create_room(uow, kind="open", name="Evenings", members=members).id


@pytest.fixture
def crowd(act: Act, cast: Cast) -> Crowd:
    """A room with everybody in it."""
    return Crowd(act, cast)


def told(act: Act, crowd: Crowd) -> list[str]:
    """The names of those who are told of the last message by a name."""
    with act.store.read_context(now=act.now) as ctx:
        last = ctx.session.scalar(select(func.max(Message.seq)).where(Message.room_id == crowd.room_id)) or 0
        heard = recipients.notification_recipients(ctx, crowd.room_id, first_seq=last, last_seq=last)
    return sorted(crowd.named.get(one.member_id, "?") for one in heard)


WRITTEN = {
    "@Q Lee hello": ["Q Lee"],
    "@q lee, @Q and @Q": ["Q", "Q Lee"],
    "@Q\nLee": ["Q"],
    "@nehim, an idea": ["nehim"],
    "@nehim an idea": ["nehim"],
    "@nehim. An hour late": ["nehim"],
    "@nehiman @NEHIM": ["nehim", "nehiman"],
    "@nehimans": [],
    "@J.R. said": ["J.R."],
    "(@Q) “@nehim” *@Zoë* **@李雷** …@प्रिया!": ["Q", "Zoë", "nehim", "प्रिया", "李雷"],
    "@O'Brien's and @o’brien": ["O’Brien"],
    "@anne-marie's @Anne–Marie": ["Anne-Marie"],
    "https://www.tiktok.com/@Q/video/1": [],
    "https://example.org/?u=@Q&v=(@nehim)": [],
    "www.example.org/@Q x/@Q example.org?u=@nehim": [],
    "wren@Q.example first.-@nehim.example @Q@social.example": [],
    "`@Q` and ``a ` @nehim``": [],
    "```\n@Q\n```\n@nehim": ["nehim"],
    "~~~\n@Q\n~~~": [],
    "```\n@Q": [],
    "> @Q said so": [],
    "> @Q said so\n@nehim what do you say?": ["nehim"],
    "> - @Q\n\n- > @Q\n\n  @nehim": ["nehim"],
    ">> @nehim\n> > @Q": [],
    ">@Q is no quotation": ["Q"],
    "@@Q a@Q": [],
    "@": [],
    "@Nobody": [],
}


@pytest.mark.parametrize("text", WRITTEN)
def test_ben_tells_those_alone_whom_he_names(act: Act, cast: Cast, crowd: Crowd, text: str) -> None:
    """X2: the longest handle that is written, nothing in addresses, code or quoted lines."""
    crowd.say(cast.ben, text)
    assert told(act, crowd) == sorted(WRITTEN[text])


def test_the_page_brings_out_the_readers_name_only_where_it_is_written() -> None:
    """X2: no mark in a longer name, in an address or in a quotation; links stay whole."""
    names = ["Q", "Q Lee"]
    assert render_markdown("@Q Lee and @Q", "Q", names) == '<p dir="auto">@Q Lee and <mark>@Q</mark></p>'
    assert render_markdown("@Q Lee", "Q", ["Q Lee"]) == '<p dir="auto">@Q Lee</p>'
    link = render_markdown("https://www.tiktok.com/@Q/video/1 @Q", "Q", names)
    assert 'href="https://www.tiktok.com/@Q/video/1"' in link
    assert link.endswith(" <mark>@Q</mark></p>")
    assert "<mark>" not in render_markdown("> @Q said\n\n`@Q`", "Q", names)
    assert "<mark>@Q</mark> yes" in render_markdown("> @Ben said\n@Q yes", "Q", names)


def test_a_message_says_whom_it_names_in_history_and_when_posted(
    act: Act, cast: Cast, crowd: Crowd, api: Callable[[Actor], Any]
) -> None:
    """X2: the page and other clients draw exactly those names."""
    posted = api(cast.ben).post(
        f"/rooms/{crowd.room_id}/messages", json={"client_msg_id": "1", "body": "@Zoë, @Q Lee, @Zoë"}
    )
    assert [one["handle"] for one in posted.json["message"]["mentions"]] == ["Zoë", "Q Lee"]
    history = api(cast.cleo).get(f"/rooms/{crowd.room_id}/messages").json["messages"]
    assert history[-1] == posted.json["message"]


def test_a_long_message_of_names_costs_few_look_ups() -> None:
    """A5: the cost is bounded by the length of the message, and by 200 look-ups."""
    asked: list[str] = []

    def key_of(name: str) -> str:
        asked.append(name)
        return handle_key(name)

    assert len(mentions.find_candidates(" @a" * 1320, key_of=key_of).places) == 1
    assert asked == ["a"]
    asked.clear()
    mentions.find_candidates("".join(f" @a{number}" for number in range(700)), key_of=key_of)
    mentions.find_candidates("@" + "a " * 1999, key_of=key_of)
    mentions.find_candidates("@a b c d e f g h i j k l" * 160, key_of=key_of)
    assert len(asked) <= 3 * mentions.MAX_LOOKUPS


def test_a_message_names_twenty_members_at_most(act: Act, cast: Cast) -> None:
    """A5: one message cannot ring for everybody."""
    with act.store.unit_of_work(now=act.now) as uow:
        ids = [make_member(uow, f"Member {number}").id for number in range(30)]
    room_id = act(cast.ada, _open, members=[cast.ben.id, *ids])
    Chat(act, cast).say(cast.ben, " ".join(f"@Member {number}" for number in range(30)), room_id=room_id)
    heard = act.read(None, recipients.notification_recipients, room_id=room_id, first_seq=1, last_seq=1)
    assert {one.member_id for one in heard} == set(ids[:20])


def test_names_cost_a_batch_one_query_and_only_outside_the_write_lock(
    act: Act, cast: Cast, crowd: Crowd, store: UnitOfWorkFactory
) -> None:
    """A5: whoever writes meanwhile does not wait for the search for names."""
    looked: list[bool] = []

    @event.listens_for(store.database.engine, "before_cursor_execute")
    def note(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "handle_key IN" in statement:
            looked.append(connection.get_execution_options().get("sqlite_begin") == "IMMEDIATE")

    try:
        crowd.say(cast.ben, "Nobody is named here")
        assert looked == []
        crowd.say(cast.ben, "@Q and @Zoë and @nehim")
    finally:
        event.remove(store.database.engine, "before_cursor_execute", note)
    assert looked == [False]


def test_an_edit_draws_a_new_name_and_tells_nobody(act: Act, cast: Cast, crowd: Crowd) -> None:
    """A5: names are resolved again by an edit, for drawing only."""
    said = crowd.say(cast.ben, "Hello @Zoë")
    act(cast.ben, messages.edit_message, message_id=said, body="Hello @Q and @Zoë")
    assert told(act, crowd) == ["Zoë"]
    assert [one.handle for one in act.read(cast.cleo, message_queries.message, message_id=said).mentions] == [
        "Q",
        "Zoë",
    ]
    act(cast.ben, messages.edit_message, message_id=said, body="Hello @Q")
    assert told(act, crowd) == []
    act(cast.ben, messages.remove_message, message_id=said)
    with act.store.read_context() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(MessageMention)) == 0


def test_a_digest_counts_what_names_zoe_without_reading_words(act: Act, cast: Cast, crowd: Crowd) -> None:
    """A5: the rows say whom a message names, whatever its words look like."""
    zoe = next(member_id for member_id, name in crowd.named.items() if name == "Zoë")
    said = [crowd.say(cast.ben, words) for words in ("@Zoë one", "nothing", "@Zoë two", "`@Zoë` three")]
    crowd.say(cast.cleo, "@Zoë four", reply_to=said[0])
    with act.store.read_context() as ctx:
        assert count_unread_mentions(ctx.session, zoe, crowd.room_id) == 3
        assert count_unread_mentions(ctx.session, zoe, crowd.room_id, but_by=[cast.ben.id]) == 1
    act.later(days=40)
    act(cast.ada, settings.change_room, room_id=crowd.room_id, retention_days=30)
    while act(None, retention.purge_expired):
        pass
    with act.store.read_context() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(MessageMention)) == 0


def test_messages_from_before_learn_whom_they_name_in_batches(act: Act, cast: Cast, crowd: Crowd) -> None:
    """A5: the backfill goes on where it was stopped, and leaves what changed meanwhile alone."""
    said = [crowd.say(cast.ben, f"@Zoë {number}") for number in range(7)]
    with act.store.unit_of_work() as uow:
        for row in uow.session.scalars(select(MessageMention)):
            uow.session.delete(row)
        uow.session.add(MessageBackfill(name="mentions", before=UUID(int=2**128 - 1)))

    def prepare(session: Any, batch: Any) -> Any:
        write = backfill.BACKFILLS["mentions"](session, batch)
        if any(one.id == said[2] for one in batch):
            with act.store.unit_of_work(cast.ben) as uow:
                messages.edit_message(uow, message_id=said[2], body="Nobody")
        return write

    rounds = 0
    while backfill.run_batch(act.store, "mentions", prepare, at_once=3):
        rounds += 1
    assert rounds == 3
    backfill.run_all(act.store)
    with act.store.read_context() as ctx:
        named = set(ctx.session.scalars(select(MessageMention.message_id)))
        assert ctx.session.get(MessageBackfill, "mentions") is None
    assert named == set(said) - {said[2]}
