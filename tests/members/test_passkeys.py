"""Passkeys: one answer for one challenge, no copies, no second factor without a proof, and one is enough to sign in."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from community.core.crypto.passkeys import passkey_site
from community.core.events import Event
from community.core.unit_of_work import UnitOfWorkFactory
from community.members.events import PasskeyCopied
from community.members.models import Session
from community.members.models.passkeys import PasskeyChallenge
from tests.conftest import Act, SignedInClient
from tests.factories import Cast
from tests.pages import csrf
from tests.support.accounts import PASSWORD, give_password, sign_in
from tests.support.authenticator import Authenticator


@pytest.fixture
def phone(app: Flask) -> Authenticator:
    """The phone of a member, at an address where browsers allow passkeys."""
    web = app.extensions["community"]
    web.settings = replace(web.settings, public_url="http://localhost")
    return Authenticator()


@pytest.fixture
def ben(app: Flask, cast: Cast, store: UnitOfWorkFactory, phone: Authenticator) -> SignedInClient:
    """Ben with a passkey on his phone, signed in by his password before."""
    client = app.test_client(use_cookies=False)
    ben = SignedInClient(client, sign_in(client, give_password(store, cast.ben)).json["token"])
    step_up(ben)
    assert register(ben, phone).status_code == 201
    return ben


def step_up(client: SignedInClient) -> None:
    client.token = client.post("/session/step-up", {"password": PASSWORD}).json["token"]


def register(client: SignedInClient, phone: Authenticator) -> Any:
    options = client.post("/me/passkeys/options").json["options"]
    return client.post("/me/passkeys", {"credential": phone.make(options)})


def challenge(app: Flask) -> dict[str, Any]:
    """Options for anyone who wants to sign in."""
    options: dict[str, Any] = app.test_client().post("/api/v1/session/passkey-options").json["options"]
    return options


def use(app: Flask, assertion: dict[str, Any], **more: str) -> Any:
    return app.test_client(use_cookies=False).post("/api/v1/session/factor", json={"assertion": assertion, **more})


def test_passkeys_work_where_browsers_allow_them() -> None:
    for url, host in (
        ("https://people.example.org", "people.example.org"),
        ("https://people.example.org:8443", "people.example.org"),
        ("http://localhost:8000", "localhost"),
        ("http://127.0.0.1:8000", None),
        ("https://192.0.2.7", None),
        ("https://[2001:db8::1]", None),
        ("http://people.example.org", None),
    ):
        site = passkey_site(url, "People")
        assert (site and site.host) == host, url
        assert site is None or site.origin == url


def test_ben_signs_in_with_his_passkey_and_no_name(
    app: Flask, ben: SignedInClient, cast: Cast, phone: Authenticator, store: UnitOfWorkFactory
) -> None:
    """S4, S7: it is both factors, so the session is stepped up; a password alone opens nothing any more."""
    waiting = sign_in(app.test_client(), "ben@example.org")
    assert (waiting.status_code, waiting.json["second_factor"]) == (200, ["passkey", "recovery"])
    answer = use(app, phone.use(challenge(app)))
    assert (answer.status_code, answer.json["member"]["handle"]) == (201, "Ben")
    with store.read_context() as ctx:
        newest = ctx.session.scalars(select(Session).order_by(Session.created_at.desc(), Session.id.desc())).first()
    assert newest is not None
    assert newest.second_factor_at == newest.stepped_up_at == store.clock()
    [mine] = ben.get("/me/passkeys").json["items"]
    assert (mine["name"], mine["last_used_at"] is not None, mine["may_be_copied"]) == ("An app or program", True, False)

    pending = sign_in(app.test_client(), "ben@example.org").json["pending"]
    assert use(app, phone.use(challenge(app)), pending=pending).status_code == 201, "as the second step, too"
    assert use(app, phone.use(challenge(app)), pending=pending).json["code"] == "sign_in_ended"


def test_an_answer_is_taken_once_for_the_challenge_it_was_made_for(
    app: Flask, ben: SignedInClient, phone: Authenticator, act: Act, store: UnitOfWorkFactory
) -> None:
    """S4: replayed, late, for another site, without the person, by an unknown key, for a step-up: all refused."""
    options = challenge(app)
    assertion = phone.use(options)
    assert use(app, assertion).status_code == 201
    replayed = use(app, assertion)
    assert (replayed.status_code, replayed.json["code"]) == (422, "passkey_refused")
    assert use(app, phone.use(options)).status_code == 422, "the challenge is used up"

    phone.origin = "https://evil.example"
    assert use(app, phone.use(challenge(app))).status_code == 422
    phone.origin, phone.flags = "http://localhost", 0x01  # present, not verified
    assert use(app, phone.use(challenge(app))).status_code == 422
    phone.flags = 0x05
    assert use(app, phone.use(challenge(app))).status_code == 201, "and the failures before are forgotten"
    assert use(app, Authenticator().use(challenge(app))).status_code == 422
    assert use(app, phone.use(ben.post("/session/step-up/options").json["options"])).status_code == 422

    late = challenge(app)
    act.later(minutes=5)
    assert use(app, phone.use(late)).status_code == 422
    assert use(app, phone.use(challenge(app))).status_code == 201
    with store.read_context() as ctx:
        assert len(ctx.session.scalars(select(PasskeyChallenge)).all()) == 0, "old ones are deleted"


def test_a_copied_key_signs_in_no_more_and_ben_is_told(
    app: Flask, ben: SignedInClient, phone: Authenticator, recorded: Callable[[], list[Event]], page: Any, cast: Cast
) -> None:
    phone.count = 7
    assert use(app, phone.use(challenge(app))).status_code == 201
    phone.count = 3  # the copy has been used less often
    refused = use(app, phone.use(challenge(app)))
    assert (refused.status_code, refused.json["code"]) == (403, "passkey_copied")
    assert [one.member_id for one in recorded() if isinstance(one, PasskeyCopied)] == [cast.ben.id]
    phone.count = 9
    assert use(app, phone.use(challenge(app))).status_code == 403, "nobody knows which of the two is his"
    assert "may have been copied" in page(cast.ben).get("/account/passkeys").text


def test_a_stolen_session_of_ben_adds_and_removes_no_factor(
    app: Flask, cast: Cast, ben: SignedInClient, phone: Authenticator, act: Act
) -> None:
    """S4, S7: ten minutes after he confirmed; his password does not count once he has a second factor."""
    act.later(minutes=10)
    [mine] = ben.get("/me/passkeys").json["items"]
    for method, path in (
        ("POST", "/me/passkeys/options"),
        ("POST", "/me/passkeys"),
        ("DELETE", f"/me/passkeys/{mine['id']}"),
        ("POST", "/me/factors/totp"),
        ("PUT", "/me/password"),
    ):
        assert ben.request(method, path, {}).json["code"] == "step_up_needed", path
    weak = ben.post("/session/step-up", {"password": PASSWORD})
    assert (weak.status_code, weak.json["code"]) == (422, "code_needed")

    options = ben.post("/session/step-up/options").json["options"]
    assert [one["id"] for one in options["allowCredentials"]] == [
        phone.make({"rp": {"id": "x"}, "challenge": ""})["id"]
    ]
    before = ben.token
    assertion = phone.use(options)
    ben.token = ben.post("/session/step-up", {"assertion": assertion}).json["token"]
    assert ben.delete(f"/me/passkeys/{mine['id']}").status_code == 204
    ben.token = before
    assert ben.get("/me").status_code == 401
    assert sign_in(app.test_client(), "ben@example.org").status_code == 201, "the password is enough again"


def test_ben_steps_up_with_a_recovery_code_once(app: Flask, cast: Cast, store: UnitOfWorkFactory, act: Act) -> None:
    web = app.extensions["community"]
    web.settings = replace(web.settings, public_url="http://localhost")
    client = app.test_client(use_cookies=False)
    ben = SignedInClient(client, sign_in(client, give_password(store, cast.ben)).json["token"])
    step_up(ben)
    made = register(ben, Authenticator())
    assert len(made.json["recovery_codes"]) == 10
    assert register(ben, Authenticator()).json["recovery_codes"] == [], "only with the first"
    act.later(minutes=10)
    code = made.json["recovery_codes"][0]
    ben.token = ben.post("/session/step-up", {"code": code.upper().replace("-", " ")}).json["token"]
    again = ben.post("/session/step-up", {"code": code})
    assert (again.status_code, again.json["code"]) == (422, "wrong_code")


def test_bens_passkey_is_removed_by_ben_alone(ben: SignedInClient, api: Any, cast: Cast) -> None:
    [mine] = ben.get("/me/passkeys").json["items"]
    for other in (cast.cleo, cast.root):
        assert api(other).delete(f"/me/passkeys/{mine['id']}").status_code == 404


def test_ada_with_a_password_alone_registers_no_passkey(
    app: Flask, cast: Cast, store: UnitOfWorkFactory, phone: Authenticator
) -> None:
    """S4: a stolen password of Ada opens nothing and adds nothing."""
    web = app.extensions["community"]
    web.settings = replace(web.settings, is_staff_factor_required=True)
    client = app.test_client(use_cookies=False)
    ada = SignedInClient(client, sign_in(client, give_password(store, cast.ada)).json["token"])
    assert ada.get("/rooms").json["code"] == "second_factor_needed"
    assert ada.post("/session/step-up", {"password": PASSWORD}).json["code"] == "second_factor_needed"
    assert ada.post("/me/passkeys/options").json["code"] == "step_up_needed"


def test_the_pages_work_like_the_api(app: Flask, ben: SignedInClient, phone: Authenticator) -> None:
    browser = app.test_client()
    assert 'data-options="/session/passkey-options"' in browser.get("/sign-in").text
    wrong = browser.post("/sign-in/passkey", data={"assertion": "{no json"})
    assert (wrong.status_code, "Please check" in wrong.text) == (422, True)
    fields = {"assertion": json.dumps(phone.use(challenge(app))), "next": "/account/passkeys"}
    answer = browser.post("/sign-in/passkey", data=fields)
    assert (answer.status_code, answer.location) == (303, "/account/passkeys")
    shown = browser.get("/account/passkeys")
    [id_] = [one["id"] for one in ben.get("/me/passkeys").json["items"]]
    removed = browser.post(f"/account/passkeys/{id_}/remove", data={"csrf_token": csrf(shown)})
    assert removed.status_code == 303
    web = app.extensions["community"]
    web.settings = replace(web.settings, public_url="http://127.0.0.1:8000")
    assert "passkey" not in app.test_client().get("/sign-in").text
    assert app.test_client().post("/api/v1/session/passkey-options").json["code"] == "no_passkeys_here"
