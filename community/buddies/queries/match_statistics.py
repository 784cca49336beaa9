"""Statistics of matching: members with a buddy, waiting times, and results of runs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from uuid import UUID

from sqlalchemy import select

from community.buddies.models.profiles import BuddyProfile
from community.buddies.models.runs import MatchRun
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext
from community.members.models import Member
from community.members.queries.active_members import is_active

WAITS = (("under a week", 7), ("1 to 2 weeks", 14), ("2 to 4 weeks", 28), ("4 to 8 weeks", 56), ("longer", 10**6))
RUNS_SHOWN = 12
MAX_WAITING_SHOWN = 10


@dataclass(frozen=True)
class WaitingView:
    """A member who waits for a buddy, and for how many days."""

    member_id: UUID
    handle: str
    role: str
    days: int


@dataclass(frozen=True)
class CoverageView:
    """Members who look for a buddy. waits: (how long, how many); longest: at most 10 who have waited longest.

    Members who are paused, rest, or wait for a coordinator's approval do not count as waiting. Places are those of
    approved mentors.
    """

    looking: int
    with_buddy: int
    waiting: int
    paused: int
    to_approve: int
    places: int
    places_taken: int
    median_days: int
    waits: tuple[tuple[str, int], ...]
    longest: tuple[WaitingView, ...]

    @property
    def percent(self) -> int:
        """The percentage who have a buddy."""
        return round(100 * self.with_buddy / self.looking) if self.looking else 0


@dataclass(frozen=True)
class RunPoint:
    """A finished run in numbers: pairs, unmatched members, points of fit and days of waiting per pair."""

    id: UUID
    created_at: datetime
    dry_run: bool
    by_calendar: bool
    state: str
    pairs: int
    without: int
    points_each: int
    days_each: int


def coverage(ctx: ReadContext) -> CoverageView:
    """Return all members who look for a buddy now, for coordinators."""
    _ = ctx.permitted(Permission.RUN_MATCHING)
    rows = [
        (profile, handle)
        for profile, handle in ctx.session.execute(
            select(BuddyProfile, Member.handle)
            .join(Member, Member.id == BuddyProfile.member_id)
            .where(is_active(ctx.now))
        )
    ]
    waiting = sorted(
        (
            WaitingView(one.member_id, handle, one.role, max(0, (ctx.now - one.waiting_since).days))
            for one, handle in rows
            if _waits(one, ctx.now)
        ),
        key=lambda view: (-view.days, view.handle),
    )
    mentors = [one for one, _ in rows if one.role == "mentor" and one.is_approved]
    return CoverageView(
        looking=len(rows),
        with_buddy=sum(one.active_count > 0 for one, _ in rows),
        waiting=len(waiting),
        paused=sum(one.is_paused_at(ctx.now) or one.is_resting_at(ctx.now) for one, _ in rows),
        to_approve=sum(not one.is_approved for one, _ in rows),
        places=sum(one.places for one in mentors),
        places_taken=sum(one.active_count for one in mentors),
        median_days=round(median([view.days for view in waiting])) if waiting else 0,
        waits=_histogram([view.days for view in waiting]),
        longest=tuple(waiting[:MAX_WAITING_SHOWN]),
    )


def last_runs(ctx: ReadContext, *, limit: int = RUNS_SHOWN) -> list[RunPoint]:
    """Return the last runs in numbers, newest first, for coordinators."""
    _ = ctx.permitted(Permission.RUN_MATCHING)
    numbers = [
        MatchRun.proposal[name].as_integer() for name in ("cardinality", "without", "total_weight", "waiting_days")
    ]
    query = select(MatchRun.id, MatchRun.created_at, MatchRun.is_dry_run, MatchRun.started_by, MatchRun.state, *numbers)
    rows = ctx.session.execute(query.order_by(MatchRun.created_at.desc(), MatchRun.id.desc()).limit(limit))
    return [
        RunPoint(
            id_,
            created_at,
            is_dry_run,
            started_by is None,
            state,
            pairs or 0,
            without or 0,
            round((points or 0) / pairs) if pairs else 0,
            round((days or 0) / pairs) if pairs else 0,
        )
        for id_, created_at, is_dry_run, started_by, state, pairs, without, points, days in rows
    ]


def _waits(profile: BuddyProfile, now: datetime) -> bool:
    wants_no_one = profile.is_paused_at(now) or profile.is_resting_at(now) or not profile.is_approved
    return profile.active_count == 0 and profile.free_places > 0 and not wants_no_one


def _histogram(days: Sequence[int]) -> tuple[tuple[str, int], ...]:
    counts = Counter(next(label for label, below in WAITS if one < below) for one in days)
    return tuple((label, counts[label]) for label, _ in WAITS)
