"""Match runs: started by a coordinator or the schedule, solved in a process of their own, published in batches."""

import json
import secrets
import subprocess
import threading
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import IntegrityError

from community.buddies.access import profiles as profiles_access
from community.buddies.access import runs
from community.buddies.actions import suggestions
from community.buddies.matching.compatibility import WEIGHTS_VERSION
from community.buddies.matching.profile_json import request_to_json
from community.buddies.matching.solver_process import SolverFailed, solve_in_process
from community.buddies.models.runs import MatchRun
from community.buddies.queries import candidates
from community.buddies.rules import INPUTS_KEPT, RUN_LEASE, SOLVER_SECONDS
from community.core.errors import Conflict
from community.core.ids import new_id
from community.core.permissions import Permission
from community.core.unit_of_work import Actor, ReadContext, UnitOfWork, UnitOfWorkFactory

log = structlog.get_logger()

WAIT_SECONDS = 10.0
REPLAY_SECONDS = 60.0
MAX_ATTEMPTS = 3
PAIRS_AT_ONCE = 50
LEFT_OUT = (candidates.AWAITING_APPROVAL, candidates.HELD_BACK)
LARGEST_SEED = 2**31 - 1


class RunGoingOn(Conflict):
    """Another match run is in progress."""

    code = "match_run_going_on"
    message = "A match run is already running. Wait until it’s done."


class RunNotKept(Conflict):
    """The inputs of the run are deleted, or its weights are not today's."""

    code = "match_run_not_kept"
    message = "We can’t check this run: its data was deleted, or matching works differently now."


def start(uow: UnitOfWork, *, seed: int | None = None, dry_run: bool = False) -> MatchRun:
    """Start a run for a coordinator. `seed` decides between equally good pairs. Raises Forbidden, RunGoingOn."""
    return _started(uow, started_by=uow.permitted(Permission.RUN_MATCHING).id, seed=seed, dry_run=dry_run)


def start_scheduled(uow: UnitOfWork) -> MatchRun | None:
    """Start the weekly run, solved in the background. None when one is in progress."""
    if runs.running(uow) is not None:
        return None
    run = _started(uow, started_by=None, seed=None, dry_run=False)
    uow.run_in_background(lambda store: solve(store, run.id))
    return run


def start_and_wait(
    store: UnitOfWorkFactory, actor: Actor | None, *, wait_seconds: float = WAIT_SECONDS, **options: Any
) -> tuple[UUID, bool]:
    """Start a run and wait for its end, at most `wait_seconds`. Return its id and whether it ended meanwhile."""
    with store.unit_of_work(actor) as uow:
        run_id = start(uow, **options).id
    solving = threading.Thread(target=solve, args=(store, run_id), daemon=True)
    solving.start()
    solving.join(wait_seconds)
    return run_id, not solving.is_alive()


def solve(store: UnitOfWorkFactory, run_id: UUID, *, timeout_seconds: float = SOLVER_SECONDS) -> None:
    """Compute the pairs of a started run in a process of its own, store them, and publish them as suggestions."""
    try:
        proposal = _solved(store, run_id, timeout_seconds)
    except (SolverFailed, subprocess.TimeoutExpired, ValueError) as error:
        log.error("match_run.failed", run_id=str(run_id), error=type(error).__name__)
        with store.unit_of_work() as uow:
            fail(uow, run_id=run_id, why="We couldn’t compute the pairs. No one got a suggestion.")
        return
    with store.unit_of_work() as uow:
        keep_proposal(uow, run_id=run_id, proposal=proposal)
    more = True
    while more:
        with store.unit_of_work() as uow:
            more = publish(uow, run_id=run_id)


def replay(store: UnitOfWorkFactory, actor: Actor | None, *, run_id: UUID) -> bool:
    """Compute a run again from its inputs and return whether the result is equal. Changes nothing.

    Raises Forbidden, NotFound, RunNotKept.
    """
    with store.read_context(actor) as ctx:
        run = runs.run_to_see(ctx, run_id)
        inputs = _inputs(ctx, run)
        kept = run.proposal
    if inputs is None or kept is None or kept["weights_version"] != WEIGHTS_VERSION:
        raise RunNotKept
    again = solve_in_process(inputs, timeout_seconds=REPLAY_SECONDS)
    return {name: kept[name] for name in again} == {**again, "unmatched": _with_waiting(again, kept)}


def keep_proposal(uow: UnitOfWork, *, run_id: UUID, proposal: dict[str, Any]) -> None:
    """Store the solver's result. A run that was given up meanwhile stays unchanged."""
    run = runs.running(uow, run_id)
    if run is not None:
        run.proposal = {**proposal, "without": len(proposal["unmatched"])}


def publish(uow: UnitOfWork, *, run_id: UUID, limit: int = PAIRS_AT_ONCE) -> bool:
    """Turn the next pairs of a solved run into suggestions; the last ones end it. Return whether there are more.

    Changes since the solver read its inputs are respected: a member without a free place gets no suggestion.
    """
    run = runs.running(uow, run_id)
    if run is None or run.proposal is None:
        return False
    pairs = [] if run.is_dry_run else run.proposal["pairs"][run.published : run.published + limit]
    ids = {UUID(pair[end]) for pair in pairs for end in ("a", "b")}
    profiles = profiles_access.locked_profiles(uow, ids)
    for pair in pairs:
        one, other = profiles.get(UUID(pair["a"])), profiles.get(UUID(pair["b"]))
        if one is None or other is None or not candidates.may_be_paired(uow, one.member_id, other.member_id):
            continue
        if not (suggestions.has_capacity(uow, one) and suggestions.has_capacity(uow, other)):
            continue
        if candidates.may_be_suggested(uow, one.member_id, other.member_id):
            suggestions.suggest(
                uow,
                pair=(one.member_id, other.member_id),
                score=pair["score"],
                reasons=tuple(pair["reasons"]),
                run_id=run.id,
            )
    run.published += len(pairs)
    if not run.is_dry_run and run.published < len(run.proposal["pairs"]):
        return True
    run.state = "done"
    run.progress = 100
    run.finished_at = uow.now
    return False


def fail(uow: UnitOfWork, *, run_id: UUID, why: str) -> None:
    """End a run without a result. A run that has ended stays unchanged."""
    run = runs.running(uow, run_id)
    if run is not None:
        run.state = "failed"
        run.failure = why
        run.finished_at = uow.now


def resume_stalled(uow: UnitOfWork) -> bool:
    """Continue a run whose process died: publish its result, or solve it again. Return whether there is more to do."""
    run = runs.running(uow)
    if run is None:
        return False
    if run.proposal is not None:
        return publish(uow, run_id=run.id)
    if run.lease_until > uow.now:
        return False
    if run.attempts >= MAX_ATTEMPTS:
        fail(uow, run_id=run.id, why="The run was interrupted. No one got a suggestion. Start it again.")
        return False
    run.attempts += 1
    run.lease_until = uow.now + RUN_LEASE
    uow.run_in_background(lambda store: solve(store, run.id))
    return False


def delete_old_inputs(uow: UnitOfWork) -> None:
    """Delete old inputs of runs, which reveal much about all members."""
    runs.delete_run_inputs(uow, before=uow.now - INPUTS_KEPT)


def _inputs(ctx: ReadContext, run: MatchRun) -> dict[str, Any] | None:
    if run.input_json is None:
        return None
    inputs: dict[str, Any] = json.loads(ctx.cipher.decrypt_column(run, MatchRun.input_json))
    return inputs


def _with_waiting(again: dict[str, Any], kept: dict[str, Any]) -> list[Any]:
    waiting = [one for one in kept["unmatched"] if one["reason"] in LEFT_OUT]
    return sorted([*again["unmatched"], *waiting], key=lambda person: str(person["id"]))


def _started(uow: UnitOfWork, *, started_by: UUID | None, seed: int | None, dry_run: bool) -> MatchRun:
    if runs.running(uow) is not None:
        raise RunGoingOn
    run = MatchRun(
        id=new_id(),
        started_by=started_by,
        state="running",
        is_dry_run=dry_run,
        seed=secrets.randbelow(LARGEST_SEED) if seed is None else seed,
        created_at=uow.now,
        lease_until=uow.now + RUN_LEASE,
    )
    uow.session.add(run)
    try:
        uow.session.flush()
    except IntegrityError as error:
        raise RunGoingOn from error
    return run


def _solved(store: UnitOfWorkFactory, run_id: UUID, timeout_seconds: float) -> dict[str, Any]:
    with store.read_context() as ctx:
        run = runs.started_run(ctx, run_id)
        population, left_out = candidates.candidate_pool(ctx)
        request = request_to_json(population, seed=run.seed, on=ctx.now.date())

    def note(percent: int, inputs: dict[str, Any] | None = None) -> None:
        with store.unit_of_work() as uow:
            if (going := runs.running(uow, run_id)) is not None:
                going.progress = percent
                if inputs is not None:
                    text = json.dumps(inputs, ensure_ascii=False)
                    uow.cipher.encrypt_column(going, MatchRun.input_json, text)

    note(5, request)
    proposal = solve_in_process(request, timeout_seconds=timeout_seconds, on_progress=note)
    waiting = [
        {"id": str(member_id), "reason": reason, "candidates": 0, "gains": {}} for member_id, reason in left_out.items()
    ]
    proposal["unmatched"] = sorted([*proposal["unmatched"], *waiting], key=lambda person: str(person["id"]))
    return proposal
