"""Whoever opens a room for two people has to ask first whether they may be brought together."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Where a room for two is opened, and the test in tests/reach_outs/test_helper_eligibility.py that walks through it.
ROOMS_FOR_TWO = {
    "community/buddies/actions/pairings.py": "both_accept",
    "community/buddies/actions/stand_ins.py": "they_stand_in",
    "community/reach_outs/actions/reach_outs.py": "they_come",
    "community/onboarding/actions.py": "they_say_hello",
}


def opens_a_room_for_two(path: Path) -> bool:
    """Whether a module calls `open_room` with the kind `pairing`."""
    return any(
        isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith("open_room")
        and any(ast.unparse(word.value) == "'pairing'" for word in node.keywords if word.arg == "kind")
        for node in ast.walk(ast.parse(path.read_text()))
    )


def test_every_room_for_two_is_walked_by_a_test() -> None:
    """A3: a new place that brings two people together does not come without the rule."""
    sources = (ROOT / "community").rglob("*.py")
    found = {str(path.relative_to(ROOT)) for path in sources if opens_a_room_for_two(path)}
    assert found == set(ROOMS_FOR_TWO)
    walked = (ROOT / "tests/reach_outs/test_helper_eligibility.py").read_text()
    places = re.search(r"^PLACES = \[(.*?)^\]", walked, re.MULTILINE | re.DOTALL)
    assert places
    assert set(ROOMS_FOR_TWO.values()) <= {name.strip(" ,") for name in places[1].splitlines()}


def test_the_rule_stands_in_one_place() -> None:
    """A3: nobody writes the conditions down a second time."""
    here = "community/members/queries/helping.py"
    again = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "community").rglob("*.py")
        if str(path.relative_to(ROOT)) != here
        and {"'mute'", "'room_ban'", "'suspension'"}
        <= {ast.unparse(node) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)}
        and "Sanction.kind.in_" in path.read_text()
    ]
    assert again == []
