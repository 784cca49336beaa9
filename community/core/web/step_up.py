"""Step-up: endpoints at which being signed in is not enough, because a stolen session could do lasting harm there.

`community.step_up_endpoints` declares them all; `core.web.middleware` asks here before each view. A member steps up at
`/step-up` or `POST /session/step-up`: with a second factor when they have one, else with their password.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from community.core.errors import AppError
from community.core.settings import Settings
from community.core.unit_of_work import Actor

STEP_UP_LASTS = timedelta(minutes=10)


class StepUpNeeded(AppError):
    """The endpoint needs a member who confirmed within the last ten minutes that it is them."""

    code = "step_up_needed"
    message = "Please confirm it's you first."
    status = 403


class SecondFactorNeeded(AppError):
    """Staff signed in without a second factor where this installation requires one of them."""

    code = "second_factor_needed"
    message = "Set up two-step sign-in first. Staff need it here."
    status = 403


@dataclass(frozen=True)
class StepUp:
    """The reason for which an endpoint needs a step-up.

    `asks_password`: its form asks for the current password, so only sessions with a second factor need more.
    `may_enroll`: a session that follows an invitation or an admin's link may add its first factor without one.
    """

    why: str
    asks_password: bool = False
    may_enroll: bool = False


def is_stepped_up(stepped_up_at: datetime | None, now: datetime) -> bool:
    """Return whether a session was stepped up within the last ten minutes."""
    return stepped_up_at is not None and now - stepped_up_at < STEP_UP_LASTS


def lacks_required_factor(actor: Actor, settings: Settings) -> bool:
    """Return whether a member of staff signed in without the second factor that this installation requires."""
    return settings.is_staff_factor_required and actor.role.has_any_permission and actor.second_factor_at is None


def require_step_up(endpoint: StepUp, actor: Actor, *, now: datetime) -> None:
    """Raise StepUpNeeded unless the actor's session may use this endpoint now."""
    if is_stepped_up(actor.stepped_up_at, now):
        return
    if endpoint.may_enroll and actor.may_enroll_factor:
        return
    if endpoint.asks_password and actor.second_factor_at is None:
        return
    raise StepUpNeeded
