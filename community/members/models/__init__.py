"""Tables of members: cohorts, invitations, sessions, consents, blocks, no-contact orders, sanctions and shifts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from community.core.crypto.encrypted_columns import EncryptedText
from community.core.db import Base
from community.core.ids import new_id, random_id
from community.core.unit_of_work import Role


class Cohort(Base):
    """A group of people who finished the program together."""

    __tablename__ = "cohorts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    created_at: Mapped[datetime]


class Member(Base):
    """A member, known by a handle. `handle_key` is the form in which a handle is looked up.

    `handle_skeleton` is the form in which look-alikes are equal. It may be missing until a handle is chosen next.
    """

    __tablename__ = "members"
    __table_args__ = (
        CheckConstraint("role IN ('alumnus', 'moderator', 'coordinator', 'admin', 'auditor')", name="role"),
        CheckConstraint("state IN ('active', 'deactivated')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=random_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    handle: Mapped[str] = mapped_column(String(32))
    handle_key: Mapped[str] = mapped_column(String(64), unique=True)
    handle_skeleton: Mapped[str | None] = mapped_column(String(64), index=True)
    role: Mapped[str] = mapped_column(String(12))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    time_zone: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12), default="active")
    cohort_id: Mapped[UUID | None] = mapped_column(ForeignKey("cohorts.id"))
    created_at: Mapped[datetime] = mapped_column(index=True)

    @property
    def is_privileged(self) -> bool:
        """Return whether the role has any permission. Such members' sessions are shorter."""
        return Role(self.role).has_any_permission


class FormerHandle(Base):
    """The skeleton of a handle that a member gave up, reserved for them until `until`."""

    __tablename__ = "former_handles"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    skeleton: Mapped[str] = mapped_column(String(64), index=True)
    until: Mapped[datetime]


class Session(Base):
    """A signed-in browser or program. Its token is stored as a hash. Deleting the row ends the session.

    `second_factor_at` is when it last gave a second factor; empty when it signed in without one. `stepped_up_at` is
    when its member last confirmed that it is them. `may_enroll_factor`: it follows an invitation or an admin's link.
    """

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    idle_seconds: Mapped[int]
    expires_at: Mapped[datetime]
    second_factor_at: Mapped[datetime | None]
    stepped_up_at: Mapped[datetime | None]
    may_enroll_factor: Mapped[bool] = mapped_column(default=False, server_default=false())


class Invitation(Base):
    """An invitation of one address, used once. Its link is derived from the id and `link_version`, and stored as a
    hash. `note` is the coordinator's own line in its mail, encrypted, and erased when it is accepted or revoked.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        Index(
            "uq_invitations_open_email",
            "email",
            unique=True,
            postgresql_where=text("accepted_at IS NULL AND revoked_at IS NULL"),
            sqlite_where=text("accepted_at IS NULL AND revoked_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[str] = mapped_column(String(12))
    cohort_id: Mapped[UUID | None] = mapped_column(ForeignKey("cohorts.id"))
    invited_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    link_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    undelivered_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    member_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    note: Mapped[str | None] = mapped_column(EncryptedText("invitations:{id}:note"))

    def state_at(self, now: datetime) -> str:
        """Return the state: created, sent, undelivered, opened, accepted, expired or revoked."""
        if self.accepted_at:
            return "accepted"
        if self.revoked_at:
            return "revoked"
        if self.expires_at <= now:
            return "expired"
        if self.opened_at:
            return "opened"
        if self.undelivered_at:
            return "undelivered"
        return "sent" if self.sent_at else "created"


class PasswordReset(Base):
    """A link to set a new password, once, within an hour."""

    __tablename__ = "password_resets"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInAttempt(Base):
    """A failed sign-in, a reset request or a dead link, by keyed digests of account, address and network.

    No address is stored. Rows from before networks were counted have none.
    """

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("ix_sign_in_attempts_kind_account_at", "kind", "account_digest", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(12))
    account_digest: Mapped[str] = mapped_column(String(64))
    ip_digest: Mapped[str] = mapped_column(String(64), index=True)
    network: Mapped[str | None] = mapped_column(String(64), index=True)
    at: Mapped[datetime]


class Consent(Base):
    """A member's consent: the version and hash of the text, when it was given, and when it was withdrawn."""

    __tablename__ = "consents"
    __table_args__ = (UniqueConstraint("member_id", "text_version", "accepted_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    text_version: Mapped[str] = mapped_column(String(60))
    text_hash: Mapped[str] = mapped_column(String(64))
    accepted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Block(Base):
    """A block of one member by another. It works both ways and is visible only to the one who made it.

    Both handles are stored as they were, so neither of the two learns a name that the other takes later.
    """

    __tablename__ = "blocks"

    blocker_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    blocked_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    created_at: Mapped[datetime]
    blocked_handle: Mapped[str] = mapped_column(String(32), default="", server_default="")
    blocker_handle: Mapped[str] = mapped_column(String(32), default="", server_default="")


class NoContact(Base):
    """A no-contact order between two members, whatever its source. Stored once, the smaller id first."""

    __tablename__ = "no_contacts"
    __table_args__ = (
        CheckConstraint("first_id < second_id", name="order"),
        CheckConstraint("source IN ('member', 'coordinator', 'court')", name="source"),
    )

    first_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    second_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    source: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Sanction(Base):
    """A sanction of a member. It is over at `ends_at` (never, when empty) or when lifted, whether or not workers run.

    Without `room_id` it applies everywhere. `code` is the reason in a word. `reason` is text for the member, encrypted.
    """

    __tablename__ = "sanctions"
    __table_args__ = (CheckConstraint("kind IN ('warning', 'mute', 'room_ban', 'suspension')", name="kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(12), default="rules", server_default="rules")
    room_id: Mapped[UUID | None]
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(EncryptedText("sanctions:{id}:reason"))
    imposed_by: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[UUID | None]


class Shift(Base):
    """A time in which a coordinator is on call. Several may be on shift at once.

    `time_zone` is the zone in which it was planned. `offered_at` says that its coordinator would like to give it away.
    `series_id` is shared by shifts that were planned together for several weeks. `notes` are for the next coordinator,
    encrypted.
    """

    __tablename__ = "shifts"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        Index("ix_shifts_ends_at_starts_at", "ends_at", "starts_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    time_zone: Mapped[str] = mapped_column(String(64))
    series_id: Mapped[UUID] = mapped_column(index=True)
    created_by: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[datetime]
    offered_at: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    notes: Mapped[str | None] = mapped_column(EncryptedText("shifts:{id}:notes"))
