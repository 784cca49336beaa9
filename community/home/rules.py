"""Greeting and next step on the start page."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class NextStep:
    """The one thing to do now: its text and its address. If it is urgent, the question about the day waits."""

    title: str
    text: str
    url: str
    button: str
    is_urgent: bool = False


REPORTS = NextStep(
    "A report is waiting", "A member asked a coordinator for help.", "/console/reports", "Open reports", is_urgent=True
)
SUGGESTION = NextStep(
    "We found someone who could be your buddy", "Take your time. Your answer is private.", "/buddy", "See who it is"
)
FIRST_ROOM = NextStep("Pick a first room", "You can read before you write.", "/rooms", "See rooms", is_urgent=True)
HELPED = NextStep(
    "Did something help?",
    "We suggested a few things after your check-in. We only ask once.",
    "/check-in#helped",
    "Answer",
)
SOON_HOURS = 12
EVENING = range(17, 22)


def planned_step(hard_hour_id: UUID) -> NextStep:
    """Return the step to what the member planned for this hour."""
    text = "You planned for this. It will pass."
    return NextStep("Your plan for right now", text, f"/hard-hours/{hard_hour_id}", "Open my plan", is_urgent=True)


def meetup_step(title: str, *, when: str, url: str) -> NextStep:
    """Return the step to a meetup of the next hours that the member goes to."""
    return NextStep(title, f"{when}. You’re going.", url, "See details", is_urgent=True)


def answer_step(title: str, *, when: str, url: str) -> NextStep:
    """Return the step to a meetup that the member has not answered."""
    return NextStep(title, f"{when}. Can you make it? You can change your answer later.", url, "Answer")


def greeting(hour: int) -> str:
    """Return `Good morning` from four on, `Good afternoon`, or `Good evening`, which also covers the night."""
    if 4 <= hour < 12:
        return "Good morning"
    return "Good afternoon" if 12 <= hour < 17 else "Good evening"


def is_check_in_asked(*, waiting: NextStep | None, rooms: int, is_asked: bool, has_begun: bool) -> bool:
    """Return whether the check-in question comes first.

    It does at the hour that the member chose, and as an invitation to a member who never answered. A member who needs
    help, a plan or a meetup of this hour and a first room come before it. The invitation also waits behind a member who
    waits for an answer.
    """
    if not rooms or (waiting and waiting.is_urgent):
        return False
    return is_asked or not (has_begun or waiting == SUGGESTION)


def is_asked_to_be_free(*, hour: int, is_free: bool, mood: int | None, is_new: bool, asks_for_help: bool) -> bool:
    """Return whether the evening's question is asked: whether the member is free to talk.

    A new member, one whose day was hard, and one who asks for someone themselves are not asked.
    """
    return hour in EVENING and not (is_free or is_new or asks_for_help or (mood or 3) < 3)


def next_step(
    *,
    reports: int,
    suggestions: int,
    rooms: int,
    now: NextStep | None = None,
    unanswered: NextStep | None = None,
    did_it_help: bool = False,
) -> NextStep | None:
    """Return the first step that is waiting, or None.

    A member who needs help comes before what the member themselves has to do at this hour (`now`), and both come before
    what is merely new.
    """
    if reports or now:
        return REPORTS if reports else now
    if suggestions:
        return SUGGESTION
    if not rooms:
        return FIRST_ROOM
    return unanswered or (HELPED if did_it_help else None)
