"""Visibility of what belongs to two members: both may see it unless they are blocked from each other."""

from typing import TypeVar
from uuid import UUID

from community.buddies.models.pairings import Pairing
from community.buddies.models.suggestions import Suggestion
from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext
from community.members.queries.blocks import blocked_ids

T = TypeVar("T", Pairing, Suggestion)


def for_participants(ctx: ReadContext, kind: type[T], row_id: UUID) -> T:
    """Return a pairing or suggestion of the actor's. Raises NotFound, also when the two are blocked by now."""
    row = ctx.session.get(kind, row_id)
    if row is None or ctx.actor.id not in (row.a_id, row.b_id):
        raise NotFound
    if row.other(ctx.actor.id) in blocked_ids(ctx.session, ctx.actor.id):
        raise NotFound
    return row
