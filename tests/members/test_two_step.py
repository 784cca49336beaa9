"""Two-step sign-in by its pages: set up, signed in with, and required of staff, whom a password alone gives nothing."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community.app import create_app
from community.core.audit_log import AuditEntry
from community.core.settings import Settings
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.members.actions import second_factors
from community.members.commands import reset_factors
from community.members.models import PasswordReset, Session
from community.members.rules.accounts import reset_token
from community.public_endpoints import DEVELOPMENT_ENDPOINTS, PUBLIC_ENDPOINTS
from community.step_up_endpoints import FACTOR_SETUP_ENDPOINTS
from tests.conftest import SECRET, Act
from tests.factories import Cast
from tests.house.permissions import TABLE, Row, assert_each
from tests.house.restorable_app import RestorableApp
from tests.pages import csrf
from tests.support.accounts import OTHER_PASSWORD, PASSWORD, give_password

TWO_STEP = "/account/two-step"


@pytest.fixture
def required(app: Flask, settings: Settings) -> Settings:
    """Settings as in production: staff need a second factor."""
    web = app.extensions["community"]
    web.settings = replace(settings, is_staff_factor_required=True)
    return web.settings


def sign_in(app: Flask, store: UnitOfWorkFactory, actor: Actor, path: str = "/sign-in") -> tuple[FlaskClient, Any]:
    """A new browser that sent the right password, and the answer."""
    browser = app.test_client()
    return browser, browser.post(path, data={"email": give_password(store, actor), "password": PASSWORD})


def hidden(page: Any, name: str) -> str:
    """The value of a hidden field."""
    return unescape(page.text.split(f'name="{name}" value="')[1].split('"')[0])


def app_on(page: Any) -> pyotp.TOTP:
    """What the member's phone has after it scanned the page."""
    return pyotp.TOTP(re.search(r'id="setup-key" dir="ltr">([^<]+)<', page.text)[1].replace(" ", ""))  # type: ignore[index]


def set_up(browser: FlaskClient, act: Act) -> tuple[pyotp.TOTP, list[str]]:
    """Set up an app on its page. Returns the app and the recovery codes."""
    assert browser.post(f"{TWO_STEP}/start", data={"csrf_token": csrf(browser.get(TWO_STEP))}).status_code == 303
    page = browser.get(TWO_STEP)
    phone = app_on(page)
    done = browser.post(f"{TWO_STEP}/confirm", data={"csrf_token": csrf(page), "code": phone.at(act.now)})
    codes = re.findall(r"<li>([a-z2-9]{5}-[a-z2-9]{5})</li>", done.text)
    assert len(codes) == 10
    act.later(minutes=1)
    return phone, codes


def test_dov_sets_it_up_and_signs_in_with_a_code_and_a_recovery_code(
    app: Flask, cast: Cast, act: Act, store: UnitOfWorkFactory
) -> None:
    """A choice for members, after they gave their password again."""
    browser, _ = sign_in(app, store, cast.dov)
    token = csrf(browser.get(TWO_STEP))
    asked = browser.post(f"{TWO_STEP}/start", data={"csrf_token": token})
    assert asked.status_code == 403, "a stolen session cannot"
    assert "Confirm it's you" in asked.text
    browser.post("/step-up", data={"csrf_token": token, "password": PASSWORD})
    browser.post(f"{TWO_STEP}/start", data={"csrf_token": csrf(browser.get(TWO_STEP))})
    page = browser.get(TWO_STEP)
    wrong = browser.post(f"{TWO_STEP}/confirm", data={"csrf_token": csrf(page), "code": "000000"})
    assert wrong.status_code == 422
    assert app_on(wrong).secret == app_on(page).secret, "a typing error costs no new scan"
    phone, codes = set_up(browser, act)

    again, asked = sign_in(app, store, cast.dov)
    assert asked.status_code == 200
    assert again.get("/account").status_code == 302, "the password alone opened nothing"
    fields = {"pending": hidden(asked, "pending"), "next": "/account", "kind": "totp"}
    wrong = again.post("/sign-in/code", data={**fields, "code": "000000"})
    assert wrong.status_code == 422
    assert "Enter the newest one" in wrong.text
    done = again.post("/sign-in/code", data={**fields, "pending": hidden(wrong, "pending"), "code": phone.at(act.now)})
    assert (done.status_code, done.location) == (303, "/account")
    over = app.test_client().post("/sign-in/code", data={**fields, "code": phone.at(act.now)})
    assert (over.status_code, "Please sign in again" in over.text) == (401, True)

    again, asked = sign_in(app, store, cast.dov)
    fields = {"pending": hidden(asked, "pending"), "next": "//evil.example", "kind": "recovery"}
    done = again.post("/sign-in/code", data={**fields, "code": f" {codes[3].upper()} "})
    assert (done.status_code, done.location) == (303, "/")
    assert "Codes left: 9." in again.get("/account").text
    again, asked = sign_in(app, store, cast.dov)
    used = again.post("/sign-in/code", data={**fields, "pending": hidden(asked, "pending"), "code": codes[3]})
    assert used.status_code == 422


def test_a_new_password_does_not_skip_adas_second_step(
    app: Flask, cast: Cast, act: Act, store: UnitOfWorkFactory, required: Settings
) -> None:
    """S4, V6.4.3: who can read her mail and chooses a new password is still asked for a code."""
    link = act(cast.root, second_factors.reset_factors_of, member_id=cast.ada.id)
    set_up(sign_in(app, store, cast.ada, f"/two-step-link/{link}")[0], act)
    app.test_client().post("/forgotten", data={"email": "ada@example.org"})
    with store.read_context() as ctx:
        token = reset_token(SECRET, ctx.session.scalars(select(PasswordReset)).one().id)
    thief = app.test_client()
    assert thief.post(f"/reset/{token}", data={"password": OTHER_PASSWORD}).status_code == 302
    asked = thief.post("/sign-in", data={"email": "ada@example.org", "password": OTHER_PASSWORD})
    assert (asked.status_code, "One more step" in asked.text) == (200, True)
    assert thief.get("/").status_code == 302


def test_ada_sets_it_up_with_her_admins_link_and_no_other_way(
    app: Flask, cast: Cast, act: Act, store: UnitOfWorkFactory, required: Settings, page: Any
) -> None:
    """S4, S21: without a link the page says whom to ask; the link works once, with her password, and is audited."""
    stolen, _ = sign_in(app, store, cast.ada)
    assert (stolen.get("/").location, stolen.get("/console/members").location) == (TWO_STEP, TWO_STEP)
    says = stolen.get(TWO_STEP)
    assert "You need a link from an admin" in says.text
    assert "/console" not in says.text
    assert stolen.post(f"{TWO_STEP}/start", data={"csrf_token": csrf(says)}).status_code == 403

    root = page(cast.root)
    with store.unit_of_work() as uow:
        _give_factor(uow, cast.root)
    member = f"/console/members/{cast.ada.id}"
    made = root.post(f"{member}/factor-resets", data={"csrf_token": csrf(root.get(member))})
    link = re.search(r'value="[^"]*(/two-step-link/[^"]+)"', made.text)[1]  # type: ignore[index]
    assert stolen.get(TWO_STEP).status_code == 302, "her sessions have ended"
    own = f"/console/members/{cast.root.id}/factor-resets"
    assert root.post(own, data={"csrf_token": csrf(root.get(member))}).status_code == 409
    with store.read_context() as ctx:
        [entry] = ctx.session.scalars(select(AuditEntry).where(AuditEntry.action == "factor.reset"))
        assert (entry.actor_id, entry.member_id) == (cast.root.id, cast.ada.id)

    assert app.test_client().get(link).status_code == 200
    browser, entered = sign_in(app, store, cast.ada, link)
    assert entered.location == TWO_STEP
    set_up(browser, act)
    assert browser.get("/console/members").status_code == 200
    off = browser.post(f"{TWO_STEP}/off", data={"csrf_token": csrf(browser.get(TWO_STEP))})
    assert (off.status_code, "Staff need two-step sign-in here" in off.text) == (409, True)

    _, again = sign_in(app, store, cast.ada, link)
    assert "One more step" in again.text, "the link of before is no way around it"


def test_a_link_that_was_used_or_is_old_says_so(
    app: Flask, cast: Cast, act: Act, store: UnitOfWorkFactory, required: Settings
) -> None:
    link = act(cast.root, second_factors.reset_factors_of, member_id=cast.ada.id)
    act.later(hours=25)
    browser, entered = sign_in(app, store, cast.ada, f"/two-step-link/{link}")
    assert entered.location == TWO_STEP
    shown = browser.get(TWO_STEP).text
    assert "That link no longer works" in shown
    assert "You need a link from an admin" in shown


def test_the_only_admin_gets_a_link_from_the_command(
    app: Flask, cast: Cast, act: Act, store: UnitOfWorkFactory, required: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """S4: audited, without an actor."""
    assert reset_factors(store, required, email="nobody@example.org") == 1
    assert reset_factors(store, required, email="ROOT@example.org") == 0
    link = capsys.readouterr().out.strip()
    assert link.startswith(f"{required.public_url}/two-step-link/")
    set_up(sign_in(app, store, cast.root, link.removeprefix(required.public_url))[0], act)
    with store.read_context() as ctx:
        [entry] = ctx.session.scalars(select(AuditEntry).where(AuditEntry.action == "factor.reset"))
        assert (entry.actor_id, entry.member_id) == (None, cast.root.id)


def test_too_many_codes_from_one_place_have_to_wait(app: Flask, cast: Cast, act: Act, store: UnitOfWorkFactory) -> None:
    """S5: codes are counted like passwords, and the right one is refused too."""
    browser, _ = sign_in(app, store, cast.dov)
    token = csrf(browser.get(TWO_STEP))
    browser.post("/step-up", data={"csrf_token": token, "password": PASSWORD})
    phone, _ = set_up(browser, act)
    thief, asked = sign_in(app, store, cast.dov)
    fields = {"pending": hidden(asked, "pending"), "next": ""}
    tries = [thief.post("/sign-in/code", data={**fields, "code": "000000"}).status_code for _ in range(4)]
    assert tries == [422, 422, 422, 422]
    late = thief.post("/sign-in/code", data={**fields, "code": phone.at(act.now)})
    assert late.status_code == 429
    assert "You can try again at" in late.text
    assert "by e-mail" not in late.text


@pytest.fixture(scope="module")
def strict_site(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> RestorableApp:
    """One of everything, where staff need a second factor and signed in without one."""
    return RestorableApp(tmp_path_factory.mktemp("strict"), migrated_sqlite, COMMUNITY_STAFF_FACTOR="required")


def test_a_stolen_password_of_ada_opens_nothing_anywhere(strict_site: RestorableApp) -> None:
    """S4: every endpoint of the table answers her and the admin with 403; public ones answer as they do a stranger."""

    def check(row: Row) -> None:
        key = f"{row.method} {row.rule}"
        if key in FACTOR_SETUP_ENDPOINTS:
            return
        for role in ("coordinator", "admin"):
            strict_site.restore()
            answer = strict_site.request(row, role)
            if key in PUBLIC_ENDPOINTS or key in DEVELOPMENT_ENDPOINTS:
                if row.method == "GET" and row.rule not in ("/readyz", "/metrics"):  # figures of the moment
                    assert answer.data == strict_site.request(row, "out").data
            elif row.method == "GET" and not row.rule.startswith("/api/"):
                assert (answer.status_code, answer.location) == (302, TWO_STEP)
            else:
                assert answer.status_code == 403
                if row.rule.startswith("/api/"):
                    assert answer.json["code"] == "second_factor_needed"

    assert_each(TABLE, check)


def test_an_error_page_shows_ada_without_a_second_factor_no_names(strict_site: RestorableApp) -> None:
    """Neither the navigation nor who asks for her."""
    row = next(row for row in TABLE if row.rule == "/account/profile")
    for address in ("/nowhere", ""):
        answer = strict_site.request(row, "coordinator", address=address, token=not address)
        assert answer.status_code in (403, 404, 405)
        assert "main-nav" not in answer.text
        assert "asked-of-me" not in answer.text


def test_adas_socket_is_refused_without_a_second_factor(
    settings: Settings, store: UnitOfWorkFactory, cast: Cast, token_of: Callable[[Actor], str]
) -> None:
    """S4: a socket connects with the sessions that are identified here."""
    tokens = [token_of(cast.ada), token_of(cast.cleo)]
    for is_required, who in ((False, {cast.ada.id, cast.cleo.id}), (True, {cast.cleo.id})):
        app = create_app(replace(settings, is_staff_factor_required=is_required), store)
        found = app.extensions["community"].identify_all(store, tokens)
        assert {actor.id for actor in found.values()} == who


def test_cleo_needs_no_second_factor(strict_site: RestorableApp) -> None:
    row = next(row for row in TABLE if (row.method, row.rule) == ("GET", "/account"))
    assert strict_site.request(row, "other").status_code == 200


def _give_factor(uow: Any, actor: Actor) -> None:
    for session in uow.session.scalars(select(Session).where(Session.member_id == actor.id)):
        session.second_factor_at = uow.now
