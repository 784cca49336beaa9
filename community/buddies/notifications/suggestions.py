"""Notifications of suggested buddies. No one is notified of a decline, of an expiry, or of what the other answered."""

from dataclasses import replace
from uuid import UUID

from community.buddies.events import (
    BuddySuggested,
    SuggestionSuperseded,
)
from community.buddies.queries import profiles, suggestions
from community.buddies.rules import SUGGESTION_REMINDED
from community.core.kind_registries import still_true
from community.core.outbox.notification_kinds import Kind, declare_kind
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import ReadContext

declare_kind(
    "buddy.reminded",
    Kind(
        label="A reminder to answer a buddy suggestion",
        why="You’re looking for a buddy.",
        icon="buddy",
        mails=True,
        position=220,
        preview="A suggestion is waiting for your answer",
        section="buddy",
        audience="buddy_seekers",
    ),
)


@notify.on(
    BuddySuggested,
    kind=Kind(
        label="A buddy is suggested to me",
        staff_label="A buddy is suggested",
        preview="A suggestion needs your answer",
        why="You’re looking for a buddy.",
        icon="buddy",
        mails=True,
        position=200,
        section="buddy",
        audience="buddy_seekers",
    ),
)
def notify_both(ctx: ReadContext, event: BuddySuggested) -> list[NotificationSpec]:
    """Notify each of the two of a suggestion, with one reminder later. Not on a quiet day."""
    row = suggestions.suggested_pair(ctx.session, event.suggestion_id)
    if row is None:
        return []
    url, now = f"/buddy/suggestions/{row.id}", ctx.now
    specs = []
    for member_id in (row.a_id, row.b_id):
        held = profiles.quiet_until_of(ctx.session, member_id, now=now)
        first = NotificationSpec(
            to=[member_id], title="We found someone who could be your buddy", url=url, subject=row.id, due_at=held
        )
        reminded_at = max(row.created_at + SUGGESTION_REMINDED, held or now)
        again = replace(
            first, title="A buddy suggestion is waiting for your answer", kind="buddy.reminded", due_at=reminded_at
        )
        specs += [first, again]
    return specs


@still_true.on("buddy.reminded")
def was_not_answered(ctx: ReadContext, recipient_id: UUID, subject: UUID | None, _version: int | None) -> bool:
    """Return whether a reminder is still true: the member has not answered, and the suggestion is open."""
    return subject is not None and suggestions.is_unanswered(ctx.session, subject, recipient_id, now=ctx.now)


@notify.on(
    SuggestionSuperseded,
    kind=Kind(
        label="A buddy suggestion is closed",
        why="You’re looking for a buddy.",
        icon="buddy",
        position=230,
        preview="A suggestion is closed",
        section="buddy",
        audience="buddy_seekers",
    ),
)
def notify_of_superseded(_ctx: ReadContext, event: SuggestionSuperseded) -> NotificationSpec:
    """Notify a member that the other one found a buddy, and that another suggestion will come."""
    url = f"/buddy/suggestions/{event.suggestion_id}"
    return NotificationSpec(to=[event.member_id], title="We’re looking for someone else for you", url=url)


@still_true.on("buddy.suggested")
def can_still_be_answered(ctx: ReadContext, recipient_id: UUID, subject: UUID | None, _version: int | None) -> bool:
    """Return whether a suggestion is open and unanswered, or its mail is dropped."""
    return subject is None or suggestions.waits_for(ctx.session, subject, recipient_id, now=ctx.now)
