"""Rules for the tests themselves: names that read as sentences about a person or a thing."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

from tests.house.test_rules import ROOT

MAX_NAME = 70
NO_SUBJECT = re.compile(r"test_(what|who|whoever|whose|whom|how|whether|when|why|somebody|nobody|one_(who|that))_")


def all_tests() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield every test function with the path of its module."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield str(path.relative_to(ROOT)), node


def test_names_of_tests_fit_a_line() -> None:
    assert [f"{path} {test.name}" for path, test in all_tests() if len(test.name) > MAX_NAME] == []


def test_names_of_tests_have_a_subject() -> None:
    """A name says what Ben, Cleo or a thing does: `test_ben_gets_the_last_seat`, not `test_who_waits_gets_it`."""
    assert [f"{path} {test.name}" for path, test in all_tests() if NO_SUBJECT.match(test.name)] == []


def test_no_module_has_two_tests_of_one_name() -> None:
    """Python keeps the second and the first never runs."""
    counts = Counter((path, test.name) for path, test in all_tests())
    assert [key for key, count in counts.items() if count > 1] == []
