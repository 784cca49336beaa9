"""Loading profiles, suggestions, pairings and runs with permission and lock.

Locks are taken in one order, so that nobody waits in a circle: run, profiles by id, suggestions by id, pairing, room.
A profile out of that order (somebody's next candidate) is taken only when nobody holds it.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select, update

from community.buddies.models import BuddyProfile, MatchRun, Pairing, Suggestion
from community.buddies.rules import in_order
from community.core.errors import NotFound
from community.core.unit_of_work import Reading, UnitOfWork
from community.members.models import Member
from community.members.queries import is_active, kept_apart


def own_profile(look: Reading) -> BuddyProfile | None:
    """What the actor looks for, when they have said."""
    return look.session.get(BuddyProfile, look.actor.id, populate_existing=True)


def own_profile_to_change(uow: UnitOfWork) -> BuddyProfile | None:
    """The same, locked."""
    return locked_profiles(uow, [uow.actor.id]).get(uow.actor.id)


def locked_profiles(
    uow: UnitOfWork, member_ids: Collection[UUID], *, if_free: bool = False
) -> dict[UUID, BuddyProfile]:
    """The profiles of these members, locked in the order of their ids; `if_free` leaves out those somebody holds."""
    query = select(BuddyProfile).where(BuddyProfile.member_id.in_(member_ids)).order_by(BuddyProfile.member_id)
    rows = uow.session.scalars(
        query.with_for_update(skip_locked=if_free).execution_options(populate_existing=True)
    ).all()
    return {row.member_id: row for row in rows}


def mentor_to_decide(uow: UnitOfWork, member_id: UUID) -> BuddyProfile:
    """A mentor's profile, locked, for a coordinator. Raises Forbidden, NotFound for who does not want to be one."""
    _ = uow.staff
    profile = locked_profiles(uow, [member_id]).get(member_id)
    if profile is None or profile.role != "mentor":
        raise NotFound
    return profile


def suggestion_to_see(look: Reading, suggestion_id: UUID) -> Suggestion:
    """One of the actor's suggestions. Raises NotFound, also when the two are kept apart by now."""
    row = look.session.get(Suggestion, suggestion_id)
    if row is None or look.actor.id not in (row.a_id, row.b_id):
        raise NotFound
    if row.other(look.actor.id) in kept_apart(look.session, look.actor.id):
        raise NotFound
    return row


def suggestion_to_answer(uow: UnitOfWork, suggestion_id: UUID) -> tuple[Suggestion, BuddyProfile, BuddyProfile]:
    """One of the actor's suggestions, the actor's profile and the other's, all locked. Raises NotFound."""
    seen = suggestion_to_see(uow, suggestion_id)
    other = seen.other(uow.actor.id)
    profiles = locked_profiles(uow, [uow.actor.id, other])
    row = locked_suggestions(uow, [seen.id])[0]
    if len(profiles) < 2 or other in kept_apart(uow.session, uow.actor.id):
        raise NotFound
    return row, profiles[uow.actor.id], profiles[other]


def locked_suggestions(uow: UnitOfWork, ids: Collection[UUID]) -> list[Suggestion]:
    """These suggestions, locked in the order of their ids. Their profiles are locked by the caller."""
    query = select(Suggestion).where(Suggestion.id.in_(ids)).order_by(Suggestion.id)
    return list(uow.session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def unsettled_of(uow: UnitOfWork, member_id: UUID) -> list[Suggestion]:
    """A member's suggestions that are not over for both, locked. The member's profile is locked by the caller."""
    query = select(Suggestion.id).where(
        Suggestion.settled_at.is_(None), or_(Suggestion.a_id == member_id, Suggestion.b_id == member_id)
    )
    return locked_suggestions(uow, uow.session.scalars(query).all())


def unsettled_between(uow: UnitOfWork, one: UUID, other: UUID) -> list[Suggestion]:
    """What is suggested to these two, locked. Their profiles are locked by the caller."""
    first, second = in_order(one, other)
    query = select(Suggestion.id).where(
        Suggestion.settled_at.is_(None), Suggestion.a_id == first, Suggestion.b_id == second
    )
    return locked_suggestions(uow, uow.session.scalars(query).all())


def due_suggestions(look: Reading, *, most: int) -> list[tuple[UUID, UUID, UUID]]:
    """(id, a_id, b_id) of suggestions that are over and not settled, the longest over first."""
    query = (
        select(Suggestion.id, Suggestion.a_id, Suggestion.b_id)
        .where(
            Suggestion.settled_at.is_(None), or_(Suggestion.expires_at <= look.now, Suggestion.state == "superseded")
        )
        .order_by(Suggestion.expires_at, Suggestion.id)
        .limit(most)
    )
    return [(row.id, row.a_id, row.b_id) for row in look.session.execute(query)]


def are_active(look: Reading, *member_ids: UUID) -> bool:
    """Whether all of these may use the service now."""
    query = select(func.count()).select_from(Member).where(Member.id.in_(member_ids), is_active(look.now))
    return look.session.scalars(query).one() == len(set(member_ids))


def pairing_to_see(look: Reading, pairing_id: UUID) -> Pairing:
    """One of the actor's pairings. Raises NotFound, also when the two are kept apart by now."""
    row = look.session.get(Pairing, pairing_id)
    if row is None or look.actor.id not in (row.a_id, row.b_id):
        raise NotFound
    if row.other(look.actor.id) in kept_apart(look.session, look.actor.id):
        raise NotFound
    return row


def pairing_to_change(uow: UnitOfWork, pairing_id: UUID) -> tuple[Pairing, dict[UUID, BuddyProfile]]:
    """One of the actor's pairings and both profiles, locked. Raises NotFound."""
    return _locked(uow, pairing_to_see(uow, pairing_id))


def pairing_to_look_into(uow: UnitOfWork, pairing_id: UUID) -> Pairing:
    """A pairing that ended because somebody did not feel safe, for a coordinator. Raises Forbidden, NotFound."""
    _ = uow.staff
    row = uow.session.get(Pairing, pairing_id, with_for_update=True)
    if row is None or row.end_reason != "safety":
        raise NotFound
    return row


def pairings_of(uow: UnitOfWork, member_id: UUID, *, other: UUID | None = None) -> list[Pairing]:
    """The pairings of a member, or of two, that have not ended; not locked."""
    query = select(Pairing).where(Pairing.ended_at.is_(None))
    if other is None:
        query = query.where(or_(Pairing.a_id == member_id, Pairing.b_id == member_id))
    else:
        first, second = in_order(member_id, other)
        query = query.where(and_(Pairing.a_id == first, Pairing.b_id == second))
    return list(uow.session.scalars(query.order_by(Pairing.id)))


def lock_around(uow: UnitOfWork, member_id: UUID) -> None:
    """Lock a member's profile and those of their buddies, in one go."""
    rows = pairings_of(uow, member_id)
    locked_profiles(uow, {member_id, *(row.other(member_id) for row in rows)})


def locked_pairing(uow: UnitOfWork, row: Pairing) -> tuple[Pairing, dict[UUID, BuddyProfile]]:
    """A pairing and both profiles, locked. For what the house does by itself: no permission is asked."""
    return _locked(uow, row)


def _locked(uow: UnitOfWork, row: Pairing) -> tuple[Pairing, dict[UUID, BuddyProfile]]:
    profiles = locked_profiles(uow, [row.a_id, row.b_id])
    uow.session.refresh(row, with_for_update=True)
    return row, profiles


def run_to_see(look: Reading, run_id: UUID) -> MatchRun:
    """A match run, for a coordinator. Raises Forbidden, NotFound."""
    _ = look.staff
    row = look.session.get(MatchRun, run_id, populate_existing=True)
    if row is None:
        raise NotFound
    return row


def started_run(look: Reading, run_id: UUID) -> MatchRun:
    """A run that was started, for the process that solves it."""
    return look.session.get_one(MatchRun, run_id)


def forget_run_inputs(uow: UnitOfWork, *, before: datetime) -> None:
    """Drop what runs that started before a moment were worked out from."""
    old = MatchRun.created_at < before
    uow.session.execute(update(MatchRun).where(old, MatchRun.inputs.is_not(None)).values(inputs=None))


def running(uow: UnitOfWork, run_id: UUID | None = None) -> MatchRun | None:
    """The run that is going on (this one, when named), locked."""
    query = select(MatchRun).where(MatchRun.state == "running")
    if run_id is not None:
        query = query.where(MatchRun.id == run_id)
    return uow.session.scalar(query.with_for_update().execution_options(populate_existing=True))
