"""The chat room of a meetup: opened by a host, joined and left by answering, closed when all is over."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from community.core.errors import Conflict, Forbidden, NotFound
from community.core.outbox.store import OutboxEvent
from community.core.unit_of_work import Actor, UnitOfWork, UnitOfWorkFactory
from community.meetups import handlers
from community.meetups.actions import chat_room, edit_occurrence, hosting, rsvps, series
from community.meetups.events import MeetupRoomDue, RsvpConfirmed, RsvpWithdrawn, SeriesResumed
from community.members.actions import accounts, sanctions
from community.rooms.actions import create, membership
from community.rooms.models import Message, Room, RoomMembership
from community.rooms.queries import read_markers, rooms
from tests.conftest import Act
from tests.factories import Cast, make_member
from tests.meetups.conftest import Walks

Run = Callable[[datetime], None]
WEEKLY = {"recurrence": "FREQ=WEEKLY;COUNT=4", "starts_at_local": datetime(2026, 11, 26, 19, 0)}


@pytest.fixture
def see(store: UnitOfWorkFactory) -> Callable[[UUID], tuple[set[UUID], bool]]:
    """Who is in the room of a meetup, and whether it is closed."""

    def look_inside(room_id: UUID) -> tuple[set[UUID], bool]:
        with store.read_context() as ctx:
            inside = ctx.session.scalars(select(RoomMembership.member_id).where(RoomMembership.room_id == room_id))
            return set(inside), ctx.session.get_one(Room, room_id).archived_at is not None

    return look_inside


def room_of(walks: Walks, meetup_id: UUID, actor: Actor | None = None) -> UUID | None:
    """The room as somebody sees it on the meetup."""
    return walks.view(meetup_id, actor).room_id


def test_guests_are_in_the_room_and_members_on_the_waitlist_are_not(
    act: Act, walks: Walks, cast: Cast, run_worker: Run, see: Any
) -> None:
    walk = walks.post(capacity=1, has_room=True)
    [date] = walks.dates(walk)
    room = room_of(walks, walk)
    assert room is not None
    assert see(room) == ({cast.ada.id}, False)

    assert walks.answer(cast.ben, date.id) == "going"
    assert see(room)[0] == {cast.ada.id}  # the answer itself brings nobody in: its event does
    assert walks.answer(cast.cleo, date.id) == "waitlisted"
    run_worker(act.now)
    assert see(room)[0] == {cast.ada.id, cast.ben.id}
    assert (room_of(walks, walk, cast.ben), room_of(walks, walk, cast.cleo)) == (room, None)
    assert walks.view(walk, cast.cleo).has_room
    with pytest.raises(NotFound):
        act(cast.cleo, membership.join, room_id=room)
    with pytest.raises(membership.MemberByRsvp):
        act(cast.ben, membership.leave, room_id=room)

    walks.answer(cast.ben, date.id, "declined")  # Cleo moves up
    run_worker(act.now)
    assert see(room)[0] == {cast.ada.id, cast.cleo.id}
    walks.answer(cast.cleo, date.id, "maybe")
    walks.answer(cast.ben, date.id)  # and comes back
    run_worker(act.now)
    assert see(room)[0] == {cast.ada.id, cast.ben.id}


def test_an_event_twice_late_or_out_of_turn_ends_in_the_same_people(
    act: Act, walks: Walks, cast: Cast, store: UnitOfWorkFactory, settings: Any, run_worker: Run, see: Any
) -> None:
    walk = walks.post(has_room=True)
    [date] = walks.dates(walk)
    room = room_of(walks, walk)
    for answer in ("going", "declined", "going"):
        walks.answer(cast.ben, date.id, answer)
    run_worker(act.now)
    of_ben = {"occurrence_id": date.id, "member_id": cast.ben.id}
    late: list[Any] = [RsvpWithdrawn(**of_ben), RsvpConfirmed(**of_ben), RsvpWithdrawn(**of_ben)]

    def crash(uow: UnitOfWork) -> None:
        chat_room.sync_member(uow, RsvpConfirmed(**of_ben))
        raise RuntimeError("the worker dies here")

    for event in late:  # as if they had been claimed again after a crash
        with pytest.raises(RuntimeError):
            act(None, crash)
        act(None, lambda uow, event=event: chat_room.sync_member(uow, event))
        assert see(room)[0] == {cast.ada.id, cast.ben.id}

    before = act.read(cast.ben, rooms.room_view, room_id=room)
    act(None, lambda uow: chat_room.sync_member(uow, RsvpConfirmed(**of_ben)))
    assert act.read(cast.ben, rooms.room_view, room_id=room) == before

    walks.answer(cast.ben, date.id, "declined")
    for _ in range(2):
        act(None, lambda uow: chat_room.sync_member(uow, RsvpConfirmed(**of_ben)))
        assert see(room)[0] == {cast.ada.id}


def test_a_series_has_one_room_that_closes_after_its_last_occurrence(
    act: Act, walks: Walks, cast: Cast, run_worker: Run, see: Any
) -> None:
    walk = walks.post(has_room=True, **WEEKLY)
    first, *_, last = walks.dates(walk)
    room = room_of(walks, walk)
    walks.answer(cast.ben, first.id)
    act(cast.cleo, rsvps.answer_series, meetup_id=walk, answer="going")
    run_worker(act.now)
    assert see(room) == ({cast.ada.id, cast.ben.id, cast.cleo.id}, False)

    act.now = first.ends_at + timedelta(days=6, hours=23)
    run_worker(act.now)
    assert cast.ben.id in see(room)[0]
    act.later(hours=2)
    run_worker(act.now)
    assert see(room) == ({cast.ada.id, cast.cleo.id}, False)

    act.now = last.ends_at + timedelta(days=7, minutes=1)
    run_worker(act.now)
    assert see(room) == ({cast.ada.id, cast.cleo.id}, True)
    assert walks.view(walk, cast.cleo).room_id == room  # what was said stays readable
    assert not walks.view(walk, cast.cleo).has_room


def test_a_room_reopens_with_its_series_unless_a_host_closed_it(
    act: Act, walks: Walks, cast: Cast, run_worker: Run, see: Any
) -> None:
    walk = walks.post(has_room=True, recurrence="FREQ=WEEKLY", starts_at_local=datetime(2026, 11, 26, 19, 0))
    room = room_of(walks, walk)
    act(cast.cleo, rsvps.answer_series, meetup_id=walk, answer="going")
    dates = walks.dates(walk)
    for date in dates[:3]:
        run_worker(date.ends_at + timedelta(hours=25))
    assert walks.view(walk).state == "paused"
    assert not see(room)[1]
    last = walks.dates(walk)[-1]
    run_worker(last.ends_at + timedelta(days=8))
    assert see(room) == ({cast.ada.id, cast.cleo.id}, True)

    act.now = last.ends_at + timedelta(days=9)
    act(cast.ada, hosting.resume, meetup_id=walk)
    assert see(room)[1]  # its event opens it, nothing else
    resumed = SeriesResumed(meetup_id=walk, member_id=cast.ada.id)
    late: list[Any] = [resumed, MeetupRoomDue(meetup_id=walk), resumed]
    for event in late:
        act(None, lambda uow, event=event: handlers.sync_room(uow, event))
        assert see(room) == ({cast.ada.id, cast.cleo.id}, False)
    run_worker(act.now)
    assert see(room) == ({cast.ada.id, cast.cleo.id}, False)

    act(cast.ada, chat_room.change_room, meetup_id=walk, has_room=False)
    for event in late:
        act(None, lambda uow, event=event: handlers.sync_room(uow, event))
        assert see(room)[1]


def test_a_cancelled_meetup_closes_its_room_and_one_occurrence_does_not(
    act: Act, walks: Walks, cast: Cast, run_worker: Run, see: Any
) -> None:
    walk = walks.post(has_room=True, **WEEKLY)
    dates = walks.dates(walk)
    room = room_of(walks, walk)
    walks.answer(cast.ben, dates[0].id)
    act(cast.ada, edit_occurrence.cancel, occurrence_id=dates[0].id)
    run_worker(act.now)
    assert see(room) == ({cast.ada.id, cast.ben.id}, False)
    act(cast.ada, edit_occurrence.cancel, occurrence_id=dates[1].id, scope="following")
    run_worker(act.now)
    assert see(room) == ({cast.ada.id, cast.ben.id}, True)
    with pytest.raises(Conflict):
        act(cast.ada, chat_room.change_room, meetup_id=walk, has_room=True)


def test_a_room_that_is_opened_later_takes_in_who_goes_already_and_hosts(
    act: Act, walks: Walks, cast: Cast, run_worker: Run, see: Any, store: UnitOfWorkFactory
) -> None:
    walk = walks.post()
    [date] = walks.dates(walk)
    walks.answer(cast.ben, date.id)
    run_worker(act.now)
    assert (walks.view(walk).has_room, room_of(walks, walk)) == (False, None)
    with pytest.raises(Forbidden):
        act(cast.ben, chat_room.change_room, meetup_id=walk, has_room=True)

    act(cast.ada, hosting.change_hosts, meetup_id=walk, co_hosts=["Dov"])
    act(cast.ada, series.change_series, meetup_id=walk, scope="all", changes={"has_room": True})
    act(cast.dov, chat_room.change_room, meetup_id=walk, has_room=True)  # twice is once, and hosts may
    run_worker(act.now)
    room = room_of(walks, walk, cast.ben)
    assert see(room) == ({cast.ada.id, cast.ben.id, cast.dov.id}, False)

    act(cast.ada, series.change_series, meetup_id=walk, scope="all", changes={"title": "Long walk"})
    act(cast.root, membership.join, room_id=room)  # coordinators come in and stay
    act(cast.ada, hosting.change_hosts, meetup_id=walk, co_hosts=[])
    run_worker(act.now)
    assert see(room)[0] == {cast.ada.id, cast.ben.id, cast.root.id}
    assert act.read(cast.ben, rooms.room_view, room_id=room).name == "Long walk"

    act(cast.ada, chat_room.change_room, meetup_id=walk, has_room=False)
    assert see(room)[1]
    act(cast.ada, chat_room.change_room, meetup_id=walk, has_room=True)
    assert not see(room)[1]
    with store.read_context() as ctx:
        planned = ctx.session.scalars(select(OutboxEvent).where(OutboxEvent.type == MeetupRoomDue.name)).all()
    assert [row.due_at for row in planned] == [date.ends_at + timedelta(days=7)]


def test_two_who_are_kept_apart_do_not_see_each_other_in_a_meetups_room(  # M16
    act: Act, walks: Walks, cast: Cast, run_worker: Run, api: Any, store: UnitOfWorkFactory
) -> None:
    walk = walks.post(has_room=True)
    [date] = walks.dates(walk)
    act(
        cast.ada, lambda uow: accounts.ensure_no_contact(uow, one=cast.ben.id, other=cast.cleo.id, source="coordinator")
    )
    for member in (cast.ben, cast.cleo):
        walks.answer(member, date.id)
    run_worker(act.now)
    room = room_of(walks, walk, cast.ben)
    said = api(cast.ben).post(f"/rooms/{room}/messages", {"client_msg_id": "one", "body": "I bring soup."})
    assert said.status_code == 201

    def seen(actor: Actor) -> list[Any]:
        messages = api(actor).get(f"/rooms/{room}/messages").get_json()["messages"]
        return [(one["author"], one["body"]) for one in messages]

    assert seen(cast.cleo) == [(None, "")] or seen(cast.cleo) == [(None, None)]
    assert seen(cast.ada)[0][1] == "I bring soup."
    with store.read_context() as ctx:
        assert ctx.session.scalars(select(Message.body)).all() == ["I bring soup."]
    people = api(cast.cleo).get(f"/rooms/{room}/people?begins=B").get_json()
    assert "Ben" not in str(people)


def test_a_room_is_asked_for_and_shown_by_page_and_program(
    act: Act, walks: Walks, cast: Cast, run_worker: Run, api: Any, page: Any
) -> None:
    wanted = {
        "title": "Walk",
        "starts_at_local": "2099-11-26T19:00",
        "time_zone": "America/New_York",
        "duration_minutes": 60,
        "place": {"kind": "in_person", "address": "41 Alder Street"},
        "has_room": True,
    }
    made = api(cast.ada).post("/meetups", wanted).get_json()
    assert made["has_room"]
    assert made["room_id"]
    seen = api(cast.ben).get(f"/meetups/{made['id']}").get_json()
    assert (seen["has_room"], seen["room_id"]) == (True, None)
    assert "Opens when you say you’re going" in page(cast.ben).get(f"/meetups/{made['id']}").text

    api(cast.ben).put(f"/occurrences/{made['occurrences'][0]['id']}/rsvp", {"answer": "going"})
    assert "It opens for you in a moment" in page(cast.ben).get(f"/meetups/{made['id']}").text
    run_worker(act.now + timedelta(days=1))
    assert f'href="/rooms/{made["room_id"]}"' in page(cast.ben).get(f"/meetups/{made['id']}").text
    inside = page(cast.ben).get(f"/rooms/{made['room_id']}").text
    assert "as long as you’re going to the meetup" in inside
    assert "Leave room" not in inside
    refused = api(cast.ben).delete(f"/rooms/{made['room_id']}/membership")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "in_by_answer")

    closed = api(cast.ada).patch(f"/meetups/{made['id']}", {"has_room": False}).get_json()
    assert (closed["has_room"], closed["room_id"]) == (False, made["room_id"])
    again = page(cast.ada).get(f"/meetups/new?like={made['id']}").text
    assert 'name="has_room" value="1" checked' in again


def test_the_room_leads_back_to_its_meetup_by_page_and_program(
    act: Act, walks: Walks, cast: Cast, run_worker: Run, api: Any, page: Any
) -> None:
    walk = walks.post(has_room=True, title="Walk by the river", starts_at_local=datetime(2099, 11, 26, 19, 0))
    [date] = walks.dates(walk)
    room = room_of(walks, walk)
    walks.answer(cast.ben, date.id)
    run_worker(act.now)

    seen = api(cast.ben).get(f"/rooms/{room}").get_json()["belongs_to"]
    assert (seen["title"], seen["url"]) == ("Walk by the river", f"/meetups/{walk}")
    inside = page(cast.ben).get(f"/rooms/{room}").text
    assert inside.count(f'href="/meetups/{walk}"') == 2, "in the head, and in what is told about the room"
    assert "This room is for a meetup" in inside
    assert f'href="/meetups/{walk}"' in page(cast.root).get(f"/rooms/{room}/join").text  # before they come in
    assert page(cast.cleo).get(f"/rooms/{room}").status_code == 404

    assert act.read(cast.ben, rooms.room_view, room_id=room).belongs_to.next_at == date.starts_at
    act(cast.ada, edit_occurrence.cancel, occurrence_id=date.id)
    assert act.read(cast.ben, rooms.room_view, room_id=room).belongs_to.next_at is None
    open_room = act(cast.ada, create.create_room, kind="open", name="Evenings")
    assert act.read(cast.ada, rooms.room_view, room_id=open_room.id).belongs_to is None


def test_a_banned_or_muted_guest_reads_so_on_the_meetup(
    act: Act, walks: Walks, cast: Cast, run_worker: Run, api: Any, page: Any
) -> None:
    walk = walks.post(has_room=True, starts_at_local=datetime(2099, 11, 26, 19, 0))
    [date] = walks.dates(walk)
    room = room_of(walks, walk)
    walks.answer(cast.ben, date.id)
    walks.answer(cast.cleo, date.id)
    run_worker(act.now)

    def against(member: Actor, kind: str, **more: Any) -> UUID:
        wanted = {"member_id": member.id, "kind": kind, "reason": "Too loud.", "room_id": room}
        made: UUID = act(cast.ada, lambda uow: sanctions.impose(uow, **wanted, **more)).id
        return made

    out = against(cast.ben, "room_ban", until=act.now + timedelta(days=3))
    quiet = against(cast.cleo, "mute", until=act.now + timedelta(days=1))
    of_ben, of_cleo = page(cast.ben).get(f"/meetups/{walk}").text, page(cast.cleo).get(f"/meetups/{walk}").text
    assert "You can’t use this chat until " in of_ben
    assert f'href="/measures/{out}"' in of_ben
    assert "It opens for you" not in of_ben
    assert f'href="/rooms/{room}"' not in of_ben
    assert page(cast.ben).get(f"/measures/{out}").status_code == 200
    said = api(cast.ada).post(f"/rooms/{room}/messages", {"client_msg_id": "one", "body": "Bring boots."})
    assert said.status_code == 201
    assert act.read(cast.ben, read_markers.count_unread_rooms) == 0  # what is said there calls nobody who is out
    assert act.read(cast.cleo, read_markers.count_unread_rooms) == 1
    assert "You can read there, but not write until " in of_cleo
    assert f'href="/rooms/{room}"' in of_cleo
    inside = page(cast.cleo).get(f"/rooms/{room}").text
    assert "You can read here, but you can’t write until " in inside
    assert f'href="/measures/{quiet}"' in inside

    for_good = against(cast.ben, "room_ban")
    assert (
        f'You can’t use this chat. Your answer to the meetup stays. <a href="/measures/{for_good}"'
        in page(cast.ben).get(f"/meetups/{walk}").text
    )


def test_a_member_far_away_reads_the_clock_of_the_place_in_its_room(
    act: Act, walks: Walks, cast: Cast, run_worker: Run
) -> None:
    walk = walks.post(has_room=True, **WEEKLY)
    [room] = act.read(cast.ada, rooms.my_rooms)
    assert room.belongs_to is not None
    far = act(None, lambda uow: make_member(uow, "Far", zone="America/Los_Angeles"))
    walks.answer(far, walks.dates(walk)[0].id)
    run_worker(act.now)
    [seen] = act.read(far, rooms.my_rooms)
    assert seen.belongs_to is not None
    assert (seen.belongs_to.next_at, seen.belongs_to.zone) == (room.belongs_to.next_at, "America/New_York")
    assert (room.belongs_to.zone_name, seen.belongs_to.zone_name) == ("", "New York time")
