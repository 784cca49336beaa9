"""Notifications about changes of an e-mail address: a link to each of the two, and a notice once it is changed."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy.orm import Session

from community.core.kind_registries import links
from community.core.outbox.notification_kinds import Kind, declare_kind
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import ReadContext
from community.members.events import EmailChanged, EmailChangeRequested
from community.members.models.email_changes import EmailChange
from community.members.rules.email_changes import confirm_token, stop_token

declare_kind(
    "email_change.confirm",
    Kind(
        label="Links to confirm a new e-mail",
        is_security=True,
        mail_text="Do you want to use this e-mail for your account? Then open the link and say yes. "
        "It works once, for 24 hours. Not expecting this? You can ignore it.",
        position=21,
        subject="Confirm your e-mail",
        action="Use this e-mail",
    ),
)


@notify.on(
    EmailChangeRequested,
    kind=Kind(
        label="Links to stop a change of e-mail",
        is_security=True,
        mail_text="Someone asked to use another e-mail for your account. Was it you? Open the mail at the new one. "
        "Was it not you? Stop it with this link.",
        position=22,
        subject="A change to your account",
        action="This wasn’t me",
    ),
)
def send_email_change_links(ctx: ReadContext, event: EmailChangeRequested) -> Iterator[NotificationSpec]:
    """Mail the new address a link that confirms the change, and the old one a link that stops it."""
    change = ctx.session.get(EmailChange, event.change_id)
    if change is None or change.stopped_at is not None:
        return
    yield NotificationSpec(
        to=[change.notice_id], title="A change to your account", url="/account", mail_only=True, subject=change.id
    )
    if change.expires_at > ctx.now:
        yield NotificationSpec(
            to=[change.id],
            title="Confirm your e-mail",
            url="/account",
            mail_only=True,
            subject=change.id,
            kind="email_change.confirm",
        )


@notify.on(
    EmailChanged,
    kind=Kind(
        label="My e-mail is changed",
        staff_label="A changed e-mail",
        why="It’s your account.",
        icon="lock",
        is_security=True,
        mail_text="This is now the e-mail of your account. If that wasn’t you, choose a new password now.",
        position=32,
        subject="Your e-mail was changed",
    ),
)
def notify_email_changed(ctx: ReadContext, event: EmailChanged) -> NotificationSpec:
    """Notify the member that their address was changed."""
    return NotificationSpec(to=[event.member_id], title="Your e-mail was changed", url="/account")


@links.on("email_change.confirm")
def confirm_link(session: Session, secret: str, recipient_id: UUID, subject: UUID | None) -> str | None:
    """Return the path of the link that confirms a change of address."""
    return f"/email-change/{confirm_token(secret, subject)}" if subject else None


@links.on("email_change.requested")
def stop_link(session: Session, secret: str, recipient_id: UUID, subject: UUID | None) -> str | None:
    """Return the path of the link that stops a change of address."""
    return f"/email-change-stop/{stop_token(secret, subject)}" if subject else None
