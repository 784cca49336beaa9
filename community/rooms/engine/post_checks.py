"""Checks of a post: every reason to refuse it, among them the author's sanctions.

Room subscriptions ask the first of them too, for all members who open a room at the same time.

**This is the place for refusals of messages**: slow mode, mutes, bans and every other reason. The writer loads the
status of all members of a batch once (`member_status.py`) and then asks for each post, in order:

1. `visibility_refusal`: may this author see the room at all? Ended sessions, members who are not in the room or are
   banned from it. This comes before anything else, and says the same as for a room that does not exist.
2. Is it a repeat of a stored message? Then that is the answer, whatever has become of the author since: a client that
   asks again after a mute or within slow mode gets the message that was accepted.
3. `posting_refusal`: may they write here *now*? Closed rooms, mutes and slow mode; a new reason is one more line. A
   refusal may carry `retry_after` in seconds.
4. `danger_quota_refusal`: a post that asks for help passes slow mode, and has a quota of its own instead. Beyond it the
   room is spared and the author is shown the crisis lines.

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
    """A post into a closed room."""

    code = "room_closed"
    message = "This room is archived. You can still read it."


class SlowMode(RateLimited):
    """A post before the room's slow mode allows it."""

    code = "slow_mode"
    message = "In this room, everyone waits a little between messages. Please try again in a moment."


class Unattended(SlowMode):
    """A post by a new member before the slow mode of hours without a moderator allows it."""

    message = "No coordinator is here right now, so new members can post once a minute. Please wait a moment."


class Muted(AppError):
    """A post by a muted member."""

    code = "muted"
    message = "You can’t write here right now."
    status = 403


class PostText(RoomRequest, Protocol):
    """The parts of a post that a check may read."""

    @property
    def body(self) -> str:
        """Return the text of the post."""


def visibility_refusal(
    ctx: ReadContext, asked: RoomRequest, room: KnownRoom | None, known: MemberStatuses
) -> AppError | None:
    """Return why a member may not see a room, or None."""
    if asked.actor.session_id is not None and asked.actor.session_id not in known.sessions:
        return Unauthenticated()
    status = known.of(asked)
    if status is None or room is None or status.is_banned:
        return NotFound()
    if room.kind == "pairing" and status.has_blocks and access.includes_blocked(ctx, room.id, asked.actor):
        return NotFound()
    return None


def posting_refusal(room: KnownRoom, status: MemberStatus, asked: PostText, *, now: datetime) -> AppError | None:
    """Return why a member may not post this text in the room now, or None."""
    if room.archived_at is not None:
        return RoomClosed()
    if status.is_muted and room.kind != "conversation":
        return Muted()
    wait = _seconds_to_wait(room, status, now)
    if wait > 0 and not asked.actor.may(Permission.POST_WITHOUT_SLOW_MODE) and not asks_for_help(asked.body):
        is_own = wait > room.slow_seconds or not room.slow_seconds
        return Unattended(retry_after=wait) if is_own else SlowMode(retry_after=wait)
    return None


def danger_quota_refusal(uow: UnitOfWork, asked: PostText) -> AppError | None:
    """Use one of the author's posts that ask for help, or return why this one has to wait."""
    if not asks_for_help(asked.body):
        return None
    return DANGER_WORDS.refusal(uow.session, asked.actor.id, now=uow.now)


def lock_quotas(uow: UnitOfWork, batch: Iterable[PostText]) -> None:
    """Lock the quotas that this batch will use, in the order of their members: two batches never deadlock."""
    for member_id in sorted({post.actor.id for post in batch if asks_for_help(post.body)}):
        DANGER_WORDS.hold(uow.session, member_id, now=uow.now)


def _seconds_to_wait(room: KnownRoom, status: MemberStatus, now: datetime) -> float:
    """Return the seconds until this member may post again in a slow room; 0.0 when they may now."""
    seconds = slow_seconds(room, status)
    if not seconds or status.last_posted_at is None:
        return 0.0
    passed = max((now - status.last_posted_at).total_seconds(), 0.0)
    return round(max(seconds - passed, 0.0), 1)
