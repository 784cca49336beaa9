"""What belongs to two: there for both of them, while nothing keeps them apart."""

from typing import TypeVar
from uuid import UUID

from community.buddies.models.pairings import Pairing
from community.buddies.models.suggestions import Suggestion
from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext
from community.members.queries.blocks import blocked_ids

T = TypeVar("T", Pairing, Suggestion)


def for_participants(ctx: ReadContext, kind: type[T], row_id: UUID) -> T:
    """A pairing or suggestion of the actor's. Raises NotFound, also when the two are kept apart by now."""
    row = ctx.session.get(kind, row_id)
    if row is None or ctx.actor.id not in (row.a_id, row.b_id):
        raise NotFound
    if row.other(ctx.actor.id) in blocked_ids(ctx.session, ctx.actor.id):
        raise NotFound
    return row
