"""Suggestions as each side may see them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from community.buddies.access import suggestions
from community.buddies.matching.compatibility import REASONS
from community.buddies.models.pairings import Pairing
from community.buddies.models.profiles import BuddyProfile
from community.buddies.models.suggestions import Suggestion
from community.buddies.queries.profiles import about_text
from community.buddies.rules import seen_state
from community.core.db import Page, keyset_page
from community.core.unit_of_work import ReadContext
from community.members.queries.blocks import blocked_ids

OPEN_TO_ME = ("suggested", "accepted_by_one")


@dataclass(frozen=True)
class OtherView:
    """The suggested member: only what they wrote about themself, and nothing once the suggestion is over."""

    about: str | None


@dataclass(frozen=True)
class SuggestionView:
    """A suggestion as one of the two sees it."""

    id: UUID
    state: str
    expires_at: datetime
    reasons: tuple[str, ...]
    other: OtherView

    @property
    def is_open(self) -> bool:
        """Return whether the actor can answer it."""
        return self.state in OPEN_TO_ME


def my_suggestions(ctx: ReadContext, *, cursor: str | None, limit: int) -> Page[SuggestionView]:
    """Return the actor's suggestions, newest first, without those of members they are blocked from."""
    blocked = blocked_ids(ctx.session, ctx.actor.id)
    query = counterpart_view(ctx, select(Suggestion), Suggestion)
    if blocked:
        query = query.where(Suggestion.a_id.not_in(blocked), Suggestion.b_id.not_in(blocked))
    by = (Suggestion.created_at, Suggestion.id)
    page = keyset_page(ctx.session, query, by=by, cursor=cursor, limit=limit, descending=True)
    return Page(_suggestions(ctx, page.items), page.next_cursor)


def my_open_suggestions(ctx: ReadContext) -> list[SuggestionView]:
    """Return the suggestions that the actor can answer, the first to expire first."""
    return [view for view in _suggestions(ctx, _open_rows(ctx)) if view.is_open]


def unanswered(ctx: ReadContext) -> int:
    """Return the number of suggestions that wait for the actor's answer."""
    return sum(_state_for(row, ctx.actor.id, ctx.now) == "suggested" for row in _open_rows(ctx))


def suggestion(ctx: ReadContext, suggestion_id: UUID) -> SuggestionView:
    """Return one of the actor's suggestions. Raises NotFound."""
    return _suggestions(ctx, [suggestions.suggestion_to_see(ctx, suggestion_id)])[0]


def waits_for(session: Session, suggestion_id: UUID, member_id: UUID, *, now: datetime) -> bool:
    """Return whether a suggestion can still be answered by this member."""
    row = session.get(Suggestion, suggestion_id)
    if row is None or row.other(member_id) in blocked_ids(session, member_id):
        return False
    return _state_for(row, member_id, now) in OPEN_TO_ME


def is_unanswered(session: Session, suggestion_id: UUID, member_id: UUID, *, now: datetime) -> bool:
    """Return whether a suggestion waits for this member's answer."""
    found = session.get(Suggestion, suggestion_id)
    if found is None or found.other(member_id) in blocked_ids(session, member_id):
        return False
    return _state_for(found, member_id, now) == "suggested"


@dataclass(frozen=True)
class SuggestedPairView:
    """The two members of a suggestion, for notifications. Nothing that one of them answered."""

    id: UUID
    a_id: UUID
    b_id: UUID
    created_at: datetime


def suggested_pair(session: Session, suggestion_id: UUID) -> SuggestedPairView | None:
    """Return the two of a suggestion, for notifications."""
    columns = (Suggestion.id, Suggestion.a_id, Suggestion.b_id, Suggestion.created_at)
    found = session.execute(select(*columns).where(Suggestion.id == suggestion_id)).one_or_none()
    return SuggestedPairView(*found) if found else None


def counterpart_view(ctx: ReadContext, query: Any, table: type[Suggestion] | type[Pairing]) -> Any:
    """Limit a query to rows in which the actor is one of the two."""
    return query.where(or_(table.a_id == ctx.actor.id, table.b_id == ctx.actor.id))


def _open_rows(ctx: ReadContext) -> list[Suggestion]:
    blocked = blocked_ids(ctx.session, ctx.actor.id)
    query = counterpart_view(ctx, select(Suggestion), Suggestion).where(
        Suggestion.settled_at.is_(None), Suggestion.expires_at > ctx.now
    )
    rows = ctx.session.scalars(query.order_by(Suggestion.expires_at, Suggestion.id))
    return [row for row in rows if row.other(ctx.actor.id) not in blocked]


def _state_for(row: Suggestion, member_id: UUID, now: datetime) -> str:
    return seen_state(state=row.state, own_answer=row.answer_of(member_id), expires_at=row.expires_at, now=now)


def _suggestions(ctx: ReadContext, rows: Collection[Suggestion]) -> list[SuggestionView]:
    me = ctx.actor.id
    states = {row.id: _state_for(row, me, ctx.now) for row in rows}
    shown = [row.other(me) for row in rows if states[row.id] in OPEN_TO_ME]
    query = select(BuddyProfile.member_id, BuddyProfile.about).where(BuddyProfile.member_id.in_(shown))
    texts = {row.member_id: about_text(row, ctx.cipher) for row in ctx.session.execute(query)}
    return [
        SuggestionView(
            row.id,
            states[row.id],
            row.expires_at,
            tuple(REASONS[code] for code in row.reasons if code in REASONS),
            OtherView(texts.get(row.other(me), "") if states[row.id] in OPEN_TO_ME else None),
        )
        for row in rows
    ]
