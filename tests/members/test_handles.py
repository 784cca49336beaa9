"""Handles: real names of the world are taken, look-alikes and offices are not."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from community.core.unit_of_work import UnitOfWorkFactory
from community.members.actions.accounts import change_profile
from community.members.actions.handles import HandleTaken
from community.members.models import Member
from community.members.rules.handles import clean_handle, handle_key, handle_problem, skeleton
from tests.conftest import Act
from tests.factories import Cast

NAMES = (
    "O’Brien|D’Angelo|Anne–Marie|Zoë\u00a0K|प्रिया|रवि|ณัฐ|น้ำ|தமிழ்|علی\u200cرضا|東京・太郎|김민수"
    "|한글Kim|Ада|Νίκος|Nguyễn Thị|İpek"
)
INVISIBLE = (
    "\u3164 \u1160 \uffa0 \u115f \u200b \u200c \u200d \u200e \u2060 \u00ad \ufe0f \ufeff \u034f \u2800 \U000e0041"
)
OFFICES = (
    "Coordinator|Moderator|Admin|admins|Admin1|the admin|Аdmin|Adrnin|Adm\u0131n|C00rdinator|Dana (Admin)|Staff Ada"
    "|Help now|HELP-NOW|Support|System|Afterward"
)


@pytest.mark.parametrize("name", NAMES.split("|"))
def test_people_may_have_their_real_names(name: str) -> None:
    """X11: marks, the iPhone's apostrophe, pasted blanks and the dot of Japanese names were refused."""
    assert handle_problem(clean_handle(name)) is None


@pytest.mark.parametrize("letter", INVISIBLE.split(" "))
def test_no_handle_holds_a_letter_that_nobody_sees(letter: str) -> None:
    """A11: Hangul fillers made a second Dana."""
    assert handle_problem(clean_handle(f"Dana{letter}"))
    assert handle_problem(clean_handle(f"Da{letter}na"))
    assert handle_problem(letter * 2)


@pytest.mark.parametrize("name", OFFICES.split("|"))
def test_no_handle_reads_like_an_office(name: str) -> None:
    """A11: "Coordinator" and "Help now" were taken, and would be in other letters."""
    assert handle_problem(clean_handle(name))


@pytest.mark.parametrize("name", ["D\u0430na", "R\u03bfbin", "Z\u0335\u0336\u0337\u0338a", "Dana\u0301\u0301\u0301"])
def test_one_name_has_one_alphabet(name: str) -> None:
    """A11: single script, and no heap of marks."""
    assert handle_problem(clean_handle(name))


def test_real_names_of_one_alphabet_stay_different() -> None:
    """X11: कि and कु had one key."""
    for one, other in (("कि", "कु"), ("Ian", "Lan"), ("Marnie", "Mamie"), ("Zoe", "Zoë"), ("Ana", "Anna")):
        assert skeleton(one) != skeleton(other)
        assert handle_key(one) != handle_key(other)


@pytest.mark.parametrize("like", ["B\u0435n", "\u0412\u0435n", "\uff22en", "\U0001d401en", "BEN", "b.e.n"])
def test_cleo_cannot_look_like_ben(act: Act, cast: Cast, like: str) -> None:
    """A11: also in letters of another alphabet; rows from before the upgrade count, too."""
    with pytest.raises(HandleTaken):
        act(cast.cleo, change_profile, handle=like)
    assert act(cast.ben, change_profile, handle="Ben").handle == "Ben"


def test_cleo_cannot_look_like_staff_even_from_afar(act: Act, cast: Cast, store: UnitOfWorkFactory) -> None:
    """A11: of coordinators' names rn and m, l and I are one."""
    with store.unit_of_work() as uow:
        uow.session.get_one(Member, cast.ada.id).handle = "Emmalin"
    for like in ("Ernmalin", "EmmaIin", "Emmal1n"):
        with pytest.raises(HandleTaken):
            act(cast.cleo, change_profile, handle=like)


def test_a_name_given_up_is_free_after_ninety_days(act: Act, cast: Cast, api: Callable[..., Any]) -> None:
    """A11: it was free for anybody at once."""
    act(cast.ben, change_profile, handle="Heron")
    for name in ("Ben", "BEN", "B\u0435n"):
        with pytest.raises(HandleTaken):
            act(cast.cleo, change_profile, handle=name)
    act(cast.ben, change_profile, handle="Ben")  # it is still his
    act(cast.ben, change_profile, handle="Heron")
    act.later(days=90, seconds=1)
    assert act(cast.cleo, change_profile, handle="Ben").handle == "Ben"


def test_two_who_look_alike_before_the_upgrade_keep_their_names(act: Act, cast: Cast, store: UnitOfWorkFactory) -> None:
    """A11: the upgrade cannot fail on members who are alike already."""
    with store.unit_of_work() as uow:
        cleo = uow.session.get_one(Member, cast.cleo.id)
        cleo.handle, cleo.handle_key = "B\u0435n", "b\u0435n"
    act(cast.dov, change_profile, handle="Dover")
    with store.read_context() as ctx:
        looks = ctx.session.scalars(select(Member.handle_skeleton).order_by(Member.handle_key)).all()
    assert None not in looks
    assert looks.count("ben") == 2
    act(cast.ben, change_profile, time_zone="America/Denver")


def test_the_page_says_what_is_allowed(cast: Cast, api: Callable[..., Any]) -> None:
    """X11: the message spoke of dashes and dots only."""
    ben = api(cast.ben)
    assert "one alphabet" in ben.patch("/me", {"handle": "D\u0430na"}).json["errors"]["handle"][0]
    assert "reserved" in ben.patch("/me", {"handle": "Moderator"}).json["errors"]["handle"][0]
    assert ben.patch("/me", {"handle": "O’Brien"}).json["handle"] == "O’Brien"
    assert ben.patch("/me", {"handle": "Zoë\u00a0K"}).json["handle"] == "Zoë K"
