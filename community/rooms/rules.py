"""What a message may be, whose unread it counts for, and when two requests are the same one."""

import hashlib
from uuid import UUID

LONGEST_BODY = 4_000
LONGEST_PAGE = 200
FIRST_PAGE = 50
MOST_OPEN_ROOMS = 50
MOST_REACTIONS_PER_MEMBER = 10

JOINABLE = ("open", "cohort")
STAFF_SEES = ("open", "cohort")
KINDS = ("open", "cohort", "private", "pairing", "meetup")


def request_hash(*, room_id: UUID, body: str, reply_to: UUID | None) -> str:
    """What a post asks for, digested: the same for a repeat, another for anything else under the same id."""
    return hashlib.sha256(f"{room_id}\n{reply_to or ''}\n{body}".encode()).hexdigest()


def is_emoji(sign: str) -> bool:
    """Whether this is one short sign and not a word: no letters, digits, blanks or controls but for keycaps."""
    if not 1 <= len(sign) <= 12:
        return False
    if len(sign.encode("utf-16-le")) > 32:
        return False
    pictures = [character for character in sign if ord(character) >= 0x203C and not character.isalnum()]
    others = [character for character in sign if ord(character) < 0x203C and character not in "\u200d0123456789#*"]
    return bool(pictures) and not others and not any(character.isspace() for character in sign)
