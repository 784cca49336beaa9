"""Passkeys and confirming that it's you, in real Chromium at localhost, where browsers allow passkeys."""

import sqlite3
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browser_windows import DESK, PASSWORD, PHONE, Evening, looked_at, served_demo
from tests.support.browser import chromium
from tests.support.service import Service

expect.set_options(timeout=15_000)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="a browser is needed: apt-get install chromium"),
]
PHONES_KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """The demo of these stories, at localhost instead of an IP address."""
    folder = tmp_path_factory.mktemp("passkeys")
    service = Service(folder)
    service.url = service.env["PUBLIC_URL"] = f"http://localhost:{service.port}"
    with served_demo(service, folder) as (browser, tokens):
        yield Evening(service, browser, tokens)


def test_wren_adds_a_passkey_and_signs_in_with_it(evening: Evening) -> None:
    """S4, S7: from the password to the passkey, and a step-up by it."""
    context = evening.browser.new_context(base_url=evening.service.url, viewport=PHONE, reduced_motion="reduce")
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": PHONES_KEY})["authenticatorId"]
    _sign_in_by_password(page)

    page.goto("/account/passkeys")
    looked_at(page, "passkeys")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm it's you")
    looked_at(page, "step-up")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("list", name="Recovery codes").get_by_role("listitem")).to_have_count(10)
    page.goto("/account/passkeys")
    expect(page.get_by_role("heading", name="Chrome on Linux")).to_be_visible()
    looked_at(page, "passkeys-one")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("status").filter(has_text="already has a passkey")).to_be_visible()

    context.clear_cookies()
    page.goto("/sign-in?next=/account/passkeys")
    looked_at(page, "sign-in-passkey")
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("status").filter(has_text="didn't confirm")).to_be_visible()
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True})
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/account/passkeys")
    expect(page.get_by_text("Last used")).to_be_visible()

    page.goto("/step-up?next=/account")
    looked_at(page, "step-up-passkey")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
    context.close()


def test_dana_confirms_and_loses_neither_her_form_nor_her_room(evening: Evening) -> None:
    """S7, S8: the old session's sockets end, and the room in her other tab goes on with the new session."""
    context = evening.browser.new_context(
        base_url=evening.service.url, viewport=DESK, color_scheme="dark", reduced_motion="reduce"
    )
    room, page = context.new_page(), context.new_page()
    _sign_in_by_password(page, "dana@demo.invalid")
    room.goto("/rooms")
    room.get_by_role("main").get_by_role("listitem").get_by_role("link").first.click()
    composer = room.get_by_role("textbox").last
    composer.fill("Half a sentence")
    place = room.url

    page.goto("/console/members?search=otis")
    page.get_by_role("link", name="Otis").click()
    _confirm(page)
    expect(page.get_by_text("otis@demo.invalid")).to_be_visible()

    _forget_step_ups(evening)
    page.get_by_label("The other member’s name").fill("Wren")
    page.get_by_role("button", name="Add no-contact order").click()
    expect(page.get_by_text("What you typed is safe")).to_be_visible()
    looked_at(page, "step-up-form")
    _confirm(page)
    expect(page.get_by_text("They no longer see each other here.")).to_be_visible()

    expect(composer).to_have_value("Half a sentence")
    composer.press("Enter")
    expect(room.get_by_text("Half a sentence", exact=True)).to_be_visible()
    assert room.url == place
    context.close()


def _confirm(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm it's you")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def _forget_step_ups(evening: Evening) -> None:
    """What ten minutes do."""
    database = sqlite3.connect(evening.service.folder / "var" / "community.sqlite3", timeout=30)
    with database:
        database.execute("UPDATE sessions SET stepped_up_at = NULL")
    database.close()


def _sign_in_by_password(page: Page, email: str = "wren@demo.invalid") -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Good")
