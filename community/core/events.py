"""Base of events: frozen dataclasses in the past tense, with ids and plain values only.

Text that people wrote, names and moods never go in, because events are stored in the outbox and published on Redis. A
released name or field is never changed, only added with a default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import IntEnum
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, get_type_hints
from uuid import UUID

_BY_NAME: dict[str, type["Event"]] = {}


class Priority(IntEnum):
    """Order in which workers process events: calls for help, what a person did, scheduled work, digests."""

    CRISIS = 0
    PERSON = 1
    TIMED = 2
    DIGEST = 3


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base class of events. `subject` names the field with the id that the event is about: the first unless said
    otherwise.

    `urgency` is the priority of its processing. With `in_order`, the events of one subject are processed one after the
    other, in the order in which they were recorded; record them under the subject's lock.
    """

    name: ClassVar[str] = ""
    about: ClassVar[str] = ""
    priority: ClassVar[Priority] = Priority.PERSON
    in_order: ClassVar[bool] = False

    def __init_subclass__(
        cls,
        *,
        name: str,
        about: str = "",
        priority: Priority = Priority.PERSON,
        in_order: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init_subclass__(**kwargs)
        cls.name = name
        cls.about = about
        cls.priority = priority
        cls.in_order = in_order
        if name in _BY_NAME:
            raise TypeError(f"two events are called {name}")
        _BY_NAME[name] = cls

    @property
    def subject(self) -> str:
        """The id of the subject, as text."""
        return str(getattr(self, self.about or fields(self)[0].name))

    def payload(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return {key: _plain(value) for key, value in vars(self).items()}


def event_types() -> Mapping[str, type[Event]]:
    """Return every event class by its name."""
    return MappingProxyType(_BY_NAME)


@cache
def _hints(name: str) -> dict[str, str]:
    kind = _BY_NAME[name]
    hints = get_type_hints(kind)
    return {field.name: str(hints[field.name]) for field in fields(kind)}


def load_event(name: str, payload: dict[str, Any]) -> Event:
    """Return the event that was stored with this payload. Drops unknown fields, for older processes."""
    kind = _BY_NAME[name]
    hints = _hints(name)
    return kind(**{key: _typed(value, hints[key]) for key, value in payload.items() if key in hints})


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _typed(value: Any, hint: str) -> Any:
    if value is None:
        return None
    if isinstance(value, list):
        return tuple(UUID(item) if "UUID" in hint else item for item in value)
    if "UUID" in hint:
        return UUID(value)
    if "datetime" in hint:
        return datetime.fromisoformat(value)
    return value
