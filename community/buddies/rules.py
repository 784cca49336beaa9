"""When a suggestion is over, what each of the two may see of it, and who may be suggested again."""

from datetime import date, datetime, timedelta
from uuid import UUID

SUGGESTION_LASTS = timedelta(hours=72)
DECLINED_PAIR_RESTS = timedelta(days=180)
MOST_BUDDIES = 10
SOLVER_SECONDS = 900
INPUTS_KEPT = timedelta(days=90)
RUN_LEASE = timedelta(seconds=SOLVER_SECONDS + 60)

ROLES = ("seeking", "mentor", "peer")
END_REASONS = ("completed", "drifted", "mismatch", "safety", "left")
SEEN_STATES = ("suggested", "accepted_by_one", "matched", "declined", "expired", "superseded")


def in_order(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """The two, the smaller id first: how pairs are stored."""
    return (one, other) if one < other else (other, one)


def seen_state(*, state: str, own_answer: str, expires_at: datetime, now: datetime) -> str:
    """What one of the two may know of a suggestion, one of SEEN_STATES.

    The other's yes shows only when both said it; their no, or that they went away, only as an expiry at `expires_at`.
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
    """Whether a suggestion that is not settled keeps one of the two from being given somebody else."""
    return seen_state(state=state, own_answer=own_answer, expires_at=expires_at, now=now) in (
        "suggested",
        "accepted_by_one",
    )


def months_since(month: date | None, now: datetime) -> int:
    """Whole months from the first of a month until now; -1 for none."""
    return -1 if month is None else max(0, (now.year - month.year) * 12 + now.month - month.month)


def capacity_of(role: str, capacity: int) -> int:
    """How many buddies somebody of this role may have; only mentors have more than one."""
    return capacity if role == "mentor" else min(capacity, 1)


def about(member_id: UUID) -> str:
    """What the sealed words about oneself are bound to."""
    return f"buddy_profiles:{member_id}:about"
