"""Texts of conversations: the suggested first line, and the note of a change of the coordinator who answers."""

NOTE = "note:"
MAX_FIRST_MESSAGE = 4_000
REASONS = ("contact", "check_in", "danger", "newcomer", "missed")
FIRST_LINES = {
    "contact": "Hi {member}, this is {coordinator}. You asked to talk to one of us. How are you?",
    "check_in": "Hi {member}, this is {coordinator}. Thank you for sharing your check-in. Would you like to talk?",
    "danger": "Hi {member}, this is {coordinator}. I’m worried about you. Are you safe right now?",
    "newcomer": "Hi {member}, this is {coordinator}. Welcome. How are your first days here?",
    "missed": "Hi {member}, this is {coordinator}. You asked for someone, and no one was free. I’m sorry. How are you?",
}
FIRST_LINE = "Hi {member}, this is {coordinator}."


def first_line(about: str, *, member: str, coordinator: str) -> str:
    """Return the suggested first line for one of REASONS, or a plain greeting."""
    return FIRST_LINES.get(about, FIRST_LINE).format(member=member, coordinator=coordinator)


def take_over_note(coordinator: str) -> str:
    """Return the line that tells the room who answers from now on."""
    return f"{coordinator} answers here from now on."


def is_note(client_msg_id: str) -> bool:
    """Return whether a post is the note of a change: it answers nothing."""
    return client_msg_id.startswith(NOTE)
