"""Whether a post may stand, and every reason to refuse it.

Opening a room asks the first of these questions too, for everybody who opens one at the same time.

**This is the place for refusals of messages**: slow mode, mutes, bans, whatever else keeps words out of a room. The
writer reads once for a whole batch how everybody stands (`standing.py`) and then asks for each post, in order:

1. `hidden_from`: is the room there at all for this author? Ended sessions, who is not in the room, who is banned.
   These come before anything else, and say the same as for a room that does not exist.
2. Is it a repeat of something that stands? Then that is the answer, whatever has become of the author since: what was
   accepted once stays accepted, and a client that asks again after a mute or within a slow mode gets its message.
3. `unwelcome`: may they write here *now*? Closed rooms, mutes and slow mode are here; a new reason is one more line.
   A refusal may carry `retry_after` in seconds.
4. `too_many_in_danger`: words of danger pass slow mode, and have a quota of their own instead. Beyond it the room is
   spared and the author is shown the crisis lines.

The message rate of each author over all rooms and processes is counted in `message_rate.py`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from community.core.crisis_keywords import asks_for_help
from community.core.errors import AppError, Conflict, NotFound, RateLimited, Unauthenticated
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.members.actions.quotas import DANGER_WORDS
from community.rooms import access
from community.rooms.engine.member_status import KnownRoom, MemberStatus, MemberStatuses, RoomRequest, slow_seconds


class RoomClosed(Conflict):
    """Nobody writes here any more. What was said stays readable."""

    code = "room_closed"
    message = "Nobody writes here any more. What was said stays readable."


class SlowMode(RateLimited):
    """This room goes slowly. Wait a moment before the next message."""

    code = "slow_mode"
    message = "This room goes slowly. Wait a moment before the next message."


class Unattended(SlowMode):
    """No moderator is here right now, so new people write slowly. Wait a moment before the next message."""

    message = "No moderator is here right now, so new people write slowly. Wait a moment before the next message."


class Muted(AppError):
    """You cannot write here for now."""

    code = "muted"
    message = "You cannot write here for now."
    status = 403


class PostText(RoomRequest, Protocol):
    """What a refusal may look at in a post."""

    @property
    def body(self) -> str:
        """What they want to say."""


def visibility_refusal(
    ctx: ReadContext, asked: RoomRequest, room: KnownRoom | None, known: MemberStatuses
) -> AppError | None:
    """Why the room is not there for whoever asks, if it is not."""
    if asked.actor.session_id is not None and asked.actor.session_id not in known.sessions:
        return Unauthenticated()
    standing = known.of(asked)
    if standing is None or room is None or standing.is_banned:
        return NotFound()
    if (
        room.kind == "pairing"
        and standing.is_apart_from_somebody
        and access.includes_blocked(ctx, room.id, asked.actor)
    ):
        return NotFound()
    return None


def posting_refusal(room: KnownRoom, standing: MemberStatus, asked: PostText, *, now: datetime) -> AppError | None:
    """Why a member may not write these words in the room now, if they may not."""
    if room.archived_at is not None:
        return RoomClosed()
    if standing.is_muted:
        return Muted()
    wait = _seconds_to_wait(room, standing, now)
    if wait > 0 and not asked.actor.may(Permission.POST_WITHOUT_SLOW_MODE) and not asks_for_help(asked.body):
        is_own = wait > room.slow_seconds or not room.slow_seconds
        return Unattended(retry_after=wait) if is_own else SlowMode(retry_after=wait)
    return None


def danger_quota_refusal(uow: UnitOfWork, asked: PostText) -> AppError | None:
    """Use one of the author's posts with words of danger, or return why this one has to wait."""
    if not asks_for_help(asked.body):
        return None
    return DANGER_WORDS.refusal(uow.session, asked.actor.id, now=uow.now)


def lock_quotas(uow: UnitOfWork, batch: Iterable[PostText]) -> None:
    """Lock the quotas that this batch will use, in the order of their members, so that two batches never deadlock."""
    for member_id in sorted({post.actor.id for post in batch if asks_for_help(post.body)}):
        DANGER_WORDS.hold(uow.session, member_id, now=uow.now)


def _seconds_to_wait(room: KnownRoom, standing: MemberStatus, now: datetime) -> float:
    """How long until the next message of this member in a slow room; 0.0 when they may write now."""
    seconds = slow_seconds(room, standing)
    if not seconds or standing.last_posted_at is None:
        return 0.0
    passed = max((now - standing.last_posted_at).total_seconds(), 0.0)
    return round(max(seconds - passed, 0.0), 1)
