"""An instance is solved as written, or refused with one line that says where it is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from community.buddies.commands import match
from community.buddies.matching.instance_json import InstanceError, solve_instance


def two_sides(edges: list[Any], **capacities: Any) -> dict[str, Any]:
    return {"kind": "bipartite", "capacities": capacities, "edges": edges}


def one_side(edges: list[Any], **capacities: Any) -> dict[str, Any]:
    return {"kind": "general", "capacities": capacities, "edges": edges}


def test_most_pairs_come_before_most_weight():  # B5
    edges = [["a", "m", 9], ["b", "m", 8], ["a", "n", 0]]

    assert solve_instance(two_sides(edges)) == {
        "pairs": [["a", "n"], ["b", "m"]],
        "cardinality": 2,
        "weight": 8,
        "bound": 8,
    }
    assert solve_instance(one_side([["d", "c", 1], ["b", "c", 9], ["b", "a", 1]]))["pairs"] == [["a", "b"], ["c", "d"]]


def test_capacities_count_on_both_sides_and_a_pair_is_made_once():
    edges = [["a", "m", 1], ["a", "n", 2], ["b", "m", 3]]

    assert solve_instance(two_sides(edges, a=5, m=5))["cardinality"] == 3
    assert solve_instance(two_sides(edges, a=0))["pairs"] == [["b", "m"]]
    assert solve_instance(one_side([["a", "b", 1]], a=0))["pairs"] == []
    assert solve_instance({"kind": "general", "edges": []}) == {"pairs": [], "cardinality": 0, "weight": 0, "bound": 0}


def test_ids_may_be_numbers_and_stay_as_they_were_written():
    assert solve_instance(two_sides([[10, "m", 1], [9, "m", 1]], m=2))["pairs"] == [[9, "m"], [10, "m"]]
    assert solve_instance({"kind": "general", "capacities": {"2": 0}, "edges": [[1, 2, 5]]})["pairs"] == []


def test_the_order_of_edges_changes_nothing():
    edges = [[f"p{one}", f"p{other}", one * other % 3] for other in range(12) for one in range(other)]

    assert solve_instance(one_side(edges)) == solve_instance(one_side([[b, a, w] for a, b, w in reversed(edges)]))


def test_the_same_edge_twice_is_one_edge():
    assert solve_instance(two_sides([["a", "m", 4], ["a", "m", 4]], a=2, m=2))["weight"] == 4
    assert solve_instance(one_side([["a", "b", 4], ["b", "a", 4]]))["weight"] == 4


@pytest.mark.parametrize(
    ("instance", "said"),
    [
        ([], "An instance is an object"),
        ({"kind": "bipartite", "edges": [], "capacites": {}}, "no capacites"),
        ({"edges": []}, "kind is"),
        ({"kind": ["general"], "edges": []}, "kind is"),
        ({"kind": "general"}, "edges is a list"),
        ({"kind": "general", "edges": {}}, "edges is a list"),
        ({"kind": "general", "edges": [], "capacities": []}, "capacities is an object"),
        (two_sides([["a", "m"]]), r"edges\[0\]: an edge is"),
        (two_sides(["amx"]), r"edges\[0\]: an edge is"),
        (two_sides([["a", "m", 1], ["a", None, 1]]), r"edges\[1\]: None is no id"),
        (two_sides([["a", True, 1]]), "True is no id"),
        (two_sides([["", "m", 1]]), "'' is no id"),
        (two_sides([["a", "m", 1.0]]), "weight 1.0 isn’t a whole number"),
        (two_sides([["a", "m", "1"]]), "weight '1' isn’t"),
        (two_sides([["a", "m", True]]), "weight True isn’t"),
        (two_sides([["a", "m", None]]), "weight None isn’t"),
        (two_sides([["a", "m", -1]]), "weight -1 isn’t"),
        (two_sides([["a", "m", 10**18]]), "too large"),
        (one_side([["a", "b", 10**5000]]), "too large"),
        (one_side([["a", "b", -(10**5000)]]), "very many digits"),
        (two_sides([["a", "a", 1]]), "paired with itself"),
        (two_sides([["a", "m", 1], ["m", "b", 1]]), r"edges\[1\]: 'm' is on both sides"),
        (two_sides([["a", "m", 1], ["b", "a", 1]]), r"edges\[1\]: 'a' is on both sides"),
        (two_sides([["a", "m", 1], ["a", "m", 2]]), "two weights, 1 and 2"),
        (one_side([["a", "b", 1], ["b", "a", 2]]), "two weights, 1 and 2"),
        (one_side([["a", "b", 1]], a=2), "in a general instance it is at most 1"),
        (one_side([], z=2), "in a general instance it is at most 1"),
        (two_sides([], a=-1), "'a' has -1"),
        (two_sides([], a=1.0), "'a' has 1.0"),
        (two_sides([], a=True), "'a' has True"),
        (two_sides([[1, "m", 1], ["1", "n", 1]]), "1 is written both"),
    ],
)
def test_a_wrong_instance_is_refused_with_one_line(instance, said):
    with pytest.raises(InstanceError, match=said) as refused:
        solve_instance(instance)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (b"", "isn’t JSON"),
        (b"{'kind': 1}", "isn’t JSON"),
        (b"\xff\xfe\x00", "isn’t UTF-8"),
        (b'{"kind": "general", "edges": [["a", "b", NaN]]}', "NaN isn’t a number"),
        (b'{"kind": "general", "kind": "bipartite", "edges": []}', "'kind' is given twice"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"kind": "general", "edges": [["a", "b", ' + b"9" * 5_000 + b"]]}", "digits"),
    ],
)
def test_a_file_that_is_no_instance_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], written, said):
    file = tmp_path / "instance.json"
    file.write_bytes(written)

    assert match(str(file)) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert shown.err.count("\n") == 1


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert match(str(tmp_path / "nowhere.json")) == 2
    assert "No such file" in capsys.readouterr().err


def test_the_answer_is_one_line_of_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "instance.json"
    file.write_text(json.dumps(two_sides([["ä", "m", 1]])))

    assert match(str(file)) == 0
    assert json.loads(capsys.readouterr().out)["pairs"] == [["ä", "m"]]
