"""A match run in a process of its own: JSON in on stdin, lines of JSON out on stdout, first progress and then the
pairs.

The solvers block their caller, so web processes and workers never call them directly.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import IO, Any


class SolverFailed(RuntimeError):
    """The solver's process ended without a result. The message is its last line."""


def solve_in_process(
    request: dict[str, Any], *, timeout_seconds: float, on_progress: Callable[[int], None] = lambda percent: None
) -> dict[str, Any]:
    """Return the proposal for `request.request_to_json(…)`, as `Proposal.to_json()`, computed in a process of its own.

    `on_progress` is called with the percentage of what is done. Raises SolverFailed, or subprocess.TimeoutExpired when
    it takes longer (the process is ended first).
    """
    command = [sys.executable, "-m", "community.buddies.matching.solver_process"]
    pipe = subprocess.PIPE
    late = threading.Event()
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr

        def end() -> None:
            late.set()
            process.kill()

        clock = threading.Timer(timeout_seconds, end)
        clock.daemon = True
        clock.start()
        answer: dict[str, Any] = {}
        try:
            _hand_over(process.stdin, json.dumps(request))
            for line in process.stdout:
                answer = json.loads(line)
                if "progress" in answer:
                    on_progress(int(answer["progress"]))
            complaint = process.stderr.read().strip().splitlines()
            code = process.wait()
        except json.JSONDecodeError:  # killed while it wrote
            complaint, code = [], process.wait() or 1
        finally:
            clock.cancel()
            process.kill()
    if late.is_set():
        raise subprocess.TimeoutExpired(command, timeout_seconds)
    if code or "pairs" not in answer:
        raise SolverFailed((complaint or [f"exit code {code}"])[-1])
    return answer


def _hand_over(pipe: IO[str], text: str) -> None:
    try:
        pipe.write(text)
        pipe.close()
    except BrokenPipeError:  # it ended before it had read everything; what it says is read next
        pass


def main() -> int:
    """Read a request and write the proposal. Return 2, with one line on stderr, when it cannot be read."""
    from community.buddies.matching.profile_json import request_from_json
    from community.buddies.matching.proposal import propose

    try:
        population, seed, on = request_from_json(json.load(sys.stdin))
        proposal = propose(population, seed=seed, on=on, on_progress=lambda percent: _say({"progress": percent}))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # Names the field, never the person: this line may end in a log.
        print(f"community.buddies.matching.solver_process: {type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201 - a process of its own
        return 2
    _say(proposal.to_json())
    return 0


def _say(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)  # noqa: T201 - its parent reads these lines


if __name__ == "__main__":
    sys.exit(main())
