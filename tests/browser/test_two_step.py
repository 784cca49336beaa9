"""Two-step sign-in of staff, from the invitation to a code and a recovery code. In real Chromium."""

from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.browser_windows import DESK, PHONE, Evening, looked_at
from tests.browser.test_evening import pytestmark  # noqa: F401 - the same marks
from tests.support.accounts import PASSWORD
from tests.support.browser import FLAGS, chromium
from tests.support.migrated_file import copy_migrated_file
from tests.support.service import Service

EMAIL = "ada@example.org"


@pytest.fixture
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """An empty community whose staff need a second factor."""
    folder = tmp_path_factory.mktemp("strict")
    service = Service(folder, workers=0, COMMUNITY_STAFF_FACTOR="required")
    copy_migrated_file(folder / "var" / "community.sqlite3")
    with service, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield Evening(service, browser, {"ada": ""})
        browser.close()


def test_ada_joins_with_two_steps_and_signs_in_with_each_kind_of_code(strict: Evening) -> None:
    """S4: the invitation leads into it; no other page opens before; a code works once."""
    window = strict._empty("ada")
    page = window.page
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(strict.service.community("invite", EMAIL, "--role", "coordinator").strip())
    page.get_by_label("Your name here").fill("Ada")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    for box in page.get_by_role("group", name="What you agree to").get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Join").click()
    _is_on(page, "Two-step sign-in")
    looked_at(page, "two-step-needed-390-light")
    window.go("/rooms")
    _is_on(page, "Two-step sign-in")

    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("img", name="QR code for your app")).to_be_visible()
    looked_at(page, "two-step-scan-390-light")
    phone = pyotp.TOTP(page.locator("#setup-key").inner_text().replace(" ", ""))
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="dark")
    looked_at(page, "two-step-scan-1280-dark")
    page.get_by_label("Code from your app").fill(_code(page, phone))
    page.get_by_role("button", name="Turn on").click()
    _is_on(page, "Two-step sign-in is on")
    codes = page.get_by_role("list", name="Recovery codes").get_by_role("listitem").all_inner_texts()
    assert len(set(codes)) == 10
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Codes copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").split() == codes
    looked_at(page, "two-step-codes-1280-dark")
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="light")
    looked_at(page, "two-step-codes-390-light")
    page.get_by_role("link", name="I saved them").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()

    _sign_out_and_give_the_password(page)
    expect(page.get_by_label("Code from your app")).to_be_focused()
    looked_at(page, "two-step-code-390-light")
    page.keyboard.type(_code(page, phone, later=30))  # the one before is used up
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()

    _sign_out_and_give_the_password(page)
    page.get_by_text("Use a recovery code").click()
    page.get_by_label("Recovery code", exact=True).fill("aaaaa-aaaaa")
    page.get_by_role("button", name="Sign in with a recovery code").click()
    expect(page.get_by_role("alert")).to_contain_text("Check each letter, or use another one.")
    looked_at(page, "two-step-wrong-recovery-390-light")
    page.get_by_label("Recovery code", exact=True).fill(codes[0])
    page.get_by_role("button", name="Sign in with a recovery code").click()
    expect(page.get_by_text("Codes left: 9.")).to_be_visible()
    window.go("/account")
    page.get_by_role("link", name="Two-step sign-in").click()
    expect(page.get_by_role("main")).to_contain_text("Codes left: 9 of 10.")
    looked_at(page, "two-step-on-390-light")
    assert [text for text in window.troubles if "Failed to load" not in text] == []


def _is_on(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def _code(page: Page, phone: pyotp.TOTP, *, later: int = 0) -> str:
    """The code that the phone shows now, by the browser's clock, or some seconds later."""
    return phone.at(page.evaluate("Date.now()") // 1000 + later)


def _sign_out_and_give_the_password(page: Page) -> None:
    page.goto("/account")
    page.get_by_role("button", name="Sign out of this device").click()
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
