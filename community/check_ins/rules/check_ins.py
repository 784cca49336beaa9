"""Answers of a check-in, their audiences, and the question of the hour."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from community.core.minimum_group import MIN_GROUP_SIZE

AUDIENCES = ("only_me", "buddy", "coordinator", "trend")
MOODS = ("Rough", "Low", "Okay", "Good", "Great")
FEEDBACK_DAYS = 15  # the longest schedule, and a day
AMEND_WINDOW = timedelta(hours=2)
CORRECTION_WINDOW = timedelta(minutes=2)
DAY_BEGINS = timedelta(hours=4)


@dataclass(frozen=True)
class Answers:
    """A member's answers about a day. What they skipped is None or empty. `offered` are the kinds then recommended."""

    mood: int | None = None
    craving: int | None = None
    sleep: int | None = None
    connection: int | None = None
    intention: str = ""
    note: str = ""
    offered: tuple[str, ...] = ()

    @property
    def mood_word(self) -> str:
        return MOODS[self.mood - 1] if self.mood else ""

    @property
    def is_empty(self) -> bool:
        """Return whether every question was skipped."""
        numbers = (self.mood, self.craving, self.sleep, self.connection)
        return all(one is None for one in numbers) and not self.intention and not self.note

    def as_text(self) -> str:
        """Return the answers as the text that is encrypted."""
        return json.dumps(asdict(self), ensure_ascii=False)


def decode_answers(text: str) -> Answers:
    """Return the answers that a decrypted text holds."""
    fields = json.loads(text)
    return Answers(**{**fields, "offered": tuple(fields.get("offered", ()))})


def day_question(hour: int) -> str:
    """Return the question about the day at an hour of the member's clock."""
    if 4 <= hour < 12:
        return "How are you this morning?"
    return "How’s your afternoon going?" if 12 <= hour < 17 else "How was today?"


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """Return the day that a moment belongs to. It lasts until four in the morning, when the greeting changes, too."""
    return (moment.astimezone(zone).replace(tzinfo=None) - DAY_BEGINS).date()


def editable_until(made_at: datetime, audience: str) -> datetime | None:
    """Return until when its author may change a check-in, or None once it is shared."""
    return made_at + AMEND_WINDOW if audience == "only_me" else None


def average(numbers: list[int], *, people: int) -> float | None:
    """Return the mean to one decimal place, or None when it would be of too few people."""
    return round(sum(numbers) / len(numbers), 1) if numbers and people >= MIN_GROUP_SIZE else None
