"""Members who can be matched now, as the solver reads them: profiles with free places, and forbidden pairs."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from community.buddies.matching import compatibility
from community.buddies.matching.candidate import Person, Population
from community.buddies.matching.profile_json import person_from_json
from community.buddies.models.pairings import Pairing
from community.buddies.models.profiles import BuddyProfile
from community.buddies.models.suggestions import Suggestion
from community.buddies.queries import answers
from community.buddies.rules import DECLINED_PAIR_RESTS, end_of_quiet_day, months_since, takes_a_place
from community.core.unit_of_work import ReadContext
from community.members.models import Member
from community.members.queries.active_members import is_active
from community.members.queries.blocks import blocked_ids, blocked_pairs
from community.members.queries.helping import is_eligible_helper, is_in_good_standing

MATCHES = {"seeking": ("mentor",), "mentor": ("seeking",), "peer": ("peer",)}


AWAITING_APPROVAL = "awaiting_approval"
HELD_BACK = "held_back"


def may_be_matched(now: datetime) -> ColumnElement[bool]:
    """Condition on `Member` joined with `BuddyProfile`: may be suggested and paired.

    Mentors and peers help the other one, so they need to be allowed to. A newcomer who seeks a mentor needs help.
    """
    seeks = and_(BuddyProfile.role == "seeking", is_in_good_standing(now))
    return or_(seeks, is_eligible_helper(now))


def may_be_paired(ctx: ReadContext, *member_ids: UUID) -> bool:
    """Return whether each of these members has a profile and may be matched now."""
    query = select(func.count()).select_from(BuddyProfile).join(Member, Member.id == BuddyProfile.member_id)
    query = query.where(BuddyProfile.member_id.in_(member_ids), may_be_matched(ctx.now))
    return ctx.session.scalars(query).one() == len(set(member_ids))


def candidate_pool(ctx: ReadContext) -> tuple[Population, dict[UUID, str]]:
    """Return all members who may be matched, and the other active ones with a profile, by the reason why they may not.

    The others wait for approval as mentors or are held back (see `may_be_matched`); the population lacks them. Members
    who are paused or have all places taken are in it without a place: a run can say why they are unmatched.
    """
    rows = _profiles(ctx)
    ready = [(profile, zone) for profile, zone in rows if profile.is_approved]
    left_out = dict.fromkeys(_held_back(ctx), HELD_BACK)
    left_out |= {profile.member_id: AWAITING_APPROVAL for profile, _ in rows if not profile.is_approved}
    ids = [profile.member_id for profile, _ in ready]
    blocked = [frozenset((str(one), str(other))) for one, other in blocked_pairs(ctx.session, ids)]
    forbidden, tried = _earlier_pairs(ctx)
    said = _said(ctx, ready)
    forbidden |= _excluded(said)
    people = _people(ctx, ready, said)
    return Population(people=people, forbidden=frozenset([*blocked, *forbidden]), tried=tried), left_out


def candidates_for_member(ctx: ReadContext, member_id: UUID) -> Population:
    """Return a member and all members whose role goes with theirs, with only those pairs that include the member."""
    own = ctx.session.get(BuddyProfile, member_id)
    if own is None:
        return Population(people=())
    rows = _profiles(ctx, or_(BuddyProfile.member_id == member_id, BuddyProfile.role.in_(MATCHES[own.role])))
    ready = [(profile, zone) for profile, zone in rows if profile.is_approved]
    forbidden, tried = _earlier_pairs(ctx, member_id)
    forbidden |= {frozenset((str(member_id), str(one))) for one in blocked_ids(ctx.session, member_id)}
    said = _said(ctx, ready)
    forbidden |= _excluded(said)
    return Population(people=_people(ctx, ready, said), forbidden=frozenset(forbidden), tried=tried)


def stand_in_candidates(ctx: ReadContext, *, member_id: UUID, but: Collection[UUID]) -> list[UUID]:
    """Return members who offer to stand in and fit this member by all rules, except on their quiet days."""
    rows = _profiles(
        ctx, BuddyProfile.stands_in.is_(True), BuddyProfile.member_id != member_id, among=is_eligible_helper(ctx.now)
    )
    rows += _profiles(ctx, BuddyProfile.member_id == member_id, among=is_active(ctx.now))
    blocked = blocked_ids(ctx.session, member_id) | set(but)
    here = [
        (profile, zone)
        for profile, zone in rows
        if profile.member_id == member_id
        or (
            profile.member_id not in blocked
            and profile.is_approved
            and not profile.is_paused_at(ctx.now)
            and end_of_quiet_day(ctx.now, quiet_days=profile.quiet_days, time_zone=zone) is None
        )
    ]
    people = {person.id: person for person in _people(ctx, here, _said(ctx, here))}
    member = people.pop(str(member_id), None)
    if member is None:
        return []
    return [
        UUID(one.id) for one in people.values() if compatibility.hard_conflict(member, one, on=ctx.now.date()) is None
    ]


def places_taken(ctx: ReadContext, member_ids: Collection[UUID] | None = None) -> Counter[UUID]:
    """Return how many open suggestions hold a place of each of these members, or of all."""
    query = select(
        Suggestion.a_id,
        Suggestion.b_id,
        Suggestion.state,
        Suggestion.a_answer,
        Suggestion.b_answer,
        Suggestion.expires_at,
    ).where(Suggestion.settled_at.is_(None))
    if member_ids is not None:
        query = query.where(or_(Suggestion.a_id.in_(member_ids), Suggestion.b_id.in_(member_ids)))
    return Counter(_holders(ctx.session.execute(query), ctx.now))


def may_be_suggested(ctx: ReadContext, one: UUID, other: UUID) -> bool:
    """Return whether no block, earlier answer or pairing forbids to suggest these two to each other now."""
    forbidden, _ = _earlier_pairs(ctx, one)
    return frozenset((str(one), str(other))) not in forbidden and other not in blocked_ids(ctx.session, one)


def _holders(rows: Iterable[Any], now: datetime) -> Iterator[UUID]:
    for a_id, b_id, state, a_answer, b_answer, expires_at in rows:
        for member_id, answer in ((a_id, a_answer), (b_id, b_answer)):
            if takes_a_place(state=state, own_answer=answer, expires_at=expires_at, now=now):
                yield member_id


def _held_back(ctx: ReadContext) -> list[UUID]:
    query = select(BuddyProfile.member_id).join(Member, Member.id == BuddyProfile.member_id)
    return list(ctx.session.scalars(query.where(is_active(ctx.now), ~may_be_matched(ctx.now))))


def _profiles(
    ctx: ReadContext, *conditions: ColumnElement[bool], among: ColumnElement[bool] | None = None
) -> list[tuple[BuddyProfile, str]]:
    query = (
        select(BuddyProfile, Member.time_zone)
        .join(Member, Member.id == BuddyProfile.member_id)
        .where(may_be_matched(ctx.now) if among is None else among, *conditions)
        .order_by(BuddyProfile.member_id)
    )
    return [(profile, zone) for profile, zone in ctx.session.execute(query)]


def _said(ctx: ReadContext, rows: list[tuple[BuddyProfile, str]]) -> dict[UUID, dict[str, Any]]:
    cipher = ctx.cipher if any(profile.answers for profile, _ in rows) else None
    return {profile.member_id: answers.opened(profile, cipher) for profile, _ in rows}


def _excluded(said: dict[UUID, dict[str, Any]]) -> set[frozenset[str]]:
    """Return the pairs that one of the two excluded by name."""
    return {frozenset((str(id_), one)) for id_, its in said.items() for one in its["excludes"].get("members", ())}


def _people(
    ctx: ReadContext, rows: list[tuple[BuddyProfile, str]], said: dict[UUID, dict[str, Any]]
) -> tuple[Person, ...]:
    taken = places_taken(ctx)
    return tuple(
        person_from_json(
            {
                **said[profile.member_id],
                "id": profile.member_id,
                "role": profile.role,
                "capacity": max(0, profile.free_places - taken[profile.member_id]),
                "time_zone": zone,
                "excludes": {key: its for key, its in said[profile.member_id]["excludes"].items() if key != "members"},
                "along_months": months_since(said[profile.member_id]["along_since"], ctx.now),
                "waiting_days": max(0, (ctx.now - profile.waiting_since).days),
                "paused": profile.is_paused_at(ctx.now) or profile.is_resting_at(ctx.now),
            }
        )
        for profile, zone in rows
    )


def _earlier_pairs(
    ctx: ReadContext, member_id: UUID | None = None
) -> tuple[set[frozenset[str]], frozenset[frozenset[str]]]:
    """Return (forbidden pairs, pairs that were tried and may be again), of one member or of all."""
    suggestions = select(Suggestion.a_id, Suggestion.b_id, Suggestion.settled_at, Suggestion.declined_at)
    pairings = select(Pairing.a_id, Pairing.b_id, Pairing.ended_at, Pairing.end_reason)
    if member_id is not None:
        suggestions = suggestions.where(or_(Suggestion.a_id == member_id, Suggestion.b_id == member_id))
        pairings = pairings.where(or_(Pairing.a_id == member_id, Pairing.b_id == member_id))
    rests_since = ctx.now - DECLINED_PAIR_RESTS
    forbidden: set[frozenset[str]] = set()
    tried: set[frozenset[str]] = set()
    for a_id, b_id, settled_at, declined_at in ctx.session.execute(suggestions):
        pair = frozenset((str(a_id), str(b_id)))
        rests = declined_at is not None and declined_at > rests_since
        (forbidden if settled_at is None or rests else tried).add(pair)
    for a_id, b_id, ended_at, reason in ctx.session.execute(pairings):
        pair = frozenset((str(a_id), str(b_id)))
        rests = reason == "mismatch" and ended_at is not None and ended_at > rests_since
        never = ended_at is None or reason == "safety"
        (forbidden if never or rests else tried).add(pair)
    return forbidden, frozenset(tried - forbidden)
