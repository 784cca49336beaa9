"""A legal name that is opened for a reason, and a colleague who leaves, in real Chromium."""

import sqlite3
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.browser_windows import DESK, PASSWORD, Evening, Window, looked_at, served_evening
from tests.support.browser import chromium

expect.set_options(timeout=15_000)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="a browser is needed: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """The demo of these stories, in which Dana is an admin and Otis a coordinator."""
    with served_evening(tmp_path_factory.mktemp("people")) as evening:
        with database(evening) as connection:
            for name, role in (("dana", "admin"), ("otis", "coordinator")):
                connection.execute("UPDATE members SET role = ? WHERE email = ?", (role, f"{name}@demo.invalid"))
        yield evening


def database(evening: Evening) -> sqlite3.Connection:
    """The served database."""
    return sqlite3.connect(evening.service.folder / "var" / "community.sqlite3", timeout=30)


def page_of(evening: Evening, name: str) -> str:
    """The coordinators' page of a member."""
    query = "SELECT id FROM members WHERE email = ?"
    with database(evening) as connection:
        [(found,)] = connection.execute(query, (f"{name}@demo.invalid",)).fetchall()
    text = str(found).replace("-", "")
    return f"/console/members/{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def confirmed(window: Window, path: str) -> None:
    """Open a page that may ask for the password first."""
    window.go(path)
    if "/step-up" in window.page.url:
        window.page.get_by_role("main").get_by_label("Password", exact=True).fill(PASSWORD)
        window.page.get_by_role("main").get_by_label("Password", exact=True).press("Enter")
        window.page.wait_for_url(lambda url: "/step-up" not in url)


def test_dana_opens_a_legal_name_with_one_tap_and_wren_sees_why(evening: Evening) -> None:
    wren, dana = evening.window("wren"), evening.window("dana", scheme="dark")
    wren.go("/account/identity")
    wren.page.get_by_label("Legal name", exact=True).fill("Wrenna Alderson")
    wren.page.get_by_label("Their phone number").fill("+1 555 010 0199")
    looked_at(wren.page, "wren-identity-390-light")
    wren.page.get_by_role("main").get_by_role("button", name="Save").click()
    expect(wren.page.locator(".toasts")).to_contain_text("Only coordinators can open it")

    confirmed(dana, page_of(evening, "wren"))
    main = dana.page.get_by_role("main")
    expect(main).not_to_contain_text("Wrenna")
    main.get_by_text("Show legal name").click()
    looked_at(dana.page, "dana-reasons-390-dark")
    main.get_by_role("button", name="I’m worried about their safety").click()
    expect(main).to_contain_text("Wrenna Alderson")
    expect(main.get_by_role("link", name="+1 555 010 0199")).to_have_attribute("href", "tel:+15550100199")
    main.get_by_text("Add a note").click()
    main.get_by_label("Note", exact=True).fill("Prefers a call to a message.")
    main.get_by_label("Where it shows").select_option("pinned")
    looked_at(dana.page, "dana-note-390-dark")
    main.get_by_role("button", name="Save note").click()
    expect(main).to_contain_text("Prefers a call to a message.")
    expect(main, "not there again without a tap").not_to_contain_text("Wrenna")
    dana.go("/console/shifts")
    expect(main).to_contain_text("Notes to know")

    wren.go("/who-looked")
    expect(wren.page.get_by_role("main")).to_contain_text("Dana opened your legal name")
    expect(wren.page.get_by_role("main")).to_contain_text("worried about your safety")
    expect(wren.page.get_by_role("main")).not_to_contain_text("Prefers a call")
    looked_at(wren.page, "wren-who-looked-390-light")
    assert wren.troubles == dana.troubles == []


def test_dana_hands_over_what_otis_had_and_he_is_signed_out(evening: Evening) -> None:
    otis, dana = evening.window("otis", size=DESK), evening.signed_in("dana")
    dana.page.set_viewport_size(DESK)
    otis.go("/console/shifts")
    form = otis.page.locator("form", has=otis.page.get_by_role("button", name="Plan shift"))
    form.get_by_label("Day").fill("2099-11-26")
    form.get_by_role("button", name="Plan shift").click()
    expect(otis.page.locator(".toasts")).to_contain_text("Planned")

    confirmed(dana, page_of(evening, "otis"))
    dana.page.get_by_role("link", name="They’re leaving the staff").click()
    main = dana.page.get_by_role("main")
    expect(main.get_by_role("heading", level=1)).to_have_text("Otis leaves the staff")
    expect(main).to_contain_text("Coming shifts: 1")
    looked_at(dana.page, "otis-leaves-1280-light")
    main.get_by_label("Who takes over").select_option(label="Dana")
    main.get_by_role("button", name="End Otis’s role").click()
    expect(dana.page.locator(".toasts")).to_contain_text("colleagues know what is theirs now")
    expect(dana.page.get_by_role("link", name="They’re leaving the staff")).to_have_count(0)
    otis.go("/console/shifts")
    expect(otis.page).to_have_url(f"{evening.service.url}/sign-in?next=/console/shifts")
    dana.go("/notifications")
    assert dana.troubles == []
