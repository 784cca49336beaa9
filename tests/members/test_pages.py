"""Members' pages work by posting forms, say what is wrong beside the field, and never who is a member."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core.unit_of_work import UnitOfWorkFactory
from community.members.models import Consent, Invitation, PasswordReset
from community.members.rules.accounts import reset_token
from community.members.rules.consent_texts import CURRENT
from tests.factories import Cast
from tests.pages import csrf
from tests.support.accounts import OTHER_PASSWORD, PASSWORD, SECRET, give_password, sign_in, token_in

AGREED = {text.text_version: "1" for text in CURRENT}
FORM = {"handle": "Juniper", "password": PASSWORD, "time_zone": "America/Denver", **AGREED}

ELSEWHERE = (
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "https://evil.example",
    "%2f%2fevil.example",
    "javascript:alert(1)",
    "/\tevil",
    "\\\\evil",
    "",
    "evil",
    "/x\\y",
    "/a\nb",
)


@pytest.fixture
def link(cast: Cast, api: Any) -> str:
    """The path of an invitation's link."""
    return "/join/" + token_in(api(cast.ada).post("/invitations", {"email": "juniper@example.org"}).json["url"])


def test_ben_signs_in_and_out_by_forms(client: FlaskClient, cast: Cast, store: UnitOfWorkFactory) -> None:
    email = give_password(store, cast.ben)
    assert client.get("/account").headers["Location"] == "/sign-in?next=/account"
    assert 'value="/account"' in client.get("/sign-in?next=/account").text
    entered = client.post("/sign-in", data={"email": email, "password": PASSWORD, "next": "/account"})

    assert (entered.status_code, entered.headers["Location"]) == (303, "/account")
    token = csrf(client.get("/account"))
    left = client.post("/sign-out", data={"csrf_token": token})
    assert (left.status_code, left.headers["Location"]) == (303, "/sign-in")
    assert client.get("/account").status_code == 302


def test_the_sign_in_page_never_says_who_is_a_member(app: Flask, cast: Cast, store: UnitOfWorkFactory) -> None:  # S6
    email = give_password(store, cast.ben)
    pages = []
    for address in (email, "nobody@example.org"):
        answer = app.test_client().post("/sign-in", data={"email": address, "password": OTHER_PASSWORD})
        assert answer.status_code == 401
        pages.append(answer.text.replace(address, "…"))
    assert pages[0] == pages[1]
    assert "password don&#39;t match" in pages[0]
    assert OTHER_PASSWORD not in pages[0]


@pytest.mark.parametrize("onward", ELSEWHERE)
def test_signing_in_leads_to_our_own_pages_only(
    client: FlaskClient, cast: Cast, store: UnitOfWorkFactory, onward: str
) -> None:
    fields = {"email": give_password(store, cast.ben), "password": PASSWORD, "next": onward}  # S21
    assert client.post("/sign-in", data=fields).headers["Location"] == "/"
    assert client.get("/sign-in", query_string={"next": onward}).headers["Location"] == "/"


def test_forms_survive_nonsense(client: FlaskClient) -> None:
    bodies: list[dict[str, Any]] = [
        {"data": b"\xff\xfe=\xff&email=%ff%fe&password=%00", "content_type": "application/x-www-form-urlencoded"},
        {"data": {"email": ["a", "b"], "password": ["c", "d"], "next": ["/", "//x"]}},
        {"data": {"email": "x" * 100_000, "password": "y" * 100_000}},
        {"data": {"email": "a\x00b@example.org", "password": "\x00"}},
        {"data": b"not a form", "content_type": "multipart/form-data; boundary=x"},
        {"data": b"{}", "content_type": "application/json"},
        {"data": {}},
    ]
    for body in bodies:
        assert client.post("/sign-in", **body).status_code in (400, 401, 422)
    assert client.post("/sign-in", data={"email": "x" * 400_000}).status_code == 413


def test_juniper_joins_by_the_form(app: Flask, link: str) -> None:
    client = app.test_client()
    shown = client.get(link).text
    assert "juniper@example.org" in shown
    assert " checked" not in shown
    assert "data-time-zone" in shown

    joined = client.post(link, data=FORM)
    assert (joined.status_code, joined.headers["Location"]) == (303, "/")
    assert "Juniper" in client.get("/account").text
    assert app.test_client().get(link).status_code == 410


def test_looking_at_an_invitation_changes_nothing_and_answering_opens_it(
    client: FlaskClient, link: str, store: UnitOfWorkFactory
) -> None:  # S15
    def opened() -> bool:
        with store.read_context() as ctx:
            return ctx.session.scalars(select(Invitation)).one().opened_at is not None

    client.get(link)
    assert not opened()
    client.post(link, data={})
    assert opened()


def test_dov_reads_an_error_beside_its_field_and_keeps_the_rest(client: FlaskClient, link: str) -> None:
    refused = client.post(link, data={**FORM, "password": "short", "handle": "Linden Tree"})
    assert refused.status_code == 422
    assert 'id="password-error"' in refused.text
    assert 'value="Linden Tree"' in refused.text
    assert "short" not in refused.text.replace("shortcut", "")
    without = client.post(link, data={key: value for key, value in FORM.items() if key not in AGREED})
    assert 'id="consents-error"' in without.text


def test_dov_learns_all_that_is_wrong_in_one_round(client: FlaskClient, link: str, store: UnitOfWorkFactory) -> None:
    """Neither a short password nor a missing tick hides that the name is taken."""
    for password, problem in (("short", "Use at least 15"), ("one day at a time one day", "Too easy to guess")):
        refused = client.post(link, data={"handle": "Ben", "password": password, "time_zone": "America/Denver"})
        assert refused.status_code == 422
        assert "That name is taken" in refused.text
        assert problem in refused.text
        summary = refused.text.split("data-error-summary")[1].split("</ul>")[0]
        places = [summary.index(href) for href in ("#handle", "#password", "#consents")]
        assert places == sorted(places)
    assert client.post(link, data={**FORM, "handle": "Ben"}).status_code == 409


def test_the_invitation_says_what_it_is_and_who_sent_it(client: FlaskClient, link: str) -> None:
    text = client.get(link).text
    assert "<h1>Ada invited you to Afterward" in text
    assert "a private place for people who finished the program" in text
    assert "It's free. You can leave at any time." in text
    assert text.index("It's free") < text.index('name="handle"')
    assert "<title>Join · Afterward</title>" in text


def test_the_invitation_shows_the_line_that_ada_wrote(client: FlaskClient, cast: Cast, api: Any) -> None:
    body = {"email": "juniper@example.org", "note": "As we talked about <on> Friday."}
    text = client.get("/join/" + token_in(api(cast.ada).post("/invitations", body).json["url"])).text
    assert "Ada wrote:" in text
    assert "As we talked about &lt;on&gt; Friday." in text


def test_the_join_form_folds_the_time_zone_with_common_ones_first(client: FlaskClient, link: str) -> None:
    text = client.get(link).text
    assert "<span data-time-zone-name>Eastern Time – New York</span>" in text
    assert text.index("Mountain Time – Denver") < text.index("Abidjan – Africa")
    assert text.count('value="America/Denver"') == 1


def test_ben_reads_the_rules_he_agreed_to(cast: Cast, page: Any, store: UnitOfWorkFactory, client: FlaskClient) -> None:
    with store.unit_of_work() as uow:
        uow.session.add(Consent(member_id=cast.ben.id, text_version="rules-1", text_hash="x", accepted_at=uow.now))
    assert "What you agreed to when you joined" in page(cast.ben).get("/rules").text
    assert "What you agreed to when you joined" not in client.get("/rules").text


@pytest.mark.parametrize("token", ["x", "0" * 64, "%ff", "%ed%a0%80"])
def test_dead_links_look_the_same(client: FlaskClient, cast: Cast, token: str) -> None:
    page = client.get(f"/join/{token}")
    assert page.status_code == 410
    assert "no longer works" in page.text
    assert client.post(f"/join/{token}", data=FORM).status_code == 410


def test_a_forgotten_password_is_replaced_by_a_link(client: FlaskClient, cast: Cast, store: UnitOfWorkFactory) -> None:
    known = client.post("/forgotten", data={"email": "ben@example.org"})
    unknown = client.post("/forgotten", data={"email": "nobody@example.org"})
    assert (known.status_code, known.data) == (200, unknown.data)  # S6

    with store.read_context() as ctx:
        link = f"/reset/{reset_token(SECRET, ctx.session.scalars(select(PasswordReset)).one().id)}"
    assert client.get(link).status_code == 200
    assert client.post(link, data={"password": "short"}).status_code == 422
    assert client.post(link, data={"password": OTHER_PASSWORD}).headers["Location"] == "/sign-in"
    assert client.post(link, data={"password": OTHER_PASSWORD}).status_code == 410
    assert sign_in(client, "ben@example.org", OTHER_PASSWORD).status_code == 201


def test_ben_changes_name_and_password_on_his_page(cast: Cast, page: Any, store: UnitOfWorkFactory, api: Any) -> None:
    email = give_password(store, cast.ben)
    ben, phone = page(cast.ben), api(cast.ben)
    token = csrf(ben.get("/account"))

    taken = ben.post("/account/profile", data={"handle": "Cleo", "time_zone": "America/Denver", "csrf_token": token})
    assert taken.status_code == 409
    assert 'id="handle-error"' in taken.text
    fields = {"handle": "Bennett", "time_zone": "America/Denver", "csrf_token": token}
    assert ben.post("/account/profile", data=fields).status_code == 302
    assert 'value="Bennett"' in ben.get("/account").text

    wrong = {"current_password": "no", "password": OTHER_PASSWORD, "csrf_token": token}
    assert ben.post("/account/password", data=wrong).status_code == 422
    right = {**wrong, "current_password": PASSWORD}
    assert ben.post("/account/password", data=right).status_code == 302
    assert phone.get("/me").status_code == 401
    assert ben.get("/account").status_code == 200
    assert sign_in(ben, email, OTHER_PASSWORD).status_code == 201


def test_ben_signs_another_device_out(cast: Cast, page: Any, api: Any) -> None:
    phone, ben = api(cast.ben), page(cast.ben)
    shown = ben.get("/account")
    ending = shown.text.split('action="/account/sessions/')[1].split('"')[0]
    assert ben.post(f"/account/sessions/{ending}", data={"csrf_token": csrf(shown)}).status_code == 302
    assert phone.get("/me").status_code == 401


def test_ben_blocks_cleo_and_unblocks_her(cast: Cast, page: Any) -> None:
    ben = page(cast.ben)
    token = csrf(ben.get("/account"))
    hidden = ben.post(f"/members/{cast.cleo.id}/block", data={"csrf_token": token, "next": "//evil.example"})
    assert hidden.headers["Location"] == "/"
    assert "Unblock Cleo" in ben.get("/account").text
    ben.post(f"/account/blocks/{cast.cleo.id}/end", data={"csrf_token": token})
    assert "Unblock Cleo" not in ben.get("/account").text


def test_the_rules_are_there_for_everybody(client: FlaskClient, cast: Cast, page: Any) -> None:
    for browser in (client, page(cast.ben)):
        answer = browser.get("/rules")
        assert answer.status_code == 200
        assert all(text.title in answer.text for text in CURRENT)
