"""Change a member's availability as a responder."""

from datetime import datetime

from community.core.errors import ValidationFailed
from community.core.unit_of_work import UnitOfWork
from community.reach_outs import rules
from community.reach_outs.access import reach_outs, responders
from community.reach_outs.actions.escalation import notify_additional
from community.reach_outs.models import Availability


def set_availability(uow: UnitOfWork, *, until: datetime | None, wakes: bool | None = None) -> Availability:
    """Be there for others until a moment, or no longer; whoever waits for somebody is asked of them at once.

    Raises Invalid for a moment that is past, or further than a day.
    """
    if until is not None and not uow.now < until <= uow.now + rules.MAX_AVAILABILITY:
        raise ValidationFailed(errors={"until": ["Choose a time within the next 24 hours."]})
    row = reach_outs.own_availability(uow)
    row.until, row.changed_at = until, uow.now
    row.wakes = row.wakes if wakes is None else wakes
    uow.session.flush()
    if until is not None:
        for waiting in reach_outs.requests_open_to_peers(uow):
            if uow.actor.id in responders.candidates_for_step(uow, waiting, "available_peers"):
                notify_additional(uow, waiting, uow.actor.id)
    return row
