"""Duties of a staff member who leaves, counted by kind, and who may take it over."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from community.console.access import titles_of_tasks
from community.conversations.access import open_conversations_of
from community.core.unit_of_work import ReadContext
from community.meetups.access.handover import meetups_hosted_by
from community.members.queries import offboarding
from community.members.queries.staff_notes import count_notes_of
from community.safety.access.handover import count_cases_of
from community.shifts.access import coming_shifts_of


@dataclass(frozen=True)
class HeldMeetup:
    """A meetup that the staff member hosts."""

    id: UUID
    title: str


@dataclass(frozen=True)
class Successor:
    """A colleague who may take over."""

    id: UUID
    handle: str


@dataclass(frozen=True)
class Holdings:
    """The open work of a staff member: titles of `tasks`, starts of `shifts`, and who may take it over."""

    member_id: UUID
    handle: str
    role: str
    cases: int
    conversations: int
    notes: int
    invitations: int
    tasks: tuple[str, ...]
    shifts: tuple[datetime, ...]
    meetups: tuple[HeldMeetup, ...]
    successors: tuple[Successor, ...]


def holdings(ctx: ReadContext, member_id: UUID) -> Holdings:
    """Return the open work of a staff member who leaves, for an admin. Raises Forbidden, NotFound, Conflict."""
    member = offboarding.staff_member_to_off_board(ctx, member_id)
    return Holdings(
        member_id=member.id,
        handle=member.handle,
        role=member.role,
        cases=count_cases_of(ctx, member.id),
        conversations=len(open_conversations_of(ctx, member.id)),
        notes=count_notes_of(ctx, member.id),
        invitations=offboarding.count_open_invitations(ctx, member.id),
        tasks=tuple(titles_of_tasks(ctx, member.id)),
        shifts=tuple(row.starts_at for row in coming_shifts_of(ctx, member.id)),
        meetups=tuple(HeldMeetup(row.id, row.title) for row in meetups_hosted_by(ctx, member.id)),
        successors=tuple(Successor(*one) for one in offboarding.possible_successors(ctx, member.id).items()),
    )
