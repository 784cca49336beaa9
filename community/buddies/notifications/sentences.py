"""Sentences of buddies, as a member reads them in the app. A suggestion never tells who the other one is."""

from collections.abc import Sequence
from uuid import UUID

from community.buddies.queries import notified
from community.buddies.queries.notified import NotifiedPairing, NotifiedStandIn, NotifiedSuggestion
from community.core.outbox.notification_texts import (
    NotificationText,
    StoredNotification,
    fact_ids,
    named,
    notification_texts,
    short_time,
    texts_about,
)
from community.core.unit_of_work import ReadContext

PAIRING_TITLES = {
    "buddy.matched": "You and {name} are buddies now",
    "pairing.ended": "You and {name} are no longer buddies",
    "pairing.prompt_sent": "Maybe send {name} a quick hello",
    "pairing.review_requested": "How is it going with {name}?",
    "pairing.phones_shared": "You and {name} can see each other’s phone number",
}
ONLY_YOU = "Only you see your answer."


@notification_texts.on(*PAIRING_TITLES)
def pairing_texts(ctx: ReadContext, stored: Sequence[StoredNotification]) -> dict[UUID, NotificationText]:
    """Return what is said of pairings. Nothing, when the actor may not see the other one any more."""
    found = notified.pairings(ctx, fact_ids(stored, "pairing_id"))
    return texts_about(stored, "pairing_id", found, lambda one, pairing: _of_pairing(one.kind, pairing))


@notification_texts.on("buddy.suggested", "buddy.reminded", "buddy.superseded")
def suggestion_texts(ctx: ReadContext, stored: Sequence[StoredNotification]) -> dict[UUID, NotificationText]:
    """Return what is said of suggestions: whether they can still be answered, and until when."""
    found = notified.suggestions(ctx, fact_ids(stored, "suggestion_id"))
    return texts_about(stored, "suggestion_id", found, lambda one, suggestion: _of_suggestion(ctx, one, suggestion))


@notification_texts.on("stand_in.announced", "stand_in.requested", "stand_in.accepted")
def stand_in_texts(ctx: ReadContext, stored: Sequence[StoredNotification]) -> dict[UUID, NotificationText]:
    """Return what is said of days without a buddy."""
    found = notified.stand_ins(ctx, fact_ids(stored, "stand_in_id"))
    return texts_about(stored, "stand_in_id", found, _of_stand_in)


def _of_pairing(kind: str, pairing: NotifiedPairing) -> NotificationText:
    title = PAIRING_TITLES[kind].format(name=named(pairing.handle))
    if kind == "pairing.review_requested":
        return NotificationText(title, ONLY_YOU, is_ended=not (pairing.goes_on and pairing.is_asked))
    if kind == "pairing.ended":
        return NotificationText(title)
    return NotificationText(title, is_ended=not pairing.goes_on)


def _of_suggestion(ctx: ReadContext, one: StoredNotification, suggestion: NotifiedSuggestion) -> NotificationText:
    if one.kind == "buddy.superseded":
        return NotificationText(one.title, "The earlier suggestion is closed.")
    is_open = suggestion.is_unanswered if one.kind == "buddy.reminded" else suggestion.is_open
    until = f"Please answer by {short_time(suggestion.expires_at, ctx.actor.time_zone)}."
    return NotificationText(one.title, until if suggestion.is_unanswered else "", is_ended=not is_open)


def _of_stand_in(one: StoredNotification, day: NotifiedStandIn) -> NotificationText:
    if one.kind == "stand_in.requested":
        return NotificationText(one.title, is_ended=day.state != "wanted")
    if one.kind == "stand_in.announced":
        title = f"{named(day.buddy)} can’t be there today" if day.buddy else one.title
        return NotificationText(title, "You can ask for a stand-in.", is_ended=day.state == "over")
    title = f"{named(day.helper)} is there for you today" if day.helper else one.title
    return NotificationText(title, is_ended=day.state == "over")
