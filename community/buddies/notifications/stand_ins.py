"""Notifications of stand-ins for a day."""

from uuid import UUID

from community.buddies.access import stand_ins as stand_ins_access
from community.buddies.events import StandInAccepted, StandInAnnounced, StandInRequested
from community.buddies.notifications.pairings import WHY_PAIRED
from community.buddies.queries import stand_ins
from community.core.kind_registries import still_true
from community.core.outbox.notification_kinds import Kind
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import ReadContext


@notify.on(
    StandInAnnounced,
    kind=Kind(
        label="My buddy can’t be there today",
        staff_label="A buddy can’t be there today",
        why=WHY_PAIRED,
        icon="buddy",
        mails=True,
        position=270,
        preview="A change for today",
        section="buddy",
        audience="buddies",
    ),
)
def notify_of_absence(ctx: ReadContext, event: StandInAnnounced) -> NotificationSpec | None:
    """Notify a member that their buddy is away today. They may ask for a stand-in."""
    row = stand_ins.stand_in(ctx.session, event.stand_in_id)
    if row is None:
        return None
    return NotificationSpec(
        to=[row.member_id],
        title="Your buddy can’t be there today",
        url=f"/pairings/{row.pairing_id}",
        subject=event.stand_in_id,
    )


@still_true.on("stand_in.announced")
def is_still_away(ctx: ReadContext, _recipient_id: UUID, subject: UUID | None, _version: int | None) -> bool:
    """Return whether the buddy is still away: they may have taken it back."""
    row = stand_ins.stand_in(ctx.session, subject) if subject else None
    return row is not None and row.state != "over"


@notify.on(
    StandInRequested,
    kind=Kind(
        label="Someone needs a stand-in buddy",
        why="You offered to be a stand-in.",
        icon="buddy",
        mails=True,
        position=280,
        preview="Could you be there for someone today?",
        section="buddy",
        audience="stand_ins",
    ),
)
def ask_candidates(ctx: ReadContext, event: StandInRequested) -> NotificationSpec | None:
    """Ask everyone who offers to stand in and fits."""
    row = stand_ins.stand_in(ctx.session, event.stand_in_id)
    if row is None or row.state != "wanted":
        return None
    to = stand_ins_access.asked_to_stand_in(ctx, pairing_id=row.pairing_id, member_id=row.member_id)
    return NotificationSpec(
        to=to, title="Could you be a stand-in buddy for someone today?", url=f"/buddy/days/{row.id}", subject=row.id
    )


@still_true.on("stand_in.requested")
def is_still_wanted(ctx: ReadContext, _recipient_id: UUID, subject: UUID | None, _version: int | None) -> bool:
    """Return whether no one stands in yet."""
    row = stand_ins.stand_in(ctx.session, subject) if subject else None
    return row is not None and row.state == "wanted"


@notify.on(
    StandInAccepted,
    kind=Kind(
        label="Someone is my stand-in buddy today",
        staff_label="A stand-in buddy for today",
        why=WHY_PAIRED,
        icon="buddy",
        mails=True,
        position=290,
        preview="Someone is there for you today",
        section="buddy",
        audience="buddies",
    ),
)
def notify_of_stand_in(ctx: ReadContext, event: StandInAccepted) -> NotificationSpec | None:
    """Notify a member that they have a stand-in today."""
    row = stand_ins.stand_in(ctx.session, event.stand_in_id)
    if row is None or row.room_id is None:
        return None
    return NotificationSpec(to=[row.member_id], title="Someone is there for you today", url=f"/rooms/{row.room_id}")
