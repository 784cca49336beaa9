"""Check-ins: what is asked and when, what fits the answer, and who sees it: nobody, unless it was chosen."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from community.check_ins.actions import check_ins as actions
from community.check_ins.actions import schedule
from community.check_ins.models import CheckIn, CheckInSchedule
from community.check_ins.queries import check_ins as queries
from community.check_ins.queries import schedule as rhythm_queries
from community.check_ins.rules import recommendations, trends
from community.check_ins.rules import schedule as rules
from community.check_ins.rules.check_ins import Answers, average
from community.check_ins.rules.recommendations import AvailableSupport, HelpfulCounts
from community.console.models import CoordinatorTask
from community.core.audit_log import AuditEntry
from community.core.outbox.store import OutboxEvent
from community.core.settings import Settings
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.members.actions.accounts import block
from community.notifications.actions import update_preferences
from community.notifications.models import Notification
from tests.conftest import NOON, Act
from tests.factories import Cast, make_member
from tests.pages import page_text, post_form
from tests.support.delivery_helpers import Deliveries
from tests.support.run_worker import run_until_idle

NEW_YORK = ZoneInfo("America/New_York")
CANARY = "quince and juniper canary"
DAY = {"mood": 2, "craving": 6, "sleep": 2, "connection": 2, "intention": "", "note": CANARY}
ALL = AvailableSupport(has_buddy=True, meetup_in_hours=3.0, has_room=True)


def say(act: Act, actor: Actor, audience: str = "only_me", **said: Any) -> UUID:
    """Somebody says how a day was; the check-in's id."""
    return act(actor, actions.record_check_in, audience=audience, **{**DAY, **said}).id


def told(store: UnitOfWorkFactory, actor: Actor, *kinds: str) -> list[str]:
    """What somebody was told of these kinds, or of care's, oldest first."""
    query = select(Notification.kind).where(Notification.member_id == actor.id).order_by(Notification.created_at)
    with store.read_context() as ctx:
        found = [kind for kind in ctx.session.scalars(query) if kind in kinds or kind.startswith("check_in.")]
    return found


# What fits


@pytest.mark.parametrize(
    ("said", "around", "expected"),
    [
        ({"mood": 1, "craving": 9}, ALL, ("reach_out", "buddy", "meetup")),
        ({"mood": 2, "craving": 5, "connection": 1}, ALL, ("buddy", "meetup", "breathe")),
        ({"mood": 5}, ALL, ("buddy", "meetup", "breathe")),
        ({"mood": 4, "note": "I don't want to wake up."}, ALL, ("reach_out", "buddy", "meetup")),
        ({"mood": 2}, AvailableSupport(), ("breathe", "coordinator", "reach_out")),
        ({"mood": 4}, AvailableSupport(), ("breathe", "coordinator")),
        ({"sleep": 1}, AvailableSupport(has_room=True), ("breathe", "room", "coordinator")),
    ],
)
def test_recommendations_fit_the_answers_and_what_is_available(
    said: dict[str, Any], around: AvailableSupport, expected: tuple[str, ...]
) -> None:
    assert recommendations.recommend(Answers(**said), around, {}) == expected


def test_helpful_things_move_up_and_a_hard_day_still_has_a_person() -> None:
    breathing = {"breathe": HelpfulCounts(yes=9), "buddy": HelpfulCounts(no=9), "reach_out": HelpfulCounts(no=50)}
    assert recommendations.recommend(Answers(mood=4), ALL, breathing)[0] == "breathe"
    assert recommendations.recommend(Answers(mood=1), ALL, breathing)[0] == "reach_out"
    for craving in range(11):
        for around in (ALL, AvailableSupport()):
            assert 1 <= len(recommendations.recommend(Answers(craving=craving), around, breathing)) <= 3


def test_a_figure_of_ten_people_is_none() -> None:  # C7
    assert average([3] * 40, people=10) is None
    assert average([3, 4], people=11) == 3.5


# Saying it


def test_ben_says_how_it_was_and_gets_at_most_three_things_to_do(
    cast: Cast, api: Any, store: UnitOfWorkFactory, make_pairing: Callable[..., Any]
) -> None:
    pairing = make_pairing(cast.ben, cast.cleo)
    made = api(cast.ben).post("/check-ins", {**DAY, "intention": "Call my sister."})

    assert made.status_code == 201
    assert [one["kind"] for one in made.json["actions"]] == ["buddy", "breathe", "coordinator"]
    assert made.json["actions"][0]["url"] == f"/rooms/{pairing.room_id}"
    assert made.json["audience"] == "only_me"
    [mine] = api(cast.ben).get("/check-ins").json["items"]
    assert (mine["craving"], mine["note"], mine["intention"]) == (6, CANARY, "Call my sister.")
    assert api(cast.cleo).get("/check-ins").json["items"] == []
    with store.read_context() as ctx:
        row = ctx.session.scalars(select(CheckIn)).one()
    assert row.answers.startswith("v2.")
    assert CANARY not in row.answers


def test_ben_may_skip_every_answer_but_not_all_of_them(cast: Cast, api: Any) -> None:
    ben = api(cast.ben)
    for wrong, field in (
        ({"mood": 6}, "mood"),
        ({"craving": 11}, "craving"),
        ({"audience": "everybody"}, "audience"),
        ({"note": "x" * 2001}, "note"),
        ({"audience": "buddy"}, "audience"),
    ):
        refused = ben.post("/check-ins", {**DAY, **wrong})
        assert (refused.status_code, list(refused.json["errors"])) == (422, [field])
    nothing = dict.fromkeys(("mood", "craving", "sleep", "connection"))
    assert ben.post("/check-ins", {**nothing}).status_code == 422
    assert ben.post("/check-ins", {"craving": 3}).status_code == 422
    assert ben.post("/check-ins", {**nothing, "craving": 0}).status_code == 201


def test_the_page_takes_some_answers_and_leads_on(cast: Cast, page: Any) -> None:
    ben = page(cast.ben)
    answer = post_form(ben, "/check-in", {"mood": "2", "intention": "", "note": "", "audience": "only_me"})
    assert answer.status_code == 303
    saved = page_text(ben, answer.headers["Location"])
    assert "Only you can see it." in saved
    assert "/breathe" in saved
    assert "/reach-out" in saved
    assert page(cast.cleo).get(answer.headers["Location"]).status_code == 404
    assert "Answer at least one question" in post_form(ben, "/check-in", {"note": ""}).text
    assert "Most days" not in page_text(ben, "/check-in")
    assert "You checked in once" in page_text(ben, "/check-in")


@pytest.mark.parametrize(
    ("hour", "question"),
    [(9, "this morning"), (13, "afternoon"), (17, "was today"), (23, "was today"), (3, "was today")],
)
def test_ben_is_asked_by_the_hour_of_his_clock(cast: Cast, act: Act, hour: int, question: str) -> None:
    act.now = datetime(2026, 11, 26, hour, 15, tzinfo=NEW_YORK)
    assert question in act.read(cast.ben, queries.my_day).question


def test_ben_taps_a_mood_and_it_is_saved_then_he_adds_more(cast: Cast, page: Any, api: Any) -> None:
    ben = page(cast.ben)
    tapped = post_form(ben, "/check-in/mood", {"mood": "2"})
    [saved] = api(cast.ben).get("/check-ins").json["items"]
    assert tapped.headers["Location"] == f"/check-ins/{saved['id']}"
    assert (saved["mood"], saved["craving"], saved["audience"]) == (2, None, "only_me")
    shown = page_text(ben, tapped.headers["Location"])
    assert all(text in shown for text in ("Saved", "Add more?", "Only you can see it.", "/reach-out"))
    assert ": Low. " in page_text(ben, "/me")

    assert post_form(ben, f"/check-ins/{saved['id']}", {"mood": "2", "craving": "6"}).status_code == 303
    [changed] = api(cast.ben).get("/check-ins").json["items"]
    assert (changed["id"], changed["mood"], changed["craving"]) == (saved["id"], 2, 6)
    refused = post_form(ben, f"/check-ins/{saved['id']}", {"mood": "9"})
    assert (refused.status_code, '<details class="card stack" open>' in refused.text) == (422, True)
    assert post_form(ben, "/check-in/mood", {"mood": "9"}).status_code == 422
    assert post_form(page(cast.cleo), f"/check-ins/{saved['id']}", {"mood": "1"}).status_code == 404


def test_a_second_tap_within_two_minutes_corrects_the_first(cast: Cast, act: Act, api: Any) -> None:
    first = act(cast.ben, actions.record_mood, mood=1)
    act.later(minutes=1)
    assert act(cast.ben, actions.record_mood, mood=4).id == first.id
    act(cast.cleo, actions.record_mood, mood=2)
    act.later(minutes=2)
    act(cast.ben, actions.record_mood, mood=3)
    assert [one["mood"] for one in api(cast.ben).get("/check-ins").json["items"]] == [3, 4]


def test_ben_changes_a_check_in_until_he_shares_it_or_two_hours_pass(
    cast: Cast, act: Act, api: Any, make_pairing: Callable[..., Any]
) -> None:
    make_pairing(cast.ben, cast.cleo)
    shared, late = say(act, cast.ben), say(act, cast.ben)
    changed = api(cast.ben).patch(f"/check-ins/{shared}", {"craving": 9})
    assert (changed.status_code, changed.json["actions"][0]["kind"]) == (200, "reach_out")
    kept = api(cast.ben).get("/check-ins").json["items"][1]
    assert (kept["mood"], kept["craving"], kept["note"]) == (2, 9, CANARY)
    assert api(cast.ben).patch(f"/check-ins/{shared}", {"audience": "buddy"}).json["editable_until"] is None
    act.later(hours=2)
    for closed in (shared, late):
        refused = api(cast.ben).patch(f"/check-ins/{closed}", {"mood": 5})
        assert (refused.status_code, refused.json["code"]) == (409, "check_in_closed")
    assert api(cast.cleo).patch(f"/check-ins/{late}", {"mood": 5}).status_code == 404


@pytest.mark.parametrize("is_worker_late", [True, False])
def test_cleo_is_told_once_when_ben_shares_a_saved_check_in(
    cast: Cast,
    act: Act,
    store: UnitOfWorkFactory,
    settings: Settings,
    make_pairing: Callable[..., Any],
    is_worker_late: bool,
) -> None:
    make_pairing(cast.ben, cast.cleo)
    made = act(cast.ben, actions.record_mood, mood=2)
    if not is_worker_late:
        run_until_idle(store, settings, now=act.now)
        assert told(store, cast.cleo) == []
    act(cast.ben, actions.amend_check_in, check_in_id=made.id, audience="buddy")
    run_until_idle(store, settings, now=act.now)
    assert told(store, cast.cleo) == ["check_in.recorded"]


@pytest.mark.parametrize(
    ("audience", "answer"), [("only_me", "Only you could see it"), ("coordinator", "coordinators")]
)
def test_deleting_a_check_in_says_truly_who_could_see_it(
    cast: Cast, act: Act, page: Any, audience: str, answer: str
) -> None:
    made = say(act, cast.ben, audience)
    ben = page(cast.ben)
    assert "You can’t undo this." in page_text(ben, f"/check-ins/{made}")
    post_form(ben, f"/check-ins/{made}/take-back", {})
    assert f"{answer}" in page_text(ben, "/check-in").split('class="toasts"')[1]


def test_plain_words_stand_under_the_weeks() -> None:
    today = NOON.date()
    before = [(today - timedelta(days=20 + one), Answers(mood=2, craving=7)) for one in range(4)]
    recent = [(today - timedelta(days=one), Answers(mood=4, craving=3)) for one in range(3)]
    assert trends.summarize([*before, *recent], today=today) == (
        "You checked in 3 times in the last two weeks.",
        "Most days were around “Good”.",
        "Your cravings were weaker than in the weeks before.",
    )
    assert [point.mood for point in trends.chart_points([*before, *recent], today=today)] == [2, 2, 2, 2, 4, 4, 4]


def test_ben_says_once_that_it_helped_and_it_counts_for_him_alone(cast: Cast, act: Act, api: Any) -> None:
    made = say(act, cast.ben)
    assert act.read(cast.ben, queries.feedback_due) is None
    assert not act.read(cast.ben, queries.is_feedback_due)
    act.later(hours=5)
    assert act.read(cast.ben, queries.feedback_due).id == made
    assert act.read(cast.ben, queries.is_feedback_due)
    assert api(cast.cleo).put(f"/check-ins/{made}/helped", {"helped": "breathe"}).status_code == 404

    assert api(cast.ben).put(f"/check-ins/{made}/helped", {"helped": "breathe"}).status_code == 204
    again = api(cast.ben).put(f"/check-ins/{made}/helped", {"helped": None})
    assert (again.status_code, again.json["code"]) == (409, "already_said")
    assert act.read(cast.ben, queries.feedback_due) is None
    assert act.read(cast.ben, queries.my_helpful_actions)["breathe"] == HelpfulCounts(yes=1)
    assert act.read(cast.cleo, queries.my_helpful_actions) == {}


# Who sees it


def test_only_me_is_seen_by_nobody(  # C7
    cast: Cast,
    act: Act,
    api: Any,
    page: Any,
    store: UnitOfWorkFactory,
    settings: Settings,
    make_pairing: Callable[..., Any],
) -> None:
    pairing = make_pairing(cast.ben, cast.cleo)
    mine = say(act, cast.ben)
    shared = say(act, cast.ben, "coordinator", note="for Ada")
    run_until_idle(store, settings, now=act.now)

    for staff in (cast.ada, cast.root):
        seen = [api(staff).get(f"/shared-check-ins{tail}") for tail in ("", f"/{shared}", f"/{mine}")]
        assert [one.status_code for one in seen] == [200, 200, 404]
        texts = [one.text for one in seen] + [
            page_text(page(staff), path)
            for path in ("/console/check-ins", "/console/today", f"/console/members/{cast.ben.id}", "/notifications")
        ]
        texts.append(api(staff).get("/check-in-trend").text)
        assert not [text for text in texts if CANARY in text or str(mine) in text]
        assert page(staff).get(f"/console/check-ins/{mine}").status_code == 404
    assert api(cast.cleo).get(f"/pairings/{pairing.id}/check-ins").json["items"] == []
    assert api(cast.cleo).get("/shared-check-ins").status_code == 403
    with store.read_context() as ctx:
        tasks = ctx.session.scalars(select(CoordinatorTask).where(CoordinatorTask.kind == "check_in.recorded")).all()
    assert [(task.subject, task.done_at) for task in tasks] == [(shared, None)]
    api(cast.ada).post(f"/shared-check-ins/{shared}/seen")
    run_until_idle(store, settings, now=act.now)
    with store.read_context() as ctx:
        assert ctx.session.get_one(CoordinatorTask, tasks[0].id).done_at is not None


def test_each_look_of_a_coordinator_is_one_row_in_the_audit_log(  # C6
    cast: Cast, act: Act, api: Any, page: Any, store: UnitOfWorkFactory
) -> None:
    shared = say(act, cast.ben, "coordinator", note="for Ada")
    api(cast.ada).get("/shared-check-ins")
    page(cast.ada).get("/console/check-ins")
    assert entries(store) == []

    assert "for Ada" in page_text(page(cast.ada), f"/console/check-ins/{shared}")

    [entry] = entries(store)
    assert (entry.actor_id, entry.member_id, entry.subject_id) == (cast.ada.id, cast.ben.id, shared)
    assert (entry.facts["fields"], entry.facts["why"]) == ("answers", "shared")
    assert entry.facts.keys() == {"fields", "why", "made_at"}


def entries(store: UnitOfWorkFactory) -> list[AuditEntry]:
    """Looks at check-ins."""
    with store.read_context() as ctx:
        return list(ctx.session.scalars(select(AuditEntry).where(AuditEntry.action == "checkin.read")))


def test_a_buddy_sees_what_was_meant_for_them_while_they_are_buddies(
    cast: Cast, act: Act, api: Any, store: UnitOfWorkFactory, settings: Settings, make_pairing: Callable[..., Any]
) -> None:
    pairing = make_pairing(cast.ben, cast.cleo)
    act.later(hours=1)
    say(act, cast.ben, "buddy", note="for Cleo")
    say(act, cast.ben, "coordinator", note="for Ada")
    run_until_idle(store, settings, now=act.now)

    path = f"/pairings/{pairing.id}/check-ins"
    assert [one["note"] for one in api(cast.cleo).get(path).json["items"]] == ["for Cleo"]
    assert api(cast.dov).get(path).status_code == 404
    assert told(store, cast.cleo) == ["check_in.recorded"]
    assert told(store, cast.dov) == []
    act(cast.ben, block, member_id=cast.cleo.id)
    assert api(cast.cleo).get(path).status_code == 404


def test_figures_are_of_eleven_people_or_none(cast: Cast, act: Act) -> None:  # C7
    people = act(None, lambda uow: [make_member(uow, f"Person {number}") for number in range(11)])
    for one in people[:10]:
        for _ in range(2):
            say(act, one, "trend", mood=4)
    say(act, people[10], "only_me", mood=1)
    say(act, people[10], "trend", mood=None)
    assert {week.mood for week in act.read(cast.ada, queries.trend)} == {None}

    say(act, people[10], "trend", mood=4)
    newest = act.read(cast.ada, queries.trend)[0]
    assert (newest.mood, newest.connection) == (4.0, 2.0)


def test_bens_deleted_check_in_is_gone_for_everyone(cast: Cast, act: Act, api: Any) -> None:
    shared = say(act, cast.ben, "coordinator")
    assert api(cast.cleo).delete(f"/check-ins/{shared}").status_code == 404
    assert api(cast.ben).delete(f"/check-ins/{shared}").status_code == 204
    assert api(cast.ada).get(f"/shared-check-ins/{shared}").status_code == 404


# When it is asked


@pytest.mark.parametrize("start", [datetime(2027, 3, 12, 17, tzinfo=UTC), datetime(2026, 10, 30, 16, tzinfo=UTC)])
def test_ben_is_asked_once_a_day_at_eight_over_both_clock_changes(  # C11
    cast: Cast, act: Act, store: UnitOfWorkFactory, settings: Settings, start: datetime
) -> None:
    act.now = start
    act(cast.ben, schedule.set_schedule, every="day", weekday=0, at="20:00", notify_buddy=False)
    asked = []
    for _ in range(4):
        act.now = next_at(store, cast.ben)
        run_until_idle(store, settings, now=act.now)
        asked.append(act.now.astimezone(NEW_YORK))
        act.later(minutes=10)
        say(act, cast.ben)

    assert [(one.hour, one.minute) for one in asked] == [(20, 0)] * 4
    assert [one.date() - asked[0].date() for one in asked] == [timedelta(days=number) for number in range(4)]
    assert len({one.utcoffset() for one in asked}) == 2
    assert told(store, cast.ben) == ["check_in.prompted"] * 4


def next_at(store: UnitOfWorkFactory, actor: Actor) -> datetime:
    """When somebody is asked next."""
    with store.read_context() as ctx:
        moment = ctx.session.get_one(CheckInSchedule, actor.id).next_at
    assert moment is not None
    return moment


def test_a_time_that_the_clock_skips_or_shows_twice_comes_once() -> None:  # C11
    spring, autumn = datetime(2027, 3, 13, 12, tzinfo=UTC), datetime(2026, 10, 31, 12, tzinfo=UTC)
    for start, at in ((spring, "02:30"), (autumn, "01:30")):
        after, found = start, []
        for _ in range(3):
            after = rules.next_due("day", anchor=start.date(), at=at, zone=NEW_YORK, after=after)
            found.append(after)
        days = [one.astimezone(NEW_YORK).date() for one in found]
        assert days == [start.date() + timedelta(days=number) for number in (1, 2, 3)]
    two_weeks = rules.next_due(
        "two_weeks", anchor=spring.date(), at="20:00", zone=NEW_YORK, after=spring + timedelta(days=3)
    )
    assert two_weeks.astimezone(NEW_YORK).date() == spring.date() + timedelta(days=14)


@pytest.mark.parametrize("notify_buddy", [True, False])
def test_bens_silence_brings_one_note_then_with_consent_his_buddy(
    cast: Cast,
    act: Act,
    store: UnitOfWorkFactory,
    settings: Settings,
    make_pairing: Callable[..., Any],
    notify_buddy: bool,
) -> None:
    make_pairing(cast.ben, cast.cleo)
    act(cast.ben, schedule.set_schedule, every="week", weekday=2, at="19:00", notify_buddy=notify_buddy)
    for _ in range(4):
        act.now = next_at(store, cast.ben)
        run_until_idle(store, settings, now=act.now)

    assert told(store, cast.ben) == ["check_in.prompted", "check_in.reminded"]
    assert told(store, cast.cleo) == (["check_in.missed"] if notify_buddy else [])
    act.later(hours=1)
    act(cast.ben, actions.skip_today)  # as good as an answer
    act.now = next_at(store, cast.ben)
    run_until_idle(store, settings, now=act.now)
    assert told(store, cast.ben)[2:] == ["check_in.prompted"]


def test_another_rhythm_or_another_zone_makes_the_old_time_void(
    cast: Cast, act: Act, store: UnitOfWorkFactory, settings: Settings, api: Any
) -> None:
    act(cast.ben, schedule.set_schedule, every="day", weekday=0, at="20:00", notify_buddy=False)
    first = next_at(store, cast.ben)
    assert api(cast.ben).patch("/me", {"time_zone": "America/Los_Angeles"}).status_code == 200
    run_until_idle(store, settings, now=first)
    assert told(store, cast.ben) == []
    act.now = next_at(store, cast.ben)
    assert act.now == first + timedelta(hours=3)
    run_until_idle(store, settings, now=act.now)
    assert told(store, cast.ben) == ["check_in.prompted"]
    act(cast.ben, schedule.set_schedule, every="never", weekday=0, at="20:00", notify_buddy=False)
    run_until_idle(store, settings, now=act.now + timedelta(days=3))
    assert told(store, cast.ben) == ["check_in.prompted"]


def test_the_question_stands_on_the_home_page_until_it_is_answered(cast: Cast, act: Act) -> None:
    assert not act.read(cast.ben, rhythm_queries.has_schedule)
    say(act, cast.ben)
    mine = act.read(cast.ben, rhythm_queries.my_schedule)
    assert (mine.every, mine.at) == ("week", "19:00")
    assert not act.read(cast.ben, rhythm_queries.is_check_in_due)
    act.later(days=7, hours=8)
    assert act.read(cast.ben, rhythm_queries.is_check_in_due)
    act(cast.ben, actions.skip_today)
    assert not act.read(cast.ben, rhythm_queries.is_check_in_due)
    act.later(days=7)
    assert act.read(cast.ben, rhythm_queries.is_check_in_due)


def test_a_check_in_schedule_that_stopped_is_started_again(cast: Cast, act: Act, store: UnitOfWorkFactory) -> None:
    say(act, cast.ben)
    act.later(days=30)
    planned = next_at(store, cast.ben)
    act(None, schedule.repair_schedules)
    assert next_at(store, cast.ben) == planned  # late, and not lost
    with store.unit_of_work() as uow:
        uow.session.execute(update(OutboxEvent).where(OutboxEvent.type == "check_in.due").values(state="dead"))
    act(None, schedule.repair_schedules)
    assert next_at(store, cast.ben) > act.now


def test_a_note_held_by_quiet_hours_is_not_sent_once_it_is_untrue(
    cast: Cast, act: Act, store: UnitOfWorkFactory, settings: Settings
) -> None:
    answer_channels = Deliveries(act, settings)
    act(cast.ben, schedule.set_schedule, every="week", weekday=2, at="23:00", notify_buddy=False)
    act(
        cast.ben,
        update_preferences,
        wanted={},
        quiet=[{"weekday": day, "from": "22:00", "to": "07:00"} for day in range(7)],
    )
    for _ in range(2):
        act.now = next_at(store, cast.ben)
        run_until_idle(store, settings, now=act.now)
    [held] = answer_channels.deliveries(cast.ben)
    assert (held.kind, held.state, held.reason) == ("check_in.reminded", "due", "quiet")

    act.later(hours=1)
    act(cast.ben, actions.skip_today)
    act.later(hours=9)
    answer_channels.send()
    assert answer_channels.ends(cast.ben) == [("suppressed", "outdated")]
