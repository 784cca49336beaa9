"""Coordinators who may decide a report or an appeal: never about themselves."""

from collections.abc import Collection, Iterable
from uuid import UUID

from community.core.unit_of_work import ReadContext
from community.members.queries.active_members import coordinators
from community.members.queries.on_call import on_shift


def deciding_coordinators(ctx: ReadContext, *, member_id: UUID, imposed_by: UUID) -> list[UUID]:
    """Return the coordinators for an appeal: not the one who imposed the sanction, unless no one else can decide."""
    return coordinators_but(ctx, member_id, imposed_by) or coordinators_but(ctx, member_id)


def coordinators_but(ctx: ReadContext, *but: UUID | None) -> list[UUID]:
    """Return the active coordinators without these members."""
    everybody: Iterable[UUID] = coordinators(ctx.session, now=ctx.now)
    return [one for one in everybody if one not in but]


def coordinators_on_shift_or_all(ctx: ReadContext, *, but: Collection[UUID]) -> list[UUID]:
    """Return the coordinators on shift without some members, or all of them when no one else is on shift."""
    return [one for one in on_shift(ctx.session, now=ctx.now) if one not in but] or coordinators_but(ctx, *but)
