"""Passwords, handles, addresses, the throttle: pure rules."""

import pytest

from community.members.rules import accounts, handles


@pytest.mark.parametrize("handle", ["Wren", "J.D", "Night Owl", "O'Neil", "Ærø-7", "木村", "x2"])
def test_handles_that_may_be_chosen(handle: str) -> None:
    assert handles.handle_problem(handle) is None


@pytest.mark.parametrize("handle", ["", "W", "x" * 33, "a@b.org", "<b>", "-wren", "a\nb", "..", "a\u200bb", "ﷺ" * 9])
def test_handles_that_may_not(handle: str) -> None:
    assert handles.handle_problem(handle)


def test_the_sixth_failure_from_one_place_is_too_many() -> None:  # S5
    none = {"by_wide_pair": 0, "by_address": 0, "by_network": 0, "by_account": 0, "known_device": False}
    assert accounts.can_attempt_sign_in(by_pair=4, **none)
    assert not accounts.can_attempt_sign_in(by_pair=5, **none)


def test_an_attack_from_everywhere_still_lets_a_known_device_in() -> None:  # S5
    none = {"by_pair": 0, "by_wide_pair": 0, "by_address": 0, "by_network": 0, "by_account": 0}
    assert not accounts.can_attempt_sign_in(**{**none, "by_account": 50}, known_device=False)
    assert accounts.can_attempt_sign_in(**{**none, "by_account": 50}, known_device=True)
    assert not accounts.can_attempt_sign_in(**{**none, "by_address": 100}, known_device=True)
    assert not accounts.can_attempt_sign_in(**{**none, "by_network": 200}, known_device=True)
    assert not accounts.can_attempt_sign_in(**{**none, "by_wide_pair": 15}, known_device=True)
