"""Events of mail delivery."""

from dataclasses import dataclass
from uuid import UUID

from community.core.events import Event


@dataclass(frozen=True, kw_only=True)
class EmailBounced(Event, name="email.bounced"):
    """A mail server refused a member's address for good. Only security mail is tried from now on."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class EmailRetryRequested(Event, name="email.retry_requested"):
    """A member whose address was suppressed says that it works again."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class InvitationUndelivered(Event, name="invitation.undelivered"):
    """The mail of an invitation came back or was given up. Its link still works."""

    invitation_id: UUID
    link_version: int
