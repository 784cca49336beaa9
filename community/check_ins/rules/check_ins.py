"""What a check-in holds, who may see it, and what its sealed values are bound to."""

import json
from dataclasses import asdict, dataclass

AUDIENCES = ("only_me", "buddy", "coordinator", "trend")
MOODS = ("Rough", "Low", "Okay", "Good", "Bright")
MIN_GROUP_SIZE = 11  # people; a figure of fewer could be somebody's face
FEEDBACK_DAYS = 15  # the longest rhythm, and a day


@dataclass(frozen=True)
class Answers:
    """What somebody said of a day; whatever they skipped is None or empty. `offered` is what was then offered."""

    mood: int | None = None
    craving: int | None = None
    sleep: int | None = None
    connection: int | None = None
    intention: str = ""
    note: str = ""
    offered: tuple[str, ...] = ()

    @property
    def mood_word(self) -> str:
        """The day in a word, or nothing."""
        return MOODS[self.mood - 1] if self.mood else ""

    @property
    def is_empty(self) -> bool:
        """Whether everything was skipped."""
        numbers = (self.mood, self.craving, self.sleep, self.connection)
        return all(one is None for one in numbers) and not self.intention and not self.note

    def as_text(self) -> str:
        """As it is sealed."""
        return json.dumps(asdict(self), ensure_ascii=False)


def decode_answers(text: str) -> Answers:
    """The answers again."""
    said = json.loads(text)
    return Answers(**{**said, "offered": tuple(said.get("offered", ()))})


def average(numbers: list[int], *, people: int) -> float | None:
    """The mean to one place, or nothing when it would be of too few people."""
    return round(sum(numbers) / len(numbers), 1) if numbers and people >= MIN_GROUP_SIZE else None
