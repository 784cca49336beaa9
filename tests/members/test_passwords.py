"""New passwords: what people and programs make up is taken, what somebody else would try first is not."""

import random
import string
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from community.core.events import Event
from community.core.unit_of_work import UnitOfWorkFactory
from community.members.rules.passwords import normal_password, password_problem
from tests.factories import Cast
from tests.members.test_password_links import ask
from tests.support.accounts import OTHER_PASSWORD, PASSWORD, give_password, join_body, token_in

OWN = ("Juniper", "juniper.fields@example.org", "Afterward")
PRINTABLE = string.ascii_letters + string.digits + string.punctuation


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        OTHER_PASSWORD,
        "sevenlampsovertheorchard",
        "fünfzehn Wörter im Garten",
        "静かな夜にランプが灯る七つの丘",
        "x7!kQ9#mZ2$vB5&wL",
        "maple river lamp stone",
        "tengo un perro azul",
        "four quiet words here",
        "7#9!x@2$8%Q^4&6*Z(1)",
        "9041572683017a5b28364095716208c4",
        "maple river lamp stone " * 8,
    ],
)
def test_passwords_that_may_be_chosen(password: str) -> None:  # S3
    assert password_problem(password, own=OWN) is None


@pytest.mark.parametrize(
    "password",
    [
        "",
        "fourteen chars",
        "a" * 40,
        "abababababababababab",
        "aaaabbbbccccddddeeee",
        "x7!kQ9#mZ2$vB5&wL" * 12,
        "recovery2026recovery",
        "password password password",
        "Afterward-Community-2026",
        "123456789012345678",
        "juniperjuniperjuniper",
        "welcome-juniper-2026!",
        "ｐａｓｓｗｏｒｄ１２３４５６７８",
        "qwertyuiopasdfgh",
        "iloveyouiloveyou",
        "abcdefghijklmnop",
        "1qaz2wsx3edc4rfv",
        "asdfghjklzxcvbnm",
        "correcthorsebatterystaple",
        "Summer2026Summer2026",
        "trustno1trustno1",
        "michaeljennifer",
        "juniper.fields@example.org",
        "juniper.fields.2026",
        "Fields_Juniper_1984",
        "sdleif.repinuj.2026",
        "Junip3rJunip3r99",
        "one day at a time",
        "One Day At A Time 2026!",
        "0ne d4y at a t1me",
        "onedayatatimeonedayatatime",
        "This, too, shall pass.",
        "keep coming back 123",
        "God grant me the serenity",
        "thequickbrownfoxjumps",
        "2026-11-30-2026-11-30",
        "orchard orchard orchard orchard",
        "mondaytuesdaywednesday",
        "one two three four five",
    ],
)
def test_passwords_that_may_not(password: str) -> None:
    """A18: key rows, doubled words, slogans and one's own names were all taken."""
    assert password_problem(password, own=OWN)


@pytest.mark.parametrize(
    ("length", "letters"),
    [(15, PRINTABLE), (16, string.ascii_letters + string.digits), (20, "0123456789abcdef"), (20, string.digits)],
    ids=["printable", "letters and digits", "hex", "digits"],
)
def test_a_generated_password_is_accepted(length: int, letters: str) -> None:
    """X14: up to 18 of 100 random ones were refused as easy, all of digits only."""
    chance = random.Random(7)
    made = ["".join(chance.choices(letters, k=length)) for _ in range(150)]
    assert [password for password in made if password_problem(password, own=OWN)] == []


def test_the_same_keys_give_the_same_password_on_every_device() -> None:  # S3
    assert normal_password("cafe\u0301 ﬁrst light") == normal_password("caf\u00e9 first light")


def test_ben_may_not_choose_his_own_address(
    cast: Cast,
    store: UnitOfWorkFactory,
    api: Callable[..., Any],
    client: FlaskClient,
    recorded: Callable[[], list[Event]],
) -> None:
    """A18: settings and reset knew neither address nor handle; the link still works after a refusal."""
    own = give_password(store, cast.ben) + " 2026"
    wanted = {"current_password": PASSWORD, "password": own}
    by_hand = api(cast.ben).put("/me/password", wanted)
    assert (by_hand.status_code, list(by_hand.json["errors"])) == (422, ["password"])

    link = ask(client, recorded)
    for easy in (own, "Afterward Afterward", "one day at a time"):
        by_link = client.put(link, json={"password": easy})
        assert (by_link.status_code, list(by_link.json["errors"])) == (422, ["password"])
    page = client.post(link.replace("/api/v1/password-resets", "/reset"), data={"password": own})
    assert (page.status_code, "easy to guess" in page.text) == (422, True)
    assert client.put(link, json={"password": OTHER_PASSWORD}).status_code == 204


def test_juniper_may_not_join_with_her_own_name_or_address(cast: Cast, api: Any, client: FlaskClient) -> None:
    """A18: joining knew the handle, and not the address that the invitation went to."""
    link = token_in(api(cast.ada).post("/invitations", {"email": "juniper.fields@example.org"}).json["url"])
    for easy in ("juniper.fields@example.org", "fieldsfieldsfields", "Night Owl Night Owl"):
        answer = client.post("/api/v1/invitations/accept", json=join_body(link, handle="Night Owl", password=easy))
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["password"])
    assert client.post("/api/v1/invitations/accept", json=join_body(link, handle="Night Owl")).status_code == 201
