"""Notifications of sanctions and appeals: members of what is imposed and answered, coordinators of appeals."""

from functools import partial
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.core.kind_registries import links, still_true
from community.core.outbox.notification_kinds import (
    ANSWER_THIS_WEEK,
    Kind,
    StaffKind,
)
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import ReadContext
from community.members.events import SanctionEnded, SanctionImposed, SanctionLifted
from community.members.models import Sanction
from community.members.rules.accounts import sanction_path
from community.safety.access.deciders import deciding_coordinators
from community.safety.events import (
    AppealDecided,
    SanctionAppealed,
)
from community.safety.models import Appeal


@notify.on(
    SanctionImposed,
    kind=Kind(
        label="A restriction on my account",
        staff_label="A restriction on an account",
        why="It’s your account.",
        icon="lock",
        is_security=True,
        sent_to_suspended=True,
        mail_text="There’s a decision about your account. Follow the link to see what it is, why, and how long it "
        "lasts. You can appeal there.",
        position=420,
        subject="About your account",
    ),
)
def sanction_imposed(ctx: ReadContext, event: SanctionImposed) -> NotificationSpec:
    """Notify the member of a sanction. The page has its kind, reason and end; the link in the mail needs no sign-in."""
    return NotificationSpec(
        to=[event.member_id],
        title="A coordinator made a decision about your account",
        url=f"/measures/{event.sanction_id}",
        subject=event.sanction_id,
    )


_kind_of_end = partial(
    Kind, why="It’s your account.", icon="lock", mails=True, preview="About your account", audience="restricted"
)


@notify.on(
    SanctionEnded,
    kind=_kind_of_end(
        label="A restriction on my account has ended", staff_label="A restriction has ended", position=440
    ),
)
@notify.on(
    SanctionLifted,
    kind=_kind_of_end(
        label="A coordinator ends a restriction on my account",
        staff_label="A coordinator ends a restriction",
        position=430,
    ),
)
def sanction_over(ctx: ReadContext, event: SanctionEnded | SanctionLifted) -> NotificationSpec | None:
    """Notify the member that a sanction expired or was lifted."""
    sanction = ctx.session.get(Sanction, event.sanction_id)
    if sanction is None or sanction.kind == "warning" or (isinstance(event, SanctionEnded) and sanction.lifted_at):
        return None
    url = f"/measures/{event.sanction_id}"
    return NotificationSpec(to=[event.member_id], title="A restriction on your account has ended", url=url)


@notify.on(
    SanctionAppealed,
    kind=StaffKind(
        label="A member appeals a decision",
        icon="flag",
        mails=True,
        position=460,
        preview="A task needs you",
        subject=ANSWER_THIS_WEEK,
    ),
)
def sanction_appealed(ctx: ReadContext, event: SanctionAppealed) -> NotificationSpec | None:
    """Notify coordinators of an appeal, but not the one who imposed the sanction unless no one else can decide."""
    row = ctx.session.execute(
        select(Appeal.member_id, Sanction.imposed_by)
        .join(Sanction, Sanction.id == Appeal.sanction_id)
        .where(Appeal.id == event.appeal_id)
    ).one_or_none()
    if row is None:
        return None
    to = deciding_coordinators(ctx, member_id=row.member_id, imposed_by=row.imposed_by)
    return NotificationSpec(to=to, title="A member appealed a decision", url=f"/console/appeals/{event.appeal_id}")


@notify.on(
    AppealDecided,
    kind=Kind(
        label="An answer to my appeal",
        staff_label="An answer to an appeal",
        why="It’s your account.",
        icon="lock",
        is_security=True,
        sent_to_suspended=True,
        mail_text="There’s an answer to your appeal. Follow the link to read it.",
        position=450,
        subject="About your account",
    ),
)
def appeal_decided(ctx: ReadContext, event: AppealDecided) -> NotificationSpec | None:
    """Notify the appellant of the decision."""
    row = ctx.session.get(Appeal, event.appeal_id)
    if row is None:
        return None
    return NotificationSpec(
        to=[row.member_id],
        title="A coordinator answered your appeal",
        url=f"/measures/{row.sanction_id}",
        subject=row.sanction_id,
    )


@still_true.on("sanction.imposed")
def is_still_imposed(ctx: ReadContext, recipient_id: UUID, subject: UUID | None, version: int | None) -> bool:
    """Return whether the sanction was not lifted before its mail left."""
    sanction = ctx.session.get(Sanction, subject) if subject else None
    return sanction is not None and sanction.lifted_at is None


@links.on("sanction.imposed")
@links.on("appeal.decided")
def sanction_link(session: Session, secret: str, recipient_id: UUID, subject: UUID | None) -> str | None:
    """Return the path of a sanction. That of a suspension opens without signing in while it lasts."""
    sanction = session.get(Sanction, subject) if subject else None
    if sanction is None:
        return None
    is_kept_out = sanction.kind == "suspension" and sanction.lifted_at is None
    return sanction_path(secret, sanction.id) if is_kept_out else f"/measures/{sanction.id}"
