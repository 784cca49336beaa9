"""What happens on the way out of the house."""

from dataclasses import dataclass
from uuid import UUID

from community.core.events import Event


@dataclass(frozen=True, kw_only=True)
class EmailBounced(Event, name="email.bounced"):
    """A mail server said for good that it takes no mail for this member: nothing but security mail is tried."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class EmailRetryRequested(Event, name="email.retry_requested"):
    """A member whose address was refused says that it works again."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class InvitationUndelivered(Event, name="invitation.undelivered"):
    """The mail of an invitation came back or was given up; the link in it works all the same."""

    invitation_id: UUID
    link_version: int
