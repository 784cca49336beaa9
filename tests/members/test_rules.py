"""Passwords, handles, addresses, the throttle: pure rules."""

import pytest

from community.members import rules


@pytest.mark.parametrize(
    "password",
    [
        "seven lamps over the orchard",
        "sevenlampsovertheorchard",
        "fünfzehn Wörter im Garten",
        "静かな夜にランプが灯る七つの丘",
        "x7!kQ9#mZ2$vB5&wL",
        "orchard " * 25,
    ],
)
def test_passwords_that_may_be_chosen(password: str) -> None:  # S3
    assert rules.password_problem(password[:200], handle="Juniper", email="juniper@example.org") is None


@pytest.mark.parametrize(
    "password",
    [
        "",
        "fourteen chars",
        "a" * 40,
        "abababababababababab",
        "x" * 201,
        "recovery2026recovery",
        "password password password",
        "Afterward-Community-2026",
        "123456789012345678",
        "juniperjuniperjuniper",
        "welcome-juniper-2026!",
        "ｐａｓｓｗｏｒｄ１２３４５６７８",
    ],
)
def test_passwords_that_may_not(password: str) -> None:  # S3
    assert rules.password_problem(password, handle="Juniper", email="juniper@example.org")


def test_the_same_keys_give_the_same_password_on_every_device() -> None:  # S3
    assert rules.normal_password("cafe\u0301 ﬁrst light") == rules.normal_password("caf\u00e9 first light")


@pytest.mark.parametrize("handle", ["Wren", "J.D", "Night Owl", "O'Neil", "Ærø-7", "木村", "x2"])
def test_handles_that_may_be_chosen(handle: str) -> None:
    assert rules.handle_problem(handle) is None


@pytest.mark.parametrize("handle", ["", "W", "x" * 33, "a@b.org", "<b>", "-wren", "a\nb", "..", "a\u200bb", "ﷺ" * 9])
def test_handles_that_may_not(handle: str) -> None:
    assert rules.handle_problem(handle)


def test_the_sixth_failure_from_one_place_is_too_many() -> None:  # S5
    none = {"by_wide_pair": 0, "by_address": 0, "by_network": 0, "by_account": 0, "known_device": False}
    assert rules.may_try(by_pair=4, **none)
    assert not rules.may_try(by_pair=5, **none)


def test_an_attack_from_everywhere_still_lets_a_known_device_in() -> None:  # S5
    none = {"by_pair": 0, "by_wide_pair": 0, "by_address": 0, "by_network": 0, "by_account": 0}
    assert not rules.may_try(**{**none, "by_account": 50}, known_device=False)
    assert rules.may_try(**{**none, "by_account": 50}, known_device=True)
    assert not rules.may_try(**{**none, "by_address": 100}, known_device=True)
    assert not rules.may_try(**{**none, "by_network": 200}, known_device=True)
    assert not rules.may_try(**{**none, "by_wide_pair": 15}, known_device=True)
