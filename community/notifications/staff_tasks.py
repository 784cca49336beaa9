"""Staff tasks about mail that does not arrive."""

from sqlalchemy import select

from community.core.outbox.staff_task_kinds import TaskKind, declare_task
from community.core.outbox.subscriptions import StaffTask, TaskResolved, staff_tasks
from community.core.unit_of_work import ReadContext
from community.members.events import MemberInvited, MemberJoined
from community.members.models import Invitation
from community.members.queries.task_titles import declare_member_task
from community.notifications.events import EmailBounced, EmailRetryRequested, InvitationUndelivered

declare_member_task(EmailBounced.name, TaskKind(icon="mail"), lambda name: f"E-mail to {name} came back")
declare_task(InvitationUndelivered.name, TaskKind(icon="mail"))


@staff_tasks.on(EmailBounced)
def find_another_address(_ctx: ReadContext, event: EmailBounced) -> StaffTask:
    """Ask coordinators to find another address of a member."""
    return StaffTask(
        title="E-mail to a member came back",
        url=f"/console/members/{event.member_id}",
        subject=event.member_id,
        hidden_from=[event.member_id],
    )


@staff_tasks.on(EmailRetryRequested)
def address_is_mended(_ctx: ReadContext, event: EmailRetryRequested) -> TaskResolved:
    """Resolve the task when the member says that the address works again."""
    return TaskResolved(kind=EmailBounced.name, subject=event.member_id, by=event.member_id)


@staff_tasks.on(InvitationUndelivered)
def check_invited_address(ctx: ReadContext, event: InvitationUndelivered) -> StaffTask | None:
    """Ask coordinators to check the address of an invitation, unless it was sent again or used since."""
    invitation = ctx.session.get(Invitation, event.invitation_id)
    if invitation is None or invitation.state_at(ctx.now) != "undelivered":
        return None
    return StaffTask(title="An invitation wasn’t delivered", url="/console/invitations", subject=event.invitation_id)


@staff_tasks.on(MemberInvited)
def invitation_is_sent_again(_ctx: ReadContext, event: MemberInvited) -> TaskResolved:
    """Resolve the task when a new link is sent."""
    return TaskResolved(kind=InvitationUndelivered.name, subject=event.invitation_id)


@staff_tasks.on(MemberJoined)
def invited_member_joined(ctx: ReadContext, event: MemberJoined) -> TaskResolved | None:
    """Resolve the task when the invitation was used, however its link got there."""
    invitation_id = ctx.session.scalar(select(Invitation.id).where(Invitation.member_id == event.member_id))
    return TaskResolved(kind=InvitationUndelivered.name, subject=invitation_id) if invitation_id else None
