"""Being signed in is not enough for what would do lasting harm: the member confirms within ten minutes before."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core.unit_of_work import UnitOfWorkFactory
from community.core.web.step_up import is_stepped_up
from community.members.actions.session_auth import live_sessions
from community.members.models import NoContact, Session
from community.notifications.models import PushSubscription
from community.step_up_endpoints import STEP_UP_ENDPOINTS
from tests.conftest import NOON, Act, SignedInClient
from tests.factories import Cast
from tests.pages import csrf
from tests.support.accounts import OTHER_PASSWORD, PASSWORD, give_password, sign_in

ORDER = {"source": "court"}


@pytest.fixture
def ada(app: Flask, cast: Cast, store: UnitOfWorkFactory) -> SignedInClient:
    """Ada with a program that signed in by her password."""
    client = app.test_client(use_cookies=False)
    return SignedInClient(client, sign_in(client, give_password(store, cast.ada)).json["token"])


@pytest.fixture
def browser(app: Flask, cast: Cast, store: UnitOfWorkFactory) -> FlaskClient:
    """Ada's browser after a sign-in by her password."""
    client = app.test_client()
    client.post("/sign-in", data={"email": give_password(store, cast.ada), "password": PASSWORD})
    return client


def confirm(browser: FlaskClient, page: Any, password: str = PASSWORD) -> Any:
    """Send the form of the step-up page, with everything in it, as a browser does."""
    return browser.post("/step-up", data={**hidden_fields(page), "password": password})


def hidden_fields(page: Any) -> dict[str, str]:
    """The hidden fields of a page's own form."""
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text.split("<h1>")[1])
    return {name: unescape(value) for name, value in fields}


def test_a_step_up_holds_for_ten_minutes() -> None:
    assert not is_stepped_up(None, NOON)
    assert is_stepped_up(NOON - timedelta(minutes=9, seconds=59), NOON)
    assert not is_stepped_up(NOON - timedelta(minutes=10), NOON)


def test_a_stolen_session_of_ada_opens_no_account_and_changes_no_order(ada: SignedInClient, cast: Cast) -> None:
    """S7: what being signed in alone gives. After a step-up the same requests are answered."""
    asked = [
        ("GET", f"/members/{cast.ben.id}", None),
        ("PUT", f"/members/{cast.ben.id}/no-contacts/{cast.cleo.id}", ORDER),
        ("GET", "/api/../console/invitations.csv", None),
    ]
    for method, path, body in asked[:2]:
        refused = ada.request(method, path, body)
        assert (refused.status_code, refused.json["code"]) == (403, "step_up_needed"), path
    exported = ada.client.get("/console/invitations.csv", headers={"Authorization": f"Bearer {ada.token}"})
    assert exported.status_code == 303, "no file"

    ada.token = ada.post("/session/step-up", {"password": PASSWORD}).json["token"]
    for method, path, body in asked[:2]:
        assert ada.request(method, path, body).status_code in (200, 204), path
    exported = ada.client.get("/console/invitations.csv", headers={"Authorization": f"Bearer {ada.token}"})
    assert exported.mimetype == "text/csv"


def test_cleo_is_refused_before_she_is_asked_to_confirm(cast: Cast, app: Flask, store: UnitOfWorkFactory) -> None:
    client = app.test_client(use_cookies=False)
    cleo = SignedInClient(client, sign_in(client, give_password(store, cast.cleo)).json["token"])
    assert cleo.get(f"/members/{cast.ben.id}").json["code"] == "forbidden"


def test_adas_old_token_and_its_sockets_end(
    ada: SignedInClient, cast: Cast, act: Act, store: UnitOfWorkFactory
) -> None:
    """S7, S8: a new token at the step-up; who took the old one has nothing, and the limits stay as they were."""
    with store.read_context() as ctx:
        before = ctx.session.scalars(select(Session).where(Session.member_id == cast.ada.id)).one()
    act.later(minutes=5)
    answer = ada.post("/session/step-up", {"password": PASSWORD})
    assert answer.headers.getlist("Set-Cookie") == [], "a program gets no cookie"
    assert answer.json["token"] != ada.token
    assert ada.get("/me").status_code == 401
    ada.token = answer.json["token"]
    assert ada.get("/me").status_code == 200
    with store.read_context() as ctx:
        after = ctx.session.scalars(select(Session).where(Session.member_id == cast.ada.id)).one()
        assert live_sessions(ctx.session, {before.id, after.id}, now=ctx.now) == {after.id}
    assert (after.created_at, after.expires_at, after.label) == (before.created_at, before.expires_at, before.label)
    assert after.stepped_up_at == act.now
    act.later(minutes=10)
    assert ada.get(f"/members/{cast.ben.id}").json["code"] == "step_up_needed"


def test_adas_phone_still_gets_pushes_after_a_step_up(
    ada: SignedInClient, cast: Cast, store: UnitOfWorkFactory
) -> None:
    """N: a subscription lasts as long as its session, and the new session is the same one to her."""
    with store.unit_of_work() as uow:
        [session] = uow.session.scalars(select(Session).where(Session.member_id == cast.ada.id))
        uow.session.add(
            PushSubscription(
                endpoint="digest", member_id=cast.ada.id, session_id=session.id, created_at=uow.now, keys_encrypted=""
            )
        )
    ada.post("/session/step-up", {"password": PASSWORD})
    with store.read_context() as ctx:
        [device] = ctx.session.scalars(select(PushSubscription))
        assert device.session_id != session.id


def test_wrong_passwords_are_throttled_like_sign_ins(ada: SignedInClient) -> None:
    """S5: also with the right one in the end. The session stays."""
    for _ in range(5):
        refused = ada.post("/session/step-up", {"password": OTHER_PASSWORD})
        assert (refused.status_code, refused.json["code"]) == (422, "wrong_password")
    assert ada.post("/session/step-up", {"password": PASSWORD}).status_code == 429
    assert ada.get("/me").status_code == 200


def test_ada_goes_on_to_the_page_after_she_confirms(browser: FlaskClient, cast: Cast) -> None:
    path = f"/console/members/{cast.ben.id}?tab=1"
    asked = browser.get(path)
    assert (asked.status_code, asked.location) == (303, f"/step-up?next={path.replace('?', '%3F').replace('=', '%3D')}")
    page = browser.get(asked.location)
    wrong = confirm(browser, page, OTHER_PASSWORD)
    assert wrong.status_code == 422
    assert "not your password" in wrong.text
    answer = confirm(browser, wrong)
    assert (answer.status_code, answer.location) == (303, path)
    assert "ben@example.org" in browser.get(path).text


def test_a_form_that_was_refused_is_sent_again_with_every_field(
    browser: FlaskClient, cast: Cast, store: UnitOfWorkFactory
) -> None:
    """Ada filled in an order for longer than ten minutes; nothing of it is lost, and it is made once she confirmed."""
    token = csrf(browser.get("/account"))
    path = f"/console/members/{cast.ben.id}/no-contacts"
    asked = browser.post(path, data={"csrf_token": token, "handle": "Cleo", "source": "court"})
    assert asked.status_code == 403
    assert "What you typed is safe" in asked.text
    page = confirm(browser, asked)
    assert f'action="{path}"' in page.text
    fields = hidden_fields(page)
    assert fields["handle"] == "Cleo"
    assert fields["csrf_token"] != token, "the token belongs to the new session"
    assert browser.post(path, data=fields).status_code == 303
    with store.read_context() as ctx:
        assert len(ctx.session.scalars(select(NoContact)).all()) == 1


def test_passwords_are_never_carried_along(browser: FlaskClient, cast: Cast, store: UnitOfWorkFactory) -> None:
    """A session with a second factor is asked for more than the current password; the form comes back empty."""
    with store.unit_of_work() as uow:
        for session in uow.session.scalars(select(Session)):
            session.second_factor_at = uow.now
    fields = {"current_password": PASSWORD, "password": OTHER_PASSWORD, "csrf_token": csrf(browser.get("/account"))}
    asked = browser.post("/account/password", data=fields, headers={"Referer": "http://localhost/account"})
    assert asked.status_code == 403
    assert PASSWORD not in asked.text
    assert OTHER_PASSWORD not in asked.text
    answer = confirm(browser, asked)
    assert (answer.status_code, answer.location) == (303, "/account")


def test_ben_without_a_second_factor_changes_his_password_at_once(
    cast: Cast, app: Flask, store: UnitOfWorkFactory
) -> None:
    client = app.test_client(use_cookies=False)
    ben = SignedInClient(client, sign_in(client, give_password(store, cast.ben)).json["token"])
    change = {"current_password": PASSWORD, "password": OTHER_PASSWORD}
    assert ben.put("/me/password", change).status_code == 204


def test_the_step_up_leads_to_no_other_site(browser: FlaskClient) -> None:  # S21
    for target in ("//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert('evil')"):
        page = browser.get("/step-up", query_string={"next": target})
        assert "evil" not in page.text
        fields = {"csrf_token": csrf(page), "password": PASSWORD, "next": target}
        assert browser.post("/step-up", data=fields).location == "/"
        fields = {"csrf_token": csrf(browser.get("/step-up")), "password": PASSWORD, "action": target}
        assert "evil" not in browser.post("/step-up", data=fields).text


def test_a_file_is_offered_once_ada_confirmed(browser: FlaskClient) -> None:
    asked = browser.get("/console/invitations.csv", headers={"Referer": "http://localhost/console/invitations"})
    page = confirm(browser, browser.get(asked.location, headers={"Referer": "http://localhost/console/invitations"}))
    assert 'href="/console/invitations.csv" download' in page.text
    assert 'href="/console/invitations">Go back' in page.text
    assert browser.get("/console/invitations.csv").mimetype == "text/csv"


def test_every_endpoint_that_needs_a_step_up_exists(app: Flask) -> None:
    """S7: the list is closed: a renamed endpoint falls out of it loudly. Exports are all on it."""
    there = {f"{method} {rule.rule}" for rule in app.url_map.iter_rules() for method in rule.methods or ()}
    assert set(STEP_UP_ENDPOINTS) - there == set()
    files = {key for key in there if key.startswith("GET ") and key.endswith(".csv")}
    assert files <= set(STEP_UP_ENDPOINTS)
    assert all(len(endpoint.why) > 12 for endpoint in STEP_UP_ENDPOINTS.values())
