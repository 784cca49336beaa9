"""Folding of languages, recovery approaches and interests: one value for all spellings of it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.buddies.matching import vocabulary
from community.buddies.matching.vocabulary import FIELDS, Field, choices, fold, fold_all, plain, tidied

unhurried = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # its table of Unicode loads slowly
ANYTHING = st.text(max_size=40) | st.lists(
    st.sampled_from(
        ["Spanish", "español", "(a little)", "&", "AND", "/", "-", "ASL", "Klingon", "cocinar", "AA", "Dios"]
    )
).map(" ".join)


@pytest.mark.parametrize("field", FIELDS)
@unhurried
@given(words=ANYTHING)
def test_folding_twice_is_folding_once(field: Field, words: str) -> None:
    assert plain(plain(words)) == plain(words)
    assert fold(field, fold(field, words)) == fold(field, words)
    assert fold_all(field, fold_all(field, [words])) == fold_all(field, [words])


@pytest.mark.parametrize("field", FIELDS)
@unhurried
@given(texts=st.lists(ANYTHING, max_size=5))
def test_a_tidied_list_means_what_ben_typed_and_says_it_once(field: Field, texts: list[str]) -> None:
    shown = tidied(field, texts)
    assert fold_all(field, shown) == fold_all(field, texts)
    assert len(shown) == len(fold_all(field, texts))
    assert tidied(field, shown) == shown


@pytest.mark.parametrize("field", FIELDS)
def test_each_spelling_belongs_to_one_value(field: Field) -> None:
    owners: dict[str, str] = {}
    for key, names in vocabulary._TABLES[field].items():
        for name in (key, *names.split("|")):
            assert owners.setdefault(plain(name), key) == key, name
            assert fold(field, name) == key, name


@pytest.mark.parametrize("field", FIELDS)
def test_a_chip_saves_a_name_that_folds_to_the_chip(field: Field) -> None:
    for choice in choices(field):
        assert fold_all(field, [choice.value]) == {choice.key}
        assert tidied(field, [choice.value]) == [choice.value]


@pytest.mark.parametrize(
    ("field", "typed", "keys"),
    [
        ("languages", ["español, inglés"], ["es", "en"]),
        ("languages", ["Inglés", "spanish ", "ENGLISH"], ["es", "en"]),
        ("languages", ["English and Spanish"], ["es", "en"]),
        ("languages", ["español e inglés"], ["es", "en"]),
        ("languages", ["Spanish/English"], ["es", "en"]),
        ("languages", ["English Spanish"], ["es", "en"]),
        ("languages", ["un poco de español", "Spanish (a little)", "es-MX"], ["es"]),
        ("languages", ["I speak Tagalog"], ["tl"]),
        ("languages", ["Kreyòl", "creole"], ["ht"]),
        ("languages", ["tiếng Việt", "TIENG VIET"], ["vi"]),
        ("languages", ["中文", "Chinese", "mandarin"], ["zh"]),
        ("languages", ["Русский", "ruso"], ["ru"]),
        ("languages", ["ＡＳＬ", "sign language"], ["ase"]),
        ("languages", ["Latin", "Esperanto"], ["latin", "esperanto"]),
        ("interests", ["walks", "Walking", "caminar"], ["walking"]),
        ("interests", ["cocinar", "Cooking!"], ["cooking"]),
        ("interests", ["rock and roll", "Rock & Roll"], ["rock and roll"]),
        ("interests", ["Béisbol", "beisbol"], ["sports"]),
        ("interests", ["caminar y cocinar"], ["walking", "cooking"]),
        ("pathways", ["AA/NA", "twelve steps", "12-Step"], ["twelve steps"]),
        ("pathways", ["SMART", "Suboxone", "terapia"], ["smart", "medication", "therapy"]),
        ("pathways", ["  ", ",", "—"], set()),
    ],
    ids=str,
)
def test_typed_words_are_understood(field: Field, typed: list[str], keys: list[str]) -> None:
    assert fold_all(field, typed) == set(keys)


def test_own_words_stay_as_cleo_typed_them() -> None:
    assert tidied("interests", ["Rock & Roll", "caminar", "walks", "ROCK AND ROLL"]) == ["Rock & Roll", "Walking"]
