"""The page "Me": what a member keeps for themselves, in one place."""

from dataclasses import dataclass

from community.check_ins.queries import check_ins, schedule
from community.check_ins.queries.check_ins import CheckInView, DayView
from community.check_ins.queries.schedule import CheckInScheduleView
from community.core.unit_of_work import ReadContext
from community.inactivity import queries as inactivity_queries
from community.milestones import queries as milestones_queries
from community.milestones.queries import MilestoneView
from community.planned_support import queries as planned_support_queries
from community.planned_support.queries import PlannedSupportView

MAX_SHARED = 5


@dataclass(frozen=True)
class Me:
    """The day, milestones, plans and settings of the actor. `next_planned` is the planned time that comes first."""

    day: DayView
    milestones: tuple[MilestoneView, ...]
    planned_count: int
    next_planned: PlannedSupportView | None
    schedule: CheckInScheduleView
    is_watched: bool
    shared: tuple[CheckInView, ...]


def my_page(ctx: ReadContext) -> Me:
    """Return the actor's page about themselves."""
    planned = planned_support_queries.my_planned_supports(ctx)
    return Me(
        day=check_ins.my_day(ctx),
        milestones=tuple(milestones_queries.my_milestones(ctx)),
        planned_count=len(planned),
        next_planned=min(planned, key=lambda one: (not one.is_now, one.next_at), default=None),
        schedule=schedule.my_schedule(ctx),
        is_watched=inactivity_queries.is_watched(ctx),
        shared=tuple(check_ins.my_shared_check_ins(ctx, limit=MAX_SHARED)),
    )
