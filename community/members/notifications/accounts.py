"""Notifications about membership and accounts."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.core.events import Priority
from community.core.kind_registries import MailText, audiences, links, mail_texts, mutable
from community.core.outbox.notification_kinds import Kind, StaffKind
from community.core.outbox.notification_texts import (
    NotificationText,
    StoredNotification,
    fact_ids,
    named,
    notification_texts,
    texts_about,
)
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import ReadContext
from community.members.events import (
    MemberCohortChanged,
    MemberInvited,
    MemberJoined,
    MemberRoleChanged,
    NewDeviceSignedIn,
    PasskeyCopied,
    PasswordChanged,
    PasswordResetRequested,
)
from community.members.models import Invitation, Sanction
from community.members.models import Session as SignedInDevice
from community.members.queries import active_members, blocks
from community.members.queries.people import handles, handles_for_staff
from community.members.rules.accounts import invitation_token, reset_token


@notify.on(
    MemberInvited,
    kind=Kind(
        label="Invitations",
        is_security=True,
        mail_text="You’re invited. The link works once, for seven days. Not expecting this? You can ignore it.",
        position=10,
        subject="You’re invited to {community}",
        action="Accept the invitation",
    ),
)
def send_invitation(ctx: ReadContext, event: MemberInvited) -> NotificationSpec | None:
    """Mail the invitation's link, unless a newer one was made since."""
    invitation = ctx.session.get(Invitation, event.invitation_id)
    if invitation is None or invitation.link_version != event.link_version:
        return None
    return NotificationSpec(
        to=[event.invitation_id],
        title="You’re invited",
        url="/join",
        mail_only=True,
        subject=event.invitation_id,
        subject_version=event.link_version,
    )


@notify.on(
    PasswordResetRequested,
    kind=Kind(
        label="Links to choose a new password",
        is_security=True,
        mail_text="Here’s your link to choose a new password. It works once, for one hour. "
        "If you didn’t ask for this, ignore it.",
        position=20,
        subject="Your link to choose a new password",
        action="Choose a new password",
    ),
)
def send_reset_link(ctx: ReadContext, event: PasswordResetRequested) -> NotificationSpec:
    """Mail the link of a password reset."""
    return NotificationSpec(
        to=[event.member_id],
        title="Your link to choose a new password",
        url="/reset",
        mail_only=True,
        subject=event.reset_id,
    )


@notify.on(
    PasswordChanged,
    kind=Kind(
        label="My password is changed",
        staff_label="A password is changed",
        why="It’s your account.",
        icon="lock",
        is_security=True,
        mail_text="Your password was changed. If that wasn’t you, choose a new one now.",
        position=30,
        subject="Your password was changed",
    ),
)
def notify_password_changed(ctx: ReadContext, event: PasswordChanged) -> NotificationSpec:
    """Notify the member that their password was changed, in case it was not them."""
    return NotificationSpec(to=[event.member_id], title="Your password was changed", url="/account")


@notify.on(
    NewDeviceSignedIn,
    kind=Kind(
        label="Sign-ins on a new device",
        why="It’s your account.",
        icon="lock",
        is_security=True,
        mail_text="Someone signed in to your account on a device that’s new to it. If it was you, you can ignore this. "
        "If not, sign that device out and change your password.",
        position=33,
        subject="New sign-in",
    ),
)
def notify_new_device(ctx: ReadContext, event: NewDeviceSignedIn) -> NotificationSpec:
    """Notify the member that someone signed in on a device that is new to their account, in case it was not them."""
    session = ctx.session.get(SignedInDevice, event.session_id)
    title = f"New sign-in: {session.label}" if session is not None else "New sign-in"
    return NotificationSpec(to=[event.member_id], title=title, url="/account")


@notify.on(
    PasskeyCopied,
    kind=Kind(
        label="A passkey may be copied",
        why="It’s your account.",
        icon="lock",
        is_security=True,
        mail_text="One of your passkeys may have been copied, so we stopped it. Remove it in your account, "
        "and add a new one.",
        position=31,
        subject="We stopped a sign-in",
    ),
)
def notify_passkey_copied(ctx: ReadContext, event: PasskeyCopied) -> NotificationSpec:
    """Notify the member that one of their passkeys may have been copied."""
    return NotificationSpec(
        to=[event.member_id], title="One of your passkeys may have been copied", url="/account/passkeys"
    )


@notify.on(
    MemberRoleChanged,
    kind=Kind(
        label="My role is changed",
        staff_label="A member’s role is changed",
        why="It’s your account.",
        icon="lock",
        is_security=True,
        mail_text="What you can do there was changed. Please sign in again. "
        "If this surprises you, ask the person who invited you.",
        position=36,
        subject="Your account was changed",
    ),
)
def notify_role_changed(ctx: ReadContext, event: MemberRoleChanged) -> NotificationSpec:
    """Notify the member that an admin changed their role. They were signed out."""
    return NotificationSpec(to=[event.member_id], title="Your role was changed", url="/account")


@notify.on(
    MemberCohortChanged,
    kind=Kind(
        label="My group is changed",
        staff_label="A member’s group is changed",
        why="It’s your account.",
        icon="person",
        position=37,
        preview="Your group was changed",
    ),
)
def notify_cohort_changed(ctx: ReadContext, event: MemberCohortChanged) -> NotificationSpec:
    """Notify the member that a coordinator moved them to another cohort."""
    return NotificationSpec(to=[event.member_id], title="A coordinator moved you to another group", url="/account")


@notify.on(
    MemberJoined,
    kind=StaffKind(
        label="Someone joins", icon="person", priority=Priority.DIGEST, position=510, preview="Someone joined"
    ),
)
def notify_coordinators_of_join(ctx: ReadContext, event: MemberJoined) -> NotificationSpec:
    """Notify coordinators that a member joined."""
    to = [one for one in active_members.coordinators(ctx.session, now=ctx.now) if one != event.member_id]
    return NotificationSpec(to=to, title="Someone joined", url="/console/members")


@notification_texts.on("member.joined")
def joined_texts(ctx: ReadContext, stored: Sequence[StoredNotification]) -> dict[UUID, NotificationText]:
    """Return who joined."""
    names = handles_for_staff(ctx, fact_ids(stored, "member_id"))
    return texts_about(stored, "member_id", names, lambda _, name: NotificationText(f"{named(name)} joined"))


@mail_texts.on("member.invited")
def invitation_text(ctx: ReadContext, recipient_id: UUID) -> MailText | None:
    """Return the text of an invitation: who invites, and the line that they wrote for it."""
    invitation = ctx.session.get(Invitation, recipient_id)
    inviter = handles(ctx.session, [invitation.invited_by]) if invitation and invitation.invited_by else {}
    if invitation is None or not inviter:
        return None
    [name] = inviter.values()
    note = ctx.cipher.show_column_as(invitation, Invitation.note, str, default="") if invitation.note else ""
    return MailText(
        subject=f"{name} invited you to {{community}}",
        text=f"{name} invited you. The link works once, for seven days. Not expecting this? You can ignore it.",
        quoted=f"{name} wrote:" if note else "",
        quote=note,
    )


@links.on("member.invited")
def invitation_link(session: Session, secret: str, recipient_id: UUID, subject: UUID | None) -> str | None:
    """Return the path of an invitation's current link."""
    invitation = session.get(Invitation, recipient_id)
    return f"/join/{invitation_token(secret, invitation.id, invitation.link_version)}" if invitation else None


@links.on("password.reset_requested")
def reset_link(session: Session, secret: str, recipient_id: UUID, subject: UUID | None) -> str | None:
    """Return the path of a password reset's link."""
    return f"/reset/{reset_token(secret, subject)}" if subject else None


@mutable.on("member")
def mutable_members(ctx: ReadContext, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return handles by id, without the actor and members who are separated from the actor."""
    hidden = blocks.blocked_ids(ctx.session, ctx.actor.id) | {ctx.actor.id}
    return handles(ctx.session, [one for one in ids if one not in hidden])


@audiences.on("restricted")
def was_restricted(ctx: ReadContext) -> bool:
    """Return whether the actor has or had a restriction."""
    return ctx.session.scalar(select(Sanction.id).where(Sanction.member_id == ctx.actor.id).limit(1)) is not None
