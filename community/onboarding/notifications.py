"""Notifications of onboarding."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from community.core.kind_registries import audiences
from community.core.outbox.notification_kinds import Kind, declare_kind
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
from community.meetups.queries import notified_meetups
from community.meetups.queries.attendees import meetup_id_of, members_with_rsvp, starts_at_unless_cancelled
from community.meetups.queries.notified_meetups import NotifiedMeetup
from community.meetups.rules.rsvps import RsvpState
from community.members.queries.blocks import visible_handles
from community.onboarding import access
from community.onboarding.events import (
    CompanionAssigned,
    CompanionCancelled,
    CompanionRequested,
    OnboardingStarted,
)


@notify.on(
    OnboardingStarted,
    kind=Kind(
        label="Someone new to welcome",
        why="You welcome new people.",
        icon="person",
        mails=True,
        position=590,
        preview="Someone new to welcome",
        section="buddy",
        audience="greeters",
    ),
)
def notify_greeter(ctx: ReadContext, event: OnboardingStarted) -> NotificationSpec | None:
    """Notify the greeter of a newcomer."""
    row = access.find_onboarding(ctx, event.member_id)
    if row is None or row.greeter_id is None:
        return None
    return NotificationSpec(to=[row.greeter_id], title="Someone is new here. Say hello", url="/welcome")


declare_kind(
    "companion.requested_again",
    Kind(
        label="We look for someone else to meet me at the door",
        staff_label="We look for someone else to meet a member at the door",
        why="You asked to be met at the door.",
        icon="meetups",
        mails=True,
        position=620,
        preview="We’re looking for someone else to meet you",
        section="meetups",
        audience="newcomers",
    ),
)


@notify.on(
    CompanionRequested,
    kind=Kind(
        label="Someone new comes to a meetup I’m going to",
        staff_label="A request to meet someone new at the door",
        why="You’re going to that meetup.",
        icon="meetups",
        position=610,
        preview="Could you meet someone at the door?",
        section="meetups",
    ),
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
    yield NotificationSpec(to=to, title="Could you meet someone new at the door?", url="/welcome#doors")
    if event.instead_of is not None:
        title = "We’re looking for someone else to meet you at the door"
        url = f"/meetups/{meetup_id_of(ctx, event.occurrence_id)}"
        yield NotificationSpec(to=[row.member_id], title=title, url=url, kind="companion.requested_again")


@notify.on(
    CompanionCancelled,
    kind=Kind(
        label="I don’t have to meet someone at the door anymore",
        staff_label="No need to meet someone at the door anymore",
        why="You offered to meet someone there.",
        icon="meetups",
        mails=True,
        position=630,
        preview="You don’t have to meet anyone at the door",
        section="meetups",
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
        label="Someone will meet me at the door",
        staff_label="Someone will meet a member at the door",
        why="You asked to be met at the door.",
        icon="meetups",
        mails=True,
        position=640,
        preview="Someone will meet you at the door",
        section="meetups",
        audience="newcomers",
    ),
)
def notify_companion_found(ctx: ReadContext, event: CompanionAssigned) -> NotificationSpec | None:
    """Notify a newcomer that they have a companion."""
    row = access.find_onboarding(ctx, event.member_id)
    if row is None or row.occurrence_id is None:
        return None
    meetup_id = meetup_id_of(ctx, row.occurrence_id)
    return NotificationSpec(
        to=[row.member_id],
        title="Someone will meet you at the door",
        url=f"/meetups/{meetup_id}",
        facts=_at(row.occurrence_id),
    )


def _release_companion(ctx: ReadContext, occurrence_id: UUID, companion_id: UUID) -> NotificationSpec:
    """Return the notification of a former companion who still goes there, in the same words whatever the reason."""
    to = [one for one in members_with_rsvp(ctx, occurrence_id, [RsvpState.GOING]) if one == companion_id]
    title = "You don’t have to meet anyone at the door anymore"
    return NotificationSpec(to=to, title=title, url="/welcome#doors", kind="companion.cancelled")


def _at(occurrence_id: UUID) -> dict[str, Any]:
    return {"occurrence_id": str(occurrence_id)}


@notification_texts.on("onboarding.started")
def newcomer_texts(ctx: ReadContext, stored: Sequence[StoredNotification]) -> dict[UUID, NotificationText]:
    """Return who is new, for their greeter, until they are greeted."""
    greeted = access.greeted_by_actor(ctx, fact_ids(stored, "member_id"))
    names = visible_handles(ctx, greeted)
    found = {
        one: NotificationText(f"{named(name)} is new here. Say hello", is_ended=greeted[one])
        for one, name in names.items()
    }
    return texts_about(stored, "member_id", found, lambda _, text: text)


@notification_texts.on("onboarding.greeted")
def greeting_texts(ctx: ReadContext, stored: Sequence[StoredNotification]) -> dict[UUID, NotificationText]:
    """Return who says hello, in notifications of former versions. Now the message itself notifies, once."""
    names = visible_handles(ctx, fact_ids(stored, "by"))
    return texts_about(stored, "by", names, lambda _, name: NotificationText(f"{named(name)} says hello"))


@notification_texts.on("companion.requested", "companion.requested_again", "companion.cancelled", "companion.assigned")
def companion_texts(ctx: ReadContext, stored: Sequence[StoredNotification]) -> dict[UUID, NotificationText]:
    """Return at which meetup someone is met at the door, and by whom. The newcomer's name is on the page alone."""
    dates = notified_meetups.by_occurrence(ctx, fact_ids(stored, "occurrence_id"))
    names = visible_handles(ctx, fact_ids([one for one in stored if one.kind == "companion.assigned"], "by"))
    open_requests = access.open_companion_requests(ctx, fact_ids(stored, "occurrence_id"))

    def say(one: StoredNotification, date: NotifiedMeetup) -> NotificationText:
        detail = ", ".join(part for part in (named(date.title), date.when) if part)
        is_over = not date.is_upcoming(ctx.now)
        name = names.get(companion) if (companion := one.fact("by")) else None
        title = f"{named(name)} will meet you at the door" if name else one.title
        if one.kind == "companion.requested":
            is_over |= (one.fact("member_id"), one.fact("occurrence_id")) not in open_requests
        return NotificationText(title, detail, is_ended=is_over)

    return texts_about(stored, "occurrence_id", dates, say)


@audiences.on("greeters")
def is_greeter(ctx: ReadContext) -> bool:
    """Return whether the actor welcomes new people."""
    return access.own_greeter_offer(ctx) is not None


@audiences.on("newcomers")
def is_newcomer(ctx: ReadContext) -> bool:
    """Return whether the actor is in their first days."""
    row = access.own_onboarding(ctx)
    return row is not None and row.ends_at > ctx.now
