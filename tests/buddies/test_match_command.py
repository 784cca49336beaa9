"""`community match`: most pairs first, then most weight, as an exhaustive search finds them."""

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from community.buddies.commands import match
from tests.support.service import ROOT


def best(edges: list[list[Any]], capacities: dict[str, int]) -> tuple[int, int]:
    """(most pairs, then most weight) over every subset of edges that the capacities allow."""

    def search(rest: list[list[Any]], left: dict[str, int]) -> tuple[int, int]:
        if not rest:
            return (0, 0)
        (one, other, weight), *more = rest
        found = search(more, left)
        if left.get(one, 1) > 0 and left.get(other, 1) > 0:
            fewer = {**left, one: left.get(one, 1) - 1, other: left.get(other, 1) - 1}
            pairs, total = search(more, fewer)
            found = max(found, (pairs + 1, total + weight))
        return found

    return search(edges, capacities)


def solved(capsys: pytest.CaptureFixture[str], folder: Path, instance: dict[str, Any]) -> Any:
    """What the command prints."""
    file = folder / "instance.json"
    file.write_text(json.dumps(instance))
    assert match(str(file)) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("kind", ["bipartite", "general"])
def test_it_is_the_best_there_is(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, kind: str, seed: int
) -> None:  # B5
    chance = random.Random(seed)
    if kind == "bipartite":
        possible = [[f"a{one}", f"m{other}"] for one in range(5) for other in range(3)]
        capacities = {f"m{other}": chance.randint(1, 3) for other in range(3)}
    else:
        possible = [[f"p{one}", f"p{other}"] for other in range(6) for one in range(other)]
        capacities = {}
    edges = [[*pair, chance.randint(0, 9)] for pair in possible if chance.random() < 0.6]
    edges = edges or [[*possible[0], 1]]

    answer = solved(capsys, tmp_path, {"kind": kind, "capacities": capacities, "edges": edges})

    assert (answer["cardinality"], answer["weight"]) == best(edges, capacities)
    assert len(answer["pairs"]) == answer["cardinality"]


@pytest.mark.parametrize(
    "instance",
    [
        {"kind": "general", "capacities": {"a": 2}, "edges": [["a", "b", 1]]},
        {"kind": "bipartite", "edges": [["a", "b", -1]]},
        {"kind": "bipartite", "edges": [["a", "b", 1.5]]},
        {"kind": "bipartite", "edges": [["a", "b", 1], ["b", "c", 1]]},
        {"kind": "general", "edges": [["a", "a", 1]]},
        {"kind": "unheard", "edges": []},
        [],
    ],
)
def test_a_wrong_instance_gets_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path, instance: Any) -> None:
    file = tmp_path / "instance.json"
    file.write_text(json.dumps(instance))
    assert match(str(file)) != 0
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1


def test_the_command_prints_json(tmp_path: Path) -> None:
    file = tmp_path / "instance.json"
    file.write_text(json.dumps({"kind": "bipartite", "capacities": {"m": 2}, "edges": [["a", "m", 5], ["b", "m", 3]]}))
    done = subprocess.run(
        [sys.executable, "-m", "community.cli", "match", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == {"pairs": [["a", "m"], ["b", "m"]], "cardinality": 2, "weight": 8, "bound": 8}
