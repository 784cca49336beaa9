"""One-time messages: what the next page says about one finished action, with a way to undo it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import flash, get_flashed_messages


@dataclass(frozen=True)
class Flash:
    """A message of the next page. With `undo_url` it has an Undo button, which posts `undo_fields` there."""

    text: str
    undo_url: str = ""
    undo_fields: Mapping[str, str] = field(default_factory=dict)


def flash_with_undo(text: str, undo_url: str, **undo_fields: str) -> None:
    """Say `text` on the next page, beside an Undo button that posts `undo_fields` to `undo_url`.

    `undo_url` is a path of a POST endpoint of ours. The form carries the CSRF token and works without scripts.
    """
    flash({"text": text, "undo_url": undo_url, "undo_fields": undo_fields})  # type: ignore[arg-type]  # stored as JSON


def pending_flashes() -> list[Flash]:
    """Return the messages of this page, and forget them."""
    messages: list[Any] = get_flashed_messages()
    return [Flash(**message) if isinstance(message, dict) else Flash(message) for message in messages]
