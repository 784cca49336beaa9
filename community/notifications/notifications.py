"""Notifications to coordinators about mail that does not arrive."""

from community.core.events import Priority
from community.core.outbox.notification_kinds import Kind, StaffKind, declare_kind
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import ReadContext
from community.members.models import Invitation
from community.members.queries.active_members import coordinators
from community.notifications.events import EmailBounced, InvitationUndelivered
from community.notifications.preferences.delivery_preferences import DIGEST

declare_kind(
    DIGEST,
    Kind(
        label="The daily mail", why="You asked for one mail a day.", priority=Priority.DIGEST, mails=True, position=700
    ),
)


@notify.on(
    EmailBounced,
    kind=StaffKind(label="Mail does not reach somebody", icon="mail", priority=Priority.DIGEST, position=690),
)
def notify_coordinators_of_bounce(ctx: ReadContext, event: EmailBounced) -> NotificationSpec:
    """Notify coordinators that a member's mail comes back."""
    to = [one for one in coordinators(ctx.session, now=ctx.now) if one != event.member_id]
    return NotificationSpec(to=to, title="Mail does not reach somebody", url=f"/console/members/{event.member_id}")


@notify.on(
    InvitationUndelivered,
    kind=StaffKind(label="An invitation did not arrive", icon="mail", priority=Priority.DIGEST, position=680),
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
        title="An invitation did not arrive",
        url="/console/invitations",
        subject=event.invitation_id,
        subject_version=event.link_version,
    )
