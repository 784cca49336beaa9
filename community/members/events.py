"""Events of members."""

from dataclasses import dataclass
from uuid import UUID

from community.core.events import Event


@dataclass(frozen=True, kw_only=True)
class MemberInvited(Event, name="member.invited"):
    """A person was invited, or invited again with a new link."""

    invitation_id: UUID
    link_version: int


@dataclass(frozen=True, kw_only=True)
class MemberJoined(Event, name="member.joined"):
    """An invitation was accepted."""

    member_id: UUID
    cohort_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class PasswordResetRequested(Event, name="password.reset_requested"):
    """A member asked for a link to choose a new password."""

    reset_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class EmailChangeRequested(Event, name="email_change.requested"):
    """A change of a member's address waits for its confirmation."""

    change_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class EmailChanged(Event, name="email.changed"):
    """A member's address was changed. Their other sessions ended."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event, name="password.changed"):
    """A member's password was changed. Their other sessions ended."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class NewDeviceSignedIn(Event, name="device.signed_in"):
    """A member signed in on a device that was new to their account."""

    member_id: UUID
    session_id: UUID


@dataclass(frozen=True, kw_only=True)
class PasskeyCopied(Event, name="passkey.copied"):
    """A passkey showed a sign count that it had passed before. It signs in no more."""

    member_id: UUID
    passkey_id: UUID


@dataclass(frozen=True, kw_only=True)
class MemberSuspended(Event, name="member.suspended"):
    """A coordinator suspended a member."""

    member_id: UUID
    sanction_id: UUID


@dataclass(frozen=True, kw_only=True)
class MemberDeactivated(Event, name="member.deactivated"):
    """A member's account was closed."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class WorkHandedOver(Event, name="work.handed_over"):
    """A colleague left, and this much of their work went to `to_id`."""

    from_id: UUID
    to_id: UUID
    cases: int = 0
    tasks: int = 0
    shifts: int = 0
    meetups: int = 0
    notes: int = 0
    invitations: int = 0
    conversations: int = 0


@dataclass(frozen=True, kw_only=True)
class MemberRoleChanged(Event, name="member.role_changed"):
    """An admin changed a member's role. Their sessions ended."""

    member_id: UUID
    role: str


@dataclass(frozen=True, kw_only=True)
class MemberCohortChanged(Event, name="member.cohort_changed"):
    """A coordinator moved a member to another cohort, or to none."""

    member_id: UUID
    before_id: UUID | None = None
    cohort_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class MemberBlocked(Event, name="member.blocked"):
    """One member blocked another. No one is notified. Buddies and suggestions end."""

    blocker_id: UUID
    blocked_id: UUID

    @property
    def pair(self) -> tuple[UUID, UUID]:
        """The two members."""
        return self.blocker_id, self.blocked_id


@dataclass(frozen=True, kw_only=True)
class NoContactCreated(Event, name="no_contact.created"):
    """A no-contact order was made. No one is notified. Buddies and suggestions end."""

    one_id: UUID
    other_id: UUID

    @property
    def pair(self) -> tuple[UUID, UUID]:
        """The two members."""
        return self.one_id, self.other_id


@dataclass(frozen=True, kw_only=True)
class SanctionImposed(Event, name="sanction.imposed"):
    """A coordinator imposed a sanction on a member."""

    sanction_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class SanctionEnded(Event, name="sanction.ended"):
    """A sanction reached its end. It ended at that time by itself."""

    sanction_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class SanctionLifted(Event, name="sanction.lifted"):
    """A coordinator ended a sanction early."""

    sanction_id: UUID
    member_id: UUID
