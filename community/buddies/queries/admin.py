"""Matching as coordinators see it: runs with pairs and reasons, mentors to approve, pairings to review."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from community.buddies.access import runs as runs_access
from community.buddies.matching.compatibility import OWN_RULES, REASONS, UNMATCHED
from community.buddies.models.pairings import Pairing
from community.buddies.models.profiles import BuddyProfile
from community.buddies.models.runs import MatchRun, MatchSchedule
from community.buddies.rules import MAX_APPROVED
from community.core.db import Page, keyset_page
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext
from community.members.models import Member
from community.members.queries.people import handles


@dataclass(frozen=True)
class ProposedView:
    """A pair that a run proposed, for coordinators."""

    member_ids: tuple[UUID, UUID]
    handles: tuple[str, str]
    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class UnmatchedView:
    """A member without a pair in a run, and the reason. gains: the candidates that each own answer costs."""

    member_id: UUID
    handle: str
    reason: str
    reason_text: str
    candidates: int
    gains: dict[str, int]

    @property
    def gains_text(self) -> list[str]:
        """Return the answers that cost candidates as text, most first."""
        return [
            f"{OWN_RULES[name]} ({more} more {'person' if more == 1 else 'people'})"
            for name, more in self.gains.items()
            if name in OWN_RULES
        ]


@dataclass(frozen=True)
class RunView:
    """A match run, for coordinators. `bound`: no result with as many pairs and waiting days has more weight."""

    id: UUID
    state: str
    dry_run: bool
    by_calendar: bool
    progress: int
    seed: int
    created_at: datetime
    finished_at: datetime | None
    failure: str | None
    suggestions: tuple[ProposedView, ...]
    unmatched: tuple[UnmatchedView, ...]
    cardinality: int | None
    waiting_days: int | None
    total_weight: int | None
    bound: int | None
    solver: str | None
    weights_version: str | None
    inputs_hash: str | None


@dataclass(frozen=True)
class MentorView:
    """A member who wants to be a mentor."""

    member_id: UUID
    handle: str
    capacity: int
    approved_at: datetime | None
    approved_places: int | None
    trained_on: date | None
    active_count: int

    @property
    def places(self) -> int:
        """The number of people at a time that they want and may have."""
        return min(self.capacity, self.approved_places or self.capacity)

    @property
    def proposed_places(self) -> int:
        """The limit that the form for an approval begins with."""
        return self.approved_places or min(self.capacity, MAX_APPROVED)


@dataclass(frozen=True)
class FlaggedView:
    """A pairing that ended because one of the two did not feel safe."""

    id: UUID
    handles: tuple[str, str]
    ended_by: str
    ended_at: datetime | None
    looked_into_at: datetime | None


@dataclass(frozen=True)
class ScheduleView:
    """The weekly start of match runs. `next_at` is the next one, if there is one."""

    is_on: bool
    weekday: int
    hour: int
    time_zone: str
    next_at: datetime | None


def schedule(ctx: ReadContext) -> ScheduleView:
    """Return the weekly schedule of match runs. Without a row it is off, with Mondays at nine as the proposal."""
    staff = ctx.permitted(Permission.RUN_MATCHING)
    row = ctx.session.get(MatchSchedule, 1, populate_existing=True)
    if row is None:
        return ScheduleView(False, 0, 9, staff.time_zone, None)
    return ScheduleView(row.is_on, row.weekday, row.hour, row.time_zone, row.next_at)


def runs(ctx: ReadContext, *, cursor: str | None, limit: int) -> Page[RunView]:
    """Return all match runs, for coordinators, newest first."""
    _ = ctx.permitted(Permission.RUN_MATCHING)
    by = (MatchRun.created_at, MatchRun.id)
    page = keyset_page(ctx.session, select(MatchRun), by=by, cursor=cursor, limit=limit, descending=True)
    return Page(_runs(ctx, page.items), page.next_cursor)


def run(ctx: ReadContext, run_id: UUID) -> RunView:
    """Return one match run, for coordinators. Raises Forbidden, NotFound."""
    return _runs(ctx, [runs_access.run_to_see(ctx, run_id)])[0]


def mentors(ctx: ReadContext, *, cursor: str | None, limit: int) -> Page[MentorView]:
    """Return every member who wants to be a mentor, for coordinators, by the last change of their profile."""
    _ = ctx.permitted(Permission.RUN_MATCHING)
    query = select(BuddyProfile).where(BuddyProfile.role == "mentor")
    by = (BuddyProfile.changed_at, BuddyProfile.member_id)
    page = keyset_page(ctx.session, query, by=by, cursor=cursor, limit=limit)
    names = handles(ctx.session, [row.member_id for row in page.items])
    views = [
        MentorView(
            row.member_id,
            names.get(row.member_id, ""),
            row.capacity,
            row.approved_at,
            row.approved_places,
            row.trained_on,
            row.active_count,
        )
        for row in page.items
    ]
    return Page(views, page.next_cursor)


def flagged(ctx: ReadContext) -> list[FlaggedView]:
    """Return pairings that ended because one of the two did not feel safe, for coordinators, unreviewed ones first."""
    _ = ctx.permitted(Permission.RUN_MATCHING)
    rows = ctx.session.scalars(
        select(Pairing).where(Pairing.end_reason == "safety").order_by(Pairing.ended_at.desc()).limit(100)
    ).all()
    names = handles(ctx.session, {one for row in rows for one in (row.a_id, row.b_id)})
    views = [
        FlaggedView(
            row.id,
            (names.get(row.a_id, ""), names.get(row.b_id, "")),
            names.get(row.ended_by, "") if row.ended_by else "",
            row.ended_at,
            row.looked_into_at,
        )
        for row in rows
        if ctx.actor.id not in (row.a_id, row.b_id)
    ]
    return sorted(views, key=lambda view: view.looked_into_at is not None)


def _runs(ctx: ReadContext, rows: Iterable[MatchRun]) -> list[RunView]:
    rows = list(rows)
    done = [row.proposal for row in rows if row.state == "done" and row.proposal]
    ids = {pair[end] for found in done for pair in found.get("pairs", ()) for end in ("a", "b")}
    names = _names(ctx, ids | {person["id"] for found in done for person in found.get("unmatched", ())})
    return [_run(row, names) for row in rows]


def _run(row: MatchRun, names: dict[str, str]) -> RunView:
    found = row.proposal or {}
    pairs = found.get("pairs", ()) if row.state == "done" else ()
    left = found.get("unmatched", ()) if row.state == "done" else ()
    return RunView(
        row.id,
        row.state,
        row.is_dry_run,
        row.started_by is None,
        row.progress,
        row.seed,
        row.created_at,
        row.finished_at,
        row.failure,
        tuple(
            ProposedView(
                (UUID(pair["a"]), UUID(pair["b"])),
                (names.get(pair["a"], ""), names.get(pair["b"], "")),
                pair["score"],
                tuple(REASONS[code] for code in pair["reasons"] if code in REASONS),
            )
            for pair in pairs
        ),
        tuple(
            UnmatchedView(
                UUID(person["id"]),
                names.get(person["id"], ""),
                person["reason"],
                UNMATCHED.get(person["reason"], person["reason"]),
                person.get("candidates", 0),
                dict(sorted(person.get("gains", {}).items(), key=lambda gain: (-gain[1], gain[0]))),
            )
            for person in left
        ),
        *(
            found.get(name)
            for name in (
                "cardinality",
                "waiting_days",
                "total_weight",
                "bound",
                "solver",
                "weights_version",
                "inputs_hash",
            )
        ),
    )


def _names(ctx: ReadContext, ids: Iterable[str]) -> dict[str, str]:
    """Return handles by id as text, read in parts, because a run may name thousands."""
    wanted = sorted(set(ids))
    names: dict[str, str] = {}
    for start in range(0, len(wanted), 500):
        some = [UUID(one) for one in wanted[start : start + 500]]
        rows = ctx.session.execute(select(Member.id, Member.handle).where(Member.id.in_(some)))
        names |= {str(member_id): handle for member_id, handle in rows}
    return names
