"""What a notification says in the app: written when it is read, with the reader's rights."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event

from community.core.outbox.notification_texts import message_preview, short_time
from community.core.settings import Settings
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.meetups.actions import edit_occurrence, rsvps
from community.members.actions.accounts import block
from community.notifications.actions import update_preferences
from community.notifications.models import Notification
from community.notifications.queries.inbox import NotificationView, group_alike, notifications
from community.reach_outs.actions import reach_outs
from community.rooms.actions.membership import leave
from community.rooms.actions.messages import remove_message
from tests.conftest import Act, SignedInClient
from tests.factories import Cast
from tests.meetups.conftest import Walks
from tests.support.buddy_fixtures import MakePairing, MakeProfile, MakeSuggestion
from tests.support.reach_out_fixtures import AskForHelp
from tests.support.room_helpers import Chat
from tests.support.run_worker import run_until_idle

Told = Callable[..., list[NotificationView]]


@pytest.fixture
def walks(act: Act, cast: Cast) -> Walks:
    """Walks that Ada hosts."""
    return Walks(act, cast.ada)


@pytest.fixture
def told(act: Act, store: UnitOfWorkFactory, settings: Settings) -> Told:
    """`told(cast.ben)`: after a worker has run, what a member reads, of one kind if given, newest first."""

    def read(member: Actor, kind: str = "") -> list[NotificationView]:
        run_until_idle(store, settings, now=act.now)
        items = act.read(member, notifications, cursor=None, limit=200).items
        return [one for one in items if kind in ("", one.kind)]

    return read


def test_ben_reads_who_posted_which_meetup_when_and_what_is_free(
    act: Act, walks: Walks, cast: Cast, told: Told
) -> None:
    meetup_id = walks.post(title="Thursday table", capacity=5)
    [one] = told(cast.ben)
    assert (one.title, one.detail) == ("Ada posted Thursday table", "Thu, Nov 26, 7 pm, 5 seats left")
    for member in (cast.cleo, cast.dov):
        act(member, rsvps.answer_occurrence, occurrence_id=walks.dates(meetup_id)[0].id, answer="going")
    assert told(cast.ben)[0].detail.endswith("3 seats left")
    act(cast.ben, block, member_id=cast.ada.id)
    [one] = told(cast.ben)
    assert (one.title, one.is_ended) == ("New meetup: Thursday table", False)
    act.later(days=7)
    assert told(cast.ben)[0].is_ended


def test_a_meetup_online_has_bens_clock_and_one_in_person_its_own(
    act: Act, walks: Walks, cast: Cast, told: Told
) -> None:
    walks.post(time_zone="America/Denver")
    walks.post(time_zone="America/Denver", place={"kind": "online", "url": "https://meet.example.org/x"})
    shown = {one.detail for one in told(cast.ben)}  # both came in one moment
    assert shown == {"Thu, Nov 26, 9 pm", "Thu, Nov 26, 7 pm Denver time"}


def test_a_seat_says_where_and_when_and_ends_with_the_meetup(act: Act, walks: Walks, cast: Cast, told: Told) -> None:
    date = walks.date(title="Sunday walk", capacity=1)
    walks.answer(cast.cleo, date)
    walks.answer(cast.ben, date)
    walks.answer(cast.cleo, date, "declined")
    [seat] = told(cast.ben, "rsvp.promoted")
    assert (seat.title, seat.detail, seat.is_ended) == ("You got a seat: Sunday walk", "Thu, Nov 26, 7 pm", False)
    act(cast.ada, edit_occurrence.cancel, occurrence_id=date)
    assert told(cast.ben, "rsvp.promoted")[0].is_ended
    [gone] = told(cast.ben, "occurrence.cancelled")
    assert (gone.title, gone.is_ended) == ("Sunday walk is canceled", False)


def test_an_offer_that_lapsed_is_marked_ended(act: Act, walks: Walks, cast: Cast, told: Told) -> None:
    date = walks.date(starts_at_local=datetime(2026, 11, 23, 22, 0), capacity=1)
    walks.answer(cast.cleo, date)
    walks.answer(cast.ben, date)
    walks.answer(cast.cleo, date, "declined")
    [offer] = told(cast.ben, "rsvp.offered")
    assert offer.title == "A seat is held for you: Walk"
    assert "Please answer by Mon, Nov 23" in offer.detail
    assert not offer.is_ended
    act.later(hours=9)
    [offer] = told(cast.ben, "rsvp.offered")
    assert offer.is_ended
    assert "Please answer" not in offer.detail


def test_cleo_reads_who_replied_where_and_the_first_words(act: Act, cast: Cast, told: Told) -> None:
    chat = Chat(act, cast)
    first = chat.say(cast.cleo, "Is there a door at the back?")
    chat.say(cast.ben, "Yes, behind the building.\n\nRing twice.", reply_to=first)
    chat.say(cast.dov, "@Cleo see you there")
    mention, reply = told(cast.cleo, "message.posted")
    assert (reply.title, reply.detail) == ("Ben replied in Evenings", "“Yes, behind the building. Ring twice.”")
    assert (mention.title, mention.detail) == ("Dov mentioned you in Evenings", "“@Cleo see you there”")
    [row] = group_alike([mention, reply])
    assert (row.title, len(row.notifications)) == ("2 messages for you in Evenings", 2)


@pytest.mark.parametrize("loss", ["deleted", "blocked", "left"])
def test_of_what_cleo_may_not_read_any_more_only_the_neutral_line_is_left(
    loss: str, act: Act, cast: Cast, told: Told, store: UnitOfWorkFactory
) -> None:
    chat = Chat(act, cast)
    first = chat.say(cast.cleo, "Is anyone up?")
    answer = chat.say(cast.ben, "Yes, Marmalade", reply_to=first)
    assert "Marmalade" in told(cast.cleo, "message.posted")[0].detail
    if loss == "deleted":
        act(cast.ben, remove_message, message_id=answer)
    elif loss == "blocked":
        act(cast.cleo, block, member_id=cast.ben.id)
    else:
        act(cast.cleo, leave, room_id=chat.room_id)
    [one] = told(cast.cleo, "message.posted")
    assert (one.title, one.detail, one.group) == ("Someone replied to you", "", None)
    with store.read_context() as ctx:
        [row] = ctx.session.query(Notification).where(Notification.kind == "message.posted").all()
    assert "Marmalade" not in str(vars(row))
    assert "Ben" not in str(vars(row))


def test_first_words_follow_cleos_choice_of_previews(act: Act, cast: Cast, told: Told) -> None:
    chat = Chat(act, cast)
    first = chat.say(cast.cleo, "Is anyone up?")
    chat.say(cast.ben, "Yes, I am", reply_to=first)
    chat.say(cast.ben, "I want to die", reply_to=first)

    def details() -> list[str]:
        return sorted(one.detail for one in told(cast.cleo, "message.posted"))  # both came in one moment

    assert details() == ["", "“Yes, I am”"]
    act(cast.cleo, update_preferences, previews="all")
    assert details() == ["“I want to die”", "“Yes, I am”"]
    act(cast.cleo, update_preferences, previews="none")
    assert details() == ["", ""]
    assert told(cast.cleo, "message.posted")[0].title == "Ben replied in Evenings"


def test_a_suggestion_never_tells_ben_whom_and_ends_when_it_is_over(
    act: Act, cast: Cast, told: Told, make_profile: MakeProfile, make_suggestion: MakeSuggestion
) -> None:
    for one in (cast.ben, cast.cleo):
        make_profile(one)
    make_suggestion(cast.ben, cast.cleo)
    [one] = told(cast.ben, "buddy.suggested")
    assert one.title == "We found someone who could be your buddy"
    assert one.detail.startswith("Please answer by ")
    assert "Cleo" not in str(one)
    act.later(days=40)
    oldest = told(cast.ben, "buddy.suggested")[-1]
    assert (oldest.is_ended, oldest.detail) == (True, "")


def test_buddies_are_named_until_a_block(act: Act, cast: Cast, told: Told, make_pairing: MakePairing) -> None:
    make_pairing(cast.ben, cast.cleo)
    assert told(cast.ben, "buddy.matched")[0].title == "You and Cleo are buddies now"
    act(cast.cleo, block, member_id=cast.ben.id)
    assert told(cast.ben, "buddy.matched")[0].title == "You have a new buddy"


def test_a_call_for_help_names_the_buddy_to_their_buddy_and_ends(
    act: Act, cast: Cast, told: Told, make_pairing: MakePairing, ask_for_help: AskForHelp
) -> None:
    make_pairing(cast.ben, cast.cleo)
    act.later(days=30)
    mine = ask_for_help(cast.ben, "A long night")
    [one] = told(cast.cleo, "reach_out.responders_notified")
    assert (one.title, one.is_ended) == ("Ben is asking for you", False)
    assert "long night" not in str(one)
    act(cast.ben, reach_outs.close, reach_out_id=mine)
    [one] = told(cast.cleo, "reach_out.responders_notified")
    assert (one.title, one.is_ended) == ("Someone needs a person right now", True)


def test_alike_ones_are_one_row_with_all_inside(act: Act, walks: Walks, cast: Cast, told: Told) -> None:
    for title in ("One", "Two", "Three", "Four"):
        walks.post(title=title)
    [row] = group_alike(told(cast.ben, "meetup.posted"))
    assert row.title == "4 new meetups"
    assert {one.title for one in row.notifications} == {
        f"Ada posted {title}" for title in ("Four", "Three", "Two", "One")
    }
    assert row.has_differences


def test_a_page_of_notifications_asks_as_often_for_many_as_for_few(
    act: Act, walks: Walks, cast: Cast, told: Told, store: UnitOfWorkFactory
) -> None:
    chat = Chat(act, cast)

    def happen() -> None:
        date = walks.date(capacity=1)
        walks.answer(cast.cleo, date)
        walks.answer(cast.ben, date)
        walks.answer(cast.cleo, date, "declined")
        chat.say(cast.cleo, "Are you up, @Ben?")

    def count_queries() -> int:
        statements: list[str] = []

        def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            statements.append(statement)

        event.listen(store.database.engine, "before_cursor_execute", note)
        act.read(cast.ben, notifications, cursor=None, limit=200)
        event.remove(store.database.engine, "before_cursor_execute", note)
        return len(statements)

    happen()
    few, asked = len(told(cast.ben)), count_queries()
    for _ in range(5):
        happen()
    assert len(told(cast.ben)) >= 4 * few
    assert count_queries() == asked
    assert asked <= 16


def test_the_api_gives_the_sentence_and_adds_fields_only(
    act: Act, walks: Walks, cast: Cast, told: Told, api: Callable[..., SignedInClient]
) -> None:
    walks.post(title="Thursday table")
    told(cast.ben)
    [item] = api(cast.ben).get("/notifications").json["items"]
    assert {"id", "kind", "title", "url", "created_at", "read_at"} <= set(item)
    assert (item["title"], item["detail"]) == ("Ada posted Thursday table", "Thu, Nov 26, 7 pm")
    assert (item["group"], item["ended"]) == ("meetup.posted", False)
    assert api(cast.ben).get(f"/notifications/{item['id']}").json == item


def test_words_of_a_preview_are_one_short_line() -> None:
    assert message_preview("One\n two") == "“One two”"
    long = message_preview("word " * 40)
    assert len(long) <= 83
    assert long.endswith("word…”")
    assert short_time(datetime.fromisoformat("2026-12-04T02:30:00+00:00"), "America/New_York") == "Thu, Dec 3, 9:30 pm"
    assert short_time(datetime.fromisoformat("2026-12-03T17:00:00+00:00"), "America/New_York") == "Thu, Dec 3, 12 pm"
