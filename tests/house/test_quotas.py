"""Whatever an alumnus does that ends in a notice for somebody has a bound: a quota, or a reason why none is needed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from community.buddies.actions import pairings, profiles
from community.buddies.actions import stand_ins as stand_ins_actions
from community.buddies.actions import suggestions as suggestions_actions
from community.buddies.events import StandInDue
from community.buddies.models.suggestions import Suggestion
from community.buddies.queries import stand_ins, suggestions
from community.check_ins.actions import check_ins
from community.core.errors import RateLimited
from community.core.events import event_types
from community.core.ids import new_id
from community.core.outbox.subscriptions import notify, staff_tasks
from community.core.quotas import Quota
from community.features import load_subscribers
from community.meetups.actions import create, edit_occurrence, hosting, rsvps
from community.meetups.queries.meetups import next_meetups
from community.members.actions import quotas
from community.onboarding import actions
from community.reach_outs.actions import feedback
from community.reach_outs.actions import reach_outs as reach_outs_actions
from community.rooms.actions import create as create_actions
from community.rooms.engine import message_batch
from community.rooms.engine.message_batch import Posted, PostRequest
from community.safety.actions import reports
from tests.conftest import Act
from tests.factories import Cast, make_member
from tests.support.buddy_fixtures import MakePairing, MakeProfile
from tests.support.run_worker import run_until_idle

STAFF, CLOCK, ONCE, SELF, SENDS = (
    "only coordinators do it",
    "only the clock does it",
    "it happens once, or ends what it is about",
    "only whoever does it is told",
    "messages have the limit of sending",
)
# Every event that somebody is told of, or that coordinators then have to do: its quota, or why it needs none.
BOUNDS: dict[str, Quota | str] = {
    "email.bounced": CLOCK,
    "email.retry_requested": SELF,
    "appeal.decided": STAFF,
    "attendance.no_show": ONCE,
    "buddy.matched": ONCE,
    "buddy.suggested": quotas.NEXT_SUGGESTIONS,
    "buddy.superseded": ONCE,
    "case.overdue": CLOCK,
    "case.first_response_overdue": CLOCK,
    "case.assigned": STAFF,
    "case.colleague_asked": STAFF,
    "check_in.prompted": CLOCK,
    "check_in.missed": CLOCK,
    "check_in.reminded": CLOCK,
    "check_in.reviewed": STAFF,
    "check_in.recorded": quotas.SHARED_CHECK_INS,
    "blocked_pair.detected": ONCE,
    "coordinator_contact.requested": quotas.COORDINATOR_REQUESTS,
    "conversation.answered": STAFF,
    "conversation.closed": STAFF,
    "conversation.opened": STAFF,
    "conversation.waiting": SENDS,
    "evidence.opened": STAFF,
    "onboarding.started": ONCE,
    "companion.cancelled": quotas.COMPANION_REQUESTS,
    "companion.assigned": quotas.COMPANION_REQUESTS,
    "companion.missing": quotas.COMPANION_REQUESTS,
    "companion.requested": quotas.COMPANION_REQUESTS,
    "onboarding.greeting_due": CLOCK,
    "onboarding.greeted": ONCE,
    "planned_support.started": CLOCK,
    "host.changed": quotas.DATE_CHANGES,
    "invitation.undelivered": CLOCK,
    "meetup.posted": STAFF,
    "member.invited": STAFF,
    "member.role_changed": STAFF,
    "member.cohort_changed": STAFF,
    "member.joined": ONCE,
    "mentor.approved": STAFF,
    "mentor.applied": quotas.MENTOR_REQUESTS,
    "mentor.rejected": quotas.MENTOR_REQUESTS,
    "message.posted": SENDS,
    "message.reported": quotas.REPORTS,
    "occurrence.cancelled": quotas.DATE_CHANGES,
    "occurrence.rescheduled": quotas.DATE_CHANGES,
    "pairing.review_requested": CLOCK,
    "pairing.ended": ONCE,
    "pairing.safety_flagged": ONCE,
    "pairing.safety_reviewed": STAFF,
    "pairing.phones_shared": quotas.SHARED_PHONES,
    "pairing.prompt_sent": CLOCK,
    "device.signed_in": SELF,
    "passkey.copied": SELF,
    "email.changed": SELF,
    "email_change.requested": SELF,
    "work.handed_over": STAFF,
    "password.changed": SELF,
    "password.reset_requested": SELF,
    "inactivity.ended": CLOCK,
    "inactivity.detected": CLOCK,
    "reach_out.answered": quotas.CLAIMS,
    "reach_out.responders_notified": quotas.REACH_OUTS,
    "reach_out.claimed": quotas.CLAIMS,
    "reach_out.closed": quotas.REACH_OUTS,
    "reach_out.debrief_requested": quotas.RESPONDER_FEEDBACK,
    "reach_out.resumed": quotas.REACH_OUTS_AGAIN,
    "reach_out.unanswered": quotas.REACH_OUTS,
    "occurrence.upcoming": CLOCK,
    "report.resolved": STAFF,
    "rsvp.lapsed": CLOCK,
    "rsvp.offered": quotas.ANSWERS,
    "rsvp.promoted": quotas.ANSWERS,
    "rsvp.waitlisted": SELF,
    "sanction.appealed": ONCE,
    "sanction.ended": CLOCK,
    "sanction.imposed": STAFF,
    "sanction.lifted": STAFF,
    "waitlist.seat_available": quotas.ANSWERS,
    "rsvp.seat_reclaimed": CLOCK,
    "series.paused": CLOCK,
    "series.resumed": quotas.DATE_CHANGES,
    "shift.changed": STAFF,
    "shift.handover_due": CLOCK,
    "shift.started": CLOCK,
    "stand_in.accepted": quotas.STAND_INS,
    "stand_in.announced": quotas.STAND_INS,
    "stand_in.requested": quotas.STAND_INS,
}


@dataclass
class Flood:
    """One alumnus who does the same again and again, at one moment."""

    act: Act
    cast: Cast
    looks: MakeProfile
    paired: MakePairing

    def go(self, use: Callable[[int], Any], most: int) -> tuple[int, RateLimited | None]:
        """Do it until it is refused: how often it went, and the refusal."""
        for number in range(most):
            try:
                use(number)
            except RateLimited as refusal:
                return number, refusal
        return most, None


@pytest.fixture
def flood(act: Act, cast: Cast, make_profile: MakeProfile, make_pairing: MakePairing) -> Flood:
    """Ben, with everybody else around."""
    return Flood(act, cast, make_profile, make_pairing)


def danger_words(flood: Flood) -> Callable[[int], Any]:
    act, ben = flood.act, flood.cast.ben
    room = act(flood.cast.ada, create_actions.create_room, kind="open", name="Evenings", members=[ben.id]).id

    def use(_number: int) -> None:
        post = PostRequest(ben, room, str(new_id()), "I want to die")
        act(None, message_batch.write_batch, batch=[post])
        if not isinstance(post.answer, Posted):
            assert post.answer is not None
            raise post.answer

    return use


def _reports(flood: Flood, category: str) -> Callable[[int], Any]:
    act, ben, cleo = flood.act, flood.cast.ben, flood.cast.cleo
    room = act(flood.cast.ada, create_actions.create_room, kind="open", name="Evenings", members=[ben.id, cleo.id]).id

    def use(_number: int) -> None:
        post = PostRequest(cleo, room, str(new_id()), "Hello")
        act(None, message_batch.write_batch, batch=[post])
        assert isinstance(post.answer, Posted)
        about = {"message_id": post.answer.message.id, "category": category, "reason": "x"}
        act(ben, reports.report, **about)

    return use


def reach_outs(flood: Flood) -> Callable[[int], Any]:
    def use(_number: int) -> None:
        mine = flood.act(flood.cast.ben, reach_outs_actions.request_help)[0].id
        flood.act(flood.cast.ben, reach_outs_actions.close, reach_out_id=mine)

    return use


def _free(flood: Flood) -> None:
    flood.act(flood.cast.cleo, reach_outs_actions.set_availability, until=flood.act.now + timedelta(hours=3))


def reach_outs_again(flood: Flood) -> Callable[[int], Any]:
    _free(flood)
    mine = flood.act(flood.cast.ben, reach_outs_actions.request_help)[0].id

    def use(_number: int) -> None:
        flood.act(flood.cast.cleo, reach_outs_actions.claim, reach_out_id=mine)
        flood.act(flood.cast.ben, reach_outs_actions.replace_responder, reach_out_id=mine)

    return use


def claims(flood: Flood) -> Callable[[int], Any]:
    _free(flood)
    mine = flood.act(flood.cast.dov, reach_outs_actions.request_help)[0].id

    def use(_number: int) -> None:
        flood.act(flood.cast.cleo, reach_outs_actions.claim, reach_out_id=mine)
        flood.act(flood.cast.cleo, reach_outs_actions.decline, reach_out_id=mine)

    return use


def coordinator_requests(flood: Flood) -> Callable[[int], Any]:
    return lambda _number: flood.act(flood.cast.ben, check_ins.request_coordinator)


def shared_check_ins(flood: Flood) -> Callable[[int], Any]:
    return lambda _number: flood.act(flood.cast.ben, check_ins.record_check_in, audience="coordinator", mood=2)


def helper_words(flood: Flood) -> Callable[[int], Any]:
    _free(flood)
    mine = flood.act(flood.cast.ben, reach_outs_actions.request_help)[0].id
    flood.act(flood.cast.cleo, reach_outs_actions.claim, reach_out_id=mine)
    flood.act(flood.cast.ben, reach_outs_actions.close, reach_out_id=mine)

    def use(_number: int) -> None:
        for said in ("talk", "fine"):
            flood.act(flood.cast.cleo, feedback.record_feedback, reach_out_id=mine, answer=said)

    return use


def _date(flood: Flood, title: str) -> UUID:
    starts = (flood.act.now + timedelta(days=3)).replace(tzinfo=None, second=0, microsecond=0)
    place = {"kind": "in_person", "address": "12 Elm Street"}
    about = {"title": title, "description": "", "starts_at_local": starts, "time_zone": "UTC", "duration_minutes": 90}
    meetup = flood.act(flood.cast.ada, create.post, **about, place=place)
    found = flood.act.read(flood.cast.ada, next_meetups)
    return next(date.id for one, date in found if one.id == meetup.id)


def doors(flood: Flood) -> Callable[[int], Any]:
    flood.act(None, actions.start_onboarding, member_id=flood.cast.ben.id)
    dates = [_date(flood, "One"), _date(flood, "Other")]
    return lambda number: flood.act(flood.cast.ben, actions.request_companion, occurrence_id=dates[number % 2])


def stand_ins_wanted(flood: Flood) -> Callable[[int], Any]:
    two = flood.paired(flood.cast.ben, flood.cast.cleo)

    def use(_number: int) -> None:
        flood.act(flood.cast.cleo, stand_ins_actions.cannot_today)
        day = flood.act.read(flood.cast.ben, stand_ins.my_day, pairing_id=two.id)
        assert day is not None
        try:
            flood.act(flood.cast.ben, stand_ins_actions.request_cover, stand_in_id=day.id)
        finally:
            flood.act(None, stand_ins_actions.end, event=StandInDue(stand_in_id=day.id))

    return use


def mentor_requests(flood: Flood) -> Callable[[int], Any]:
    flood.looks(flood.cast.ben)

    def use(_number: int) -> None:
        for role in ("mentor", "peer"):
            flood.act(flood.cast.ben, profiles.save_profile, changes={"role": role})

    return use


def shared_phones(flood: Flood) -> Callable[[int], Any]:
    two = flood.paired(flood.cast.ben, flood.cast.cleo)
    flood.act(flood.cast.cleo, pairings.share_phone, pairing_id=two.id, number="1")

    def use(_number: int) -> None:
        flood.act(flood.cast.ben, pairings.share_phone, pairing_id=two.id, number="2")
        flood.act(flood.cast.ben, pairings.take_back_phone, pairing_id=two.id)

    return use


def answers(flood: Flood) -> Callable[[int], Any]:
    date = _date(flood, "One")

    def use(_number: int) -> None:
        for said in ("going", "declined"):
            flood.act(flood.cast.ben, rsvps.answer_occurrence, occurrence_id=date, answer=said)

    return use


def date_changes(flood: Flood) -> Callable[[int], Any]:
    date = _date(flood, "One")
    [(meetup, _)] = flood.act.read(flood.cast.ada, next_meetups)
    flood.act(flood.cast.ada, hosting.change_hosts, meetup_id=meetup.id, host="Ben")
    starts = (flood.act.now + timedelta(days=4)).replace(tzinfo=None, second=0, microsecond=0)

    def use(number: int) -> None:
        changes = {"starts_at_local": starts + timedelta(hours=number)}
        flood.act(flood.cast.ben, edit_occurrence.change_occurrence, occurrence_id=date, changes=changes)

    return use


WALK: dict[Quota, Callable[[Flood], Callable[[int], Any]]] = {
    quotas.DANGER_WORDS: danger_words,
    quotas.DANGER_REPORTS: lambda flood: _reports(flood, "danger"),
    quotas.REPORTS: lambda flood: _reports(flood, "other"),
    quotas.REACH_OUTS: reach_outs,
    quotas.REACH_OUTS_AGAIN: reach_outs_again,
    quotas.CLAIMS: claims,
    quotas.COORDINATOR_REQUESTS: coordinator_requests,
    quotas.SHARED_CHECK_INS: shared_check_ins,
    quotas.RESPONDER_FEEDBACK: helper_words,
    quotas.COMPANION_REQUESTS: doors,
    quotas.STAND_INS: stand_ins_wanted,
    quotas.MENTOR_REQUESTS: mentor_requests,
    quotas.SHARED_PHONES: shared_phones,
    quotas.ANSWERS: answers,
    quotas.DATE_CHANGES: date_changes,
}


@pytest.mark.parametrize("quota", WALK, ids=lambda quota: quota.name)
def test_an_alumnus_who_does_it_again_and_again_is_refused(flood: Flood, quota: Quota) -> None:
    """A17: 60 requests made 60 notices and mails. Each quota holds, says until when, and refills."""
    use = WALK[quota](flood)
    times, refusal = flood.go(use, quota.at_once + 5)
    assert times == quota.at_once
    assert refusal is not None
    assert 0 < (refusal.retry_after or 0) <= quota.seconds / quota.count + 1
    assert refusal.shows_help is quota.shows_help
    flood.act.later(seconds=refusal.retry_after or 0)
    assert flood.go(use, 2)[0] == 1


def test_every_quota_is_walked_and_named_once() -> None:
    """A17: a new quota comes with its walk."""
    assert set(WALK) | {quotas.NEXT_SUGGESTIONS} == set(quotas.ALL)
    assert len({quota.name for quota in quotas.ALL}) == len(quotas.ALL)
    assert max(len(quota.name) for quota in quotas.ALL) <= 24


def test_coordinators_do_their_work_without_a_quota(act: Act, cast: Cast) -> None:
    """A17: whoever coordinates is not bounded in what they do for others."""
    for _ in range(quotas.COORDINATOR_REQUESTS.at_once + 3):
        act(cast.ada, check_ins.request_coordinator)


def test_ben_declines_everyone_and_gets_no_suggestion_that_day(flood: Flood) -> None:
    """A17: each decline suggests the next, who is told of it. Declining itself is never refused."""
    act, ben = flood.act, flood.cast.ben
    most = quotas.NEXT_SUGGESTIONS.at_once
    people = act(None, lambda uow: [make_member(uow, f"Person {number}") for number in range(most + 4)])
    for one in (ben, *people):
        flood.looks(one)
    act(None, suggestions_actions.suggest_next, member_id=ben.id)
    declined = 0
    while mine := act.read(ben, suggestions.my_open_suggestions):
        act(ben, suggestions_actions.decline, suggestion_id=mine[0].id)
        declined += 1
    made = act.read(None, lambda ctx: ctx.session.query(Suggestion).count())
    assert (declined, made) == (most + 1, most + 1)


def test_one_open_request_is_not_told_of_twice(act: Act, cast: Cast, store: Any, settings: Any) -> None:
    """A17: while coordinators have it to do, asking again tells nobody anew and is no error."""
    for _ in range(6):
        act(cast.ben, check_ins.request_coordinator)
        run_until_idle(store, settings, now=act.now)
    assert sum(type(event).__name__ == "CoordinatorContactRequested" for event in act.events) == 1


def test_every_event_that_reaches_somebody_is_bounded() -> None:
    """A17: a new notice or task comes with its quota, or with the reason why it needs none."""
    load_subscribers()
    told = {name for name, kind in event_types().items() if kind in {*notify._listeners, *staff_tasks._listeners}}
    assert told == set(BOUNDS)
