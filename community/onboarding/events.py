"""The first seven days of somebody: what happens in them, and what its time has come for."""

from dataclasses import dataclass
from uuid import UUID

from community.core.events import Event


@dataclass(frozen=True, kw_only=True)
class OnboardingStarted(Event, name="onboarding.started"):
    """Somebody is new here; who welcomes them hears of it."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class NewcomerGreeted(Event, name="onboarding.greeted"):
    """Somebody new was welcomed by a person."""

    member_id: UUID
    by: UUID


@dataclass(frozen=True, kw_only=True)
class GreetingDue(Event, name="onboarding.greeting_due"):
    """It is time to look whether somebody new was welcomed."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class CompanionRequested(Event, name="companion.requested"):
    """Somebody new would like to be met at the door of a date; again when `instead_of`, who would have, does not."""

    member_id: UUID
    occurrence_id: UUID
    instead_of: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class CompanionAssigned(Event, name="companion.assigned"):
    """Somebody waits at the door for who is new."""

    member_id: UUID
    by: UUID


@dataclass(frozen=True, kw_only=True)
class CompanionCancelled(Event, name="companion.cancelled"):
    """Somebody new does not come to that date after all, or it is off; `companion_id` would have waited."""

    member_id: UUID
    occurrence_id: UUID
    companion_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class CompanionMissing(Event, name="companion.missing"):
    """Within a day somebody new comes to a date, and nobody waits at the door."""

    member_id: UUID
    occurrence_id: UUID


@dataclass(frozen=True, kw_only=True)
class CompanionCheckDue(Event, name="companion.check_due"):
    """It is time to look whether somebody waits at the door."""

    member_id: UUID
    occurrence_id: UUID


@dataclass(frozen=True, kw_only=True)
class OnboardingEnded(Event, name="onboarding.ended"):
    """Somebody's first seven days are over."""

    member_id: UUID
