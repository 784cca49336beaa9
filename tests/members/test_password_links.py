"""A change of password ends every link from before; a new session ends the one it takes the place of."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core.events import Event
from community.core.unit_of_work import UnitOfWorkFactory
from community.members.events import PasswordResetRequested
from community.members.models import Session
from community.members.rules import accounts
from tests.factories import Cast
from tests.members.test_sessions import whoami
from tests.support.accounts import OTHER_PASSWORD, PASSWORD, SECRET, give_password, join_body, sign_in, token_in

THIRD = "eleven owls behind a curtain"
Recorded = Callable[[], list[Event]]


def ask(client: FlaskClient, recorded: Recorded) -> str:
    """Ask for a link for Ben, as his mailbox gets it."""
    client.post("/api/v1/password-resets", json={"email": "ben@example.org"})
    asked = [event for event in recorded() if isinstance(event, PasswordResetRequested)][-1]
    return f"/api/v1/password-resets/{accounts.reset_token(SECRET, asked.reset_id)}"


def test_the_older_of_two_links_is_dead(
    client: FlaskClient, cast: Cast, store: UnitOfWorkFactory, recorded: Recorded
) -> None:
    """A12: the older of two links still set another password after the newer was used."""
    email = give_password(store, cast.ben)
    older = ask(client, recorded)
    newer = ask(client, recorded)
    assert older != newer

    assert client.put(older, json={"password": THIRD}).status_code == 410  # asking anew ends it
    assert client.put(newer, json={"password": OTHER_PASSWORD}).status_code == 204
    assert client.put(older, json={"password": THIRD}).status_code == 410
    assert sign_in(client, email, OTHER_PASSWORD).status_code == 201


def test_a_link_does_not_outlive_a_password_changed_by_hand(
    app: Flask, cast: Cast, store: UnitOfWorkFactory, recorded: Recorded
) -> None:
    """X3: a link asked for before the change still worked after it."""
    email = give_password(store, cast.ben)
    ben = app.test_client()
    headers = {"X-CSRF-Token": sign_in(ben, email).json["csrf_token"]}
    link = ask(app.test_client(), recorded)

    wanted = {"current_password": PASSWORD, "password": OTHER_PASSWORD}
    assert ben.put("/api/v1/me/password", json=wanted, headers=headers).status_code == 204
    assert app.test_client().put(link, json={"password": THIRD}).status_code == 410
    page = app.test_client().post(link.replace("/api/v1/password-resets", "/reset"), data={"password": THIRD})
    assert page.status_code == 410


def test_a_closed_account_opened_again_has_no_links(
    client: FlaskClient, cast: Cast, api: Any, recorded: Recorded
) -> None:
    """A12: a link from before an account was closed does not work when it is opened again."""
    link = ask(client, recorded)
    root = api(cast.root)
    assert root.put(f"/members/{cast.ben.id}/deactivation").status_code == 204
    assert root.delete(f"/members/{cast.ben.id}/deactivation").status_code == 204
    assert client.put(link, json={"password": OTHER_PASSWORD}).status_code == 410


def test_signing_in_again_ends_the_session_of_that_browser(app: Flask, cast: Cast, store: UnitOfWorkFactory) -> None:
    """A19a: the old session stayed, also when another person signed in over it."""
    ben, cleo = give_password(store, cast.ben), give_password(store, cast.cleo)
    browser, phone = app.test_client(), app.test_client()
    first, elsewhere = sign_in(browser, ben).json["token"], sign_in(phone, ben).json["token"]
    second = sign_in(browser, ben).json["token"]
    assert [whoami(app, token).status_code for token in (first, second, elsewhere)] == [401, 200, 200]

    browser.post("/sign-in", data={"email": cleo, "password": PASSWORD})
    assert [whoami(app, token).status_code for token in (second, elsewhere)] == [401, 200]
    assert sign_in(browser, cleo, OTHER_PASSWORD).status_code == 401
    assert browser.get("/api/v1/me").json["handle"] == "Cleo"  # who only tries ends nothing


def test_joining_ends_the_session_of_that_browser(app: Flask, cast: Cast, store: UnitOfWorkFactory, api: Any) -> None:
    """A19a: the same when a new member joins in a browser where somebody is signed in."""
    browser = app.test_client()
    old = sign_in(browser, give_password(store, cast.ben)).json["token"]
    link = token_in(api(cast.ada).post("/invitations", {"email": "juniper@example.org"}).json["url"])
    assert browser.post("/api/v1/invitations/accept", json=join_body(link)).status_code == 201
    assert whoami(app, old).status_code == 401


@pytest.mark.parametrize("is_idle", [False, True])
def test_ben_has_so_many_sessions_and_the_oldest_ends(
    app: Flask, cast: Cast, store: UnitOfWorkFactory, is_idle: bool
) -> None:
    """A19a: 61 sessions were listed. Those that have ended by themselves go before those that hold."""
    email = give_password(store, cast.ben)
    tokens = [sign_in(app.test_client(), email).json["token"] for _ in range(accounts.MAX_SESSIONS)]
    with store.unit_of_work() as uow:
        rows = uow.session.scalars(select(Session).order_by(Session.created_at)).all()
        if is_idle:
            rows[-1].last_used_at -= accounts.MEMBER_IDLE + timedelta(minutes=1)
    tokens.append(sign_in(app.test_client(), email).json["token"])

    alive = [whoami(app, token).status_code == 200 for token in tokens]
    gone = accounts.MAX_SESSIONS - 1 if is_idle else 0
    assert alive == [place != gone for place in range(accounts.MAX_SESSIONS + 1)]
