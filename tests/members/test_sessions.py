"""Signing in and out, sessions, passwords: throttled, alike for known and unknown, ended when they should be."""

from collections.abc import Callable
from datetime import timedelta
from statistics import median
from time import process_time
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community.core.events import Event
from community.core.unit_of_work import UnitOfWorkFactory
from community.members import access
from community.members.events import PasswordChanged, PasswordResetRequested
from community.members.models import Member, PasswordReset, Session, SignInAttempt
from community.members.rules import accounts
from tests.conftest import Act
from tests.factories import Cast
from tests.support.accounts import OTHER_PASSWORD, PASSWORD, SECRET, give_password, sign_in


def test_ben_signs_in_with_his_password(client: FlaskClient, cast: Cast, store: UnitOfWorkFactory) -> None:
    answer = sign_in(client, give_password(store, cast.ben).upper())

    assert answer.status_code == 201
    assert answer.json["member"] == {"id": str(cast.ben.id), "handle": "Ben", "role": "alumnus"}
    cookie = answer.headers.getlist("Set-Cookie")[0]
    assert cookie.startswith("session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_unknown_address_and_wrong_password_are_answered_alike(
    client: FlaskClient, cast: Cast, store: UnitOfWorkFactory
) -> None:
    wrong = sign_in(client, give_password(store, cast.ben), OTHER_PASSWORD)  # S6
    unknown = sign_in(client, "nobody@example.org", OTHER_PASSWORD)
    without_password = sign_in(client, "cleo@example.org", OTHER_PASSWORD)

    assert wrong.status_code == unknown.status_code == without_password.status_code == 401
    assert wrong.data == unknown.data == without_password.data
    assert dict(wrong.headers) == dict(unknown.headers)


def test_unknown_addresses_take_as_long_as_known_ones(app: Flask, cast: Cast, store: UnitOfWorkFactory) -> None:  # S6
    email = give_password(store, cast.ben)
    known, unknown = [], []
    for number in range(8):
        client = app.test_client()
        place = {"REMOTE_ADDR": f"192.0.2.{number}"}
        for spans, address in ((known, email), (unknown, f"n{number}@example.org")):
            begun = process_time()  # of this process alone: the machine may be busy
            sign_in(client, address, OTHER_PASSWORD, environ_base=place)
            spans.append(process_time() - begun)
    assert abs(median(known) - median(unknown)) < 0.6 * median(known)


def test_the_sixth_try_is_too_many_even_with_the_right_password(
    app: Flask, cast: Cast, store: UnitOfWorkFactory
) -> None:  # S5
    email = give_password(store, cast.ben)
    client = app.test_client()
    assert [sign_in(client, email, OTHER_PASSWORD).status_code for _ in range(5)] == [401] * 5

    refused = sign_in(client, email)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    elsewhere = sign_in(app.test_client(), email, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 201  # nobody else can lock Ben out


def test_the_throttle_ends(cast: Cast, act: Act, store: UnitOfWorkFactory, client: FlaskClient) -> None:  # S5
    email = give_password(store, cast.ben)
    for _ in range(5):
        sign_in(client, email, OTHER_PASSWORD)
    with store.unit_of_work() as uow:
        for attempt in uow.session.scalars(select(SignInAttempt)):
            attempt.at -= accounts.THROTTLE_WINDOW
    assert sign_in(client, email).status_code == 201


def test_signing_in_forgets_the_failures_before_it(cast: Cast, store: UnitOfWorkFactory, client: FlaskClient) -> None:
    email = give_password(store, cast.ben)
    for _ in range(3):
        for _ in range(4):
            assert sign_in(client, email, OTHER_PASSWORD).status_code == 401
        assert sign_in(client, email).status_code == 201


def test_no_network_address_is_kept(cast: Cast, store: UnitOfWorkFactory, client: FlaskClient) -> None:
    sign_in(client, give_password(store, cast.ben), OTHER_PASSWORD)
    with store.read_context() as ctx:
        attempt = ctx.session.scalars(select(SignInAttempt)).one()
    assert "127.0.0.1" not in str(vars(attempt))
    assert "ben@example.org" not in str(vars(attempt))


def test_passwords_are_hashed_with_argon2id_and_again_when_the_cost_rises(
    cast: Cast, store: UnitOfWorkFactory, client: FlaskClient
) -> None:  # S2
    email = give_password(store, cast.ben)
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    set_hash(store, cast.ben.id, old)
    assert sign_in(client, email).status_code == 201

    with store.read_context() as ctx:
        fresh = ctx.session.get_one(Member, cast.ben.id).password_hash or ""
    assert fresh.startswith("$argon2id$")
    assert "m=19456,t=2,p=1" in fresh


def test_the_database_holds_no_usable_session(cast: Cast, store: UnitOfWorkFactory, client: FlaskClient) -> None:
    token = sign_in(client, give_password(store, cast.ben)).json["token"]
    with store.read_context() as ctx:
        assert token not in str([vars(row) for row in ctx.session.scalars(select(Session))])


def test_a_cookie_from_before_does_not_survive_signing_in(
    app: Flask, cast: Cast, store: UnitOfWorkFactory
) -> None:  # S7
    client = app.test_client()
    client.set_cookie("session", "chosen-by-somebody-else", domain="localhost")
    fresh = sign_in(client, give_password(store, cast.ben)).json["token"]

    assert fresh != "chosen-by-somebody-else"
    assert client.get_cookie("session", domain="localhost").value == fresh  # type: ignore[union-attr]
    assert whoami(app, "chosen-by-somebody-else").status_code == 401


def test_signing_out_ends_the_session_for_good(app: Flask, cast: Cast, store: UnitOfWorkFactory) -> None:  # S7
    client = app.test_client()
    answer = sign_in(client, give_password(store, cast.ben)).json
    out = client.delete("/api/v1/session", headers={"X-CSRF-Token": answer["csrf_token"]})

    assert out.status_code == 204
    assert "storage" in out.headers["Clear-Site-Data"]
    assert whoami(app, answer["token"]).status_code == 401


def test_bearer_and_cookie_are_the_same_session(app: Flask, cast: Cast, store: UnitOfWorkFactory) -> None:
    client = app.test_client()
    token = sign_in(client, give_password(store, cast.ben)).json["token"]
    by_cookie = client.get("/api/v1/me").json
    assert by_cookie == whoami(app, token).json
    assert len(client.get("/api/v1/sessions").json["items"]) == 1


def test_ben_sees_his_sessions_and_ends_one(app: Flask, cast: Cast, api: Any) -> None:
    phone, desk = api(cast.ben), api(cast.ben)
    other = next(item for item in desk.get("/sessions").json["items"] if not item["current"])
    assert desk.delete(f"/sessions/{other['id']}").status_code == 204

    assert phone.get("/me").status_code == 401
    assert desk.get("/me").status_code == 200


def test_cleo_cannot_end_bens_session(cast: Cast, api: Any) -> None:
    ben, cleo = api(cast.ben), api(cast.cleo)
    session = ben.get("/sessions").json["items"][0]["id"]
    not_hers = cleo.delete(f"/sessions/{session}")
    not_there = cleo.delete(f"/sessions/{cast.ben.id}")

    assert not_hers.status_code == 404
    assert not_hers.data == not_there.data
    assert ben.get("/me").status_code == 200


@pytest.mark.parametrize(("staff", "idle"), [(False, accounts.MEMBER_IDLE), (True, accounts.STAFF_IDLE)])
def test_sessions_that_rest_too_long_are_over(
    cast: Cast, store: UnitOfWorkFactory, client: FlaskClient, app: Flask, staff: bool, idle: timedelta
) -> None:  # S7
    token = sign_in(client, give_password(store, cast.ada if staff else cast.ben)).json["token"]
    rest(store, idle - timedelta(minutes=1))
    assert whoami(app, token).status_code == 200
    rest(store, idle)
    assert whoami(app, token).status_code == 401


def test_sessions_end_at_last(cast: Cast, store: UnitOfWorkFactory, client: FlaskClient, app: Flask) -> None:  # S7
    token = sign_in(client, give_password(store, cast.ben)).json["token"]
    with store.unit_of_work() as uow:
        session = uow.session.scalars(select(Session)).one()
        assert session.expires_at - session.created_at == accounts.SESSION_LASTS
        session.expires_at = uow.now
    assert whoami(app, token).status_code == 401


def test_a_change_of_password_ends_the_other_sessions(
    app: Flask, cast: Cast, store: UnitOfWorkFactory, client: FlaskClient, recorded: Callable[[], list[Event]]
) -> None:
    email = give_password(store, cast.ben)
    here, there = (sign_in(app.test_client(), email).json["token"] for _ in range(2))
    wanted = {"current_password": PASSWORD, "password": OTHER_PASSWORD}
    headers = {"Authorization": f"Bearer {here}"}

    wrong = client.put("/api/v1/me/password", json={**wanted, "current_password": "no"}, headers=headers)
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["current_password"])
    assert client.put("/api/v1/me/password", json=wanted, headers=headers).status_code == 204

    assert (whoami(app, here).status_code, whoami(app, there).status_code) == (200, 401)
    assert sign_in(client, email).status_code == 401
    assert sign_in(client, email, OTHER_PASSWORD).status_code == 201
    assert recorded()[-1] == PasswordChanged(member_id=cast.ben.id)


def test_guessing_the_present_password_is_throttled(cast: Cast, store: UnitOfWorkFactory, api: Any) -> None:
    give_password(store, cast.dov)
    dov = api(cast.dov)
    tries = [dov.put("/me/password", {"current_password": "no", "password": OTHER_PASSWORD}) for _ in range(12)]
    assert tries[0].status_code == 422
    assert tries[-1].status_code == 429


def test_a_forgotten_password_is_answered_alike_for_unknown_addresses(
    client: FlaskClient, cast: Cast, recorded: Callable[[], list[Event]]
) -> None:  # S6
    known = client.post("/api/v1/password-resets", json={"email": "ben@example.org"})
    unknown = client.post("/api/v1/password-resets", json={"email": "nobody@example.org"})

    assert (known.status_code, known.data, dict(known.headers)) == (
        unknown.status_code,
        unknown.data,
        dict(unknown.headers),
    )
    assert [type(event) for event in recorded()] == [PasswordResetRequested]


def test_a_reset_link_works_once_and_ends_every_session(
    app: Flask, client: FlaskClient, cast: Cast, store: UnitOfWorkFactory, recorded: Callable[[], list[Event]]
) -> None:
    token = sign_in(app.test_client(), give_password(store, cast.ben)).json["token"]
    client.post("/api/v1/password-resets", json={"email": "ben@example.org"})
    asked = recorded()[-1]
    assert isinstance(asked, PasswordResetRequested)
    link = f"/api/v1/password-resets/{accounts.reset_token(SECRET, asked.reset_id)}"

    assert client.put(link, json={"password": "short"}).status_code == 422
    assert client.put(link, json={"password": OTHER_PASSWORD}).status_code == 204
    assert client.put(link, json={"password": OTHER_PASSWORD}).status_code == 410
    assert whoami(app, token).status_code == 401
    assert sign_in(client, "ben@example.org", OTHER_PASSWORD).status_code == 201


def test_a_reset_link_works_for_an_hour(client: FlaskClient, cast: Cast, store: UnitOfWorkFactory) -> None:
    client.post("/api/v1/password-resets", json={"email": "ben@example.org"})
    with store.unit_of_work() as uow:
        reset = uow.session.scalars(select(PasswordReset)).one()
        assert reset.expires_at - reset.created_at == timedelta(hours=1)
        reset.expires_at = uow.now
        token = accounts.reset_token(SECRET, reset.id)
    assert client.put(f"/api/v1/password-resets/{token}", json={"password": OTHER_PASSWORD}).status_code == 410


def test_few_reset_mails_go_to_one_address(client: FlaskClient, cast: Cast, store: UnitOfWorkFactory) -> None:  # S5
    answers = [client.post("/api/v1/password-resets", json={"email": "ben@example.org"}) for _ in range(4)]
    assert {answer.status_code for answer in answers} == {202}
    with store.read_context() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(PasswordReset)) == accounts.RESETS_PER_HOUR


def test_a_suspended_member_gets_no_session_while_the_password_was_hashed(
    cast: Cast, act: Act, store: UnitOfWorkFactory
) -> None:
    with store.unit_of_work() as uow:
        assert access.locked_active_member(uow, cast.ben.id)
        uow.session.get_one(Member, cast.ben.id).state = "deactivated"
        uow.session.flush()
        assert access.locked_active_member(uow, cast.ben.id) is None


def whoami(app: Flask, token: str) -> Any:
    return app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})


def set_hash(store: UnitOfWorkFactory, member_id: Any, hashed: str) -> None:
    with store.unit_of_work() as uow:
        uow.session.get_one(Member, member_id).password_hash = hashed


def rest(store: UnitOfWorkFactory, span: timedelta) -> None:
    with store.unit_of_work() as uow:
        for session in uow.session.scalars(select(Session)):
            session.last_used_at = uow.now - span
