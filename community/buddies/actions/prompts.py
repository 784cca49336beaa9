"""Scheduled prompts of a pairing: a reminder to write, and the private question whether it goes on."""

from datetime import datetime

from community.buddies.access import pairings
from community.buddies.events import (
    PairingInactivityCheckDue,
    PromptDue,
    PromptSent,
    ReviewDue,
    ReviewRequested,
    TrialDue,
)
from community.buddies.models.pairings import Pairing
from community.buddies.rules import NEXT_PROMPT, QUIET, QUIET_ANSWERS, SPOKE_LATELY, TRIAL_ANSWERS, whose_turn
from community.core.unit_of_work import UnitOfWork
from community.rooms.queries.public import last_posted_at


def schedule_prompt(uow: UnitOfWork, row: Pairing, *, at: datetime) -> None:
    """Schedule a reminder to write, once for each prompt number."""
    uow.schedule(
        at,
        PromptDue(pairing_id=row.id, prompt_number=row.prompt_number),
        key=f"pairing:{row.id}:prompt:{row.prompt_number}",
    )


def schedule_silence_check(uow: UnitOfWork, row: Pairing, *, at: datetime) -> None:
    """Schedule a check whether the two have been silent for long."""
    uow.schedule(at, PairingInactivityCheckDue(pairing_id=row.id), key=f"pairing:{row.id}:quiet:{at.isoformat()}")


def send_prompt(uow: UnitOfWork, event: PromptDue) -> None:
    """Remind the member whose turn it is, unless the two write anyway or pause; then schedule the next prompt."""
    row = pairings.open_pairing(uow, event.pairing_id)
    if row is None or row.prompt_number != event.prompt_number:
        return
    spoke_at = last_posted_at(uow, row.room_id)
    they_write = spoke_at is not None and spoke_at > uow.now - SPOKE_LATELY
    if row.state == "active" and row.review_requested_at is None and not they_write:
        for member_id in whose_turn(event.prompt_number, row.a_id, row.b_id):
            uow.record(PromptSent(pairing_id=row.id, member_id=member_id, prompt_number=event.prompt_number))
    row.prompt_number = event.prompt_number + 1
    schedule_prompt(uow, row, at=uow.now + NEXT_PROMPT)


def ask_after_trial(uow: UnitOfWork, event: TrialDue) -> None:
    """Ask both in private whether it goes on, after the trial of two weeks."""
    row = pairings.open_pairing(uow, event.pairing_id)
    if row is None or row.trial_until is None:
        return
    if row.review_requested_at is not None:  # they are asked already, because they were silent
        row.trial_until = None
        return
    _ask(uow, row, why="trial", until=uow.now + TRIAL_ANSWERS)


def check_silence(uow: UnitOfWork, event: PairingInactivityCheckDue) -> None:
    """Ask both in private when neither wrote for ten days; otherwise check again when it would be ten days."""
    row = pairings.open_pairing(uow, event.pairing_id)
    if row is None:
        return
    silent_since = last_posted_at(uow, row.room_id) or row.started_at
    if row.state == "paused" or row.review_requested_at is not None:
        schedule_silence_check(uow, row, at=uow.now + QUIET)
    elif silent_since + QUIET > uow.now:
        schedule_silence_check(uow, row, at=silent_since + QUIET)
    else:
        _ask(uow, row, why="quiet", until=uow.now + QUIET_ANSWERS)


def _ask(uow: UnitOfWork, row: Pairing, *, why: str, until: datetime) -> None:
    row.review_requested_at = uow.now
    row.review_reason = why
    row.answers_until = until
    row.a_review = row.b_review = ""
    uow.record(ReviewRequested(pairing_id=row.id))
    uow.schedule(until, ReviewDue(pairing_id=row.id), key=f"pairing:{row.id}:answers:{uow.now.isoformat()}")
