"""A match run in a process of its own: JSON in on stdin, JSON out on stdout. The solvers hold whoever calls them."""

import json
import subprocess
import sys
from typing import Any


class SolverFailed(RuntimeError):
    """The solver's process ended without an answer; the message is its last line."""


def solve_apart(request: dict[str, Any], *, timeout_seconds: float) -> dict[str, Any]:
    """The proposal for `proposing.request_to_json(…)`, as `Proposal.to_json()`, from a process that only does that.

    Raises SolverFailed, or subprocess.TimeoutExpired when it takes longer (the process is ended first).
    """
    done = subprocess.run(
        [sys.executable, "-m", "community.buddies.matching.solver"],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        timeout=timeout_seconds,
        check=False,
    )
    if done.returncode:
        raise SolverFailed((done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1])
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def main() -> int:
    """Read a request, write the proposal; 2 and one line on stderr when it cannot be read."""
    from community.buddies.matching.proposing import propose, request_from_json

    try:
        population, seed, on = request_from_json(json.load(sys.stdin))
        proposal = propose(population, seed=seed, on=on)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # Names the field, never the person: this line may end in a log.
        print(f"community.buddies.matching.solver: {type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201
        return 2
    json.dump(proposal.to_json(), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
