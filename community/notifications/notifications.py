"""Notifications to coordinators about mail that does not arrive."""

from collections.abc import Sequence
from uuid import UUID

from community.core.events import Priority
from community.core.outbox.notification_kinds import Kind, StaffKind, declare_kind
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
from community.members.models import Invitation
from community.members.queries.active_members import coordinators
from community.members.queries.people import handles_for_staff
from community.notifications.events import EmailBounced, InvitationUndelivered
from community.notifications.preferences.delivery_preferences import DIGEST

declare_kind(
    DIGEST,
    Kind(
        label="The daily e-mail",
        why="You asked for one e-mail a day.",
        priority=Priority.DIGEST,
        mails=True,
        position=700,
    ),
)


@notify.on(
    EmailBounced,
    kind=StaffKind(
        label="E-mail to a member comes back",
        icon="mail",
        priority=Priority.DIGEST,
        position=690,
        preview="E-mail to a member came back",
    ),
)
def notify_coordinators_of_bounce(ctx: ReadContext, event: EmailBounced) -> NotificationSpec:
    """Notify coordinators that a member's mail comes back."""
    to = [one for one in coordinators(ctx.session, now=ctx.now) if one != event.member_id]
    return NotificationSpec(to=to, title="E-mail to a member came back", url=f"/console/members/{event.member_id}")


@notification_texts.on("email.bounced")
def bounce_texts(ctx: ReadContext, stored: Sequence[StoredNotification]) -> dict[UUID, NotificationText]:
    """Return whose mail came back."""
    names = handles_for_staff(ctx, fact_ids(stored, "member_id"))
    return texts_about(
        stored, "member_id", names, lambda _, name: NotificationText(f"E-mail to {named(name)} came back")
    )


@notify.on(
    InvitationUndelivered,
    kind=StaffKind(
        label="An invitation isn’t delivered",
        icon="mail",
        priority=Priority.DIGEST,
        position=680,
        preview="An invitation wasn’t delivered",
    ),
)
def notify_coordinators_of_undelivered_invitation(
    ctx: ReadContext, event: InvitationUndelivered
) -> NotificationSpec | None:
    """Notify coordinators that an invitation did not arrive, unless it was sent again or used since."""
    invitation = ctx.session.get(Invitation, event.invitation_id)
    if invitation is None or invitation.state_at(ctx.now) != "undelivered":
        return None
    return NotificationSpec(
        to=coordinators(ctx.session, now=ctx.now),
        title="An invitation wasn’t delivered",
        url="/console/invitations",
        subject=event.invitation_id,
        subject_version=event.link_version,
    )
