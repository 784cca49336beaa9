"""Check-ins as their author sees them, and as the buddies and coordinators do with whom they were shared."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from community.buddies.access.pairings import pairings_of
from community.buddies.queries import pairings
from community.check_ins import access
from community.check_ins.models import CheckIn, HelpfulActions
from community.check_ins.rules import trends
from community.check_ins.rules.check_ins import (
    FEEDBACK_DAYS,
    Answers,
    average,
    day_of,
    day_question,
    decode_answers,
    editable_until,
)
from community.check_ins.rules.recommendations import HelpfulCounts
from community.core.crypto.cipher import CANNOT_BE_SHOWN, FieldCipher
from community.core.db import Page, keyset_page
from community.core.kind_registries import ways
from community.core.unit_of_work import ReadContext
from community.members.queries.blocks import blocked_ids
from community.members.queries.people import handles

TREND_WEEKS = 8
MAX_TREND_CHECK_INS = 5_000
FEEDBACK_AFTER = timedelta(hours=3)


@dataclass(frozen=True)
class CheckInView:
    """A check-in with its answers. Its author may change it before `editable_until`, unless they have shared it."""

    id: UUID
    made_at: datetime
    audience: str
    answers: Answers
    editable_until: datetime | None

    def is_editable(self, now: datetime) -> bool:
        """Return whether the author may still change it."""
        return self.editable_until is not None and now < self.editable_until


@dataclass(frozen=True)
class DayView:
    """The question of this hour, and the actor's last check-in of the day."""

    question: str
    check_in: CheckInView | None


@dataclass(frozen=True)
class SharedView:
    """A shared check-in with its author. Lists have no answers."""

    id: UUID
    made_at: datetime
    member_id: UUID
    handle: str
    answers: Answers | None


@ways.on("checkin.read")
def check_in_links(ctx: ReadContext, ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the pages of those of the actor's check-ins that still exist."""
    query = select(CheckIn.id).where(CheckIn.member_id == ctx.actor.id, CheckIn.id.in_(ids))
    return {one: f"/check-ins/{one}" for one in ctx.session.scalars(query)}


@dataclass(frozen=True)
class CheckInHistory:
    """The last weeks: check-ins newest first, points for the chart, and a summary."""

    check_ins: tuple[CheckInView, ...]
    points: tuple[trends.ChartPoint, ...]
    summary: tuple[str, ...]


@dataclass(frozen=True)
class TrendWeek:
    """A week of the trend. Numbers are None when they would be of too few people."""

    begins: date
    mood: float | None
    connection: float | None


def view_of(row: CheckIn, cipher: FieldCipher) -> CheckInView:
    """Return the decrypted view of a row that was loaded with permission."""
    lost = Answers(note=CANNOT_BE_SHOWN)
    opened = cipher.show_column_as(row, CheckIn.answers, decode_answers, default=lost)
    return CheckInView(row.id, row.made_at, row.audience, opened, editable_until(row.made_at, row.audience))


def my_check_in(ctx: ReadContext, check_in_id: UUID) -> CheckInView:
    """Return one of the actor's check-ins. Raises NotFound."""
    return view_of(access.own_check_in(ctx, check_in_id), ctx.cipher)


def my_check_ins(ctx: ReadContext, *, cursor: str | None, limit: int) -> Page[CheckInView]:
    """Return the actor's check-ins, newest first."""
    query = select(CheckIn).where(CheckIn.member_id == ctx.actor.id)
    by = (CheckIn.made_at, CheckIn.id)
    page = keyset_page(ctx.session, query, by=by, cursor=cursor, limit=limit, descending=True)
    return Page([view_of(row, ctx.cipher) for row in page.items], page.next_cursor)


def my_day(ctx: ReadContext) -> DayView:
    """Return the question of this hour by the actor's clock, and their last check-in of the day."""
    zone = ZoneInfo(ctx.actor.time_zone)
    today = day_of(ctx.now, zone)
    rows = access.own_check_ins(ctx, since=ctx.now - timedelta(days=1))
    last = next((row for row in reversed(rows) if day_of(row.made_at, zone) == today), None)
    return DayView(day_question(ctx.now.astimezone(zone).hour), view_of(last, ctx.cipher) if last else None)


def my_shared_check_ins(ctx: ReadContext, *, limit: int) -> list[CheckInView]:
    """Return the actor's check-ins that others can see, newest first."""
    return [view_of(row, ctx.cipher) for row in access.own_shared_check_ins(ctx, limit=limit)]


def my_history(ctx: ReadContext) -> CheckInHistory:
    """Return the actor's last six weeks."""
    zone = ZoneInfo(ctx.actor.time_zone)
    since = ctx.now - timedelta(weeks=trends.HISTORY_WEEKS)
    views = [view_of(row, ctx.cipher) for row in access.own_check_ins(ctx, since=since)]
    days = [(view.made_at.astimezone(zone).date(), view.answers) for view in views]
    today = ctx.now.astimezone(zone).date()
    shown = trends.chart_points(days, today=today), trends.summarize(days, today=today)
    return CheckInHistory(tuple(reversed(views)), *shown)


def feedback_due(ctx: ReadContext) -> CheckInView | None:
    """Return the last check-in when it is time to ask once whether a recommendation helped."""
    row = _awaiting_feedback(ctx)
    return view_of(row, ctx.cipher) if row else None


def is_feedback_due(ctx: ReadContext) -> bool:
    """Return whether it is time to ask what helped."""
    return _awaiting_feedback(ctx) is not None


def _awaiting_feedback(ctx: ReadContext) -> CheckIn | None:
    rows = access.own_check_ins(ctx, since=ctx.now - timedelta(days=FEEDBACK_DAYS))
    if not rows or rows[-1].helped != "open" or rows[-1].made_at > ctx.now - FEEDBACK_AFTER:
        return None
    return rows[-1]


def my_helpful_actions(ctx: ReadContext) -> dict[str, HelpfulCounts]:
    """Return the actor's counts of what helped, by kind."""
    row = access.own_helpful_actions(ctx)
    if row is None:
        return {}
    return _decode_helpful_actions(ctx.cipher.decrypt_column(row, HelpfulActions.counts))


def readable_helpful_actions(ctx: ReadContext) -> dict[str, HelpfulCounts]:
    """Return the actor's counts of what helped, or none when they cannot be decrypted."""
    row = access.own_helpful_actions(ctx)
    if row is None:
        return {}
    return ctx.cipher.show_column_as(row, HelpfulActions.counts, _decode_helpful_actions, default={})


def _decode_helpful_actions(text: str) -> dict[str, HelpfulCounts]:
    return {kind: HelpfulCounts(**counts) for kind, counts in json.loads(text).items()}


def encode_helpful_actions(counts: dict[str, HelpfulCounts]) -> str:
    """Return the counts as the text that is encrypted."""
    return json.dumps({kind: asdict(one) for kind, one in counts.items()})


def shared_by_buddy(ctx: ReadContext, pairing_id: UUID) -> tuple[pairings.PairingView, list[CheckInView]]:
    """Return a pairing and what the buddy has shared since it began; nothing after its end. Raises NotFound."""
    pairing = pairings.pairing(ctx, pairing_id)
    if pairing.state == "ended":
        return pairing, []
    rows = access.shared_with_buddy(ctx, pairing.other.id, since=pairing.started_at)
    return pairing, [view_of(row, ctx.cipher) for row in rows]


def shared_check_ins(ctx: ReadContext) -> list[SharedView]:
    """Return the check-ins shared with coordinators: member and time, without answers. Raises Forbidden."""
    rows = access.shared_with_coordinators(ctx)
    names = handles(ctx.session, {row.member_id for row in rows})
    return [SharedView(row.id, row.made_at, row.member_id, names.get(row.member_id, ""), None) for row in rows]


def shared_view(ctx: ReadContext, row: CheckIn) -> SharedView:
    """Return the decrypted view of a shared check-in, for an action that has audited it."""
    name = handles(ctx.session, {row.member_id}).get(row.member_id, "")
    return SharedView(row.id, row.made_at, row.member_id, name, view_of(row, ctx.cipher).answers)


def trend(ctx: ReadContext) -> list[TrendWeek]:
    """Return the last eight weeks of members who gave their answers to the trend, newest first. Raises Forbidden."""
    today = ctx.now.date()
    monday = today - timedelta(days=today.weekday())
    since = ctx.now - timedelta(weeks=TREND_WEEKS)
    rows = access.trend_check_ins(ctx, since=since, limit=MAX_TREND_CHECK_INS)
    by_week: dict[date, list[tuple[UUID, Answers]]] = {monday - timedelta(weeks=one): [] for one in range(TREND_WEEKS)}
    for row in rows:
        day = row.made_at.date()
        week = by_week.get(day - timedelta(days=day.weekday()))
        if week is not None:
            week.append((row.member_id, view_of(row, ctx.cipher).answers))
    return [
        TrendWeek(begins, _weekly_average(said, "mood"), _weekly_average(said, "connection"))
        for begins, said in by_week.items()
    ]


def _weekly_average(said: list[tuple[UUID, Answers]], name: str) -> float | None:
    numbers = [(who, getattr(answers, name)) for who, answers in said if getattr(answers, name) is not None]
    return average([number for _, number in numbers], people=len({who for who, _ in numbers}))


def buddies_of(ctx: ReadContext, member_id: UUID) -> dict[UUID, UUID]:
    """Return a member's current buddies with the pairing of each, without those whom a block separates."""
    blocked = blocked_ids(ctx.session, member_id)
    rows = [row for row in pairings_of(ctx, member_id) if row.state in ("active", "paused")]
    return {row.other(member_id): row.id for row in rows if row.other(member_id) not in blocked}
