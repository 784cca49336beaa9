"""How much of a room a report shows, and what its sealed words are bound to."""

from uuid import UUID

MESSAGES_BEFORE = 3
MESSAGES_AFTER = 2


def about(report_id: UUID, column: str) -> str:
    """What a sealed value of a report is bound to."""
    return f"reports:{report_id}:{column}"
