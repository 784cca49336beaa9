"""Reads about buddies for members: one's own profile, suggestions as their side may see them, pairings."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from community.buddies import access
from community.buddies.fit import REASONS
from community.buddies.models import BuddyProfile, Pairing, Suggestion
from community.buddies.rules import about, seen_state
from community.core.crypto import Sealer
from community.core.db import Page, keyset_page
from community.core.errors import NotFound
from community.core.unit_of_work import Reading
from community.members.queries import handles, kept_apart

OPEN_TO_ME = ("suggested", "accepted_by_one")


@dataclass(frozen=True)
class ProfileView:
    """What the actor looks for. `is_complete`: enough is said to be matched."""

    role: str
    capacity: int
    pathways: list[str]
    languages: list[str]
    interests: list[str]
    availability: list[dict[str, Any]]
    gender: str
    buddy_gender: str
    prefers: dict[str, list[str]]
    excludes: dict[str, list[str]]
    about: str
    is_approved: bool
    is_complete: bool
    is_paused: bool
    paused_until: datetime | None
    active_count: int


@dataclass(frozen=True)
class OtherView:
    """Somebody suggested: what they wrote about themself, and nothing else; empty once it is over."""

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
        """Whether it can be answered."""
        return self.state in OPEN_TO_ME


@dataclass(frozen=True)
class BuddyView:
    """The other one of a pairing."""

    id: UUID
    handle: str


@dataclass(frozen=True)
class PairingView:
    """A pairing as one of the two sees it; `paused_by_me` when the break is the actor's."""

    id: UUID
    state: str
    other: BuddyView
    room_id: UUID
    started_at: datetime
    ended_at: datetime | None
    paused_by_me: bool


def my_profile(look: Reading, *, sealer: Sealer) -> ProfileView:
    """What the actor looks for. Raises NotFound when they have not said."""
    row = access.own_profile(look)
    if row is None:
        raise NotFound
    return ProfileView(
        row.role,
        row.capacity,
        row.pathways,
        row.languages,
        row.interests,
        row.availability,
        row.gender,
        row.buddy_gender,
        row.prefers,
        row.excludes,
        _unsealed(row.member_id, row.about, sealer),
        row.is_approved,
        bool(row.languages and row.availability),
        row.is_paused_at(look.now),
        row.paused_until if row.is_paused_at(look.now) else None,
        row.active_count,
    )


def my_suggestions(look: Reading, *, sealer: Sealer, cursor: str | None, limit: int) -> Page[SuggestionView]:
    """The actor's suggestions, newest first, but for those of people they are kept apart from."""
    apart = kept_apart(look.session, look.actor.id)
    query = _with_me(look, select(Suggestion), Suggestion)
    if apart:
        query = query.where(Suggestion.a_id.not_in(apart), Suggestion.b_id.not_in(apart))
    by = (Suggestion.created_at, Suggestion.id)
    page = keyset_page(look.session, query, by=by, cursor=cursor, limit=limit, descending=True)
    return Page(_suggestions(look, page.items, sealer), page.next_cursor)


def my_open_suggestions(look: Reading, *, sealer: Sealer) -> list[SuggestionView]:
    """Those that can be answered, the first to end first."""
    return [view for view in _suggestions(look, _open_rows(look), sealer) if view.is_open]


def unanswered(look: Reading) -> int:
    """How many suggestions wait for the actor's answer."""
    return sum(_state_for(row, look.actor.id, look.now) == "suggested" for row in _open_rows(look))


def suggestion(look: Reading, suggestion_id: UUID, *, sealer: Sealer) -> SuggestionView:
    """One of the actor's suggestions. Raises NotFound."""
    return _suggestions(look, [access.suggestion_to_see(look, suggestion_id)], sealer)[0]


def waits_for(session: Session, suggestion_id: UUID, member_id: UUID, *, now: datetime) -> bool:
    """Whether a suggestion can still be answered by this member."""
    row = session.get(Suggestion, suggestion_id)
    if row is None or row.other(member_id) in kept_apart(session, member_id):
        return False
    return _state_for(row, member_id, now) in OPEN_TO_ME


def two_of_suggestion(session: Session, suggestion_id: UUID) -> tuple[UUID, UUID] | None:
    """Whom a suggestion is about."""
    row = session.get(Suggestion, suggestion_id)
    return (row.a_id, row.b_id) if row else None


def pairing_row(session: Session, pairing_id: UUID) -> Pairing | None:
    """A pairing, for notices."""
    return session.get(Pairing, pairing_id)


def my_pairings(look: Reading, *, cursor: str | None, limit: int) -> Page[PairingView]:
    """The actor's pairings, newest first, but for those with people they are kept apart from."""
    apart = kept_apart(look.session, look.actor.id)
    query = _with_me(look, select(Pairing), Pairing)
    if apart:
        query = query.where(Pairing.a_id.not_in(apart), Pairing.b_id.not_in(apart))
    by = (Pairing.started_at, Pairing.id)
    page = keyset_page(look.session, query, by=by, cursor=cursor, limit=limit, descending=True)
    return Page(_pairings(look, page.items), page.next_cursor)


def my_buddies(look: Reading) -> list[PairingView]:
    """The pairings that go on, the oldest first."""
    return [
        view for view in reversed(my_pairings(look, cursor=None, limit=200).items) if view.state in ("active", "paused")
    ]


def pairing(look: Reading, pairing_id: UUID) -> PairingView:
    """One of the actor's pairings. Raises NotFound."""
    return _pairings(look, [access.pairing_to_see(look, pairing_id)])[0]


def ended(before: PairingView, row: Pairing) -> PairingView:
    """The pairing as it was, with its end: after `safety` the two see nothing of each other any more."""
    return replace(before, state=row.state, ended_at=row.ended_at, paused_by_me=False)


def _open_rows(look: Reading) -> list[Suggestion]:
    apart = kept_apart(look.session, look.actor.id)
    query = _with_me(look, select(Suggestion), Suggestion).where(
        Suggestion.settled_at.is_(None), Suggestion.expires_at > look.now
    )
    rows = look.session.scalars(query.order_by(Suggestion.expires_at, Suggestion.id))
    return [row for row in rows if row.other(look.actor.id) not in apart]


def _with_me(look: Reading, query: Any, table: type[Suggestion] | type[Pairing]) -> Any:
    return query.where(or_(table.a_id == look.actor.id, table.b_id == look.actor.id))


def _state_for(row: Suggestion, member_id: UUID, now: datetime) -> str:
    return seen_state(state=row.state, own_answer=row.answer_of(member_id), expires_at=row.expires_at, now=now)


def _suggestions(look: Reading, rows: Collection[Suggestion], sealer: Sealer) -> list[SuggestionView]:
    me = look.actor.id
    states = {row.id: _state_for(row, me, look.now) for row in rows}
    shown = [row.other(me) for row in rows if states[row.id] in OPEN_TO_ME]
    words = dict(
        look.session.execute(
            select(BuddyProfile.member_id, BuddyProfile.about).where(BuddyProfile.member_id.in_(shown))
        ).all()
    )
    return [
        SuggestionView(
            row.id,
            states[row.id],
            row.expires_at,
            tuple(REASONS[code] for code in row.reasons if code in REASONS),
            OtherView(
                _unsealed(row.other(me), words.get(row.other(me), ""), sealer) if states[row.id] in OPEN_TO_ME else None
            ),
        )
        for row in rows
    ]


def _pairings(look: Reading, rows: Collection[Pairing]) -> list[PairingView]:
    me = look.actor.id
    names = handles(look.session, {row.other(me) for row in rows})
    return [
        PairingView(
            row.id,
            row.state,
            BuddyView(row.other(me), names.get(row.other(me), "")),
            row.room_id,
            row.started_at,
            row.ended_at,
            row.paused_by == me,
        )
        for row in rows
    ]


def _unsealed(member_id: UUID, sealed: str, sealer: Sealer) -> str:
    return sealer.unseal(sealed, about=about(member_id)) if sealed else ""
