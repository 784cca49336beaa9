"""Milestones and lapses as their author sees them, and milestones as a buddy does."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from community.buddies.queries import pairings
from community.check_ins.queries.recommendations import Recommendation
from community.core.crypto.cipher import CANNOT_BE_SHOWN, FieldCipher
from community.core.unit_of_work import ReadContext
from community.milestones import access
from community.milestones.models import Lapse, Milestone
from community.milestones.rules import (
    LapseDetails,
    MilestoneDetails,
    Progress,
    applies_to,
    count_progress,
    decode_lapse,
    decode_milestone,
)


@dataclass(frozen=True)
class MilestoneView:
    """A milestone of the actor with its progress."""

    id: UUID
    kind: str
    title: str
    since: date
    per_week: int | None
    shared_with: str
    counted: Progress


@dataclass(frozen=True)
class SharedMilestoneView:
    """A milestone as a buddy sees it: title, start and marks. A lapse changes none of these."""

    title: str
    since: date
    days: int
    reached: tuple[str, ...]


@dataclass(frozen=True)
class LapseView:
    """A lapse of the actor."""

    id: UUID
    made_at: datetime
    on: date
    note: str
    milestone_id: UUID | None


def my_milestones(ctx: ReadContext) -> list[MilestoneView]:
    """Return the actor's milestones, oldest first."""
    lapses = [_lapse_details(row, ctx.cipher) for row in access.own_lapses(ctx)]
    return [_view(ctx, row, lapses) for row in access.own_milestones(ctx)]


def my_milestone(ctx: ReadContext, milestone_id: UUID) -> MilestoneView:
    """Return one of the actor's milestones. Raises NotFound."""
    lapses = [_lapse_details(row, ctx.cipher) for row in access.own_lapses(ctx)]
    return _view(ctx, access.own_milestone(ctx, milestone_id), lapses)


def my_lapses(ctx: ReadContext) -> list[LapseView]:
    """Return the actor's lapses, the last recorded first."""
    return [lapse_view(row, ctx.cipher) for row in access.own_lapses(ctx)]


def my_lapse(ctx: ReadContext, lapse_id: UUID) -> LapseView:
    """Return one of the actor's lapses. Raises NotFound."""
    return lapse_view(access.own_lapse(ctx, lapse_id), ctx.cipher)


def lapse_view(row: Lapse, cipher: FieldCipher) -> LapseView:
    """Return the decrypted view of a lapse that was loaded with permission."""
    day = _lapse_details(row, cipher)
    return LapseView(row.id, row.made_at, day.on, day.note, day.milestone_id)


def recommendations_after_lapse(ctx: ReadContext) -> tuple[Recommendation, ...]:
    """Return what is available after a lapse. Nothing of it happens by itself."""
    buddy = [
        Recommendation(
            "buddy", f"Write to {one.other.handle}", "Nothing is sent until you write", f"/rooms/{one.room_id}", "text"
        )
        for one in pairings.my_buddies(ctx)[:1]
    ]
    return (
        *buddy,
        Recommendation(
            "coordinator", "Talk to a coordinator", "We only tell them that you asked", "/coordinator", "person"
        ),
        Recommendation("way_back", "More help", "Going back to a program, or calling someone", "/way-back", "door"),
        Recommendation("safety", "How to stay safe", "If you or someone near you uses", "/safer", "alert"),
    )


def shared_by_buddy(ctx: ReadContext, pairing_id: UUID) -> list[SharedMilestoneView]:
    """Return the milestones that a buddy shares, or none after the pairing has ended. Raises NotFound."""
    pairing = pairings.pairing(ctx, pairing_id)
    if pairing.state == "ended":
        return []
    return [_shared_view(ctx, row) for row in access.milestones_shared_with_buddy(ctx, pairing.other.id)]


def _view(ctx: ReadContext, row: Milestone, lapses: list[LapseDetails]) -> MilestoneView:
    details = _details(row, ctx.cipher)
    days = [one.on for one in lapses if applies_to(one, milestone_id=row.id, kind=row.kind)]
    shown = count_progress(details, days, today=_today(ctx))
    return MilestoneView(row.id, row.kind, details.title, details.since, details.per_week, row.shared_with, shown)


def _shared_view(ctx: ReadContext, row: Milestone) -> SharedMilestoneView:
    details = _details(row, ctx.cipher)
    count = count_progress(details, (), today=_today(ctx))
    return SharedMilestoneView(details.title, details.since, count.days, tuple(mark.name for mark in count.reached))


def _details(row: Milestone, cipher: FieldCipher) -> MilestoneDetails:
    lost = MilestoneDetails(CANNOT_BE_SHOWN, row.created_at.date())
    return cipher.show_column_as(row, Milestone.details, decode_milestone, default=lost)


def _lapse_details(row: Lapse, cipher: FieldCipher) -> LapseDetails:
    lost = LapseDetails(row.made_at.date(), CANNOT_BE_SHOWN)
    return cipher.show_column_as(row, Lapse.details, decode_lapse, default=lost)


def _today(ctx: ReadContext) -> date:
    return ctx.now.astimezone(ZoneInfo(ctx.actor.time_zone)).date()
