"""Pairings as one of the two sees them."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.buddies import access
from community.buddies.models import Pairing
from community.buddies.queries.suggestions import with_me
from community.core.db import Page, keyset_page
from community.core.unit_of_work import Reading
from community.members.queries import handles, kept_apart


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


def pairing_row(session: Session, pairing_id: UUID) -> Pairing | None:
    """A pairing, for notices."""
    return session.get(Pairing, pairing_id)


def my_pairings(look: Reading, *, cursor: str | None, limit: int) -> Page[PairingView]:
    """The actor's pairings, newest first, but for those with people they are kept apart from."""
    apart = kept_apart(look.session, look.actor.id)
    query = with_me(look, select(Pairing), Pairing)
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
