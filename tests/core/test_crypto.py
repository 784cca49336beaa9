"""Passwords, tokens and sealed words."""

import pytest
from argon2 import PasswordHasher

from community.core.crypto.cipher import (
    FieldCipher,
    hash_password,
    keyed_digest,
    needs_rehash,
    new_token,
    password_matches,
    token_hash,
)

CIPHER = FieldCipher("a-secret-for-tests-that-is-long-enough-0123456789")


def test_passwords_are_argon2id_of_at_least_the_minimum() -> None:  # S2
    hashed = hash_password("seven lamps over the orchard")
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert password_matches(hashed, "seven lamps over the orchard")
    assert not password_matches(hashed, "seven lamps over the orchards")
    assert not needs_rehash(hashed)
    assert needs_rehash(PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("x"))


def test_no_password_matches_a_missing_hash() -> None:  # S6
    assert not password_matches(None, "seven lamps over the orchard")
    assert not password_matches("", "")
    assert not password_matches("not a hash", "not a hash")


def test_tokens_are_long_random_and_kept_as_hashes() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) >= 43 for token in tokens)
    assert token_hash("x") == token_hash("x") != "x"
    assert len(token_hash("\ud800")) == 64


def test_derived_tokens_belong_to_one_purpose_and_one_secret() -> None:
    made = {keyed_digest(secret, purpose, "7") for secret in ("one", "two") for purpose in ("csrf", "reset")}
    assert len(made) == 4


@pytest.mark.parametrize("text", ["", "x", "Grüße 🌱\n", "a" * 100_000])
def test_sealed_words_open_where_they_were_sealed(text: str) -> None:  # S25
    sealed = CIPHER.encrypt(text, associated_data="reports:7:reason")
    assert CIPHER.decrypt(sealed, associated_data="reports:7:reason") == text
    assert len(text) < 2 or text not in sealed
    assert sealed != CIPHER.encrypt(text, associated_data="reports:7:reason")


def test_sealed_words_do_not_open_elsewhere_or_changed() -> None:  # S25
    sealed = CIPHER.encrypt("words", associated_data="reports:7:reason")
    flipped = sealed[:-3] + ("A" if sealed[-3] != "A" else "B") + sealed[-2:]
    for value, about in ((sealed, "reports:8:reason"), (flipped, "reports:7:reason")):
        with pytest.raises(ValueError, match="can't decrypt"):
            CIPHER.decrypt(value, associated_data=about)
    other = FieldCipher("another secret, as long as it has to be, 0123456789")
    with pytest.raises(ValueError, match="can't decrypt"):
        other.decrypt(sealed, associated_data="reports:7:reason")
