"""Rules of suggestions, phone numbers, prompts and quiet days."""

import re
import unicodedata
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID

from community.core.characters import without_unseen
from community.core.local_time import moment_on, next_moment, to_local

SUGGESTION_LASTS = timedelta(hours=72)
DECLINED_PAIR_RESTS = timedelta(days=180)
SUGGESTION_REMINDED = timedelta(hours=48)
MAX_BUDDIES = 10
MAX_APPROVED = 3
TRIAL = timedelta(days=14)
TRIAL_ANSWERS = timedelta(days=3)
QUIET = timedelta(days=10)
QUIET_ANSWERS = timedelta(days=7)
FIRST_PROMPT = timedelta(days=2)
NEXT_PROMPT = timedelta(days=7)
SPOKE_LATELY = timedelta(days=2)
MENTOR_REST = timedelta(days=7)
STANDING_IN = timedelta(hours=24)
SOLVER_SECONDS = 900
INPUTS_KEPT = timedelta(days=90)
RUN_LEASE = timedelta(seconds=SOLVER_SECONDS + 60)

ROLES = ("seeking", "mentor", "peer")
CHOICES = ("keep", "end", "new")
END_REASONS = ("completed", "drifted", "mismatch", "safety", "left")
SEARCH_STATES = (
    "incomplete",
    "paused",
    "resting",
    "awaiting_approval",
    "settling_in",
    "places_taken",
    "suggested",
    "looking",
)
SEARCH_REASONS = (
    "no_common_language",
    "no_overlapping_hours",
    "nobody_to_match",
    "own_rule",
    "no_match_now",
    "all_places_taken",
)
# A limit of a member's is named to them only when at least so many people would fit without it. With fewer, its name
# could give away what one of those said about themself.
MIN_PEOPLE_BEHIND_A_LIMIT = 3
SEEN_STATES = ("suggested", "accepted_by_one", "matched", "declined", "expired", "superseded")


def in_order(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """Return the two ids, the smaller first, as pairs are stored."""
    return (one, other) if one < other else (other, one)


def seen_state(*, state: str, own_answer: str, expires_at: datetime, now: datetime) -> str:
    """Return the state of a suggestion that one of the two may know, one of SEEN_STATES.

    The other's yes shows only when both said it. Their no, or that they left, shows only as an expiry at `expires_at`.
    """
    if state == "matched":
        return "matched"
    if own_answer == "declined":
        return "declined"
    if state == "superseded":
        return "superseded"
    if expires_at <= now:
        return "expired"
    return "accepted_by_one" if own_answer == "accepted" else "suggested"


def takes_a_place(*, state: str, own_answer: str, expires_at: datetime, now: datetime) -> bool:
    """Return whether an unsettled suggestion keeps one of the two from getting another one."""
    return seen_state(state=state, own_answer=own_answer, expires_at=expires_at, now=now) in (
        "suggested",
        "accepted_by_one",
    )


def months_since(month: date | None, now: datetime) -> int:
    """Return the whole months from the first of a month until now, or -1 for None."""
    return -1 if month is None else max(0, (now.year - month.year) * 12 + now.month - month.month)


def capacity_of(role: str, capacity: int) -> int:
    """Return the number of buddies that a member of this role may have. Only mentors have more than one."""
    return capacity if role == "mentor" else min(capacity, 1)


_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63]")
_PHONE = re.compile(
    r"(?P<number>\(?\+?[0-9(][0-9 ()./-]{2,38})(?P<extension>[ ,;]*(?:extension|ext\.?|x|#)[ :.]*[0-9]{1,7})?",
    re.IGNORECASE,
)
MAX_PHONE_LENGTH = 40


def normal_phone(written: str) -> str | None:
    """Return a phone number, as people write it, in plain characters: `(555) 010-0199`, `+1 555 0100 ext. 12`.

    Full-width digits, dashes and blanks of every kind become ASCII. None for text that is no number: a number has 4 to
    17 digits and at most one extension.
    """
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", without_unseen(written)))
    plain = "".join(str(unicodedata.decimal(sign, sign)) for sign in plain)
    plain = " ".join(plain.removeprefix("tel:").split())
    found = _PHONE.fullmatch(plain) if len(plain) <= MAX_PHONE_LENGTH else None
    if not found or not 4 <= sum(sign.isdigit() for sign in found["number"]) <= 17:
        return None
    return plain


def phone_link(number: str) -> str:
    """Return the `tel:` address (RFC 3966) of a number as `normal_phone` gives it."""
    found = _PHONE.fullmatch(number)
    if not found:
        return ""
    plus = "+" if "+" in found["number"] else ""
    extension = re.sub(r"[^0-9]", "", found["extension"] or "")
    return f"tel:{plus}{re.sub(r'[^0-9]', '', found['number'])}" + (f";ext={extension}" if extension else "")


def whose_turn(prompt_number: int, a_id: UUID, b_id: UUID) -> tuple[UUID, ...]:
    """Return the members who get a prompt: both at the first, then each in turn."""
    return (a_id, b_id) if prompt_number == 0 else (a_id,) if prompt_number % 2 else (b_id,)


def ends(why: str, choices: tuple[str, str]) -> bool:
    """Return whether a pairing ends by the private answers: one wants it to, or neither answered after a silence."""
    return bool({"end", "new"} & set(choices)) or (why == "quiet" and choices == ("", ""))


def end_of_quiet_day(now: datetime, *, quiet_days: Collection[int], time_zone: str) -> datetime | None:
    """Return the start of the first day that is not quiet, at nine local time, or None when today is not quiet."""
    today = to_local(now, time_zone).date()
    if today.weekday() not in quiet_days or len(set(quiet_days)) >= 7:
        return None
    ahead = next(days for days in range(1, 8) if (today.weekday() + days) % 7 not in quiet_days)
    return moment_on(today + timedelta(days=ahead), time(9), time_zone)


def next_weekly(now: datetime, *, weekday: int, hour: int, time_zone: str) -> datetime:
    """Return the next moment after now that is this hour of this weekday in a time zone."""
    return next_moment(now, clock=time(hour), zone=time_zone, on=lambda day: day.weekday() == weekday)
