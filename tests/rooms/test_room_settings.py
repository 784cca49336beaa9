"""How rooms are kept: rules and names, retention with its dry run, closing; and what each decides for themselves."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community.core.errors import Forbidden, NotFound, ValidationFailed
from community.core.unit_of_work import Actor
from community.rooms.actions import membership, membership_settings, messages, reactions, retention, settings
from community.rooms.engine.post_checks import RoomClosed
from community.rooms.models import Message, MessageEdit
from community.rooms.queries import history, read_markers, recipients, rooms, search
from community.rooms.rules.messages import FOREVER
from tests.conftest import Act
from tests.factories import Cast
from tests.pages import post_form
from tests.support.room_helpers import Chat


@pytest.fixture
def chat(act: Act, cast: Cast) -> Chat:
    """A room of Ada, Ben, Cleo and Dov."""
    return Chat(act, cast)


def unread(act: Act, actor: Actor, chat: Chat) -> int:
    """What is new to somebody."""
    return act.read(actor, read_markers.marker, room_id=chat.room_id).unread


def cut_all(act: Act) -> int:
    """Let a worker do its rounds; how many it took."""
    rounds = 0
    while act(None, retention.purge_expired):
        rounds += 1
    return rounds


def test_the_dry_run_counts_what_the_worker_then_takes_and_no_more(act: Act, cast: Cast, chat: Chat) -> None:  # R7
    old = [chat.say(cast.ben, f"Old {number}") for number in range(3)]
    act(cast.ben, messages.edit_message, message_id=old[0], body="Old words")
    act(cast.cleo, reactions.react, message_id=old[1], emoji="🌿")
    act.later(days=40)
    answer = chat.say(cast.cleo, "New", reply_to=old[2])
    for days, count in ((30, 3), (50, 0)):
        assert act.read(cast.ada, retention.count_expiring, room_id=chat.room_id, days=days) == count
    with pytest.raises(Forbidden):
        act.read(cast.ben, retention.count_expiring, room_id=chat.room_id, days=30)
    assert cut_all(act) == 0

    act(cast.ada, settings.change_room, room_id=chat.room_id, retention_days=30)
    assert act.read(cast.ben, rooms.room_view, room_id=chat.room_id).retention_days == 30
    assert cut_all(act) == 1
    assert act.read(cast.ada, retention.count_expiring, room_id=chat.room_id, days=30) == 0
    views, head, oldest = act.read(cast.ben, history.history, room_id=chat.room_id)
    assert ([view.id for view in views], head, oldest, views[0].reply_to) == ([answer], 4, 4, None)
    with act.store.read_context() as ctx:
        left = [ctx.session.scalar(select(func.count()).select_from(table)) for table in (Message, MessageEdit)]
    assert left == [1, 0]
    assert act.read(cast.ben, search.search_messages, query_text="old").items == []
    assert (unread(act, cast.dov, chat), unread(act, cast.cleo, chat)) == (1, 0)
    with pytest.raises(NotFound):
        act(cast.ben, reactions.react, message_id=old[0], emoji="🌿")


def test_ben_reconnects_after_retention_and_learns_where_the_log_begins(act: Act, cast: Cast, chat: Chat) -> None:  # R7
    for number in range(4):
        chat.say(cast.ben, f"Old {number}")
    act.later(days=90)
    chat.say(cast.ben, "New")
    act(cast.ada, settings.change_room, room_id=chat.room_id, retention_days=30)
    cut_all(act)
    with act.store.read_context() as ctx:
        missed = history.read_after(ctx.session, chat.room_id, seq=1, rev=1)
    assert missed is not None
    assert ([one.seq for one in missed.messages], missed.oldest_seq, missed.more) == ([5], 5, False)


def test_a_message_that_a_case_needs_stays_without_its_text(
    act: Act, cast: Cast, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, going = chat.say(cast.ben, "Kept"), chat.say(cast.ben, "Going")
    monkeypatch.setattr(retention, "retention_holds", [lambda: Message.id == kept])
    act.later(days=31)
    act(cast.ada, settings.change_room, room_id=chat.room_id, retention_days=30)
    cut_all(act)
    with act.store.read_context() as ctx:
        [row] = ctx.session.scalars(select(Message)).all()
    assert (row.id, row.body) == (kept, "")
    assert going
    assert act.read(cast.ben, history.history, room_id=chat.room_id) == ([], 2, 0)


def test_ada_changes_and_closes_a_room_and_opens_it_again(act: Act, cast: Cast, chat: Chat) -> None:
    act(cast.ada, settings.change_room, room_id=chat.room_id, name="Late evenings", rules="No advice unless asked for.")
    room = act.read(cast.ben, rooms.room_view, room_id=chat.room_id)
    assert (room.name, room.rules) == ("Late evenings", "No advice unless asked for.")
    act(cast.ada, settings.close_room, room_id=chat.room_id)
    with pytest.raises(RoomClosed):
        chat.say(cast.ben, "Hello?")
    assert act.read(cast.root, rooms.joinable_rooms) == []
    act(cast.ada, settings.reopen_room, room_id=chat.room_id)
    chat.say(cast.ben, "Hello again")
    two = chat.another_room(cast.ada, cast.ben, kind="private")
    with pytest.raises(NotFound):
        act(cast.root, settings.close_room, room_id=two)
    with pytest.raises(Forbidden):
        act(cast.ben, settings.close_room, room_id=chat.room_id)


def test_ben_marks_unread_and_a_later_look_reads_it_again(act: Act, cast: Cast, chat: Chat) -> None:  # R8
    for number in range(5):
        chat.say(cast.cleo, f"{number}")
    act(cast.ben, membership_settings.mark_read, room_id=chat.room_id, seq=5)
    act(cast.ben, membership_settings.mark_read, room_id=chat.room_id, seq=3)
    assert unread(act, cast.ben, chat) == 0
    act(cast.ben, membership_settings.mark_unread, room_id=chat.room_id, seq=4)
    assert unread(act, cast.ben, chat) == 2
    act(cast.ben, membership_settings.mark_unread, room_id=chat.room_id, seq=5)
    assert unread(act, cast.ben, chat) == 2
    act(cast.ben, membership_settings.mark_read, room_id=chat.room_id, seq=5)
    assert unread(act, cast.ben, chat) == 0


def test_a_quiet_room_rings_for_nobody_until_its_time_is_over(act: Act, cast: Cast, chat: Chat) -> None:
    def hears() -> list[tuple[str, str]]:
        names = {actor.id: actor.handle for actor in (cast.ada, cast.ben, cast.cleo, cast.dov)}
        heard = act.read(None, recipients.notification_recipients, room_id=chat.room_id, first_seq=1, last_seq=99)
        return sorted((names[one.member_id], one.why) for one in heard)

    first = chat.say(cast.ben, "Anyone up?")
    chat.say(cast.cleo, "Yes, and @Dov? @ben too. mail me: x@ada", reply_to=first)
    assert hears() == [("Ben", "reply"), ("Dov", "mention")]
    act(cast.ben, membership_settings.mute, room_id=chat.room_id, until=act.now + timedelta(hours=1))
    act(cast.dov, membership_settings.mute, room_id=chat.room_id)
    assert hears() == []
    assert (unread(act, cast.ben, chat), act.read(cast.ben, read_markers.count_unread_rooms)) == (1, 0)
    act.later(hours=1)
    assert hears() == [("Ben", "reply")]
    assert act.read(cast.ben, rooms.room_view, room_id=chat.room_id).muted_until is None
    act(cast.dov, membership_settings.unmute, room_id=chat.room_id)
    assert ("Dov", "mention") in hears()
    with pytest.raises(ValidationFailed):
        act(cast.ben, membership_settings.mute, room_id=chat.room_id, until=act.now)


def test_presence_is_off_until_somebody_wants_it(act: Act, cast: Cast, chat: Chat) -> None:
    assert not act.read(cast.ben, rooms.room_view, room_id=chat.room_id).shows_presence
    act(cast.ben, membership_settings.show_presence, room_id=chat.room_id)
    assert act.read(cast.ben, rooms.room_view, room_id=chat.room_id).shows_presence
    act(cast.ben, membership_settings.hide_presence, room_id=chat.room_id)
    assert not act.read(cast.ben, rooms.room_view, room_id=chat.room_id).shows_presence


@pytest.mark.parametrize("span", ["", "week"])
def test_cleo_undoes_leaving_a_room_and_finds_it_as_she_left_it(
    act: Act, cast: Cast, chat: Chat, page: Callable[[Actor], FlaskClient], span: str
) -> None:
    """Muted, shown as present, and with what was unread; a second tap changes nothing, and nor does a wrong value."""
    chat.say(cast.ben, "One")
    cleo, room = page(cast.cleo), f"/rooms/{chat.room_id}"
    for path, fields in (("mute", {"span": span}), ("presence", {"shown": "1"}), ("leave", {})):
        post_form(cleo, f"{room}/{path}", fields)
    chat.say(cast.ben, "Two")
    with cleo.session_transaction() as kept:
        undo = kept["_flashes"][-1][1]
    assert undo["undo_url"] == f"{room}/join"
    wrong = post_form(cleo, undo["undo_url"], {**undo["undo_fields"], "muted_until": "tomorrow"})
    assert wrong.status_code == 422
    for _ in range(2):
        assert post_form(cleo, undo["undo_url"], undo["undo_fields"]).location == room
        found = act.read(cast.cleo, rooms.room_view, room_id=chat.room_id)
        assert (found.unread, found.shows_presence) == (2, True)
        assert found.muted_until == (FOREVER if not span else act.now + timedelta(days=7))
    act(cast.cleo, membership.leave, room_id=chat.room_id)
    post_form(cleo, f"{room}/join", {})
    found = act.read(cast.cleo, rooms.room_view, room_id=chat.room_id)
    assert (found.unread, found.muted_until, found.shows_presence) == (0, None, False)
