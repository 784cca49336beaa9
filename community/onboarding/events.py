"""Events of onboarding. Ids only."""

from dataclasses import dataclass
from uuid import UUID

from community.core.events import Event


@dataclass(frozen=True, kw_only=True)
class OnboardingStarted(Event, name="onboarding.started"):
    """A member is new. Their greeter is notified."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class NewcomerGreeted(Event, name="onboarding.greeted"):
    """A newcomer was greeted."""

    member_id: UUID
    by: UUID


@dataclass(frozen=True, kw_only=True)
class GreetingDue(Event, name="onboarding.greeting_due"):
    """It is time to check that a newcomer was greeted."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class CompanionRequested(Event, name="companion.requested"):
    """A newcomer wants a companion at an occurrence, again when `instead_of` cannot be it any more."""

    member_id: UUID
    occurrence_id: UUID
    instead_of: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class CompanionAssigned(Event, name="companion.assigned"):
    """A member became the companion of a newcomer."""

    member_id: UUID
    by: UUID


@dataclass(frozen=True, kw_only=True)
class CompanionCancelled(Event, name="companion.cancelled"):
    """A newcomer does not come to the occurrence, or it is cancelled. `companion_id` was their companion."""

    member_id: UUID
    occurrence_id: UUID
    companion_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class CompanionMissing(Event, name="companion.missing"):
    """A newcomer comes to an occurrence within a day and has no companion."""

    member_id: UUID
    occurrence_id: UUID


@dataclass(frozen=True, kw_only=True)
class CompanionCheckDue(Event, name="companion.check_due"):
    """It is time to check that a newcomer has a companion."""

    member_id: UUID
    occurrence_id: UUID


@dataclass(frozen=True, kw_only=True)
class OnboardingEnded(Event, name="onboarding.ended"):
    """A member's first seven days are over."""

    member_id: UUID
