"""A member's calendar feed and meetup preferences."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from community.core.errors import NotFound
from community.core.rate_limits import TokenBucket
from community.core.unit_of_work import ReadContext
from community.meetups.models import Meetup, MeetupPreference, Occurrence, Rsvp
from community.meetups.rules import feed_tokens, reminders
from community.meetups.rules.icalendar import KEPT_AFTER, PLAIN_TITLE, Entry
from community.meetups.rules.rsvps import RsvpState
from community.members.models import Member
from community.members.queries.active_members import is_active

MAX_ENTRIES = 2000
FETCHES = (60, 3600)  # a dozen programs may look every ten minutes
_fetches = TokenBucket(*FETCHES)
STATUS: dict[str, str] = {RsvpState.GOING: "CONFIRMED", RsvpState.MAYBE: "TENTATIVE"}


@dataclass(frozen=True)
class PreferenceView:
    """A member's meetup preferences. `remind_minutes` are minutes before the start."""

    is_listed: bool
    remind_minutes: tuple[int, ...]
    has_full_titles: bool


def my_preferences(ctx: ReadContext) -> PreferenceView:
    """Return the actor's preferences, or the defaults."""
    wanted = ctx.session.get(MeetupPreference, ctx.actor.id)
    if wanted is None:
        return PreferenceView(True, reminders.REMINDED, False)
    return PreferenceView(wanted.is_listed, tuple(wanted.remind_minutes), wanted.has_full_titles)


def my_feed_token(ctx: ReadContext, *, key: str) -> str:
    """Return the actor's feed token. `key` is the service's secret."""
    wanted = ctx.session.get(MeetupPreference, ctx.actor.id)
    return feed_tokens.feed_token(ctx.actor.id, wanted.feed_version if wanted else 0, key=key)


def feed(ctx: ReadContext, secret: str, *, key: str) -> list[Entry]:
    """Return the entries of the calendar with this feed token.

    Raises NotFound for a token that is invalid or was replaced, TooMany when it is fetched too often.
    """
    member_id = feed_tokens.member_of(secret, key=key)
    found = ctx.session.execute(
        select(Member.id, MeetupPreference)
        .select_from(Member)
        .outerjoin(MeetupPreference, MeetupPreference.member_id == Member.id)
        .where(Member.id == member_id, is_active(ctx.now))
    ).one_or_none()
    if member_id is None or found is None:
        raise NotFound
    preference: MeetupPreference | None = found[1]
    version = preference.feed_version if preference else 0
    if not feed_tokens.is_valid(secret, member_id, version, key=key):
        raise NotFound
    _fetches.try_consume(member_id)
    rows = ctx.session.execute(
        _answered(member_id)
        .where(Rsvp.state.in_(STATUS), Occurrence.ends_at > ctx.now - KEPT_AFTER)
        .order_by(Occurrence.starts_at)
        .limit(MAX_ENTRIES)
    ).all()
    return [_entry(occurrence, meetup, answer, preference) for occurrence, meetup, answer in rows]


def occurrence_entries(ctx: ReadContext, occurrence_id: UUID) -> list[Entry]:
    """Return one occurrence for the actor's calendar, with any answer. Raises NotFound."""
    row = ctx.session.execute(_answered(ctx.actor.id).where(Occurrence.id == occurrence_id)).one_or_none()
    if row is None:
        raise NotFound
    occurrence, meetup, answer = row
    return [_entry(occurrence, meetup, answer, ctx.session.get(MeetupPreference, ctx.actor.id))]


def _answered(member_id: UUID) -> Any:
    return (
        select(Occurrence, Meetup, Rsvp)
        .join(Meetup, Meetup.id == Occurrence.meetup_id)
        .outerjoin(Rsvp, (Rsvp.occurrence_id == Occurrence.id) & (Rsvp.member_id == member_id))
    )


def _entry(occurrence: Occurrence, meetup: Meetup, answer: Rsvp | None, preference: MeetupPreference | None) -> Entry:
    own = occurrence.overrides or {}
    state = answer.state if answer else RsvpState.MAYBE
    has_full_titles = preference is not None and preference.has_full_titles
    address = own.get("place", {}).get("address", meetup.address) or ""
    sequence, changed_at = _revised(occurrence, meetup, answer, preference)
    return Entry(
        uid=occurrence.id,
        sequence=sequence,
        status="CANCELLED" if occurrence.state == "cancelled" else STATUS.get(state, "TENTATIVE"),
        title=own.get("title", meetup.title) if has_full_titles else PLAIN_TITLE,
        place=address if has_full_titles and state == RsvpState.GOING else "",
        starts_at=occurrence.starts_at,
        ends_at=occurrence.ends_at,
        zone=meetup.time_zone,
        changed_at=changed_at,
    )


def _revised(*sources: Occurrence | Meetup | Rsvp | MeetupPreference | None) -> tuple[int, datetime]:
    """Return how often a member's view of an occurrence changed, and when it last did (RFC 5545 3.8.7.3, 3.8.7.4).

    Both rise with every change: a second is added for each, for programs that compare two times within one second.
    """
    there = [one for one in sources if one is not None]
    sequence = sum(one.revision + (one.version if isinstance(one, Occurrence) else 0) for one in there)
    moments = [one.changed_at or (one.created_at if isinstance(one, Meetup) else None) for one in there]
    return sequence, max(one for one in moments if one is not None) + timedelta(seconds=sequence)
