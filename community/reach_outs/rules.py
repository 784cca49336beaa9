"""Steps of a reach-out: due times, and their states at a moment. Steps move by time alone.

A step is due at `due_at`. When it finds no one to ask, the next one is due at once. A late call takes every past step
in one go: time that workers, Redis or a crash lost is never waited for a second time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

KINDS = ("buddy", "available_peers", "on_call", "lines")
STEP_DURATIONS = {
    "buddy": timedelta(minutes=2),
    "available_peers": timedelta(minutes=3),
    "on_call": timedelta(minutes=5),
}
STATES = ("waiting", "asked", "passed", "skipped", "answered", "shown", "ended")
READING_SHOWN_FOR = timedelta(minutes=2)
CLAIM_HOLDS = timedelta(minutes=2)  # a responder who has written nothing by then may be replaced by another
MAX_SILENCE = timedelta(minutes=5)
ROOM_OPEN_FOR = timedelta(hours=24)
BUSY_FOR = timedelta(hours=2)
REQUEST_SHOWN_FOR = timedelta(hours=12)
MAX_AVAILABILITY = timedelta(hours=24)
MAX_NOTE_LENGTH = 500
OVERDUE_AFTER = timedelta(seconds=5)
OVERDUE_BATCH = 20
NOTIFIED_AGAIN_AFTER = timedelta(minutes=30)
DRILL_INTERVAL = timedelta(days=7)
ALWAYS_NOTIFIED = ("buddy", "on_call")
NOT_NOTIFIED = -1  # the round of those who only find it on their pages
ENDINGS = ("okay", "calling", "helped", "mistake")
MAX_DELAY = timedelta(seconds=5)  # in which a requester can take it back before anyone is told
REQUESTER_ANSWERS = ("yes", "somewhat", "no")
RESPONDER_ANSWERS = ("fine", "talk")


@dataclass(frozen=True)
class Step:
    """A step: its kind, due time and state."""

    kind: str
    due_at: datetime
    state: str = "waiting"


FindResponders = Callable[[str], Sequence[UUID]]


def initial_steps(begins_at: datetime) -> tuple[Step, ...]:
    """Return the steps of a reach-out whose first step is due at a moment."""
    steps, due_at = [], begins_at
    for kind in KINDS:
        steps.append(Step(kind, due_at))
        due_at += STEP_DURATIONS.get(kind, timedelta(0))
    return tuple(steps)


def advance_steps(
    steps: Sequence[Step], now: datetime, find: FindResponders
) -> tuple[list[Step], dict[str, Sequence[UUID]]]:
    """Return the steps at `now`, and the members to ask for each that became due, found by `find`."""
    after, fresh = list(steps), {}
    for place, step in enumerate(after):
        if step.state != "waiting":
            continue
        if after[place].due_at > now:
            break
        after[:place] = [replace(one, state="passed") if one.state == "asked" else one for one in after[:place]]
        people = find(step.kind)
        fresh[step.kind] = people
        is_last = step.kind == KINDS[-1]
        state = "shown" if is_last else "asked" if people else "skipped"
        after[place] = replace(after[place], state=state)
        if state == "skipped":
            after = _shift_waiting(after, to=after[place].due_at)
    return after, fresh


def skip_wait(steps: Sequence[Step], now: datetime) -> list[Step]:
    """Return the steps with the next one due now, the others at their distance, after all asked members declined."""
    coming = next_due(steps)
    return list(steps) if coming is None or coming <= now else _shift_waiting(list(steps), to=now)


def end_steps(steps: Sequence[Step], *, answered: str | None = None) -> list[Step]:
    """Return the steps after a responder came (`answered` is their step) or the reach-out was closed."""
    after = []
    for step in steps:
        if step.kind == answered:
            after.append(replace(step, state="answered"))
        elif step.state == "asked":
            after.append(replace(step, state="passed" if answered else "ended"))
        else:
            after.append(replace(step, state="ended") if step.state == "waiting" else step)
    return after


def resume_steps(steps: Sequence[Step], now: datetime) -> list[Step]:
    """Return the steps after the responder could not stay: those not taken yet are due again, the first of them now."""
    again = []
    for step in steps:
        is_spared = step.state == "ended" or step.kind == KINDS[-1]  # the last one is always there to end in
        again.append(replace(step, state="waiting" if is_spared else step.state.replace("answered", "passed")))
    return _shift_waiting(again, to=now)


def has_begun(steps: Sequence[Step]) -> bool:
    """Return whether anyone was asked yet: the first step was taken."""
    return steps[0].state != "waiting"


def can_take_over(*, claimed_at: datetime | None, is_answered: bool, now: datetime) -> bool:
    """Return whether another member may replace a responder who has written nothing while the claim held."""
    return not is_answered and (claimed_at is None or claimed_at + CLAIM_HOLDS <= now)


def next_due(steps: Sequence[Step]) -> datetime | None:
    """Return when the next step is due, if one is left."""
    return next((step.due_at for step in steps if step.state == "waiting"), None)


def _shift_waiting(steps: list[Step], *, to: datetime) -> list[Step]:
    """Return the steps with the first waiting one due at `to` and the others at their distance."""
    coming = next_due(steps)
    if coming is None:
        return steps
    by = to - coming
    return [replace(step, due_at=step.due_at + by) if step.state == "waiting" else step for step in steps]
