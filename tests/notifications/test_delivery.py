"""What reaches a member outside, when, and what no longer does: quiet hours, digests, choices, the last look."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from community.core.errors import NotFound
from community.core.ids import new_id
from community.core.kind_registries import still_true
from community.core.settings import Settings
from community.core.unit_of_work import ReadContext
from community.members.models import Member
from community.notifications.actions import mute, open_notification, unmute, update_preferences
from community.notifications.delivery.due import is_anything_due, oldest_due
from community.notifications.delivery.unsubscribe_tokens import unsubscribe_token
from community.notifications.inbox.timed_notifications import show_due
from community.notifications.models import Delivery
from community.notifications.queries.inbox import group_alike, notifications
from community.notifications.queries.preferences import my_preferences
from community.rooms.actions.membership_settings import mark_read
from community.rooms.actions.messages import remove_message
from tests.conftest import Act, SignedInClient
from tests.factories import Cast
from tests.support.delivery_helpers import NIGHTS, Deliveries, notify_of_message
from tests.support.proof_output import print_figure
from tests.support.room_helpers import Chat
from tests.support.smtp import MailServer


@pytest.fixture
def deliveries(act: Act, cast: Cast, settings: Settings) -> Deliveries:
    """Telling the cast things."""
    return Deliveries(act, settings)


@pytest.mark.parametrize(
    ("said", "leaves"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 5, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), datetime(2026, 10, 25, 6, 0, tzinfo=UTC)),
    ],
)
def test_bens_mail_of_the_night_leaves_at_seven_over_clock_changes(  # N5
    deliveries: Deliveries, cast: Cast, act: Act, said: datetime, leaves: datetime
) -> None:
    act.now = said
    deliveries.lives_in(cast.ben, "Europe/Berlin")
    deliveries.wants(cast.ben, quiet=NIGHTS)
    with MailServer() as server:
        deliveries.tell(cast.ben)
        assert deliveries.ends(cast.ben) == [("due", "quiet")]
        assert deliveries.deliveries(cast.ben, medium="inapp")[0].state == "sent"
        deliveries.send(leaves - timedelta(minutes=1), mail_url=server.url)
        assert server.tries == 0
        deliveries.send(leaves + timedelta(minutes=10), mail_url=server.url)
        assert server.recipients == ["ben@example.org"]


def test_ben_changes_zone_or_hours_and_loses_nothing(  # N6
    deliveries: Deliveries, cast: Cast, act: Act
) -> None:
    act.now = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)  # one in the morning in Berlin, seven in the evening in New York
    deliveries.lives_in(cast.ben, "Europe/Berlin")
    deliveries.wants(cast.ben, quiet=NIGHTS)
    for _ in range(5):
        deliveries.tell(cast.ben)
    berlin = act.read(cast.ben, my_preferences)
    assert (berlin.held, berlin.would_be_sent_at) == (5, datetime(2026, 11, 24, 6, 0, tzinfo=UTC))

    tokyo = act(cast.ben, update_preferences, quiet=NIGHTS, time_zone="America/Anchorage")
    assert tokyo.held == 0
    deliveries.wants(cast.ben, quiet=[{"weekday": 0, "from": "12:00", "to": "17:00"}])
    assert {one.reason for one in deliveries.deliveries(cast.ben)} == {None}
    with MailServer() as server:
        deliveries.wants(cast.ben, quiet=NIGHTS, time_zone=None)
        deliveries.send(mail_url=server.url)
        assert server.tries == 0  # it is night again, and they were looked at again before they left
        deliveries.send(datetime(2026, 11, 24, 6, 10, tzinfo=UTC), mail_url=server.url)
        assert server.tries == 5


def test_fifty_messages_make_one_mail_that_counts_what_was_not_read(
    deliveries: Deliveries, cast: Cast, act: Act
) -> None:  # N7
    chat = Chat(act, cast)
    first = chat.say(cast.cleo, "Is anyone up?")
    for seq in range(2, 52):
        act.later(seconds=12)
        chat.say(cast.ben, "Yes", reply_to=first)
        notify_of_message(deliveries, chat.room_id, seq)
    act(cast.cleo, mark_read, room_id=chat.room_id, seq=31)

    with MailServer() as server:
        deliveries.send(mail_url=server.url)
        assert server.tries == 0
        act.later(minutes=10)
        deliveries.send(mail_url=server.url)
        [mail] = server.mails
    assert "There are 20 new things for you" in text_of(mail)
    assert deliveries.ends(cast.cleo) == [("sent", None)]
    page = act.read(cast.cleo, notifications, cursor=None, limit=200)
    assert len(page.items) == 50
    assert [len(row.notifications) for row in group_alike(page.items)] == [
        20,
        30,
    ]  # reading the room read what told of it
    act(cast.cleo, open_notification, notification_id=page.items[0].id)
    assert all(one.read_at for one in act.read(cast.cleo, notifications, cursor=None, limit=200).items)


def test_a_mail_with_nothing_new_in_it_is_not_sent(deliveries: Deliveries, cast: Cast, act: Act) -> None:  # N7
    chat = Chat(act, cast)
    first = chat.say(cast.cleo, "Is anyone up?")
    chat.say(cast.ben, "Yes", reply_to=first)
    notify_of_message(deliveries, chat.room_id, 2)
    act(cast.cleo, mark_read, room_id=chat.room_id, seq=2)
    deliveries.send(act.now + timedelta(minutes=15))
    assert deliveries.ends(cast.cleo) == [("suppressed", "read")]


def test_a_deleted_message_is_not_mailed(deliveries: Deliveries, cast: Cast, act: Act) -> None:  # N8
    chat = Chat(act, cast)
    first = chat.say(cast.cleo, "Is anyone up?")
    answer = chat.say(cast.ben, "Yes", reply_to=first)
    notify_of_message(deliveries, chat.room_id, 2)
    act(cast.ben, remove_message, message_id=answer)
    deliveries.send(act.now + timedelta(minutes=15))
    assert deliveries.ends(cast.cleo) == [("suppressed", "read")]


@still_true.on("test.date")
def is_on(ctx: ReadContext, recipient_id: UUID, subject: UUID | None, version: int | None) -> bool | str:
    """A date of these tests is on as long as its version is even."""
    return True if version is None or version % 2 == 0 else "cancelled"


def test_mail_about_a_past_meetup_is_not_sent_and_says_why(deliveries: Deliveries, cast: Cast, act: Act) -> None:  # N8
    act(None, lambda uow: None)
    password = {"kind": "password.changed"}
    deliveries.tell(cast.ben, **password)
    deliveries.wants(cast.cleo)
    deliveries.tell(cast.cleo)
    deliveries.wants(cast.cleo, email=False)
    deliveries.wants(cast.dov)
    deliveries.tell(cast.dov, concerns=[cast.ben.id], subject=cast.ben.id)
    act(cast.dov, mute, sort="member", subject_id=cast.ben.id)
    with deliveries.store.unit_of_work() as uow:
        uow.session.get_one(Member, cast.ben.id).state = "deactivated"
    deliveries.send()
    assert [deliveries.ends(one) for one in (cast.ben, cast.cleo, cast.dov)] == [
        [("suppressed", "inactive")],
        [("suppressed", "switched_off")],
        [("suppressed", "muted")],
    ]


def test_a_date_that_is_off_is_suppressed_with_that_reason(deliveries: Deliveries, cast: Cast, act: Act) -> None:  # N8
    for version, state in ((1, ("suppressed", "cancelled")), (2, ("sent", None))):
        act(cast.root, update_preferences, wanted={("rsvp.promoted", "email"): True})
        with deliveries.store.unit_of_work(now=act.now) as uow:
            row = Delivery(
                id=new_id(), event_id=new_id(), kind="test.date", recipient=cast.root.id, medium="email", path="/",
                subject=new_id(), subject_version=version, created_at=act.now, due_at=act.now,
            )  # fmt: skip
            uow.session.add(row)
        deliveries.send()
        assert deliveries.ends(cast.root)[-1] == state


def test_ben_muted_the_room_and_is_still_reached_in_need(deliveries: Deliveries, cast: Cast, act: Act) -> None:
    act(cast.ben, mute, sort="member", subject_id=cast.cleo.id)
    deliveries.tell(cast.ben, cast.dov, concerns=[cast.cleo.id])
    deliveries.tell(cast.ben, kind="password.changed", concerns=[cast.cleo.id])
    assert [one.kind for one in deliveries.deliveries(cast.ben, medium="inapp")] == ["password.changed"]
    assert len(deliveries.deliveries(cast.dov, medium="inapp")) == 1
    act(cast.ben, unmute, subject_id=cast.cleo.id)
    deliveries.tell(cast.ben, concerns=[cast.cleo.id])
    assert len(deliveries.deliveries(cast.ben, medium="inapp")) == 2
    with pytest.raises(NotFound):
        act(cast.ben, mute, sort="member", subject_id=new_id())


def test_one_mail_a_day_gathers_what_can_wait_at_the_hour_that_was_chosen(
    deliveries: Deliveries, cast: Cast, act: Act
) -> None:
    deliveries.lives_in(cast.ben, "America/New_York")
    wanted = {(kind, "email"): True for kind in ("meetup.posted", "mentor.approved", "occurrence.cancelled")}
    act(cast.ben, update_preferences, wanted=wanted, frequency="daily", daily_at="08:00", hide_details=False)
    with MailServer() as server:
        for kind in ("meetup.posted", "meetup.posted", "mentor.approved", "occurrence.cancelled"):
            deliveries.tell(cast.ben, kind=kind, url=f"/x/{new_id()}")
        deliveries.send(mail_url=server.url)
        assert [mail["Subject"] for mail in server.mails] == ["A meetup you replied to is canceled"]
        [read] = [one for one in act.read(cast.ben, notifications, cursor=None, limit=9).items if "mentor" in one.kind]
        act(cast.ben, open_notification, notification_id=read.id)
        morning = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
        deliveries.send(morning - timedelta(seconds=1), mail_url=server.url)
        assert server.tries == 1
        deliveries.send(morning, mail_url=server.url)
        mail = server.mails[1]
    assert mail["Subject"] == "A new meetup was posted (2)"
    assert "2 new things" in text_of(mail)

    deliveries.tell(cast.ben, kind="meetup.posted", url="/x/3")
    act(cast.ben, update_preferences, frequency="as_it_comes")
    deliveries.send()
    assert deliveries.ends(cast.ben)[-1] == ("sent", None)


def test_gathering_goes_on_in_a_new_mail_once_one_is_on_its_way(deliveries: Deliveries, cast: Cast, act: Act) -> None:
    act(cast.ben, update_preferences, wanted={("meetup.posted", "email"): True}, frequency="daily")
    deliveries.tell(cast.ben, kind="meetup.posted", url="/x/1")
    with MailServer() as server:
        server.answer = "451 later"
        deliveries.send(act.now + timedelta(days=1), mail_url=server.url)
        deliveries.tell(cast.ben, kind="meetup.posted", url="/x/2", at=act.now + timedelta(days=1))
        server.answer = "250 OK"
        deliveries.send(act.now + timedelta(days=2), mail_url=server.url)
        assert [text_of(mail).count("something new for you") for mail in server.mails] == [1, 1]


def test_ben_unsubscribes_with_one_click_and_only_from_that_kind(  # N10
    deliveries: Deliveries, cast: Cast, act: Act, client: FlaskClient
) -> None:
    deliveries.wants(cast.ben)
    deliveries.tell(cast.ben)
    deliveries.tell(cast.ben, kind="password.changed")
    with MailServer() as server:
        deliveries.send(mail_url=server.url)
    mail, security = sorted(server.mails, key=lambda one: "List-Unsubscribe" not in one)
    assert "List-Unsubscribe" not in security
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = mail["List-Unsubscribe"].replace("\n", "").strip("<> ")
    path = address.removeprefix(deliveries.settings.public_url)

    assert client.get(path).status_code == 200
    assert wants_mail(act, cast)
    for origin in ("", "null", "https://mail.example", "moz-extension://3f2b", "chrome-extension://3f2b"):  # X16
        headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"} if origin else {}
        assert client.post(path, data={"List-Unsubscribe": "One-Click"}, headers=headers).status_code == 200
        assert not wants_mail(act, cast)

    forged = path[:-3] + ("AAA" if not path.endswith("AAA") else "BBB")
    of_security = unsubscribe_token(deliveries.settings.secret_key, member_id=cast.ben.id, kind="password.changed")
    other_key = unsubscribe_token(
        "another-secret-that-is-long-enough-012345", member_id=cast.ben.id, kind="rsvp.promoted"
    )
    for wrong in (forged, f"/unsubscribe/{of_security}", f"/unsubscribe/{other_key}"):
        assert client.post(wrong).status_code == 404


@pytest.mark.parametrize(
    ("crowd", "events"),
    [(5, 12), pytest.param(1_000, 100, marks=[pytest.mark.prove, pytest.mark.timeout(3000)])],
)
def test_a_hundred_thousand_mails_leave_within_ten_minutes(  # N12
    deliveries: Deliveries, cast: Cast, act: Act, crowd: int, events: int
) -> None:
    """A crowd is told many things in the night; all of it leaves from seven on, and before it is worthless."""
    seven = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    act.now = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    deliveries.lives_in(cast.ben, "America/New_York")
    everybody = deliveries.crowd_like(cast.ben, crowd)
    wanted = {(kind, "email"): True for kind in ("meetup.posted", "mentor.approved")}
    for one in everybody:
        act(one, update_preferences, wanted=wanted, quiet=NIGHTS)
    soon = seven + timedelta(minutes=4)
    for number in range(events):
        kind = ("meetup.posted", "mentor.approved")[number % 2]
        deliveries.tell(*everybody, kind=kind, expires_at=soon if number % 3 == 0 else None)
    held = deliveries.when()
    assert len(held) == crowd * events
    assert {state for state, *_ in held} == {"due"}
    assert min(due_at for _, due_at, *_ in held) >= seven
    assert max(due_at for _, due_at, *_ in held) < seven + timedelta(minutes=10)
    assert max(due_at for _, due_at, expires_at, _ in held if expires_at) < soon
    assert len({due_at for _, due_at, *_ in held}) > len(held) * 0.9, "they come apart"

    deliveries.send(seven - timedelta(seconds=1))
    assert {state for state, *_ in deliveries.when()} == {"due"}
    started = time.monotonic()
    for moment in sorted([soon - timedelta(microseconds=1), *(seven + timedelta(minutes=one) for one in range(11))]):
        deliveries.send(moment)
    seconds = time.monotonic() - started
    done = deliveries.when()
    assert len(done) == len(held)
    assert {state for state, *_ in done} == {"sent"}
    assert max(finished_at for *_, finished_at in done if finished_at) <= seven + timedelta(minutes=10)
    kind = "sqlite" if deliveries.store.database.is_sqlite else "postgresql"
    print_figure(
        "N12", f"{kind}: {len(done)} mails held over night left within ten minutes, in {seconds:.0f} s of one worker"
    )


def test_deliveries_for_later_cost_due_ones_nothing(deliveries: Deliveries, cast: Cast, act: Act) -> None:  # N12
    """Every look for work goes by an index that has only what is due, what was tried, or what is being sent."""
    if not deliveries.store.database.is_sqlite:
        pytest.skip("what SQLite's planner made of it; PostgreSQL plans by statistics")
    act(cast.ben, update_preferences, wanted={("rsvp.promoted", "email"): True})
    deliveries.tell(cast.ben)
    seen: list[tuple[str, Any]] = []

    def note(conn: object, cursor: object, text: str, given: Any, *_: object) -> None:
        if text.startswith("SELECT") and "FROM deliveries" in text and "deliveries.id = ?" not in text:
            seen.append((text, given))

    event.listen(deliveries.store.database.engine, "before_cursor_execute", note)
    assert deliveries.send() == 1
    with deliveries.store.unit_of_work(now=act.now) as uow:
        show_due(uow)
        oldest_due(uow.session, now=uow.now)
        is_anything_due(uow.session, now=uow.now)
    event.remove(deliveries.store.database.engine, "before_cursor_execute", note)
    assert len(seen) >= 5
    ways = {"ix_deliveries_open", "ix_deliveries_sending", "ix_deliveries_tried", "sqlite_autoindex_deliveries_1"}
    with deliveries.store.read_context() as ctx:
        connection = ctx.session.connection()
        for words, given in seen:
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", given)]
            steps = [step for step in plan if " deliveries " in f"{step} "]
            assert steps
            assert all(any(f"INDEX {way} " in step for way in ways) for step in steps), (words, plan)


def test_mail_delayed_by_a_clock_set_back_still_leaves(deliveries: Deliveries, cast: Cast, act: Act) -> None:
    act(cast.ben, update_preferences, wanted={("rsvp.promoted", "email"): True})
    deliveries.tell(cast.ben)
    deliveries.tell(cast.ben, due_at=act.now + timedelta(days=30))
    with deliveries.store.unit_of_work(now=act.now) as uow:
        mail = select(Delivery).where(Delivery.medium == "email", Delivery.state == "due").order_by(Delivery.due_at)
        tried, _ = uow.session.scalars(mail)
        tried.attempts, tried.due_at = 1, act.now + timedelta(days=40)
    assert deliveries.send() == 1
    assert sorted(deliveries.ends(cast.ben)) == [("due", None), ("sent", None)]


def text_of(mail: Message) -> str:
    """The plain words of a mail."""
    return str(mail.get_payload()[0].get_payload(decode=True).decode())  # type: ignore[union-attr, index]


def wants_mail(act: Act, cast: Cast) -> bool:
    """Whether Ben gets the mail of these tests."""
    return next(one.email for one in act.read(cast.ben, my_preferences).items if one.kind == "rsvp.promoted")


def test_the_api_takes_and_gives_all_of_it(
    deliveries: Deliveries, cast: Cast, act: Act, api: Callable[..., SignedInClient]
) -> None:
    ben = api(cast.ben)
    chosen = {
        "items": [{"kind": "buddy.matched", "push": False}],
        "quiet_hours": [{"weekday": 4, "from": "20:00", "to": "07:00"}],
        "away_zone": "Asia/Tokyo",
        "discreet": False,
        "rhythm": "daily",
        "daily_at": "09:30",
    }
    assert ben.put("/notification-preferences", chosen).status_code == 200
    kept = ben.get("/notification-preferences").json
    assert {name: kept[name] for name in chosen if name != "items"} == {k: v for k, v in chosen.items() if k != "items"}
    [matched] = [one for one in kept["items"] if one["kind"] == "buddy.matched"]
    assert (matched["inapp"], matched["email"], matched["push"]) == (True, True, False)
    assert "message.reported" not in {one["kind"] for one in kept["items"]}
    always = [{"weekday": day, "from": "00:00", "to": "00:00"} for day in range(7)]
    for wrong in ({"quiet_hours": always}, {"away_zone": "Mars/Olympus"}, {"daily_at": "25:00"}, {"rhythm": "never"}):
        assert ben.put("/notification-preferences", wrong).status_code == 422
    assert ben.put("/notification-preferences", {"away_zone": None}).json["time_zone"] == "America/New_York"
    deliveries.tell(cast.ben)
    [item] = ben.get("/notifications").json["items"]
    assert item["why"] == "You’re on the waiting list."
