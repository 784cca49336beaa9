"""Wren adds a passkey, signs in with it without a name, and confirms with it. In real Chromium at localhost."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browser_windows import PASSWORD, PHONE, looked_at, served_demo
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


def test_wren_adds_a_passkey_and_signs_in_with_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    """S4, S7: browsers allow passkeys at localhost, not at an IP address."""
    folder = tmp_path_factory.mktemp("passkeys")
    service = Service(folder)
    service.url = service.env["PUBLIC_URL"] = f"http://localhost:{service.port}"
    with served_demo(service, folder) as (browser, _):
        context = browser.new_context(base_url=service.url, viewport=PHONE, reduced_motion="reduce")
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


def _sign_in_by_password(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill("wren@demo.invalid")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Good")
