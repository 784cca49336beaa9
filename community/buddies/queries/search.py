"""The search for a buddy as its member sees it: what keeps them without one, and what they could change.

It says what the last match run found, never what a change would find now: otherwise a member could try out answers
until they know those of others. A block, a no-contact order, a restriction, a report and another member's rules all
read as "no one who fits is free right now".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from community.buddies.access import profiles
from community.buddies.models.profiles import BuddyProfile
from community.buddies.models.runs import MatchRun, MatchSchedule
from community.buddies.queries import answers, candidates
from community.buddies.rules import MIN_PEOPLE_BEHIND_A_LIMIT, SEARCH_REASONS
from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext
from community.members.models import Member
from community.members.queries.helping import has_settled_in

MAX_HELPS = 3

_MESSAGES = {
    "incomplete": "We can look for a buddy when you’ve told us which languages you speak and when you’re free.",
    "paused": "You paused suggestions. We’ll look again when you turn them back on.",
    "resting": "You’re resting after your last buddy. We’ll look again after that.",
    "awaiting_approval": "A coordinator is reading your offer. We’ll tell you when they say yes.",
    "settling_in": "You’re new here. We suggest you to others after your first two weeks.",
    "places_taken": "You have as many buddies as you asked for.",
    "suggested": "We suggested someone to you. The next step is your answer, or theirs.",
    "looking": "We’ll tell you when we find someone. It can take a week or two.",
    "no_common_language": "No one free right now speaks one of your languages.",
    "no_overlapping_hours": "Your free times don’t overlap with anyone’s yet.",
    "own_rule": "With the limits you set, no one fits right now.",
    "no_match_now": "No one who fits is free right now. We’ll keep looking.",
    "all_places_taken": "Everyone who fits has a buddy right now. The longer you wait, the sooner it’s your turn.",
}
_NO_ONE_IN_ROLE = {
    "seeking": "No one with more time in recovery is free right now.",
    "mentor": "No one new is looking for support right now.",
    "peer": "No one else is looking for someone like themselves right now.",
}
_EVENING = "17:00"
_LIMITS = {
    "gender": "You asked for one gender only. If you’d be fine with anyone, you could change that.",
    "pathways": "You said no to a recovery approach. If it isn’t important, you could remove that limit.",
    "months": "Asking for fewer months in recovery would help.",
    "place": "If you can meet both online and in person, that would help.",
}


@dataclass(frozen=True)
class HelpView:
    """One thing that the member could change, and the step of their profile for it."""

    code: str
    text: str
    step: str


@dataclass(frozen=True)
class SearchView:
    """The search for a buddy. `state`: one of SEARCH_STATES. `reason`: one of SEARCH_REASONS, if a run found one.

    `searched_at`: the last match run that read these answers. `next_search_at`: the next scheduled one.
    """

    state: str
    reason: str | None
    message: str
    helps: tuple[HelpView, ...]
    searched_at: datetime | None
    next_search_at: datetime | None


def my_search(ctx: ReadContext) -> SearchView:
    """Return how the search for the actor's buddy is going. Raises NotFound for members without a profile."""
    profile = profiles.own_profile(ctx)
    if profile is None:
        raise NotFound
    said = answers.opened(profile, ctx.cipher)
    state = _state(ctx, profile, said)
    schedule = ctx.session.get(MatchSchedule, 1)
    next_search_at = schedule.next_at if schedule is not None and schedule.is_on else None
    if state != "looking":
        helps = tuple(_help_before_search(state, profile, said))
        return SearchView(state, None, _MESSAGES[state], helps, None, next_search_at)
    searched_at, found = _last_result(ctx, profile)
    reason, gains = _shown_reason(found)
    message = _NO_ONE_IN_ROLE[profile.role] if reason == "nobody_to_match" else _MESSAGES[reason or "looking"]
    helps = tuple(_helps(reason, gains, profile, said))[:MAX_HELPS]
    return SearchView(state, reason, message, helps, searched_at, next_search_at)


def _state(ctx: ReadContext, profile: BuddyProfile, said: Mapping[str, Any]) -> str:
    if not said["languages"] or not said["availability"]:
        return "incomplete"
    if profile.is_paused_at(ctx.now):
        return "paused"
    if profile.is_resting_at(ctx.now):
        return "resting"
    if not profile.is_approved:
        return "awaiting_approval"
    if not profile.free_places:
        return "places_taken"
    if profile.free_places <= candidates.places_taken(ctx, [profile.member_id])[profile.member_id]:
        return "suggested"
    has_settled = select(Member.id).where(Member.id == profile.member_id, has_settled_in(ctx.now))
    if profile.role != "seeking" and ctx.session.scalar(has_settled) is None:
        return "settling_in"
    return "looking"


def _last_result(ctx: ReadContext, profile: BuddyProfile) -> tuple[datetime | None, Mapping[str, Any] | None]:
    """Return when the last run that read these answers began, and its entry about the member when they got no one."""
    query = select(MatchRun.created_at, MatchRun.proposal).where(MatchRun.state == "done", ~MatchRun.is_dry_run)
    last = ctx.session.execute(query.order_by(MatchRun.created_at.desc(), MatchRun.id.desc()).limit(1)).first()
    if last is None or last.created_at < profile.changed_at:
        return None, None
    left = (last.proposal or {}).get("unmatched", ())
    return last.created_at, next((one for one in left if one["id"] == str(profile.member_id)), None)


def _shown_reason(found: Mapping[str, Any] | None) -> tuple[str | None, Mapping[str, int]]:
    """Return the reason that the member may know and what each own answer costs, without limits that few are behind."""
    if found is None:
        return None, {}
    gains = {
        name: more
        for name, more in sorted(found["gains"].items(), key=lambda gain: (-gain[1], gain[0]))
        if name not in _LIMITS or more >= MIN_PEOPLE_BEHIND_A_LIMIT
    }
    reason = found["reason"]
    if reason == candidates.HELD_BACK or (reason == "own_rule" and not set(gains) & set(_LIMITS)):
        return "no_match_now", gains
    return (reason if reason in SEARCH_REASONS else None), gains


def _help_before_search(state: str, profile: BuddyProfile, said: Mapping[str, Any]) -> Iterator[HelpView]:
    if state == "incomplete" and not said["languages"]:
        yield HelpView("languages", "Add the languages you speak.", "languages")
    if state == "incomplete" and not said["availability"]:
        yield HelpView("hours", "Add the times when you’re usually free.", "when")
    if state == "settling_in" and profile.role == "peer":
        yield HelpView("role", "You can look for someone with more time in recovery right away.", "who")


def _helps(
    reason: str | None, gains: Mapping[str, int], profile: BuddyProfile, said: Mapping[str, Any]
) -> Iterator[HelpView]:
    """Yield what would help, the most helpful first."""
    if reason == "nobody_to_match" and profile.role != "mentor":
        other = "someone like you" if profile.role == "seeking" else "someone with more time in recovery"
        yield HelpView("role", f"You could look for {other} instead.", "who")
    names = {"no_common_language": ["languages"], "no_overlapping_hours": ["hours"]}.get(reason or "", [])
    for name in dict.fromkeys([*names, *gains]):
        if name == "languages":
            yield HelpView(name, "If you also speak another language, add it.", "languages")
        elif name == "hours":
            yield HelpView(name, _more_hours(said["availability"]), "when")
        elif name in _LIMITS:
            yield HelpView(name, _LIMITS[name], "wishes")


def _more_hours(windows: list[dict[str, Any]]) -> str:
    on_weekdays = [one for one in windows if one["weekday"] < 5]
    if not any(one["to"] > _EVENING or one["to"] <= one["from"] for one in on_weekdays):
        return "Adding an evening would help most."
    if not any(one["weekday"] >= 5 for one in windows):
        return "Adding a time on the weekend would help most."
    return "Adding another time, even one hour a week, would help."
