"""One open socket of a member, and the cookie that it came with."""

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from uuid import UUID

from community.core.live.ws_connection import WebSocketConnection
from community.core.unit_of_work import Actor


@dataclass(slots=True, eq=False)
class Connection:
    """An open socket of a member, and how many of its events wait for their answers."""

    socket: WebSocketConnection
    actor: Actor
    unanswered: int = 0

    @property
    def member_id(self) -> UUID:
        """The member's id."""
        return self.actor.id


def cookie(header: str, name: str) -> str:
    """Return the value of a cookie in a Cookie header, or an empty string."""
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return found.value if found else ""
