"""Bounds of messages and rooms, kinds of rooms, and the canonical form of requests and emoji."""

import hashlib
from datetime import UTC, datetime, time, timedelta
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

MAX_BODY_LENGTH = 4_000
MAX_PAGE_SIZE = 200
FIRST_PAGE = 50
MAX_OPEN_ROOMS = 50
MAX_REACTIONS_PER_MEMBER = 10
MAX_PINS = 20
SLOWEST_SECONDS = 3_600
NEW_MEMBER_PERIOD = timedelta(days=14)
UNATTENDED_SECONDS = 60  # between two messages of a new member while no moderator is on shift
SHARED_KINDS = ("open", "cohort")
MODERATED_KINDS = ("open", "cohort", "meetup")
MAX_RETENTION_DAYS = 3_650
MAX_RULES_LENGTH = 2_000
MAX_HANDLE_LENGTH = 32
MAX_EMOJI_LENGTH = 16
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)  # the end of a mute that a member ends

STAFF_VISIBLE_KINDS = ("open", "cohort", "meetup")
KINDS = ("open", "cohort", "private", "pairing", "meetup", "conversation")
DIRECT_KINDS = ("pairing", "conversation")  # every message there is to the others in the room


def request_hash(*, room_id: UUID, body: str, reply_to: UUID | None) -> str:
    """Return the digest of a post request: equal for a repeat, different for another request under the same id."""
    return hashlib.sha256(f"{room_id}\n{reply_to or ''}\n{body}".encode()).hexdigest()


def next_morning(now: datetime, zone: str) -> datetime:
    """Return eight o'clock of the next morning after `now` in this zone. Before four, that is the same day."""
    local = now.astimezone(ZoneInfo(zone))
    day = local.date() + timedelta(days=0 if local.hour < 4 else 1)
    return datetime.combine(day, time(8), ZoneInfo(zone)).astimezone(UTC)


def canonical_emoji(sign: str) -> str | None:
    """Return the fully-qualified form of one emoji (UTS 51), or None for anything else.

    U+FE0F only chooses how an emoji is drawn: with and without it is the same emoji.
    """
    return _emojis().get(sign.replace("\ufe0f", "")) if len(sign) <= MAX_EMOJI_LENGTH else None


@cache
def _emojis() -> dict[str, str]:
    from emoji import EMOJI_DATA, STATUS  # some 5 MB, for the processes that need it

    known = (sign for sign, data in EMOJI_DATA.items() if data["status"] == STATUS["fully_qualified"])
    return {sign.replace("\ufe0f", ""): sign for sign in known}
