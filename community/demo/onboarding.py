"""Shifts and a newcomer of the demo, which fill the pages of coordinators and greeters."""

import uuid
from datetime import timedelta

from community.console.models import CoordinatorTask
from community.core.unit_of_work import UnitOfWork
from community.demo.plan import BEGAN, Plan
from community.members.models import Member, Shift
from community.onboarding.models import Greeter, Onboarding

SHIFT_LASTS, SHIFTS = timedelta(days=1), 14  # without a gap: in a rota with one, rooms say that nobody is there
WELCOMES, IS_NEW = 1, 4  # places in the plan: the first alumnus, and the first whom nobody signs in as


def write_first_days(uow: UnitOfWork, wanted: Plan, *, time_zone: str, room_id: uuid.UUID) -> None:
    """Put the coordinator on shift for two weeks, and add a member who joined yesterday and was not greeted yet.

    `room_id` is the room where the newcomer may begin.
    """
    coordinator, *_ = wanted.members[0]
    began = uow.now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    for days in range(SHIFTS):
        starts_at = began + timedelta(days=days)
        uow.session.add(
            Shift(
                id=uuid.uuid5(coordinator, f"demo shift {days}"),
                member_id=coordinator,
                starts_at=starts_at,
                ends_at=starts_at + SHIFT_LASTS,
                time_zone=time_zone,
                series_id=uuid.uuid5(coordinator, "demo shifts"),
                created_by=coordinator,
                created_at=uow.now,
            )
        )
    if len(wanted.members) > IS_NEW:
        _write_newcomer(uow, wanted, room_id)


def _write_newcomer(uow: UnitOfWork, wanted: Plan, room_id: uuid.UUID) -> None:
    came_at = uow.now - timedelta(hours=26)
    greeter, newcomer = wanted.members[WELCOMES][0], wanted.members[IS_NEW][0]
    uow.session.get_one(Member, newcomer).created_at = came_at
    uow.session.add(Greeter(member_id=greeter, since=BEGAN))
    uow.session.add(
        Onboarding(
            member_id=newcomer,
            started_at=came_at,
            ends_at=came_at + timedelta(days=7),
            greeter_id=greeter,
            room_id=room_id,
        )
    )
    uow.session.add(
        CoordinatorTask(
            id=uuid.uuid5(newcomer, "demo task"),
            kind="onboarding.greeting",
            subject=newcomer,
            title="Someone new hasn't been welcomed yet",
            url=f"/console/members/{newcomer}",
            created_at=came_at + timedelta(days=1),
        )
    )
