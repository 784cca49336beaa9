"""Notifications of onboarding."""

from collections.abc import Iterator
from uuid import UUID

from community.core.outbox.notification_kinds import Kind, declare_kind
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import ReadContext
from community.meetups.queries.attendees import meetup_id_of, members_with_rsvp, starts_at_unless_cancelled
from community.meetups.rules.rsvps import RsvpState
from community.onboarding import access
from community.onboarding.events import (
    CompanionAssigned,
    CompanionCancelled,
    CompanionRequested,
    NewcomerGreeted,
    OnboardingStarted,
)


@notify.on(
    OnboardingStarted,
    kind=Kind(label="Somebody new to welcome", why="You welcome people.", icon="person", mails=True, position=590),
)
def notify_greeter(ctx: ReadContext, event: OnboardingStarted) -> NotificationSpec | None:
    """Notify the greeter of a newcomer."""
    row = access.find_onboarding(ctx, event.member_id)
    if row is None or row.greeter_id is None:
        return None
    return NotificationSpec(to=[row.greeter_id], title="Somebody is new here. Say hello", url="/welcome")


@notify.on(
    NewcomerGreeted,
    kind=Kind(label="Somebody says hello to me", why="You are new here.", icon="person", mails=True, position=600),
)
def notify_greeted(ctx: ReadContext, event: NewcomerGreeted) -> NotificationSpec | None:
    """Notify a newcomer that they were greeted."""
    row = access.find_onboarding(ctx, event.member_id)
    if row is None or row.hello_room_id is None:
        return None
    return NotificationSpec(to=[row.member_id], title="Somebody says hello", url=f"/rooms/{row.hello_room_id}")


declare_kind(
    "companion.requested_again",
    Kind(
        label="Somebody else is asked to wait for me at the door",
        why="You asked to be met.",
        icon="meetups",
        mails=True,
        position=620,
    ),
)


@notify.on(
    CompanionRequested,
    kind=Kind(label="Somebody new comes to a date of mine", why="You go to that date.", icon="meetups", position=610),
)
def notify_possible_companions(ctx: ReadContext, event: CompanionRequested) -> Iterator[NotificationSpec]:
    """Ask everyone who may be the companion. When one is replaced, notify them and the newcomer too."""
    row = access.find_onboarding(ctx, event.member_id)
    if row is None or row.occurrence_id != event.occurrence_id:
        return
    if event.instead_of is not None and event.instead_of != row.companion_id:
        yield _release_companion(ctx, event.occurrence_id, event.instead_of)
    if row.companion_id is not None:
        return
    to = access.possible_companions(ctx, row)
    yield NotificationSpec(to=to, title="Could you wait at the door for somebody new?", url="/welcome#doors")
    if event.instead_of is not None:
        title = "We look for somebody else to wait for you at the door"
        url = f"/meetups/{meetup_id_of(ctx, event.occurrence_id)}"
        yield NotificationSpec(to=[row.member_id], title=title, url=url, kind="companion.requested_again")


@notify.on(
    CompanionCancelled,
    kind=Kind(
        label="I need not wait at a door any more",
        why="You were to wait for somebody there.",
        icon="meetups",
        mails=True,
        position=630,
    ),
)
def notify_companion_released(ctx: ReadContext, event: CompanionCancelled) -> NotificationSpec | None:
    """Notify the companion that the newcomer does not come. A cancelled occurrence notifies everyone by itself."""
    if event.companion_id is None or starts_at_unless_cancelled(ctx, event.occurrence_id) is None:
        return None
    return _release_companion(ctx, event.occurrence_id, event.companion_id)


@notify.on(
    CompanionAssigned,
    kind=Kind(
        label="Somebody waits for me at the door", why="You asked to be met.", icon="meetups", mails=True, position=640
    ),
)
def notify_companion_found(ctx: ReadContext, event: CompanionAssigned) -> NotificationSpec | None:
    """Notify a newcomer that they have a companion."""
    row = access.find_onboarding(ctx, event.member_id)
    if row is None or row.occurrence_id is None:
        return None
    meetup_id = meetup_id_of(ctx, row.occurrence_id)
    return NotificationSpec(to=[row.member_id], title="Somebody waits for you at the door", url=f"/meetups/{meetup_id}")


def _release_companion(ctx: ReadContext, occurrence_id: UUID, companion_id: UUID) -> NotificationSpec:
    """Return the notification of a former companion who still goes there, in the same words whatever the reason."""
    to = [one for one in members_with_rsvp(ctx, occurrence_id, [RsvpState.GOING]) if one == companion_id]
    title = "You need not wait at the door any more"
    return NotificationSpec(to=to, title=title, url="/welcome#doors", kind="companion.cancelled")
