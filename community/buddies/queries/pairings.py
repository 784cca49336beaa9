"""Pairings as one of the two sees them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.buddies.access import pairings
from community.buddies.models.pairings import Pairing
from community.buddies.models.profiles import BuddyProfile
from community.buddies.queries.suggestions import counterpart_view
from community.buddies.rules import end_of_quiet_day, phone_link, whose_turn
from community.core.crypto.cipher import FieldCipher
from community.core.db import Page, keyset_page
from community.core.unit_of_work import ReadContext
from community.members.models import Member
from community.members.queries.blocks import blocked_ids
from community.members.queries.people import handles
from community.rooms.queries.public import last_posted_at


@dataclass(frozen=True)
class BuddyView:
    """The actor's counterpart in a pairing."""

    id: UUID
    handle: str


@dataclass(frozen=True)
class PairingView:
    """A pairing as one of the two sees it. `paused_by_me`: the pause is the actor's.

    `asked`: why both are now asked whether it goes on (`trial`, `quiet`), empty when they are not. `my_choice` is the
    actor's answer and reveals nothing of the other's. `my_turn`: whether the week's message is theirs.
    """

    id: UUID
    state: str
    other: BuddyView
    room_id: UUID
    started_at: datetime
    ended_at: datetime | None
    paused_by_me: bool
    trial_until: datetime | None
    asked: str
    answers_until: datetime | None
    my_choice: str
    my_turn: bool
    has_quiet_day: bool


@dataclass(frozen=True)
class PhonesView:
    """Two phone numbers as one of the two may see them: their own, and the other's only when both are shared."""

    mine: str | None
    theirs: str | None

    @property
    def link(self) -> str:
        """Return the `tel:` address of the other's number."""
        return phone_link(self.theirs or "")


@dataclass(frozen=True)
class PairView:
    """The two members of a pairing and its state, for notifications. Nothing that one of them said."""

    id: UUID
    a_id: UUID
    b_id: UUID
    state: str
    review_requested_at: datetime | None

    def other(self, member_id: UUID) -> UUID:
        """Return the id of the other member."""
        return self.b_id if member_id == self.a_id else self.a_id


def pair(session: Session, pairing_id: UUID) -> PairView | None:
    """Return the two of a pairing, for notifications."""
    columns = (Pairing.id, Pairing.a_id, Pairing.b_id, Pairing.state, Pairing.review_requested_at)
    found = session.execute(select(*columns).where(Pairing.id == pairing_id)).one_or_none()
    return PairView(*found) if found else None


def my_pairings(ctx: ReadContext, *, cursor: str | None, limit: int) -> Page[PairingView]:
    """Return the actor's pairings, newest first, without those with members they are blocked from."""
    blocked = blocked_ids(ctx.session, ctx.actor.id)
    query = counterpart_view(ctx, select(Pairing), Pairing)
    if blocked:
        query = query.where(Pairing.a_id.not_in(blocked), Pairing.b_id.not_in(blocked))
    by = (Pairing.started_at, Pairing.id)
    page = keyset_page(ctx.session, query, by=by, cursor=cursor, limit=limit, descending=True)
    return Page(_pairings(ctx, page.items), page.next_cursor)


def my_buddies(ctx: ReadContext) -> list[PairingView]:
    """Return the actor's pairings that have not ended, the oldest first."""
    return [
        view for view in reversed(my_pairings(ctx, cursor=None, limit=200).items) if view.state in ("active", "paused")
    ]


def without_a_message(ctx: ReadContext, views: Iterable[PairingView]) -> list[PairingView]:
    """Return those of the actor's pairings in whose rooms no one has written yet."""
    return [view for view in views if view.state == "active" and last_posted_at(ctx, view.room_id) is None]


def pairing(ctx: ReadContext, pairing_id: UUID) -> PairingView:
    """Return one of the actor's pairings. Raises NotFound."""
    return _pairings(ctx, [pairings.pairing_to_see(ctx, pairing_id)])[0]


def ended(before: PairingView, row: Pairing) -> PairingView:
    """Return the pairing as it was, with its end. After `safety` the two see nothing of each other."""
    return replace(
        before,
        state=row.state,
        ended_at=row.ended_at,
        paused_by_me=False,
        trial_until=None,
        asked="",
        answers_until=None,
        my_choice="",
        my_turn=False,
    )


def phones(ctx: ReadContext, pairing_id: UUID) -> PhonesView:
    """Return the phone numbers of a pairing as the actor may see them. Raises NotFound."""
    row = pairings.pairing_to_see(ctx, pairing_id)
    me, other = ctx.actor.id, row.other(ctx.actor.id)
    mine = _phone(row, me, ctx.cipher)
    return PhonesView(mine, _phone(row, other, ctx.cipher) if mine else None)


def _phone(row: Pairing, member_id: UUID, cipher: FieldCipher) -> str | None:
    if not row.phone_of(member_id):
        return None
    return cipher.show_column_as(row, row.phone_column(member_id), str, default=None)


def _with_a_quiet_day(ctx: ReadContext, member_ids: Collection[UUID]) -> set[UUID]:
    query = (
        select(BuddyProfile.member_id, BuddyProfile.quiet_days, Member.time_zone)
        .join(Member, Member.id == BuddyProfile.member_id)
        .where(BuddyProfile.member_id.in_(member_ids))
    )
    return {
        member_id
        for member_id, days, zone in (ctx.session.execute(query) if member_ids else ())
        if end_of_quiet_day(ctx.now, quiet_days=days, time_zone=zone) is not None
    }


def _pairings(ctx: ReadContext, rows: Collection[Pairing]) -> list[PairingView]:
    me = ctx.actor.id
    others = {row.other(me) for row in rows}
    names = handles(ctx.session, others)
    quiet = _with_a_quiet_day(ctx, {row.other(me) for row in rows if row.state == "active"})
    return [
        PairingView(
            row.id,
            row.state,
            BuddyView(row.other(me), names.get(row.other(me), "")),
            row.room_id,
            row.started_at,
            row.ended_at,
            row.paused_by == me,
            row.trial_until,
            row.review_reason or "",
            row.answers_until,
            row.choice_of(me),
            row.state == "active"
            and row.prompt_number > 1
            and me in whose_turn(row.prompt_number - 1, row.a_id, row.b_id),
            row.other(me) in quiet,
        )
        for row in rows
    ]
