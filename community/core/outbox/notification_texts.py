"""Sentences of notifications in the app, written when a member reads them, with that member's rights.

A notification stores ids only. The feature that it comes from reads them, for all notifications of a page at once, and
leaves out what the reader may not see: a blocked author, a deleted message, a room that they left. Those show the
neutral title that is stored.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from community.core.characters import reads_from_right
from community.core.kind_registries import KindRegistry
from community.core.unit_of_work import ReadContext

T = TypeVar("T")
MAX_PREVIEW = 80


@dataclass(frozen=True)
class StoredNotification:
    """A notification as it is stored. `facts` are the ids and plain values of its event."""

    id: UUID
    kind: str
    title: str
    facts: Mapping[str, Any]
    subject: UUID | None
    subject_version: int | None
    created_at: datetime

    def fact(self, name: str) -> UUID | None:
        """Return an id from the facts. Notifications from before facts were stored have none."""
        value = self.facts.get(name)
        return UUID(value) if value else None


@dataclass(frozen=True)
class NotificationText:
    """Text of a notification for its reader: a sentence, and a second line.

    `group` is the same for notifications that a page may show as one row, whose title is then `group_title` with their
    number. `is_ended`: it asked for something that is over.
    """

    title: str
    detail: str = ""
    is_ended: bool = False
    group: str = ""
    group_title: str = ""


Writer = Callable[[ReadContext, Sequence[StoredNotification]], Mapping[UUID, NotificationText]]


class NotificationTexts(KindRegistry[Writer]):
    """Writers of sentences by kind.

    A writer gets the reader's context and all notifications of its kinds on a page, and returns their texts by id,
    without those that it cannot or must not describe.
    """

    def write(self, ctx: ReadContext, stored: Iterable[StoredNotification]) -> dict[UUID, NotificationText]:
        """Return the text of every notification. Each writer is called at most once."""
        by_writer: dict[Writer, list[StoredNotification]] = defaultdict(list)
        found: dict[UUID, NotificationText] = {}
        for one in stored:
            found[one.id] = NotificationText(one.title)
            if writer := self._by_kind.get(one.kind):
                by_writer[writer].append(one)
        for writer, some in by_writer.items():
            found |= writer(ctx, some)
        return found


notification_texts = NotificationTexts()


def fact_ids(stored: Iterable[StoredNotification], name: str) -> set[UUID]:
    """Return the ids that these notifications have as this fact."""
    return {fact for one in stored if (fact := one.fact(name))}


def texts_about(
    stored: Iterable[StoredNotification],
    name: str,
    found: Mapping[UUID, T],
    say: Callable[[StoredNotification, T], NotificationText],
) -> dict[UUID, NotificationText]:
    """Return the texts of those of these notifications whose fact of this name is in `found`, as `say` writes them."""
    texts = {}
    for one in stored:
        fact = one.fact(name)
        if fact is not None and fact in found:
            texts[one.id] = say(one, found[fact])
    return texts


def named(text: str) -> str:
    """Return a name or a title for a sentence in plain text, isolated when it reads from the right."""
    return f"\u2068{text}\u2069" if reads_from_right(text) else text


def message_preview(text: str) -> str:
    """Return the first words of a message on one line, in quotation marks."""
    line = " ".join(text.split())
    if len(line) > MAX_PREVIEW:
        cut = line[:MAX_PREVIEW]
        line = (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,.;:") + "…"
    return f"“{named(line)}”"


def short_time(moment: datetime, zone: str) -> str:
    """Return a moment as `Thu, Dec 3, 7 pm` or `Thu, Dec 3, 7:30 pm`."""
    local = moment.astimezone(ZoneInfo(zone))
    minutes = f":{local:%M}" if local.minute else ""
    return f"{local:%a, %b %-d, %-I}{minutes} {local:%p}".replace("AM", "am").replace("PM", "pm")
