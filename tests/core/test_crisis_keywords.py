"""A cry for help, by the table that the room's script is tested with too (tests/static/crisis_keywords.test.ts)."""

import json
from time import perf_counter

import pytest

from community.core.crisis_keywords import asks_for_help
from tests.support.service import ROOT

CASES: dict[str, list[str]] = json.loads((ROOT / "tests" / "static" / "crisis-cases.json").read_text("utf-8"))


def test_a_cry_for_help_is_found_however_cleo_types_it() -> None:  # S36
    assert [words for words in CASES["asks"] if not asks_for_help(words)] == []


def test_a_saying_of_ben_is_no_cry_for_help() -> None:  # S36
    assert [words for words in CASES["other"] if asks_for_help(words)] == []


@pytest.mark.parametrize(
    "part", ["I want to ", "dont ", "> ", "kms ", "no quiero vivir en ", "😀", "can't go on ", "é"]
)
def test_the_longest_message_of_dov_is_read_in_no_time(part: str) -> None:
    start = perf_counter()
    asks_for_help((part * 4_000)[:4_000])
    assert perf_counter() - start < 0.5
