"""The conversations of the lived-in demo, read from `talk.toml`."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Line:
    """One message: `days` ago at `at` (local time), or `hours` ago when `hours` is given.

    `key` names it, `re` replies to a named one, `signs` are (emoji, member) reactions.
    """

    author: str
    text: str
    days: int = 0
    at: str = "12:00"
    hours: float | None = None
    key: str = ""
    re: str = ""
    signs: Sequence[tuple[str, str]] = ()
    pin: bool = False


@dataclass(frozen=True)
class RoomTalk:
    """A room and what is said in it."""

    name: str
    topic: str
    lines: Sequence[Line]


def _lines(rows: list[dict[str, Any]]) -> Sequence[Line]:
    return tuple(Line(**row) for row in rows)


_TALK = tomllib.loads(files(__package__).joinpath("talk.toml").read_text("utf-8"))
ROOMS = tuple(RoomTalk(room["name"], room["topic"], _lines(room["lines"])) for room in _TALK["rooms"])
PAIR = _lines(_TALK["private"]["pair"])
REACH_OUT = _lines(_TALK["private"]["reach_out"])
