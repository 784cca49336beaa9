"""Greeting and next step on the start page."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class NextStep:
    """The one thing to do now: its text and its address."""

    title: str
    text: str
    url: str
    button: str


REPORTS = NextStep("A report is waiting", "Somebody asked a coordinator to look.", "/console/reports", "Look at it")
SUGGESTION = NextStep(
    "Somebody for you", "Take your time. Nobody is told what you answer.", "/buddy", "See the suggestion"
)
FIRST_ROOM = NextStep("Pick a first room", "You can read before you write.", "/rooms", "Look at rooms")
ANSWER_MEETUP = NextStep(
    "Will you come?", "A meetup is planned. Say yes, maybe or no; you can change it.", "/meetups", "Look at meetups"
)

HELPED = NextStep(
    "Did something help?", "You were offered a few things. It is asked once.", "/check-in#helped", "Say so"
)


def planned_step(hard_hour_id: UUID) -> NextStep:
    """Return the step to what the member planned for this hour."""
    text = "You thought of this hour beforehand. It passes."
    return NextStep("What you planned for now", text, f"/hard-hours/{hard_hour_id}", "Look at it")


def greeting(hour: int) -> str:
    """Return `Good morning` from four on, `Good afternoon`, or `Good evening`, which also covers the night."""
    if 4 <= hour < 12:
        return "Good morning"
    return "Good afternoon" if 12 <= hour < 17 else "Good evening"


def is_check_in_asked(*, reports: int, suggestions: int, rooms: int, is_asked: bool, has_begun: bool) -> bool:
    """Return whether the check-in question comes first.

    It does at the hour that the member chose, and as an invitation to a member who never answered. A member who needs
    help and a first room come before it. The invitation also waits behind a member who waits for an answer.
    """
    if reports or not rooms:
        return False
    return is_asked or not (has_begun or suggestions)


def next_step(
    *, reports: int, suggestions: int, rooms: int, unanswered_meetups: int, did_it_help: bool = False
) -> NextStep | None:
    """Return the first step that is waiting, or None. A member who needs help comes before what is merely new."""
    if reports:
        return REPORTS
    if suggestions:
        return SUGGESTION
    if not rooms:
        return FIRST_ROOM
    if unanswered_meetups:
        return ANSWER_MEETUP
    return HELPED if did_it_help else None
