"""Answers, seats and the waiting line."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from community.core.errors import Forbidden
from community.core.events import Event
from community.core.local_time import to_utc
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.meetups.access import occurrences
from community.meetups.actions import create, edit_occurrence, rsvps
from community.meetups.events import RsvpConfirmed, RsvpPromoted, RsvpWaitlisted
from community.meetups.models import Occurrence, Rsvp
from community.meetups.queries import meetups, my_rsvps
from community.meetups.rules.rsvps import RsvpAnswer
from community.members.actions import accounts
from community.members.events import MemberDeactivated
from tests.conftest import NOON, Act
from tests.factories import Cast, make_member
from tests.meetups.conftest import Walks
from tests.pages import post_form

GOING, MAYBE, DECLINED = RsvpAnswer.GOING, RsvpAnswer.MAYBE, RsvpAnswer.DECLINED


def posted(act: Act, host: Actor, *, capacity: int | None = None, year: int = 2026) -> UUID:
    """A walk in three days, or in another year; the id of its date."""
    meetup = act(
        host,
        create.post,
        title="Walk",
        description="",
        starts_at_local=datetime(year, 11, 26, 19, 0),
        time_zone="America/New_York",
        duration_minutes=60,
        place={"kind": "in_person", "address": "41 Alder Street"},
        capacity=capacity,
    )
    view = act.read(host, meetups.meetup, meetup_id=meetup.id)
    return view.occurrences[0].id


def mine(act: Act, actor: Actor, date: UUID) -> tuple[str, int | None] | None:
    """Somebody's answer and place in line."""
    view = act.read(actor, my_rsvps.my_rsvp, occurrence_id=date)
    return (view.state, view.waitlist_position) if view else None


def crowd(act: Act, size: int) -> list[Actor]:
    """Many members."""
    return act(None, lambda uow: [make_member(uow, f"Walker {number}") for number in range(size)])


def test_ben_gets_the_last_seat_and_cleo_waits_first_in_line(
    cast: Cast, act: Act, recorded: Callable[[], list[Event]]
) -> None:  # M1
    walk = posted(act, cast.ada, capacity=1)
    act(cast.ben, rsvps.answer_occurrence, occurrence_id=walk, answer=GOING)
    act(cast.cleo, rsvps.answer_occurrence, occurrence_id=walk, answer=GOING)

    assert (mine(act, cast.ben, walk), mine(act, cast.cleo, walk)) == (("going", None), ("waitlisted", 1))
    assert [one for one in recorded() if isinstance(one, RsvpConfirmed | RsvpWaitlisted)] == [
        RsvpConfirmed(occurrence_id=walk, member_id=cast.ben.id),
        RsvpWaitlisted(occurrence_id=walk, member_id=cast.cleo.id),
    ]


def test_a_freed_seat_goes_to_the_first_in_line_in_the_same_commit(
    cast: Cast, act: Act, recorded: Callable[[], list[Event]]
) -> None:  # M2
    walk = posted(act, cast.ada, capacity=1)
    for one in (cast.ben, cast.cleo, cast.dov):
        act(one, rsvps.answer_occurrence, occurrence_id=walk, answer=GOING)
    before = len(act.events)

    act(cast.ben, rsvps.answer_occurrence, occurrence_id=walk, answer=DECLINED)

    assert mine(act, cast.cleo, walk) == ("going", None)
    assert mine(act, cast.dov, walk) == ("waitlisted", 1)
    promoted = [event for event in act.events[before:] if isinstance(event, RsvpPromoted)]
    assert promoted == [RsvpPromoted(occurrence_id=walk, member_id=cast.cleo.id)]


def test_ben_leaves_the_waitlist_and_returns_at_its_end(cast: Cast, act: Act) -> None:  # M6
    walk = posted(act, cast.ada, capacity=1)
    for one in (cast.ada, cast.ben, cast.cleo):
        act(one, rsvps.answer_occurrence, occurrence_id=walk, answer=GOING)
    assert mine(act, cast.ben, walk) == ("waitlisted", 1)

    act(cast.ben, rsvps.answer_occurrence, occurrence_id=walk, answer=DECLINED)
    act(cast.ben, rsvps.answer_occurrence, occurrence_id=walk, answer=GOING)

    assert (mine(act, cast.cleo, walk), mine(act, cast.ben, walk)) == (("waitlisted", 1), ("waitlisted", 2))


def test_tapping_twice_is_tapping_once(cast: Cast, act: Act, store: UnitOfWorkFactory) -> None:  # M4
    walk = posted(act, cast.ada, capacity=2)
    threads = [
        threading.Thread(target=lambda: act(cast.ben, rsvps.answer_occurrence, occurrence_id=walk, answer=GOING))
        for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with store.read_context() as ctx:
        assert ctx.session.scalars(select(Rsvp.state)).all() == ["going"]
        assert ctx.session.scalars(select(Occurrence.going_count)).one() == 1
    assert sum(isinstance(event, RsvpConfirmed) for event in act.events) == 1


def test_sixty_people_at_once_for_twenty_seats(cast: Cast, act: Act, store: UnitOfWorkFactory) -> None:  # M1
    walk = posted(act, cast.ada, capacity=20)
    people = crowd(act, 60)
    threads = [
        threading.Thread(
            target=lambda part=part: [
                act(one, rsvps.answer_occurrence, occurrence_id=walk, answer=GOING) for one in part
            ]
        )
        for part in (people[start::6] for start in range(6))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with store.read_context() as ctx:
        states = ctx.session.execute(select(Rsvp.state, Rsvp.waitlist_seq)).all()
        date = ctx.session.get_one(Occurrence, walk)
    assert sum(state == "going" for state, _ in states) == 20
    assert sorted(seq for _, seq in states if seq) == list(range(1, 41))
    assert (date.going_count, date.waitlist_count) == (20, 40)


def test_more_seats_go_to_those_who_wait_and_never_fewer_than_are_going(cast: Cast, act: Act) -> None:  # M5
    walk = posted(act, cast.ada, capacity=2)
    people = crowd(act, 7)
    for one in people:
        act(one, rsvps.answer_occurrence, occurrence_id=walk, answer=GOING)

    act(cast.ada, edit_occurrence.change_occurrence, occurrence_id=walk, changes={"capacity": 5})

    assert [mine(act, one, walk) for one in people[2:]] == [
        ("going", None),
        ("going", None),
        ("going", None),
        ("waitlisted", 1),
        ("waitlisted", 2),
    ]
    with pytest.raises(edit_occurrence.CapacityBelowGoing):
        act(cast.ada, edit_occurrence.change_occurrence, occurrence_id=walk, changes={"capacity": 4})


def test_after_the_start_nobody_answers_and_nobody_moves_up(cast: Cast, act: Act) -> None:  # M8
    walk = posted(act, cast.ada, capacity=1)
    act(cast.ben, rsvps.answer_occurrence, occurrence_id=walk, answer=GOING)
    act(cast.cleo, rsvps.answer_occurrence, occurrence_id=walk, answer=GOING)
    act.later(days=4)

    with pytest.raises(occurrences.RsvpClosed):
        act(cast.ben, rsvps.answer_occurrence, occurrence_id=walk, answer=DECLINED)
    act(None, lambda uow: rsvps.withdraw_member(uow, MemberDeactivated(member_id=cast.ben.id)))
    assert mine(act, cast.cleo, walk) == ("waitlisted", 1)


def test_not_even_raw_sql_overbooks(cast: Cast, act: Act, store: UnitOfWorkFactory) -> None:
    posted(act, cast.ada, capacity=1)
    with pytest.raises(IntegrityError), store.unit_of_work() as uow:
        uow.session.execute(text("UPDATE occurrences SET going_count = 2"))


def test_the_seat_of_somebody_who_is_gone_goes_on(
    cast: Cast, act: Act, store: UnitOfWorkFactory, settings: Any
) -> None:
    from tests.support.run_worker import run_until_idle

    walk = posted(act, cast.ada, capacity=1)
    for one in (cast.ben, cast.cleo):
        act(one, rsvps.answer_occurrence, occurrence_id=walk, answer=GOING)
    act(cast.ada, accounts.deactivate, member_id=cast.ben.id)

    run_until_idle(store, settings, now=NOON)

    assert mine(act, cast.cleo, walk) == ("going", None)


def test_cleo_is_told_of_her_seat_by_bell_and_by_mail(
    cast: Cast, act: Act, store: UnitOfWorkFactory, settings: Any
) -> None:
    from community.notifications.models import Delivery, Notification
    from tests.notifications.test_worker import mails
    from tests.support.run_worker import run_until_idle

    walk = posted(act, cast.ada, capacity=1)
    for one in (cast.ben, cast.cleo):
        act(one, rsvps.answer_occurrence, occurrence_id=walk, answer=GOING)
    act(cast.ben, rsvps.answer_occurrence, occurrence_id=walk, answer=DECLINED)
    run_until_idle(store, settings, now=NOON)

    with store.read_context() as ctx:
        told = ctx.session.execute(
            select(Notification.title, Notification.url).where(
                Notification.member_id == cast.cleo.id, Notification.kind == "rsvp.promoted"
            )
        ).one()
        sent = ctx.session.scalars(select(Delivery.state).where(Delivery.kind == "rsvp.promoted")).all()
    assert told.title == "You got a seat"
    assert sent == ["sent", "sent"]
    assert [str(mail["To"]) for mail in mails(settings)] == ["cleo@example.org"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-11-26T19:00", "2026-11-27T00:00+00:00"),
        ("2026-07-02T19:00", "2026-07-02T23:00+00:00"),
        ("2026-03-08T02:30", "2026-03-08T07:30+00:00"),  # skipped by the clocks: moved forward
        ("2026-11-01T01:30", "2026-11-01T05:30+00:00"),  # comes twice: the first
    ],
)
def test_local_times_become_moments(local: str, utc: str) -> None:
    assert to_utc(datetime.fromisoformat(local), "America/New_York").isoformat() == utc.replace("+", ":00+")


def test_alumni_do_not_post(cast: Cast, act: Act) -> None:
    with pytest.raises(Forbidden):
        posted(act, cast.ben)


EXAMPLE = {
    "title": "Walk",
    "description": "Round the lake",
    "starts_at_local": (NOON + timedelta(days=3650)).strftime("%Y-%m-%dT%H:%M"),
    "time_zone": "America/Denver",
    "duration_minutes": 90,
    "capacity": 2,
    "place": {"kind": "in_person", "address": "41 Alder Street"},
}


def test_the_whole_of_it_through_the_api(cast: Cast, api: Callable[..., Any]) -> None:
    ada, ben, cleo = api(cast.ada), api(cast.ben), api(cast.cleo)
    made = ada.post("/meetups", EXAMPLE)
    assert made.status_code == 201
    date = made.json["occurrences"][0]["id"]
    url = f"/meetups/{made.json['id']}"
    assert ben.get(url).json["place"] == {"kind": "in_person", "address": None, "url": None}

    answered = ben.put(f"/occurrences/{date}/rsvp", {"answer": "going"}).json
    assert (answered["state"], answered["waitlist_position"]) == ("going", None)
    assert ben.get(url).json["place"]["address"] == "41 Alder Street"
    assert cleo.get("/meetups").json["items"][0]["occurrences"][0]["going_count"] == 1
    low = ada.patch(f"/occurrences/{date}", {"capacity": 0})
    assert (low.status_code, list(low.json["errors"])) == (422, ["capacity"])
    assert ada.post(f"/occurrences/{date}/cancel", {}).json["occurrences"][0]["state"] == "cancelled"
    closed = cleo.put(f"/occurrences/{date}/rsvp", {"answer": "going"})
    assert (closed.status_code, closed.json["code"]) == (409, "rsvp_closed")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", 5),
        ("starts_at_local", "tomorrow"),
        ("starts_at_local", "2020-01-01T10:00"),
        ("time_zone", "Mars/Base"),
        ("duration_minutes", 4),
        ("capacity", 0),
        ("recurrence", "FREQ=HOURLY"),
        ("place", {"kind": "space"}),
        ("place", {"kind": "online", "url": "javascript:alert(1)"}),
    ],
)
def test_an_answer_that_does_not_fit_is_named(cast: Cast, api: Callable[..., Any], field: str, value: Any) -> None:
    refused = api(cast.ada).post("/meetups", {**EXAMPLE, field: value})
    assert refused.status_code == 422
    assert [name.partition(".")[0] for name in refused.json["errors"]] == [field]


def test_the_pages_show_each_state(cast: Cast, act: Act, page: Callable[..., Any]) -> None:
    walk = posted(act, cast.ada, capacity=1, year=2090)  # pages go by the real clock
    [view] = act.read(cast.ada, meetups.meetups, start=None, end=None, cursor=None, limit=10).items
    act(cast.ben, rsvps.answer_occurrence, occurrence_id=walk, answer=GOING)
    act(cast.cleo, rsvps.answer_occurrence, occurrence_id=walk, answer=GOING)
    url = f"/meetups/{view.id}"

    assert "You’re going" in page(cast.ben).get(url).text
    assert "You’re first on the waiting list" in page(cast.cleo).get(url).text
    assert "join the waiting list" in page(cast.dov).get(url).text
    assert "Cancel this meetup" in page(cast.ada).get(url).text
    assert "Post a meetup" in page(cast.ada).get("/meetups/new").text
    assert page(cast.ben).get("/meetups/new").status_code == 404
    assert "41 Alder Street" not in page(cast.dov).get(url).text


def test_a_changed_answer_can_be_undone_unless_someone_waits(cast: Cast, act: Act, page: Callable[..., Any]) -> None:
    walk = posted(act, cast.ada, capacity=1, year=2090)
    ben, answer = page(cast.ben), f"/occurrences/{walk}/rsvp"
    undo = f'<form method="post" action="{answer}">'

    def said(wanted: str) -> str:
        return str(ben.get(post_form(ben, answer, {"answer": wanted}).headers["Location"]).text)

    assert undo not in said("going"), "there was no answer before"
    changed = said("declined")
    assert undo in changed
    assert '<input type="hidden" name="answer" value="going">' in changed
    assert "You’re going." in said("going")
    act(cast.cleo, rsvps.answer_occurrence, occurrence_id=walk, answer=GOING)
    [view] = act.read(cast.ada, meetups.meetups, start=None, end=None, cursor=None, limit=10).items
    assert "Give up your seat?" in ben.get(f"/meetups/{view.id}").text
    assert '<div class="toast"><span>You’re not going.</span><button' in said("declined"), "Cleo has the place"


def test_a_description_keeps_its_paragraphs_and_the_map_is_for_those_going(
    cast: Cast, act: Act, walks: Walks, page: Callable[..., Any]
) -> None:
    text = "Come in.\n\nSay hello to <b>Ada</b>. See https://example.org/way"
    place = {"kind": "in_person", "address": '41 Alder St & "2nd"'}
    meetup = walks.post(description=text, place=place, starts_at_local=datetime(2099, 11, 26, 19, 0))
    walks.answer(cast.ben, walks.dates(meetup)[0].id)
    seen, by_cleo = page(cast.ben).get(f"/meetups/{meetup}").text, page(cast.cleo).get(f"/meetups/{meetup}").text
    assert '<p dir="auto">Come in.</p>' in seen
    assert "&lt;b&gt;Ada&lt;/b&gt;" in seen
    assert '<a href="https://example.org/way" rel="noopener noreferrer nofollow" target="_blank">' in seen
    assert "https://www.openstreetmap.org/search?query=41%20Alder%20St%20%26%20%222nd%22" in seen
    assert 'rel="noreferrer noopener" target="_blank">Open a map</a>' in seen
    assert "openstreetmap" not in by_cleo


def test_the_calendar_page_has_a_link_that_opens_the_calendar(
    cast: Cast, api: Callable[..., Any], page: Callable[..., Any]
) -> None:
    url = api(cast.ben).get("/me/calendar").json["url"]
    text = page(cast.ben).get("/meetups/calendar").text
    assert f'href="webcal{url[url.index("://") :]}"' in text
    assert f'value="{url}" readonly' in text
    assert "calendar.google" not in text, "no button that sends a meetup to another company"
